package dev.sluice.demo.shop;

import dev.sluice.demo.check.Journal;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * A bounded number of customers, each taken by one thread at a time. Who has just ordered is handed
 * out first to look at the order. Safe for use by several threads.
 */
final class Crowd {
  private final Deque<Customer> idle = new ArrayDeque<>();
  private final Deque<Customer> justOrdered = new ArrayDeque<>();

  Crowd(long firstId, int size, Journal journal) {
    for (int i = 0; i < size; i++) {
      idle.add(new Customer(firstId + i, journal));
    }
  }

  /** The one who has waited longest; null if all are busy. */
  synchronized @Nullable Customer take() {
    Customer customer = idle.poll();
    return customer == null ? justOrdered.poll() : customer;
  }

  /** The one who has ordered last, else anybody. */
  synchronized @Nullable Customer takeWhoOrdered() {
    Customer customer = justOrdered.pollLast();
    return customer == null ? take() : customer;
  }

  synchronized void giveBack(Customer customer, boolean ordered) {
    (ordered ? justOrdered : idle).add(customer);
  }
}
