package dev.sluice.queue;

import dev.sluice.core.Ticker;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies the writes of a queue to a database: many in one transaction, one transaction at a time
 * for each lane, however many appliers run in however many processes.
 *
 * <p>Guarantees: each accepted write is committed exactly once, together with the ledger's note of
 * it, or parked; writes of one ordering key in their order. Neither a crash at any moment, nor
 * messages that come twice, nor lost answers of queue or database change that. Not guaranteed:
 * anything about what other programs do to the same rows, and what a failover of an asynchronously
 * replicated primary loses after a message was deleted.
 *
 * <p>Thread-safe. While the database is gone or refuses all writes, writes stay in the queue and
 * are tried again with growing pauses; while the queue is gone, receiving is. {@link #close} ends
 * gracefully; transport and DataSource stay the user's to close. With a routing DataSource the
 * commits are published to its listeners by it.
 */
public final class WriteApplier implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WriteApplier.class);
  private static final long CUT_OFF_SECONDS = 5;

  final Transport transport;
  final DataSource dataSource;
  final Duration visibility;
  final Duration transactionTimeout;
  final Duration laterTimeout;
  final Duration receiveInterval;
  final int batchWrites;
  final Consumer<CrashPoint> crash;
  final RandomGenerator random = RandomGenerator.getDefault();
  private final String name;
  private final int lanes;
  private final PoisonPolicy poison;
  private final Sinks sinks;
  private final Duration receiveWait;
  private final Receiver source;
  private final Duration drainTimeout;
  private final List<LaneWorker> workers = new ArrayList<>();
  private final ExecutorService threads;
  private final ExecutorService receiver;
  private final ScheduledExecutorService heart;
  private final CountDownLatch draining = new CountDownLatch(1);
  private final CountDownLatch received = new CountDownLatch(1);
  private boolean started;

  private WriteApplier(Builder builder, Transport transport, DataSource dataSource, String name) {
    this.transport = transport;
    this.dataSource = dataSource;
    this.name = name;
    lanes = builder.lanes;
    visibility = builder.visibility;
    transactionTimeout = builder.transactionTimeout;
    laterTimeout = builder.laterTimeout;
    batchWrites = builder.batchWrites;
    poison = builder.poison;
    sinks = builder.sinks.build();
    receiveWait = builder.receiveWait;
    receiveInterval = builder.receiveInterval;
    drainTimeout = builder.drainTimeout;
    crash = builder.crash;
    threads = Executors.newFixedThreadPool(lanes, Threads.named("apply-" + name));
    receiver = Executors.newSingleThreadExecutor(Threads.named("receive-" + name));
    source = new Receiver(this, name, draining, workers);
    // one beats, one cuts off: neither waits for the other
    heart = Executors.newScheduledThreadPool(2, Threads.named("heart-" + name));
  }

  /**
   * Describes an applier.
   *
   * @return a builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Checks database and ledger, and begins to apply.
   *
   * @return this
   * @throws SQLException if the database cannot be reached, is none of MySQL, MariaDB and
   *     PostgreSQL, has no ledger, or its driver is set up in a way that loses writes
   * @throws IllegalArgumentException if the queue was made with another number of lanes
   * @throws IllegalStateException if it was started or closed before
   */
  public synchronized WriteApplier start() throws SQLException {
    if (started || drained()) {
      throw new IllegalStateException(name + ": an applier is started once");
    }
    SqlDialect dialect;
    long mostBytes;
    try (Connection connection = dataSource.getConnection()) {
      SqlDialect.requireSafe(connection);
      dialect = SqlDialect.of(connection);
      Ledger.prepareLanes(connection, dialect, name, lanes);
      mostBytes = StepRunner.mostBytes(connection, dialect);
      if (!connection.getAutoCommit()) {
        connection.commit();
      }
    }
    TableCatalog catalog = new TableCatalog(Ticker.system());
    for (int lane = 0; lane < lanes; lane++) {
      workers.add(
          new LaneWorker(
              this,
              new LaneContext(
                  name, lane, lanes, dialect, poison, crash, catalog, mostBytes, sinks)));
    }
    started = true;
    workers.forEach(threads::execute);
    receiver.execute(() -> source.untilTheEnd(receiveWait, random));
    repeat(visibility.toMillis() / 3, LaneWorker::heartbeat);
    repeat(Math.min(1000, transactionTimeout.toMillis() / 8), LaneWorker::expire);
    return this;
  }

  private void repeat(long millis, Consumer<LaneWorker> task) {
    var unused =
        heart.scheduleWithFixedDelay(
            () -> workers.forEach(worker -> safely(worker, task)),
            millis,
            millis,
            TimeUnit.MILLISECONDS);
  }

  /** A periodic task that throws once never runs again. */
  private void safely(LaneWorker worker, Consumer<LaneWorker> task) {
    try {
      task.accept(worker);
    } catch (RuntimeException | Error e) {
      LOG.error("{}: a heartbeat failed, the next may not", name, e);
    }
  }

  /**
   * Stops applying a lane after the transaction under way. Its writes stay in the queue.
   *
   * @param lane from 0
   */
  public void pause(int lane) {
    worker(lane).pause(true);
  }

  /**
   * Goes on with a paused lane.
   *
   * @param lane from 0
   */
  public void resume(int lane) {
    worker(lane).pause(false);
  }

  /**
   * Figures of each lane.
   *
   * @return one element a lane, in order; empty before the start
   */
  public synchronized List<LaneStats> stats() {
    return workers.stream().map(LaneWorker::stats).toList();
  }

  /**
   * Receives no more, and returns when what was received is committed and deleted, or the time is
   * over. Then what is under way is interrupted, its connections are cut, and all that was received
   * goes back to the queue, for another applier; nothing is committed after this has returned but
   * what was on its way to the server. An interrupt ends the wait and stays set.
   *
   * @param limit longest wait; up to 5 seconds more for threads to end that were cut off
   * @return true if nothing was left unfinished; false if something went back to the queue, for
   *     example because the database was gone
   */
  public boolean drain(Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    draining.countDown();
    receiver.shutdown();
    boolean finished = false;
    try {
      finished = receiver.awaitTermination(left(end), TimeUnit.NANOSECONDS);
      if (!finished) {
        receiver.shutdownNow();
      }
      received.countDown();
      threads.shutdown();
      finished &= threads.awaitTermination(left(end), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      finished = false;
    }
    finished = end() && finished;
    if (!finished) {
      LOG.warn(
          "{}: not drained within {} ms, what was under way comes again", name, limit.toMillis());
    }
    return finished;
  }

  /** Ends what still runs; true if nothing had to be given back. */
  private boolean end() {
    received.countDown();
    receiver.shutdownNow();
    List<LaneWorker> all;
    synchronized (this) {
      all = List.copyOf(workers);
    }
    if (!threads.isTerminated()) {
      all.forEach(LaneWorker::cutOff);
      threads.shutdownNow();
      try {
        if (!threads.awaitTermination(CUT_OFF_SECONDS, TimeUnit.SECONDS)) {
          LOG.debug("{}: a lane does not end", name);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    heart.shutdownNow();
    boolean finished = true;
    for (LaneWorker worker : all) {
      finished &= worker.close();
    }
    return finished;
  }

  private static long left(long end) {
    return Math.max(0, end - System.nanoTime());
  }

  /** {@link #drain} within {@link Builder#drainTimeout}. Closing again does nothing. */
  @Override
  public void close() {
    if (draining.getCount() > 0) {
      drain(drainTimeout);
    }
  }

  /** Nothing more is asked for. */
  boolean draining() {
    return draining.getCount() == 0;
  }

  /** Nothing more will be received. */
  boolean drained() {
    return received.getCount() == 0;
  }

  /** Waits, less long when draining. */
  void sleep(long nanos) throws InterruptedException {
    if (received.await(nanos, TimeUnit.NANOSECONDS)) {
      LOG.debug("{}: not waiting any more, draining", name);
    }
  }

  private LaneWorker worker(int lane) {
    synchronized (this) {
      if (lane < 0 || lane >= workers.size()) {
        throw new IllegalArgumentException(
            "lane: must be 0 to " + (workers.size() - 1) + ", got " + lane);
      }
      return workers.get(lane);
    }
  }

  /** Receives once and hands the messages to their lanes. */
  void receive(Duration wait) {
    source.receive(wait);
  }

  /** Describes an applier; not thread-safe. */
  public static final class Builder {
    private @Nullable Transport transport;
    private @Nullable DataSource dataSource;
    private @Nullable String name;
    private int lanes = 4;
    private int batchWrites = 500;
    private PoisonPolicy poison = PoisonPolicy.BLOCK_KEY;
    private Duration visibility = Duration.ofSeconds(30);
    private Duration receiveWait = Duration.ofSeconds(2);
    private Duration receiveInterval = Duration.ZERO;
    private Duration drainTimeout = Duration.ofSeconds(30);
    private Duration transactionTimeout = Duration.ofMinutes(1);
    private Duration laterTimeout = Duration.ofMinutes(1);
    private Consumer<CrashPoint> crash = point -> {};

    private final Sinks.Targets sinks = new Sinks.Targets();

    private Builder() {}

    /**
     * Where packs come from; required.
     *
     * @param transport a transport, not closed
     * @return this
     */
    public Builder transport(Transport transport) {
      this.transport = Objects.requireNonNull(transport, "transport");
      return this;
    }

    /**
     * The database that is written to, with the ledger; required. Up to one connection a lane.
     *
     * @param dataSource a DataSource, not closed; its connections must reach the primary
     * @return this
     */
    public Builder dataSource(DataSource dataSource) {
      this.dataSource = Objects.requireNonNull(dataSource, "dataSource");
      return this;
    }

    /**
     * Name of the queue, the same for its producers and appliers; required.
     *
     * @param name 1 to 64 of letters, digits, {@code -} and {@code _}
     * @return this
     */
    public Builder name(String name) {
      this.name = Objects.requireNonNull(name, "name");
      return this;
    }

    /**
     * How many lanes; default 4. As the queue's.
     *
     * @param lanes 1 to 16
     * @return this
     */
    public Builder lanes(int lanes) {
      this.lanes = lanes;
      return this;
    }

    /**
     * How many writes go into a transaction, unless a single pack has more; default 500.
     *
     * @param batchWrites 1 to 10000
     * @return this
     */
    public Builder batchWrites(int batchWrites) {
      this.batchWrites = batchWrites;
      return this;
    }

    /**
     * What becomes of writes after a parked one of the same ordering key; default {@link
     * PoisonPolicy#BLOCK_KEY}.
     *
     * @param poison the policy
     * @return this
     */
    public Builder poison(PoisonPolicy poison) {
      this.poison = Objects.requireNonNull(poison, "poison");
      return this;
    }

    /**
     * How long received messages stay invisible to other appliers unless extended, which is how
     * long their lane stands still after this process is killed; default 30 seconds. Correctness
     * does not depend on it.
     *
     * @param visibility 1 second to 1 hour, whole seconds
     * @return this
     */
    public Builder visibility(Duration visibility) {
      this.visibility = Objects.requireNonNull(visibility, "visibility");
      return this;
    }

    /**
     * Least time between two receives that brought something. What comes meanwhile is applied
     * together: fewer and larger transactions for so much more delay. Without it an applier that is
     * faster than the writers commits nearly every write by itself.
     *
     * @param receiveInterval 0, the default, to 10 seconds
     * @return this
     */
    public Builder receiveInterval(Duration receiveInterval) {
      this.receiveInterval = Objects.requireNonNull(receiveInterval, "receiveInterval");
      return this;
    }

    /**
     * How long an idle applier waits in one receive; default 2 seconds. {@link WriteApplier#drain}
     * may have to wait that long.
     *
     * @param receiveWait 0 to 20 seconds, whole seconds
     * @return this
     */
    public Builder receiveWait(Duration receiveWait) {
      this.receiveWait = Objects.requireNonNull(receiveWait, "receiveWait");
      return this;
    }

    /**
     * How long {@link WriteApplier#close} waits for what is under way; default 30 seconds.
     *
     * @param drainTimeout 0 to 10 minutes
     * @return this
     */
    public Builder drainTimeout(Duration drainTimeout) {
      this.drainTimeout = Objects.requireNonNull(drainTimeout, "drainTimeout");
      return this;
    }

    /**
     * How long one transaction may take, from asking for its connection to the answer to its
     * commit; default 1 minute. Then its connection is cut, its messages are not kept invisible any
     * more, and it is tried again with fewer writes, down to one. The lanes' sessions get it as
     * network timeout (2 seconds more) and lock timeout too, unless theirs are stricter: a session
     * that was cut off while it waited for a lock ends within it.
     *
     * @param transactionTimeout 1 second to 1 hour
     * @return this
     */
    public Builder transactionTimeout(Duration transactionTimeout) {
      this.transactionTimeout = Objects.requireNonNull(transactionTimeout, "transactionTimeout");
      return this;
    }

    /**
     * How long a write that a foreign key refuses is tried again before it is parked, since the row
     * it needs may come through another lane; default 1 minute. So long its whole lane waits. After
     * a wait in vain the lane's next is half as long, down to 1 second, until one was not in vain.
     *
     * @param laterTimeout 0, which parks at once, to 10 minutes
     * @return this
     */
    public Builder laterTimeout(Duration laterTimeout) {
      this.laterTimeout = Objects.requireNonNull(laterTimeout, "laterTimeout");
      return this;
    }

    /**
     * Sends the {@linkplain Write#add adds} to a table to a sink instead of the database, which
     * need not have the table. By default none. The sink gets the value of the key as text, so that
     * {@code add("page_views", Map.of("page", "home"), Map.of("views", 1))} adds 1 to {@code home}.
     * Since adds change places with anything, they do not wait behind a parked write. Typed writes
     * of another kind to the table, with another column or several, an amount that is no integer, a
     * key of several columns, one that is empty, over 200 characters or with {@code #}, or in a
     * group are parked. Writes of SQL are not looked into. The same for all appliers of a queue;
     * {@link ParkedWrites#replay} knows no sinks.
     *
     * @param table the table, exactly as the writes name it
     * @param column the column that is added to
     * @param sink who keeps the numbers
     * @return this
     * @throws IllegalArgumentException if the table has a sink already, or a name is none
     */
    public Builder sink(String table, String column, DeltaSink sink) {
      sinks.add(table, column, Objects.requireNonNull(sink, "sink"));
      return this;
    }

    Builder crash(Consumer<CrashPoint> crash) {
      this.crash = crash;
      return this;
    }

    /**
     * Makes the applier; does no I/O.
     *
     * @return the applier, to be started and closed
     * @throws IllegalArgumentException if an option is missing or out of its bounds, naming it
     */
    public WriteApplier build() {
      Transport from = Options.required("transport", transport);
      DataSource to = Options.required("dataSource", dataSource);
      String known = Options.name(name);
      Options.range("lanes", lanes, 1, 16);
      Options.range("batchWrites", batchWrites, 1, 10_000);
      Options.range("visibility", visibility, Duration.ofSeconds(1), Duration.ofHours(1));
      Options.range("receiveWait", receiveWait, Duration.ZERO, Duration.ofSeconds(20));
      Options.range("receiveInterval", receiveInterval, Duration.ZERO, Duration.ofSeconds(10));
      Options.range("drainTimeout", drainTimeout, Duration.ZERO, Duration.ofMinutes(10));
      Options.range(
          "transactionTimeout", transactionTimeout, Duration.ofSeconds(1), Duration.ofHours(1));
      Options.range("laterTimeout", laterTimeout, Duration.ZERO, Duration.ofMinutes(10));
      if (visibility.toNanosPart() != 0 || receiveWait.toNanosPart() != 0) {
        throw new IllegalArgumentException("visibility, receiveWait: must be whole seconds");
      }
      return new WriteApplier(this, from, to, known);
    }
  }
}
