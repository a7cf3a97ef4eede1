package dev.sluice.cache;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The acknowledged commits to one cache that the server could not be told of. The server may have
 * lost their intents, so until it is told of all of them this process reads past the cache. Up to a
 * number they wait one by one; what is more is told as one write of unknown rows. Thread-safe.
 */
final class Untold {
  static final int MOST = 1000;

  private final AtomicInteger single = new AtomicInteger();
  private final AtomicLong together = new AtomicLong();

  boolean none() {
    return single.get() == 0 && together.get() == 0;
  }

  long count() {
    return single.get() + together.get();
  }

  /** Whether one more may wait by itself, until {@link #told}. */
  boolean add() {
    if (single.incrementAndGet() <= MOST) {
      return true;
    }
    single.decrementAndGet();
    return false;
  }

  void told() {
    single.decrementAndGet();
  }

  /** One of those that wait together; whether it is the first, so that somebody must tell. */
  boolean join() {
    return together.getAndIncrement() == 0;
  }

  long together() {
    return together.get();
  }

  /** Those were told; whether nobody has joined them meanwhile. */
  boolean toldTogether(long count) {
    return together.compareAndSet(count, 0);
  }
}
