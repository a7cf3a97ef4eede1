package dev.sluice.demo.shop;

import dev.sluice.causality.CausalScope;
import dev.sluice.demo.check.Expectations;
import dev.sluice.demo.check.Journal;
import java.util.ArrayList;
import java.util.List;

/**
 * One customer's session. Does one thing after the other, on changing threads: not for several at
 * once.
 */
public final class Customer {
  private final long id;
  private final CausalScope scope;
  private final Expectations expectations;
  private final List<PendingOrder> pending = new ArrayList<>();

  /**
   * A customer who has not seen anything.
   *
   * @param id unique in the run
   * @param journal where the checker notes what this customer sees
   */
  public Customer(long id, Journal journal) {
    this.id = id;
    this.expectations = new Expectations(id, journal);
    // Closed at once, since it is carried to the thread of each operation; it remembers all the
    // same.
    try (CausalScope opened = CausalScope.open()) {
      this.scope = opened;
    }
  }

  /**
   * Identifies the customer.
   *
   * @return unique in the run
   */
  public long id() {
    return id;
  }

  CausalScope scope() {
    return scope;
  }

  Expectations expectations() {
    return expectations;
  }

  /** Orders that were accepted and may not be in the database yet; oldest first. */
  List<PendingOrder> pending() {
    return pending;
  }
}
