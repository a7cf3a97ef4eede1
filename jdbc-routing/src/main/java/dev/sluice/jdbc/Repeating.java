package dev.sluice.jdbc;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A task that runs again and again, never twice at a time, and says itself when it wants to run
 * next. Safe for use by several threads.
 */
final class Repeating implements AutoCloseable {
  private final Object lock = new Object();
  private final ScheduledExecutorService executor;
  private final LongSupplier task;
  private @Nullable ScheduledFuture<?> next;
  private boolean running;
  private boolean again;
  private boolean closed;

  /**
   * A task that does not run before {@link #soon}.
   *
   * @param task returns the nanoseconds until it wants to run again; must not throw
   */
  Repeating(ScheduledExecutorService executor, LongSupplier task) {
    this.executor = executor;
    this.task = task;
  }

  /** Runs it as soon as a thread is free, or once more after a run that is under way. */
  void soon() {
    within(0);
  }

  /** Runs it after this time at the latest. */
  void within(long nanos) {
    synchronized (lock) {
      if (closed) {
        return;
      }
      if (running) {
        again = true;
        return;
      }
      ScheduledFuture<?> planned = next;
      if (planned == null || planned.getDelay(TimeUnit.NANOSECONDS) > nanos) {
        if (planned != null) {
          planned.cancel(false);
        }
        plan(nanos);
      }
    }
  }

  private void plan(long nanos) {
    try {
      next = executor.schedule(this::run, nanos, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      // The executor is the user's and was shut down before us.
      closed = true;
    }
  }

  private void run() {
    synchronized (lock) {
      if (closed || running) {
        return;
      }
      running = true;
      again = false;
      next = null;
    }
    long delay = 1_000_000_000;
    try {
      delay = task.getAsLong();
    } finally {
      synchronized (lock) {
        running = false;
        if (!closed) {
          plan(again ? 0 : Math.max(0, delay));
        }
      }
    }
  }

  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
      if (next != null) {
        next.cancel(true);
      }
    }
  }
}
