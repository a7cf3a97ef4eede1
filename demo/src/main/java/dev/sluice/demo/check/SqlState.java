package dev.sluice.demo.check;

import java.util.List;
import java.util.Map;

/**
 * What one database server holds.
 *
 * @param orders all rows, also those that are there twice
 * @param products all rows
 * @param views page views by product
 */
public record SqlState(
    List<OrderLine> orders, List<ProductRow> products, Map<Integer, Long> views) {}
