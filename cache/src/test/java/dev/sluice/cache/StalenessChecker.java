package dev.sluice.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.causality.CausalScope;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Writers count keys up, readers check what they get. A read through the cache must be at least
 * what was acknowledged, by anybody, before it started; a read past the cache, since the server did
 * not answer, what its own caller has written and seen. Each thread stays in one process, that is
 * with one way to the database and one cache.
 */
final class StalenessChecker implements AutoCloseable {
  private static final int KEYS = 20;
  private static final ThreadLocal<CausalScope> READING = new ThreadLocal<>();

  private final List<? extends Numbers> processes;
  private final List<CacheAside<Long, Long>> caches;
  private final AtomicLongArray acknowledged = new AtomicLongArray(KEYS);
  private final AtomicLongArray attempted = new AtomicLongArray(KEYS);
  private final AtomicReference<@Nullable String> violation = new AtomicReference<>();
  private final List<Thread> threads = new ArrayList<>();
  final AtomicLong reads = new AtomicLong();
  final AtomicLong writes = new AtomicLong();
  final AtomicLong refused = new AtomicLong();
  private volatile boolean stop;

  StalenessChecker(List<? extends Numbers> processes, List<CacheAside<Long, Long>> caches) {
    this.processes = processes;
    this.caches = caches;
    start("writer", () -> writeKeys(0));
    start("writer", () -> writeKeys(1));
    for (int i = 0; i < 4; i++) {
      int process = i % caches.size();
      start("reader", () -> readKeys(process));
    }
  }

  private void start(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setUncaughtExceptionHandler((t, e) -> violation.compareAndSet(null, t + ": " + e));
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  /** The writers share the keys, so that each key is counted up by one. */
  private void writeKeys(int writer) {
    while (!stop) {
      int key = ThreadLocalRandom.current().nextInt(KEYS / 2) * 2 + writer;
      long value = attempted.incrementAndGet(key);
      try {
        processes.get(writer).write(key, value, ThreadLocalRandom.current().nextInt(50) != 0);
        acknowledged.set(key, value);
        writes.incrementAndGet();
        check(key, value, writer, "own write");
      } catch (SQLException e) {
        refused.incrementAndGet();
      }
      Thread.yield();
    }
  }

  private void readKeys(int process) {
    long[] seen = new long[KEYS];
    while (!stop) {
      int key = ThreadLocalRandom.current().nextInt(KEYS);
      seen[key] = check(key, seen[key], process, "seen before");
      if (ThreadLocalRandom.current().nextInt(4) == 0) {
        long value = direct(key, process);
        require(value >= seen[key], "read of the database older than what was seen", key);
        seen[key] = value;
      }
    }
  }

  private long direct(int key, int process) {
    try {
      Long value = processes.get(process).read(key);
      return value == null ? 0 : value;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private long check(int key, long seen, int process, String what) {
    long before = acknowledged.get(key);
    READING.set(CausalScope.current());
    boolean[] past = {false};
    Optional<Long> got =
        caches
            .get(process)
            .get(
                (long) key,
                k -> {
                  past[0] = CausalScope.current() == READING.get();
                  return processes.get(process).read(k);
                });
    long value = got.orElse(0L);
    reads.incrementAndGet();
    require(value >= seen, "older than " + what + ": " + value + " after " + seen, key);
    require(
        past[0] || value >= before, "older than acknowledged: " + value + " after " + before, key);
    return value;
  }

  private void require(boolean holds, String what, int key) {
    if (!holds) {
      violation.compareAndSet(null, what + " (key " + key + ")");
    }
  }

  void verifyNothingStaleSoFar() {
    assertThat(violation.get()).isNull();
  }

  /** Stops, and looks whether anything old is left. */
  @Override
  public void close() {
    stop = true;
    for (Thread thread : threads) {
      try {
        thread.join(20_000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      assertThat(thread.isAlive()).as("%s ends", thread).isFalse();
    }
    verifyNothingStaleSoFar();
    for (long key = 0; key < KEYS; key++) {
      for (CacheAside<Long, Long> cache : caches) {
        try (CausalScope scope = CausalScope.open()) {
          assertThat(cache.get(key).orElse(0L))
              .as("key %s when all is quiet", key)
              .isGreaterThanOrEqualTo(acknowledged.get((int) key));
          assertThat(scope).isNotNull();
        }
      }
    }
  }
}
