package dev.sluice.insights;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Sums over the last windows of time, in a ring. Each slot carries the number of its window, so a
 * slot of an earlier round is started afresh by the first who adds to it; an addition that races
 * with that moment may be lost, which a report does not see. Safe for use by several threads.
 */
final class Windows {
  private final AtomicLongArray numbers;
  private final AtomicLongArray counts;
  private final AtomicLongArray nanos;

  Windows(int size) {
    this.numbers = new AtomicLongArray(size);
    this.counts = new AtomicLongArray(size);
    this.nanos = new AtomicLongArray(size);
  }

  void add(long window, long elapsedNanos) {
    int slot = (int) (window % numbers.length());
    long stamp = window + 1;
    long known = numbers.get(slot);
    if (known < stamp && numbers.compareAndSet(slot, known, stamp)) {
      counts.set(slot, 0);
      nanos.set(slot, 0);
    }
    counts.incrementAndGet(slot);
    nanos.addAndGet(slot, elapsedNanos);
  }

  long count(long window) {
    return holds(window) ? counts.get((int) (window % numbers.length())) : 0;
  }

  long nanos(long window) {
    return holds(window) ? nanos.get((int) (window % numbers.length())) : 0;
  }

  private boolean holds(long window) {
    return window >= 0 && numbers.get((int) (window % numbers.length())) == window + 1;
  }
}
