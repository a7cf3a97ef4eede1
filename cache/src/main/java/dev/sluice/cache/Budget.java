package dev.sluice.cache;

import org.jspecify.annotations.Nullable;

/**
 * How long one read may still wait for the server, in all its calls together. Not thread-safe: the
 * reader's own.
 */
final class Budget {
  private final CacheStore store;
  private long left;

  Budget(CacheStore store, long left) {
    this.store = store;
    this.left = left;
  }

  /** All of the read's time again, since the server has answered and another one is waited for. */
  void renew() {
    left = store.readNanos();
  }

  /** A call within what is left; a call that has hardly a chance would only cost a link. */
  <T extends @Nullable Object> T call(CacheStore.Call<T> call) {
    if (left < store.readNanos() / 8) {
      throw new StoreException("no time left of readTimeout");
    }
    long start = System.nanoTime();
    try {
      return store.call(start + left, call);
    } finally {
      left -= System.nanoTime() - start;
    }
  }
}
