package dev.sluice.queue;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keeps moments at least some time apart, so that more comes together in each. Safe for use by
 * several threads, which take turns.
 */
final class Pace {
  private final ReentrantLock turn = new ReentrantLock();
  private final long nanos;
  private volatile long next = System.nanoTime();

  Pace(long nanos) {
    this.nanos = nanos;
  }

  /** Waits for the next moment; shorter when the end comes or the thread is interrupted. */
  void await(CountDownLatch end) {
    if (nanos == 0) {
      return;
    }
    turn.lock();
    try {
      long left = next - System.nanoTime();
      while (left > 0 && !end.await(left, TimeUnit.NANOSECONDS) && end.getCount() > 0) {
        left = next - System.nanoTime();
      }
      next = System.nanoTime() + nanos;
    } catch (InterruptedException e) {
      // What follows decides what an interrupt means.
      Thread.currentThread().interrupt();
    } finally {
      turn.unlock();
    }
  }

  /** The last moment was of no use: the next one need not wait. */
  void cancel() {
    next = System.nanoTime();
  }
}
