package dev.sluice.demo.check;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What one session must see from now on: nothing older than what it wrote and what it has seen, and
 * its orders as it placed them. A session does one thing after the other, so this is not for
 * several threads at once.
 */
public final class Expectations {
  private final Journal journal;
  private final long customer;
  private final String session;
  private final Map<Integer, Long> versions = new HashMap<>();
  private final TreeMap<Long, OrderLine> orders = new TreeMap<>();

  /**
   * A session that has not seen anything.
   *
   * @param customer whose it is
   * @param journal where violations are noted
   */
  public Expectations(long customer, Journal journal) {
    this.customer = customer;
    this.session = "customer " + customer;
    this.journal = journal;
  }

  /**
   * The session's order was accepted. Its row version is not known, but the order is one change
   * more than what the session had seen before it.
   *
   * @param order the order
   */
  public void ordered(OrderLine order) {
    orders.put(order.number(), order);
    versions.merge(order.product(), 2L, (seen, first) -> seen + 1);
  }

  /**
   * The session read a product.
   *
   * @param row the answer
   */
  public void read(ProductRow row) {
    journal.readChecked();
    long expected = versions.getOrDefault(row.id(), 1L);
    if (row.version() < expected) {
      journal.stale(
          "%s read version %d of product %d after version %d"
              .formatted(session, row.version(), row.id(), expected));
    }
    if (row.stock() < 0) {
      journal.negativeStockSeen(
          "%s read stock %d of product %d".formatted(session, row.stock(), row.id()));
    }
    versions.merge(row.id(), row.version(), Math::max);
  }

  /**
   * The session read its latest orders.
   *
   * @param answer newest first
   * @param limit how many were asked for
   */
  public void read(List<OrderLine> answer, int limit) {
    journal.readChecked();
    Set<Long> shown = new HashSet<>();
    for (OrderLine order : answer) {
      OrderLine known = orders.get(order.number());
      // Perhaps one whose answer was lost: then the session sees it for the first time.
      boolean right =
          known == null
              ? order.customer() == customer && journal.mayBeThere(order)
              : known.equals(order);
      if (!shown.add(order.number()) || !right) {
        journal.stale("%s was shown %s, which it did not place so".formatted(session, order));
      }
    }
    long from = shown.size() < limit ? Long.MIN_VALUE : shown.stream().min(Long::compare).get();
    List<Long> missing =
        orders.tailMap(from, true).keySet().stream()
            .filter(number -> !shown.contains(number))
            .toList();
    if (!missing.isEmpty()) {
      journal.stale("%s did not see its orders %s".formatted(session, missing));
    }
    answer.forEach(order -> orders.putIfAbsent(order.number(), order));
  }
}
