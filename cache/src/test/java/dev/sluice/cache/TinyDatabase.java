package dev.sluice.cache;

import dev.sluice.causality.CausalMemory;
import dev.sluice.causality.CausalScope;
import dev.sluice.causality.CausalSource;
import dev.sluice.causality.CommitListener;
import dev.sluice.causality.CommitOutcome;
import dev.sluice.causality.Freshness;
import dev.sluice.causality.PendingCommit;
import dev.sluice.causality.Position;
import dev.sluice.causality.TableWrite;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A table of numbers with a primary and a replica in memory, routed as the routing DataSource does:
 * fast enough to give the cache protocol on a real server a hard time. The replica lags as it is
 * told to.
 */
final class TinyDatabase implements Numbers, CausalSource, AutoCloseable {
  static final String TABLE = "product";
  static final String COLUMN = "id";
  private static final long SAMPLE_MILLIS = 5;

  private final CopyOnWriteArrayList<CommitListener> listeners = new CopyOnWriteArrayList<>();
  private final Object lock = new Object();
  private final Map<Long, Long> primary = new HashMap<>();
  private final Map<Long, Long> replica = new HashMap<>();
  private final ArrayDeque<Logged> log = new ArrayDeque<>();
  private final TreeMap<Long, Long> samples = new TreeMap<>();
  private final TreeMap<Long, CompletableFuture<Position>> waiting = new TreeMap<>();
  private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(1);
  private final Object primaryNode = new Object();
  private final Object replicaNode = new Object();
  final AtomicInteger replicaReads = new AtomicInteger();
  final AtomicInteger primaryReads = new AtomicInteger();
  volatile Duration lag = Duration.ofMillis(20);
  volatile CommitOutcome nextOutcome = CommitOutcome.COMMITTED;
  volatile Runnable duringCommit = () -> {};
  private volatile String timeline = "first";
  private volatile long started;
  private long position;
  private long applied;

  private final String name;
  volatile Optional<Duration> maximumLag = Optional.empty();

  private record Logged(long position, long nanos, long key, @Nullable Long value) {}

  TinyDatabase() {
    this("tiny");
  }

  TinyDatabase(String name) {
    this.name = name;
    clock.scheduleAtFixedRate(this::tick, SAMPLE_MILLIS, SAMPLE_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void tick() {
    Map<Long, CompletableFuture<Position>> done;
    Position here;
    synchronized (lock) {
      started++;
      samples.put(started, position);
      if (samples.size() > 100_000) {
        samples.pollFirstEntry();
      }
      here = new Position(timeline, position);
      apply();
      done = new TreeMap<>(waiting.headMap(started, true));
      waiting.headMap(started, true).clear();
    }
    done.values().forEach(future -> future.complete(here));
  }

  private void apply() {
    long until = System.nanoTime() - lag.toNanos();
    while (!log.isEmpty() && log.peekFirst().nanos <= until) {
      Logged entry = log.removeFirst();
      if (entry.value == null) {
        replica.remove(entry.key);
      } else {
        replica.put(entry.key, entry.value);
      }
      applied = entry.position;
    }
  }

  /** Another process that uses this database: its commits are told to its own listeners only. */
  Process process() {
    return new Process();
  }

  /** Writes a row in a transaction of its own; null deletes it. */
  @Override
  public void write(long key, @Nullable Long value, boolean keyVisible) throws SQLException {
    write(this, listeners, key, value, keyVisible);
  }

  private void write(
      CausalSource process,
      List<CommitListener> listeners,
      long key,
      @Nullable Long value,
      boolean keyVisible)
      throws SQLException {
    TableWrite write =
        keyVisible ? new TableWrite(TABLE, Map.of(COLUMN, List.of(key))) : TableWrite.anyRow(TABLE);
    Commit commit = new Commit(process, List.of(write));
    List<CommitListener> told = new ArrayList<>();
    for (CommitListener listener : listeners) {
      try {
        listener.beforeCommit(commit);
      } catch (SQLException e) {
        told.forEach(each -> each.afterCommit(commit, CommitOutcome.ROLLED_BACK));
        throw e;
      }
      told.add(listener);
    }
    duringCommit.run();
    CommitOutcome outcome = nextOutcome;
    if (outcome != CommitOutcome.ROLLED_BACK) {
      synchronized (lock) {
        position++;
        if (value == null) {
          primary.remove(key);
        } else {
          primary.put(key, value);
        }
        log.addLast(new Logged(position, System.nanoTime(), key, value));
      }
      CausalScope.current().memory(process).wrote(List.of(TABLE), epoch(), null);
    }
    commit.covering = positionCovering(epoch()).toCompletableFuture();
    told.forEach(each -> each.afterCommit(commit, outcome));
  }

  /** Reads a row as the routing DataSource would. */
  @Override
  public @Nullable Long read(long key) {
    return read(this, key);
  }

  private @Nullable Long read(CausalSource process, long key) {
    CausalScope scope = CausalScope.current();
    CausalMemory memory = scope.memory(process);
    synchronized (lock) {
      memory.rebase(timeline);
      apply();
      long reached = 0;
      for (Map.Entry<Long, Long> sample : samples.descendingMap().entrySet()) {
        if (sample.getValue() <= applied) {
          reached = sample.getKey();
          break;
        }
      }
      boolean fromReplica =
          !(scope.freshness() instanceof Freshness.Latest)
              && memory.admits(
                  replicaNode, List.of(TABLE), reached, new Position(timeline, applied));
      (fromReplica ? replicaReads : primaryReads).incrementAndGet();
      Long value = (fromReplica ? replica : primary).get(key);
      memory.saw(fromReplica ? replicaNode : primaryNode, fromReplica ? reached : epoch());
      return value;
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Optional<Duration> maximumLag() {
    return maximumLag;
  }

  @Override
  public long epoch() {
    return started + 1;
  }

  @Override
  public CompletionStage<Position> positionCovering(long epoch) {
    synchronized (lock) {
      if (epoch <= started) {
        return CompletableFuture.completedFuture(new Position(timeline, position));
      }
      return waiting.computeIfAbsent(epoch, e -> new CompletableFuture<>());
    }
  }

  /** A failover without loss: positions are counted anew. */
  void startTimeline(String name) {
    synchronized (lock) {
      timeline = name;
    }
  }

  @Override
  public void addCommitListener(CommitListener listener) {
    listeners.add(listener);
  }

  @Override
  public void removeCommitListener(CommitListener listener) {
    listeners.remove(listener);
  }

  @Override
  public void close() {
    clock.shutdownNow();
  }

  /** The database as another process sees it. */
  final class Process implements Numbers, CausalSource {
    private final CopyOnWriteArrayList<CommitListener> own = new CopyOnWriteArrayList<>();

    private Process() {}

    @Override
    public void write(long key, @Nullable Long value, boolean keyVisible) throws SQLException {
      TinyDatabase.this.write(this, own, key, value, keyVisible);
    }

    @Override
    public @Nullable Long read(long key) {
      return TinyDatabase.this.read(this, key);
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public long epoch() {
      return TinyDatabase.this.epoch();
    }

    @Override
    public CompletionStage<Position> positionCovering(long epoch) {
      return TinyDatabase.this.positionCovering(epoch);
    }

    @Override
    public void addCommitListener(CommitListener listener) {
      own.add(listener);
    }

    @Override
    public void removeCommitListener(CommitListener listener) {
      own.remove(listener);
    }
  }

  private final class Commit implements PendingCommit {
    private final long id = ThreadLocalRandom.current().nextLong() | 1;
    private final CausalSource process;
    private final List<TableWrite> writes;
    private volatile CompletableFuture<Position> covering = new CompletableFuture<>();

    Commit(CausalSource process, List<TableWrite> writes) {
      this.process = process;
      this.writes = writes;
    }

    @Override
    public CausalSource source() {
      return process;
    }

    @Override
    public long id() {
      return id;
    }

    @Override
    public List<TableWrite> writes() {
      return writes;
    }

    @Override
    public CompletionStage<Position> position() {
      return covering;
    }
  }
}
