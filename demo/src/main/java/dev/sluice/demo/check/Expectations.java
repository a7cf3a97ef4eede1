package dev.sluice.demo.check;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * What one session must see from now on: nothing older than what it wrote and what it has seen. A
 * session does one thing after the other, so this is not for several threads at once.
 */
public final class Expectations {
  private final Journal journal;
  private final String session;
  private final Map<Integer, Long> versions = new HashMap<>();
  private final TreeSet<Long> orders = new TreeSet<>();

  /**
   * A session that has not seen anything.
   *
   * @param session its name, for the report
   * @param journal where violations are noted
   */
  public Expectations(String session, Journal journal) {
    this.session = session;
    this.journal = journal;
  }

  /**
   * The session's order was accepted. Its row version is not known, but the order is one change
   * more than what the session had seen before it.
   *
   * @param order the order
   */
  public void ordered(OrderLine order) {
    orders.add(order.number());
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
    TreeSet<Long> shown = new TreeSet<>();
    answer.forEach(order -> shown.add(order.number()));
    long from = shown.size() < limit ? Long.MIN_VALUE : shown.first();
    List<Long> missing =
        orders.tailSet(from, true).stream().filter(number -> !shown.contains(number)).toList();
    if (!missing.isEmpty()) {
      journal.stale("%s did not see its orders %s".formatted(session, missing));
    }
    orders.addAll(shown);
  }
}
