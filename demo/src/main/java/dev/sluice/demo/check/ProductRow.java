package dev.sluice.demo.check;

/**
 * What a reader gets of a product that changes.
 *
 * @param id which
 * @param stock how many are left
 * @param version counts the changes of the row: one for each order and each delivery
 */
public record ProductRow(int id, int stock, long version) {}
