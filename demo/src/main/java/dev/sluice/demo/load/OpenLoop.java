package dev.sluice.demo.load;

import dev.sluice.core.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Offers operations at a fixed rate, whether or not the ones before are done, as users do. A
 * latency is counted from the moment at which the operation was due, not from the moment at which a
 * worker was free for it, so a slow answer is charged with the wait that it causes (no coordinated
 * omission). Workers are bounded: each takes the number of the next arrival and waits for its
 * moment; when all are busy arrivals come late, and those later than the limit are dropped and
 * counted. Dropped arrivals are measured with the lateness that they had, failed ones with the time
 * that they took: whoever gave up has waited, too.
 *
 * <p>Safe for use by several threads; each run is one load with its own threads, all ended when it
 * returns.
 */
public final class OpenLoop {
  private final int perSecond;
  private final int workers;
  private final long latestNanos;
  private final Ticker ticker;
  private final Waiting waiting;

  /**
   * A load generator on the system's clock.
   *
   * @param perSecond arrivals a second, positive
   * @param workers operations under way at once, at most
   * @param latest lateness after which an arrival is dropped
   */
  public OpenLoop(int perSecond, int workers, Duration latest) {
    this(perSecond, workers, latest, Ticker.system(), Waiting.parked());
  }

  OpenLoop(int perSecond, int workers, Duration latest, Ticker ticker, Waiting waiting) {
    this.perSecond = perSecond;
    this.workers = workers;
    this.latestNanos = latest.toNanos();
    this.ticker = ticker;
    this.waiting = waiting;
  }

  /**
   * Offers load and returns when all that was started is done.
   *
   * @param first number of the first arrival
   * @param duration how long
   * @param operation what to do
   * @param stop ends the load early
   * @return what was measured
   * @throws InterruptedException when interrupted; the workers are ended first
   */
  public LoadResult run(long first, Duration duration, Operation operation, BooleanSupplier stop)
      throws InterruptedException {
    Load load = new Load(first, duration, operation, stop);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < workers; i++) {
      Thread thread = new Thread(load, "load-" + i);
      thread.setDaemon(true);
      threads.add(thread);
      thread.start();
    }
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      threads.forEach(Thread::interrupt);
      throw e;
    }
    return load.result();
  }

  private final class Load implements Runnable {
    private final long first;
    private final long start = ticker.nanos();
    private final long end;
    private final long total;
    private final Operation operation;
    private final BooleanSupplier stop;
    private final AtomicLong next = new AtomicLong();
    private final LongAdder arrived = new LongAdder();
    private final LongAdder completed = new LongAdder();
    private final LongAdder notStarted = new LongAdder();
    private final LongAdder failed = new LongAdder();
    private final LongAdder late = new LongAdder();
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private final Latency reads = new Latency();
    private final Latency writes = new Latency();
    private volatile boolean cut;

    Load(long first, Duration duration, Operation operation, BooleanSupplier stop) {
      this.first = first;
      this.operation = operation;
      this.stop = stop;
      this.end = start + duration.toNanos();
      this.total = Math.max(1, Math.round(duration.toNanos() / 1e9 * perSecond));
    }

    @Override
    public void run() {
      while (true) {
        long number = next.getAndIncrement();
        if (number >= total) {
          return;
        }
        long due = start + number * 1_000_000_000 / perSecond;
        waiting.until(due, ticker, stop);
        long lateness = ticker.nanos() - due;
        // Also when somebody wants to stop: these had come, and nobody was there for them.
        if (lateness > latestNanos) {
          arrived.increment();
          notStarted.increment();
          latency(number).record(lateness);
        } else if (stop.getAsBoolean() || Thread.currentThread().isInterrupted()) {
          cut = true;
          return;
        } else {
          arrived.increment();
          perform(number, due);
        }
      }
    }

    private Latency latency(long number) {
      return operation.kind(first + number) == OperationKind.READ ? reads : writes;
    }

    private void perform(long number, long due) {
      try {
        operation.perform(first + number);
        long now = ticker.nanos();
        latency(number).record(now - due);
        (now <= end ? completed : late).increment();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (Exception e) {
        latency(number).record(ticker.nanos() - due);
        failed.increment();
        failure.compareAndSet(null, e);
      }
    }

    LoadResult result() {
      // Cut short, the load was as long as it lasted.
      long lasted = cut ? Math.min(end, Math.max(ticker.nanos(), start + 1)) - start : end - start;
      return new LoadResult(
          lasted / 1e9,
          cut,
          arrived.sum(),
          completed.sum(),
          late.sum(),
          notStarted.sum(),
          failed.sum(),
          failure.get(),
          reads,
          writes);
    }
  }
}
