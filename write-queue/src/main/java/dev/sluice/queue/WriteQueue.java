package dev.sluice.queue;

import dev.sluice.causality.CausalSource;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Takes writes and stores them in a queue, from which {@link WriteApplier}s, here or elsewhere,
 * apply them to the database.
 *
 * <p>Guarantees: a write whose ticket is accepted takes effect exactly once or is parked; writes
 * with equal ordering keys that this object took take effect in the order of their submission, and
 * after those that another producer had accepted before. Not guaranteed: anything about a write
 * that is not accepted when the process ends; it may have been stored or not.
 *
 * <p>Thread-safe. {@link #submit} does no I/O and takes no lock; when {@link
 * Builder#maxPendingBytes} wait for the queue, since it is slow or gone, it blocks up to {@link
 * Builder#submitTimeout} and then throws. What is pending is sent again until it is stored. {@link
 * #close} sends what is pending, within {@link Builder#closeTimeout}; transport, DataSource and
 * source stay the user's to close.
 */
public final class WriteQueue implements AutoCloseable {
  /** Room for everything of an envelope but the writes. */
  static final int ENVELOPE_BYTES = 320;

  private static final int WAY_BYTES = 160;

  final String name;
  final String producer;
  final int lanes;
  final int maxPackBytes;
  final int maxPackWrites;
  final long lingerNanos;
  final Transport transport;
  final RandomGenerator random = RandomGenerator.getDefault();
  final LongAdder sendFailures = new LongAdder();
  private final Duration submitTimeout;
  private final Duration closeTimeout;
  private final Bytes pending;
  private final List<LaneSender> senders = new ArrayList<>();
  private final ThreadPoolExecutor sending;
  private final ExecutorService callbacks;
  private final @Nullable AppliedWatch watch;
  private final CountDownLatch abandoned = new CountDownLatch(1);
  private volatile boolean closed;

  private WriteQueue(Builder builder, Transport transport, String name, int maxPackBytes) {
    this.name = name;
    this.transport = transport;
    this.maxPackBytes = maxPackBytes;
    byte[] id = new byte[16];
    new SecureRandom().nextBytes(id);
    producer = HexFormat.of().formatHex(id);
    lanes = builder.lanes;
    maxPackWrites = builder.maxPackWrites;
    lingerNanos = builder.linger.toNanos();
    submitTimeout = builder.submitTimeout;
    closeTimeout = builder.closeTimeout;
    pending = new Bytes(builder.maxPendingBytes);
    for (int lane = 0; lane < lanes; lane++) {
      senders.add(new LaneSender(this, lane));
    }
    sending =
        new ThreadPoolExecutor(
            lanes,
            lanes,
            30,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            Threads.named("send-" + name));
    sending.allowCoreThreadTimeOut(true);
    callbacks = Executors.newSingleThreadExecutor(Threads.named("tickets-" + name));
    DataSource ledger = builder.ledger;
    watch =
        ledger == null
            ? null
            : new AppliedWatch(name, producer, ledger, builder.source, builder.appliedPoll);
  }

  /**
   * Describes a queue.
   *
   * @return a builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Queues a write.
   *
   * @param write the write
   * @return its ticket
   * @throws IllegalArgumentException if the write is larger than a pack may be
   * @throws WriteQueueException if too much is pending and stays so; the write was not queued
   * @throws IllegalStateException if this queue is closed; the write was not queued
   */
  public WriteTicket submit(Write write) {
    LaneSender.Pending one = pending(write);
    reserve(one.bytes() + WAY_BYTES);
    return queued(one);
  }

  /**
   * Queues several writes, all of them or, if this throws, none; each takes effect by itself. For
   * all or nothing in the database see {@link Write#atomically}.
   *
   * @param writes the writes, in order; together at most {@link Builder#maxPendingBytes}
   * @return their tickets
   * @throws IllegalArgumentException if a write is larger than a pack may be, or all together are
   *     larger than {@link Builder#maxPendingBytes}; none was queued
   * @throws WriteQueueException if too much is pending and stays so; none was queued
   * @throws IllegalStateException if this queue is closed; none was queued
   */
  public List<WriteTicket> submitAll(List<? extends Write> writes) {
    List<LaneSender.Pending> all = new ArrayList<>(writes.size());
    long bytes = 0;
    for (Write write : writes) {
      LaneSender.Pending one = pending(write);
      all.add(one);
      bytes += one.bytes() + WAY_BYTES;
    }
    if (bytes > pending.most()) {
      throw new IllegalArgumentException(
          "%s: %d writes of %d bytes do not fit maxPendingBytes, which is %d"
              .formatted(name, all.size(), bytes, pending.most()));
    }
    reserve(bytes);
    List<WriteTicket> tickets = new ArrayList<>(all.size());
    for (LaneSender.Pending one : all) {
      tickets.add(queued(one));
    }
    return tickets;
  }

  private LaneSender.Pending pending(Write write) {
    String json = JsonText.of(write);
    int bytes = JsonText.bytes(json);
    if (bytes + ENVELOPE_BYTES > maxPackBytes) {
      throw new IllegalArgumentException(
          name + ": a write of " + bytes + " bytes does not fit a pack of " + maxPackBytes);
    }
    int lane = Math.floorMod(spread(write.orderingKey().hashCode()), lanes);
    return new LaneSender.Pending(new WriteTicket(this, write), lane, json, bytes);
  }

  /** With room reserved, this does not fail. */
  private WriteTicket queued(LaneSender.Pending one) {
    senders.get(one.lane()).add(one);
    return one.ticket();
  }

  /**
   * How much is submitted and not accepted.
   *
   * @return about that many bytes
   */
  public long pendingBytes() {
    return pending.used();
  }

  /**
   * How many attempts to send have failed.
   *
   * @return the count since the start
   */
  public long sendFailures() {
    return sendFailures.sum();
  }

  /**
   * Takes no more writes, sends what is pending without lingering, and returns when all of it is
   * accepted or {@link Builder#closeTimeout} is over; tickets still open then fail, all of them, in
   * all their stages. An interrupt ends the wait and stays set. Closing again does nothing.
   */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    senders.forEach(LaneSender::wake);
    try {
      pending.awaitEmpty(closeTimeout.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    abandoned.countDown();
    sending.shutdownNow();
    senders.forEach(LaneSender::abandon);
    callbacks.shutdown();
    if (watch != null) {
      watch.close();
    }
  }

  /**
   * Mixes, since lanes are few and hash codes of similar keys differ in few bits; part of the
   * protocol.
   */
  static int spread(int hash) {
    int mixed = hash * 0x9E3779B9;
    return mixed ^ (mixed >>> 16);
  }

  /** False if there is no thread to be had now: the next write, or the end, finds what waits. */
  boolean execute(LaneSender sender) {
    try {
      sending.execute(sender);
    } catch (RejectedExecutionException e) {
      // abandoned: fails the tickets
      sender.run();
    } catch (OutOfMemoryError e) {
      sendFailures.increment();
      return false;
    }
    return true;
  }

  boolean closing() {
    return closed;
  }

  boolean abandoned() {
    return abandoned.getCount() == 0;
  }

  /** Waits, or returns false at once when what is pending is given up. */
  boolean pause(long nanos) {
    try {
      return !abandoned.await(nanos, TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      if (!abandoned()) {
        // whoever it was, a pack whose number is taken must not be given up
        return true;
      }
      Thread.currentThread().interrupt();
      return false;
    }
  }

  void settled(List<LaneSender.Pending> pack, @Nullable Throwable failure) {
    Runnable tell = () -> pack.forEach(p -> p.ticket().settle(failure));
    try {
      callbacks.execute(tell);
    } catch (RejectedExecutionException | OutOfMemoryError e) {
      // closed, or no thread to be had: a ticket that is told late is better than one that is not
      tell.run();
    }
    long bytes = 0;
    for (LaneSender.Pending each : pack) {
      bytes += each.bytes() + WAY_BYTES;
    }
    pending.giveBack(bytes);
  }

  AppliedWatch watch() {
    if (watch == null) {
      throw new IllegalStateException(
          name + ": built without a ledger, so what is applied is not known");
    }
    return watch;
  }

  private void reserve(long bytes) {
    try {
      if (!pending.take(bytes, submitTimeout.toNanos())) {
        throw new WriteQueueException(
            "%s: no room for a write after %d ms (%d bytes pending, %d failed sends)"
                .formatted(name, submitTimeout.toMillis(), pending.used(), sendFailures.sum()),
            null);
      }
      if (closed) {
        pending.giveBack(bytes);
        throw new IllegalStateException(name + ": closed");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WriteQueueException(name + ": interrupted while waiting for room", e);
    }
  }

  /** Describes a queue; not thread-safe. */
  public static final class Builder {
    private static final int MOST_PACK_BYTES = 900 * 1024;

    private @Nullable Transport transport;
    private @Nullable String name;
    private int lanes = 4;
    private int maxPackBytes = -1;
    private int maxPackWrites = 200;
    private long maxPendingBytes = 64L << 20;
    private Duration submitTimeout = Duration.ofSeconds(5);
    private Duration closeTimeout = Duration.ofSeconds(30);
    private Duration appliedPoll = Duration.ofMillis(20);
    private Duration linger = Duration.ZERO;
    private @Nullable DataSource ledger;
    private @Nullable CausalSource source;

    private Builder() {}

    /**
     * Where packs are stored; required.
     *
     * @param transport a transport, not closed
     * @return this
     */
    public Builder transport(Transport transport) {
      this.transport = Objects.requireNonNull(transport, "transport");
      return this;
    }

    /**
     * Name of the queue, the same for its producers and appliers; required. Part of the ledger.
     *
     * @param name 1 to 64 of letters, digits, {@code -} and {@code _}
     * @return this
     */
    public Builder name(String name) {
      this.name = Objects.requireNonNull(name, "name");
      return this;
    }

    /**
     * How many lanes, which is how many writers the database has at most; default 4. The same for
     * all producers and appliers of a queue, or packs are parked.
     *
     * @param lanes 1 to 16
     * @return this
     */
    public Builder lanes(int lanes) {
      this.lanes = lanes;
      return this;
    }

    /**
     * Largest message in bytes; default 900 KiB or what the queue takes, whatever is less.
     *
     * @param maxPackBytes 1 KiB to what the queue takes
     * @return this
     */
    public Builder maxPackBytes(int maxPackBytes) {
      this.maxPackBytes = maxPackBytes;
      return this;
    }

    /**
     * Most writes in a message; default 200.
     *
     * @param maxPackWrites 1 to 1000
     * @return this
     */
    public Builder maxPackWrites(int maxPackWrites) {
      this.maxPackWrites = maxPackWrites;
      return this;
    }

    /**
     * Most memory for writes that are not accepted yet; default 64 MiB.
     *
     * @param maxPendingBytes 1 MiB to 4 GiB
     * @return this
     */
    public Builder maxPendingBytes(long maxPendingBytes) {
      this.maxPendingBytes = maxPendingBytes;
      return this;
    }

    /**
     * How long {@link WriteQueue#submit} waits for room; default 5 seconds.
     *
     * @param submitTimeout 0 to 10 minutes
     * @return this
     */
    public Builder submitTimeout(Duration submitTimeout) {
      this.submitTimeout = Objects.requireNonNull(submitTimeout, "submitTimeout");
      return this;
    }

    /**
     * How long {@link WriteQueue#close} waits for what is pending; default 30 seconds.
     *
     * @param closeTimeout 0 to 10 minutes
     * @return this
     */
    public Builder closeTimeout(Duration closeTimeout) {
      this.closeTimeout = Objects.requireNonNull(closeTimeout, "closeTimeout");
      return this;
    }

    /**
     * The database with the ledger, asked for what is applied while somebody waits for that;
     * without it {@link WriteTicket#applied} is refused.
     *
     * @param ledger a DataSource, not closed
     * @return this
     */
    public Builder ledger(DataSource ledger) {
      this.ledger = Objects.requireNonNull(ledger, "ledger");
      return this;
    }

    /**
     * How long a pack that is not full waits for more writes before it is sent; not when the queue
     * is being closed. While one is on its way the next one fills anyway, so this only matters
     * where SQS answers faster than writes come.
     *
     * @param linger 0, the default, to 10 seconds
     * @return this
     */
    public Builder linger(Duration linger) {
      this.linger = Objects.requireNonNull(linger, "linger");
      return this;
    }

    /**
     * How often the ledger is asked while somebody waits; default 20 milliseconds.
     *
     * @param appliedPoll 1 millisecond to 1 minute
     * @return this
     */
    public Builder appliedPoll(Duration appliedPoll) {
      this.appliedPoll = Objects.requireNonNull(appliedPoll, "appliedPoll");
      return this;
    }

    /**
     * The database as a source of positions; without it {@link WriteTicket#token} is refused. Needs
     * {@link #ledger}.
     *
     * @param source for example the routing DataSource
     * @return this
     */
    public Builder source(CausalSource source) {
      this.source = Objects.requireNonNull(source, "source");
      return this;
    }

    /**
     * Makes the queue; does no I/O.
     *
     * @return the queue, to be closed
     * @throws IllegalArgumentException if an option is missing or out of its bounds, naming it
     */
    public WriteQueue build() {
      Transport to = Options.required("transport", transport);
      String known = Options.name(name);
      Options.range("lanes", lanes, 1, 16);
      Options.range("maxPackWrites", maxPackWrites, 1, 1000);
      Options.range("maxPendingBytes", maxPendingBytes, 1L << 20, 4L << 30);
      Options.range("submitTimeout", submitTimeout, Duration.ZERO, Duration.ofMinutes(10));
      Options.range("closeTimeout", closeTimeout, Duration.ZERO, Duration.ofMinutes(10));
      Options.range("linger", linger, Duration.ZERO, Duration.ofSeconds(10));
      Options.range("appliedPoll", appliedPoll, Duration.ofMillis(1), Duration.ofMinutes(1));
      if (source != null && ledger == null) {
        throw new IllegalArgumentException("source: needs a ledger, too");
      }
      int most = to.maximumMessageBytes();
      int bytes = maxPackBytes == -1 ? Math.min(MOST_PACK_BYTES, most) : maxPackBytes;
      Options.range("maxPackBytes", bytes, 1024, most);
      return new WriteQueue(this, to, known, bytes);
    }
  }
}
