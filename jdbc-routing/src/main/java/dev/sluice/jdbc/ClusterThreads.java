package dev.sluice.jdbc;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What runs the background tasks: daemon threads of our own, or an executor of the user's. */
final class ClusterThreads implements AutoCloseable {
  /**
   * Besides two a replica, for its position and its role: primary, ageing, catalog, draining,
   * discovery; who the primary is, and its own answer to that.
   */
  private static final int SPARE = 7;

  private final @Nullable ScheduledThreadPoolExecutor own;
  private final ScheduledExecutorService executor;

  ClusterThreads(String name, int replicas, @Nullable ScheduledExecutorService given) {
    if (given == null) {
      ScheduledThreadPoolExecutor made = threads(name, 2 * replicas + SPARE);
      this.own = made;
      this.executor = made;
    } else {
      this.own = null;
      this.executor = given;
    }
  }

  private static ScheduledThreadPoolExecutor threads(String name, int count) {
    AtomicInteger number = new AtomicInteger();
    ScheduledThreadPoolExecutor threads =
        new ScheduledThreadPoolExecutor(
            count,
            task -> {
              Thread thread = new Thread(task, "sluice-" + name + "-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    threads.setRemoveOnCancelPolicy(true);
    return threads;
  }

  ScheduledExecutorService executor() {
    return executor;
  }

  /** There is another number of replicas. */
  void replicas(int count) {
    if (own != null) {
      own.setCorePoolSize(2 * count + SPARE);
    }
  }

  @Override
  public void close() {
    if (own != null) {
      own.shutdownNow();
    }
  }
}
