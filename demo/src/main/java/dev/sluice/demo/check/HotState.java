package dev.sluice.demo.check;

import java.util.List;
import java.util.Map;

/**
 * What DynamoDB holds.
 *
 * @param orders all items of the customers' orders
 * @param left what is left for sale, by product
 * @param views page views counted there, by product
 */
public record HotState(
    List<OrderLine> orders, Map<Integer, Integer> left, Map<Integer, Long> views) {}
