package dev.sluice.demo.check;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the databases hold when nothing is under way any more.
 *
 * @param orders all rows, also those that are there twice
 * @param products all rows
 * @param views page views by product, summed over all places that count them
 */
public record FinalState(
    List<OrderLine> orders, List<ProductRow> products, Map<Integer, Long> views) {
  /**
   * The same with page views that are counted elsewhere.
   *
   * @param more views by product
   * @return the sums
   */
  public FinalState plusViews(Map<Integer, Long> more) {
    Map<Integer, Long> sums = new HashMap<>(views);
    more.forEach((product, count) -> sums.merge(product, count, Long::sum));
    return new FinalState(orders, products, sums);
  }
}
