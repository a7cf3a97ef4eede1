package dev.sluice.demo.check;

/**
 * An order.
 *
 * @param number unique; of one customer's orders the later one has the higher number
 * @param customer who ordered
 * @param product what
 * @param quantity how many
 */
public record OrderLine(long number, long customer, int product, int quantity) {}
