package dev.sluice.nosql;

import dev.sluice.core.Ticker;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Collects changes of counters in this process and writes them as batches, as a stream of its own.
 *
 * <p>Guarantees: what {@link #add} took is counted exactly once, whatever answers are lost, unless
 * the process dies before it is flushed: up to one interval of changes, or more while the store is
 * gone. Where that is too much, send the changes through the write queue. A batch without a
 * definite answer is repeated unchanged before any other, up to half of {@link
 * ShardedCounters.Builder#streamRetirement}; after that the flusher refuses everything.
 *
 * <p>Safe for use by several threads; {@code add} takes a lock for a moment and never waits for the
 * store. Memory is bounded by the number of different counters: beyond that {@code add} is refused.
 * The caller closes it, which writes the rest.
 */
public final class CounterFlusher implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(CounterFlusher.class);

  private final ShardedCounters counters;
  private final int maximumCounters;
  private final long interval;
  private final long longestDoubt;
  private final Ticker ticker;
  private final String stream;
  private final Thread thread;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition closing = lock.newCondition();
  private Map<String, Long> collected = new HashMap<>();
  private boolean closed;
  private volatile boolean expired;

  /** Guards what follows: one batch at a time. */
  private final ReentrantLock sending = new ReentrantLock();

  private @Nullable Map<String, Long> batch;
  private long sequence;
  private long batchStarted;

  private CounterFlusher(Builder builder) {
    this.counters = builder.counters;
    this.maximumCounters = builder.maximumCounters;
    this.interval = builder.interval.toNanos();
    this.longestDoubt = counters.streamRetirement().toNanos() / 2;
    this.ticker = builder.ticker;
    this.stream = "f-" + new BigInteger(128, new SecureRandom()).toString(Character.MAX_RADIX);
    this.thread = new Thread(this::run, "sluice-counter-flusher");
    thread.setDaemon(true);
    if (interval > 0) {
      thread.start();
    }
  }

  /**
   * Starts a flusher.
   *
   * @param counters where to write
   * @return a builder
   */
  public static Builder builder(ShardedCounters counters) {
    return new Builder(counters);
  }

  /**
   * Takes a change.
   *
   * @param counter the counter
   * @param delta what to add
   * @throws IllegalStateException if the flusher is closed
   * @throws UnavailableException if too many different counters wait, since the store is gone
   */
  public void add(String counter, long delta) {
    ShardedCounters.checkName(counter);
    lock.lock();
    try {
      if (closed) {
        throw new IllegalStateException("counter flusher: is closed");
      }
      if (expired || (collected.size() >= maximumCounters && !collected.containsKey(counter))) {
        throw new UnavailableException(
            "counter flusher: the store is not reachable and "
                + collected.size()
                + " counters wait",
            null);
      }
      collected.merge(counter, delta, Math::addExact);
    } finally {
      lock.unlock();
    }
  }

  /**
   * Writes what was taken before the call; returns when it is acknowledged.
   *
   * @throws HotStoreException if it could not be written yet; it stays and is written later
   */
  public void flush() {
    sending.lock();
    try {
      send();
      send();
    } finally {
      sending.unlock();
    }
  }

  /** Sends the batch that waits, or else a new one. */
  private void send() {
    if (batch == null) {
      lock.lock();
      try {
        if (collected.isEmpty()) {
          return;
        }
        batch = Map.copyOf(collected);
        collected = new HashMap<>();
      } finally {
        lock.unlock();
      }
      sequence++;
      batchStarted = ticker.nanos();
    }
    if (ticker.nanos() - batchStarted > longestDoubt) {
      expired = true;
      throw new OutcomeUnknownException(
          "counter flusher: a batch of " + batch.size() + " counters got no answer for too long",
          null);
    }
    counters.apply(stream, sequence, sequence, batch);
    batch = null;
  }

  private void run() {
    boolean failing = false;
    while (true) {
      lock.lock();
      try {
        if (!closed) {
          closing.awaitNanos(interval);
        }
        if (closed) {
          return;
        }
      } catch (InterruptedException e) {
        return;
      } finally {
        lock.unlock();
      }
      try {
        flush();
        failing = false;
      } catch (RuntimeException e) {
        if (!failing) {
          LOG.warn("counter flusher: changes wait, {}", e.getMessage());
        }
        failing = true;
      }
    }
  }

  /**
   * Takes no more changes and writes the rest, within the retry budget of the counters.
   *
   * @throws HotStoreException if the rest could not be written: those changes are lost, or in doubt
   *     as the exception says; closing again tries again
   */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      closing.signalAll();
    } finally {
      lock.unlock();
    }
    flush();
  }

  /** Configures a flusher. Not safe for use by several threads. */
  public static final class Builder {
    private final ShardedCounters counters;
    private Duration interval = Duration.ofMillis(200);
    private int maximumCounters = 10_000;
    private Ticker ticker = Ticker.system();

    private Builder(ShardedCounters counters) {
      this.counters = Objects.requireNonNull(counters, "counters");
    }

    /**
     * How often changes are written.
     *
     * @param time 1 ms to 1 min, or zero for only by {@link #flush}; default 200 ms
     * @return this builder
     */
    public Builder interval(Duration time) {
      this.interval = time;
      return this;
    }

    /**
     * How many different counters may wait.
     *
     * @param count 1 to 1,000,000; default 10,000
     * @return this builder
     */
    public Builder maximumCounters(int count) {
      this.maximumCounters = count;
      return this;
    }

    /**
     * The time.
     *
     * @param source default is the system's
     * @return this builder
     */
    public Builder ticker(Ticker source) {
      this.ticker = source;
      return this;
    }

    /**
     * Checks everything and starts the thread.
     *
     * @return the flusher
     */
    public CounterFlusher build() {
      if (!interval.isZero()
          && (interval.toNanos() < TimeUnit.MILLISECONDS.toNanos(1)
              || interval.compareTo(Duration.ofMinutes(1)) > 0)) {
        throw new IllegalArgumentException("interval: must be 0 or 1 ms to 1 min, got " + interval);
      }
      if (maximumCounters < 1 || maximumCounters > 1_000_000) {
        throw new IllegalArgumentException(
            "maximumCounters: must be 1 to 1,000,000, got " + maximumCounters);
      }
      return new CounterFlusher(this);
    }
  }
}
