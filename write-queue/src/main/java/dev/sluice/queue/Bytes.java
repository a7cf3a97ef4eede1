package dev.sluice.queue;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A bound on the memory of what is not acknowledged yet. Taking and giving back is one atomic
 * addition; only who finds it full takes the lock.
 */
final class Bytes {
  private final long most;
  private final AtomicLong used = new AtomicLong();
  private final AtomicInteger waiting = new AtomicInteger();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition less = lock.newCondition();

  Bytes(long most) {
    this.most = most;
  }

  long most() {
    return most;
  }

  long used() {
    return used.get();
  }

  /** False if there was no room within the time. */
  boolean take(long bytes, long nanos) throws InterruptedException {
    if (tryTake(bytes)) {
      return true;
    }
    return await(() -> tryTake(bytes), nanos);
  }

  /** False if something is still taken after the time. */
  boolean awaitEmpty(long nanos) throws InterruptedException {
    return await(() -> used.get() == 0, nanos);
  }

  void giveBack(long bytes) {
    used.addAndGet(-bytes);
    if (waiting.get() > 0) {
      lock.lock();
      try {
        less.signalAll();
      } finally {
        lock.unlock();
      }
    }
  }

  private boolean tryTake(long bytes) {
    if (used.addAndGet(bytes) <= most) {
      return true;
    }
    giveBack(bytes);
    return false;
  }

  private boolean await(java.util.function.BooleanSupplier condition, long nanos)
      throws InterruptedException {
    long left = nanos;
    waiting.incrementAndGet();
    lock.lockInterruptibly();
    try {
      while (!condition.getAsBoolean()) {
        if (left <= 0) {
          return false;
        }
        // in slices: a failed attempt of another caller may hide room for a moment
        long slice = Math.min(left, TimeUnit.MILLISECONDS.toNanos(20));
        long rest = less.awaitNanos(slice);
        left -= slice - Math.max(0, rest);
      }
      return true;
    } finally {
      lock.unlock();
      waiting.decrementAndGet();
    }
  }
}
