package dev.sluice.demo;

import dev.sluice.demo.shop.ShopFloor;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** Looks at a step four times a second, for the progress bar and the queue's depth. */
final class Watch implements AutoCloseable {
  private static final long MILLIS = 250;

  private final ShopFloor floor;
  private final Progress progress;
  private final long start = System.nanoTime();
  private final Duration whole;
  private final AtomicLong deepest = new AtomicLong(-1);
  private volatile boolean measuring;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "watch");
            thread.setDaemon(true);
            return thread;
          });

  Watch(ShopFloor floor, Progress progress, Duration whole) {
    this.floor = floor;
    this.progress = progress;
    this.whole = whole;
    // Ended with its executor.
    var unused = timer.scheduleAtFixedRate(this::look, MILLIS, MILLIS, TimeUnit.MILLISECONDS);
  }

  private void look() {
    OptionalLong depth = floor.queueDepth();
    if (measuring && depth.isPresent()) {
      deepest.accumulateAndGet(depth.getAsLong(), Math::max);
    }
    double share = (double) (System.nanoTime() - start) / whole.toNanos();
    String what = !measuring ? "warming up" : share < 1 ? "measuring" : "settling";
    progress.show(
        share, depth.isPresent() ? what + ", queue " + depth.getAsLong() + " deep" : what);
  }

  /** From now on what is seen counts. */
  void measuring() {
    measuring = true;
  }

  /** The deepest queue seen; null without a queue. */
  @Nullable Long deepest() {
    long depth = deepest.get();
    return depth < 0 ? null : depth;
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
