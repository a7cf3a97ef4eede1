package dev.sluice.nosql;

import dev.sluice.nosql.Retry.Attempts;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Counters that take more writes than one item can, each change counted exactly once.
 *
 * <p>A counter is the sum of a fixed number of shards. Changes come in batches of a stream: the
 * write queue's packs of one producer and lane, or a {@link CounterFlusher}. A shard holds, next to
 * its number, the last sequence number of each stream, and takes a batch only if it follows: one
 * write for a whole batch and counter, exactly once however often the batch is repeated. After a
 * failure the same batch has to be repeated, with the same bounds and deltas, before the next one.
 * {@link #apply} checks the order of a stream that one process owns; {@link #applyOrdered} takes
 * streams that wander between processes, whose order a ledger keeps. The number of a stream is
 * forgotten some days after its last batch ({@link Builder#streamRetirement}); a repetition after
 * that would count again.
 *
 * <p>Reads sum the shards with consistent reads: they hold every batch that was acknowledged
 * before, but are no snapshot of batches in flight or of several counters.
 *
 * <p>Safe for use by several threads. The database's client belongs to the caller. Failures are
 * those of {@link HotStore}.
 */
public final class ShardedCounters {
  private static final int MOST_STREAMS = 10_000;
  private static final int LONGEST_NAME = 200;
  private static final int LONGEST_STREAM = 80;

  private final CounterRows rows;
  private final int shards;
  private final Retry retry;
  private final Duration streamRetirement;
  private final Clock clock;
  private volatile boolean agreed;

  private final Map<String, StreamOrder> streams =
      new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, StreamOrder> eldest) {
          return size() > MOST_STREAMS;
        }
      };

  private ShardedCounters(Builder builder) {
    this.rows = builder.rows;
    this.shards = builder.shards;
    this.retry = builder.retry;
    this.streamRetirement = builder.streamRetirement;
    this.clock = builder.clock;
  }

  /**
   * Starts counters.
   *
   * @param rows where they live
   * @return a builder
   */
  public static Builder builder(CounterRows rows) {
    return new Builder(rows);
  }

  /**
   * Applies a batch of a stream. Idempotent: call it again with the same arguments until it
   * returns. Batches of one stream come in order and without gaps, {@code first} being the last
   * one's {@code last + 1}; packs without counters are announced with no deltas. Where this process
   * does not know the stream yet it takes any beginning; then the order is the caller's duty, which
   * the write queue fulfils.
   *
   * @param stream names the stream, like {@code producer/lane}; 1 to 80 characters
   * @param first first sequence number of the batch, at least 1
   * @param last last sequence number of the batch
   * @param deltas what to add to which counter; a counter is 1 to 200 characters without {@code #}
   * @throws CounterOrderException if the batch does not follow
   */
  public void apply(String stream, long first, long last, Map<String, Long> deltas) {
    check(stream, first, last, deltas);
    StreamOrder order;
    synchronized (streams) {
      order = streams.computeIfAbsent(stream, s -> new StreamOrder());
    }
    synchronized (order) {
      switch (order.offer(first, last)) {
        case DONE -> {}
        case REFUSE ->
            throw new CounterOrderException(
                "counters: a batch from %d to %d was offered where %d must follow"
                    .formatted(first, last, order.next()));
        case ADD -> {
          add(stream, first, last, deltas);
          order.done(last);
        }
      }
    }
  }

  /**
   * Applies one batch of a stream whose order a ledger keeps, as the write queue's does for the
   * packs of a producer in a lane: the caller makes sure, over all processes, that a number is
   * offered only when all lower ones of the stream are done, and may leave out numbers without
   * deltas. Idempotent: call it again with the same arguments until it returns. Unlike {@link
   * #apply} nothing is remembered of the order here, so a stream may wander between processes.
   *
   * @param stream names the stream; 1 to 80 characters; not used with {@link #apply} too
   * @param number sequence number of the batch, at least 1
   * @param deltas what to add to which counter; a counter is 1 to 200 characters without {@code #}
   */
  public void applyOrdered(String stream, long number, Map<String, Long> deltas) {
    check(stream, number, number, deltas);
    add(stream, number, number, deltas);
  }

  private void check(String stream, long first, long last, Map<String, Long> deltas) {
    if (stream.isEmpty() || stream.length() > LONGEST_STREAM) {
      throw new IllegalArgumentException("stream: must have 1 to 80 characters");
    }
    if (first < 1 || last < first) {
      throw new IllegalArgumentException("first, last: must be 1 <= first <= last");
    }
    deltas.keySet().forEach(ShardedCounters::checkName);
    agree();
  }

  private void add(String stream, long first, long last, Map<String, Long> deltas) {
    long retireAt = clock.instant().plus(streamRetirement).getEpochSecond();
    int shard = Math.floorMod(stream.hashCode(), shards);
    CounterRows.Batch batch = new CounterRows.Batch(stream, first, last, retireAt);
    deltas.forEach((counter, delta) -> add(counter, shard, batch, delta));
  }

  private void add(String counter, int shard, CounterRows.Batch batch, long delta) {
    if (delta == 0) {
      return;
    }
    long stored = calling("add", true, () -> rows.add(counter, shard, batch, delta));
    if (stored != Long.MIN_VALUE && !StreamOrder.has(stored, batch.first(), batch.last())) {
      throw new CounterOrderException(
          "counters: a batch from %d to %d overlaps with one that ended at %d"
              .formatted(batch.first(), batch.last(), stored));
    }
  }

  /**
   * Reads one counter.
   *
   * @param counter the counter
   * @return its value; 0 if it was never changed
   */
  public long get(String counter) {
    return getAll(java.util.List.of(counter)).getOrDefault(counter, 0L);
  }

  /**
   * Reads many counters.
   *
   * @param counters the counters
   * @return the values of those that were ever changed
   */
  public Map<String, Long> getAll(Collection<String> counters) {
    counters.forEach(ShardedCounters::checkName);
    agree();
    return calling("read", false, () -> rows.read(new LinkedHashSet<>(counters), shards));
  }

  /** Another number of shards would send a repeated batch to another item. */
  private void agree() {
    if (agreed) {
      return;
    }
    int recorded = calling("agree", false, () -> rows.agree(shards));
    if (recorded != shards) {
      throw new IllegalStateException(
          "shards: the table was made with " + recorded + ", which cannot change; got " + shards);
    }
    agreed = true;
  }

  private <T> T calling(String what, boolean write, Supplier<T> call) {
    Attempts attempts = retry.start();
    boolean doubt = false;
    while (true) {
      HotStoreException last;
      try {
        return call.get();
      } catch (ThrottledException | UnavailableException e) {
        last = e;
      } catch (OutcomeUnknownException e) {
        last = e;
        doubt = write;
      }
      if (!attempts.next()) {
        String message = "counters: " + what + " failed: " + last.getMessage() + " " + attempts;
        if (doubt) {
          throw new OutcomeUnknownException(message, last);
        }
        throw last instanceof ThrottledException throttled
            ? new ThrottledException(throttled.reason(), message, last)
            : new UnavailableException(message, last);
      }
    }
  }

  static void checkName(String counter) {
    if (counter.isEmpty() || counter.length() > LONGEST_NAME || counter.indexOf('#') >= 0) {
      throw new IllegalArgumentException("counter: must have 1 to 200 characters and no #");
    }
  }

  Duration streamRetirement() {
    return streamRetirement;
  }

  /** Configures counters. Not safe for use by several threads. */
  public static final class Builder {
    private final CounterRows rows;
    private int shards = 8;
    private Retry retry = Retry.within(Duration.ofSeconds(3));
    private Duration streamRetirement = Duration.ofDays(15);
    private Clock clock = Clock.systemUTC();

    private Builder(CounterRows rows) {
      this.rows = Objects.requireNonNull(rows, "rows");
    }

    /**
     * Over how many items a counter is spread: each takes about 1,000 batches a second. Fixed when
     * the table is first used.
     *
     * @param count 1 to 100; default 8
     * @return this builder
     */
    public Builder shards(int count) {
      this.shards = count;
      return this;
    }

    /**
     * How calls are repeated.
     *
     * @param policy the policy; default {@link Retry#within} 3 s
     * @return this builder
     */
    public Builder retry(Retry policy) {
      this.retry = policy;
      return this;
    }

    /**
     * How long after its last batch the number of a stream is kept. Must be longer than any batch
     * can be repeated: longer than the retention of the queue. Each stream kept takes about 60
     * bytes of every shard item that it wrote; beyond 1 KB a write costs another write unit.
     *
     * @param retirement 1 h to 400 d; default 15 d
     * @return this builder
     */
    public Builder streamRetirement(Duration retirement) {
      this.streamRetirement = retirement;
      return this;
    }

    Builder clock(Clock source) {
      this.clock = source;
      return this;
    }

    /**
     * Checks everything; makes no call.
     *
     * @return the counters
     */
    public ShardedCounters build() {
      if (shards < 1 || shards > 100) {
        throw new IllegalArgumentException("shards: must be 1 to 100, got " + shards);
      }
      if (streamRetirement.compareTo(Duration.ofHours(1)) < 0
          || streamRetirement.compareTo(Duration.ofDays(400)) > 0) {
        throw new IllegalArgumentException(
            "streamRetirement: must be 1 h to 400 d, got " + streamRetirement);
      }
      Objects.requireNonNull(retry, "retry");
      return new ShardedCounters(this);
    }
  }
}
