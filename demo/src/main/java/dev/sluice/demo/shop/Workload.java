package dev.sluice.demo.shop;

import dev.sluice.demo.check.Journal;
import dev.sluice.demo.check.OrderLine;
import dev.sluice.demo.load.Operation;
import dev.sluice.demo.load.OperationKind;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the customers do: of 100 arrivals 70 look at a product, 12 at their own orders (right after
 * ordering, as long as somebody has just ordered), 8 order and 10 are page views to be counted.
 * What an arrival asks for depends on its number only. Safe for use by several threads.
 */
public final class Workload implements Operation {
  private static final int CUSTOMERS = 2_000;
  private static final long SEED = 20_260_101;

  private final Shop shop;
  private final Journal journal;
  private final AtomicLong orderNumbers;
  private final Crowd crowd;

  /**
   * A workload with new customers.
   *
   * @param shop where they go
   * @param journal the checker's record
   * @param orderNumbers the last order number that was given
   * @param firstCustomer the lowest number of these customers, unique in the run
   */
  public Workload(Shop shop, Journal journal, AtomicLong orderNumbers, long firstCustomer) {
    this.shop = shop;
    this.journal = journal;
    this.orderNumbers = orderNumbers;
    this.crowd = new Crowd(firstCustomer, CUSTOMERS, journal);
  }

  private enum Wish {
    VIEW(OperationKind.WRITE),
    OWN_ORDERS(OperationKind.READ),
    ORDER(OperationKind.WRITE),
    PRODUCT(OperationKind.READ);

    final OperationKind kind;

    Wish(OperationKind kind) {
      this.kind = kind;
    }

    static Wish of(SplittableRandom random) {
      int percent = random.nextInt(100);
      return percent < 10 ? VIEW : percent < 22 ? OWN_ORDERS : percent < 30 ? ORDER : PRODUCT;
    }
  }

  private static SplittableRandom random(long arrival) {
    return new SplittableRandom(SEED + arrival * 0x9E3779B97F4A7C15L);
  }

  @Override
  public OperationKind kind(long arrival) {
    return Wish.of(random(arrival)).kind;
  }

  @Override
  public void perform(long arrival) throws Exception {
    SplittableRandom random = random(arrival);
    Wish wish = Wish.of(random);
    int product = Catalogue.POPULARITY.rank(random.nextDouble()) + 1;
    int quantity = 1 + random.nextInt(2);
    if (wish == Wish.VIEW) {
      view(product);
      return;
    }
    Customer customer = wish == Wish.OWN_ORDERS ? crowd.takeWhoOrdered() : crowd.take();
    if (customer == null) {
      throw new IllegalStateException("all " + CUSTOMERS + " customers are busy");
    }
    boolean ordered = false;
    try {
      ordered = customer.scope().carry(() -> serve(customer, wish, product, quantity)).call();
    } finally {
      crowd.giveBack(customer, ordered);
    }
  }

  /** Whether the customer has ordered. */
  private boolean serve(Customer customer, Wish wish, int product, int quantity) throws Exception {
    if (wish == Wish.ORDER) {
      return order(customer, product, quantity);
    }
    if (wish == Wish.OWN_ORDERS) {
      customer.expectations().read(shop.orders(customer), Shop.ORDERS_SHOWN);
    } else {
      customer.expectations().read(shop.product(customer, product));
    }
    return false;
  }

  private boolean order(Customer customer, int product, int quantity) throws Exception {
    OrderLine order =
        new OrderLine(orderNumbers.incrementAndGet(), customer.id(), product, quantity);
    journal.placing(order);
    if (!shop.order(customer, order)) {
      journal.refused(order);
      return false;
    }
    journal.acknowledged(order);
    customer.expectations().ordered(order);
    return true;
  }

  private void view(int product) throws Exception {
    boolean answered = false;
    try {
      shop.view(product);
      answered = true;
    } finally {
      if (answered) {
        journal.viewAcknowledged(product);
      } else {
        journal.viewUnanswered(product);
      }
    }
  }
}
