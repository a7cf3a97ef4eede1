package dev.sluice.demo.check;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * The checker's own record: what was asked of the shop and what it promised, and what was wrong
 * with the answers. Safe for use by several threads.
 */
public final class Journal {
  private static final int PROBLEMS_KEPT = 20;

  /** What the customer was told. */
  enum Answer {
    /** Nothing, or an error: the order may or may not be there in the end. */
    NONE,
    /** Accepted: it must be there once. */
    ACKNOWLEDGED,
    /** Sold out: it must not be there. */
    REFUSED
  }

  private record Entry(OrderLine order, Answer answer) {}

  private final Map<Long, Entry> orders = new ConcurrentHashMap<>();
  private volatile long lastBeforeHotTables = Long.MAX_VALUE;
  private final Map<Integer, LongAdder> viewsAcknowledged = new ConcurrentHashMap<>();
  private final Map<Integer, LongAdder> viewsUnanswered = new ConcurrentHashMap<>();
  private final Map<Integer, List<Integer>> deliveries = new ConcurrentHashMap<>();
  private final LongAdder reads = new LongAdder();
  private final LongAdder staleReads = new LongAdder();
  private final LongAdder negativeStock = new LongAdder();
  private final List<String> problems = Collections.synchronizedList(new ArrayList<>());

  /** A journal in which nothing has happened. */
  public Journal() {}

  /**
   * An order is about to be placed.
   *
   * @param order the order
   */
  public void placing(OrderLine order) {
    if (orders.put(order.number(), new Entry(order, Answer.NONE)) != null) {
      throw new IllegalArgumentException("order numbers must be unique");
    }
  }

  /**
   * The customer was told that an order is accepted.
   *
   * @param order as it was placed
   */
  public void acknowledged(OrderLine order) {
    orders.put(order.number(), new Entry(order, Answer.ACKNOWLEDGED));
  }

  /**
   * The customer was told that an order is not accepted.
   *
   * @param order as it was placed
   */
  public void refused(OrderLine order) {
    orders.put(order.number(), new Entry(order, Answer.REFUSED));
  }

  /** From now on orders are kept in the hot tables, too. Called while nothing is under way. */
  public void hotTablesOpened() {
    lastBeforeHotTables = orders.keySet().stream().mapToLong(Long::longValue).max().orElse(0);
  }

  /**
   * A page view was counted, or so the shop said.
   *
   * @param product the page
   */
  public void viewAcknowledged(int product) {
    viewsAcknowledged.computeIfAbsent(product, p -> new LongAdder()).increment();
  }

  /**
   * The shop did not say whether a page view was counted.
   *
   * @param product the page
   */
  public void viewUnanswered(int product) {
    viewsUnanswered.computeIfAbsent(product, p -> new LongAdder()).increment();
  }

  /**
   * Goods were put in stock by a change of the product's row.
   *
   * @param product which
   * @param quantity how many
   */
  public void delivered(int product, int quantity) {
    deliveries.merge(
        product,
        List.of(quantity),
        (a, b) -> {
          List<Integer> both = new ArrayList<>(a);
          both.addAll(b);
          return both;
        });
  }

  /** A read was compared with what it had to show. */
  void readChecked() {
    reads.increment();
  }

  void stale(String problem) {
    staleReads.increment();
    problem(problem);
  }

  void negativeStockSeen(String problem) {
    negativeStock.increment();
    problem(problem);
  }

  void problem(String text) {
    synchronized (problems) {
      if (problems.size() < PROBLEMS_KEPT) {
        problems.add(text);
      }
    }
  }

  Map<Long, OrderLine> orders(Answer answer) {
    Map<Long, OrderLine> found = new HashMap<>();
    orders.forEach(
        (number, entry) -> {
          if (entry.answer == answer) {
            found.put(number, entry.order);
          }
        });
    return found;
  }

  /** Those of them that must be in the hot tables. */
  Map<Long, OrderLine> hotOrders(Answer answer) {
    Map<Long, OrderLine> found = orders(answer);
    found.keySet().removeIf(number -> number <= lastBeforeHotTables);
    return found;
  }

  /** Whether an order was placed so and not refused. */
  boolean mayBeThere(OrderLine order) {
    Entry entry = orders.get(order.number());
    return entry != null && entry.answer != Answer.REFUSED && entry.order.equals(order);
  }

  long viewsAcknowledged(int product) {
    return sum(viewsAcknowledged, product);
  }

  long viewsUnanswered(int product) {
    return sum(viewsUnanswered, product);
  }

  private static long sum(Map<Integer, LongAdder> adders, int product) {
    LongAdder adder = adders.get(product);
    return adder == null ? 0 : adder.sum();
  }

  Map<Integer, List<Integer>> deliveries() {
    return Map.copyOf(deliveries);
  }

  long staleReads() {
    return staleReads.sum();
  }

  long negativeStock() {
    return negativeStock.sum();
  }

  List<String> problems() {
    synchronized (problems) {
      return List.copyOf(problems);
    }
  }

  /**
   * Reads compared so far.
   *
   * @return a count
   */
  public long reads() {
    return reads.sum();
  }

  /**
   * Writes that the shop promised so far: orders and page views.
   *
   * @return a count
   */
  public long writes() {
    return orders.values().stream().filter(e -> e.answer == Answer.ACKNOWLEDGED).count()
        + viewsAcknowledged.values().stream().mapToLong(LongAdder::sum).sum();
  }
}
