package dev.sluice.jdbc;

import dev.sluice.causality.Position;
import dev.sluice.core.Ticker;
import dev.sluice.jdbc.ClusterConfig.Limits;
import dev.sluice.sql.LexerMode;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads positions: one task a server, so that one that hangs delays nobody else's, and one that
 * ages what is known. The protocol is in {@link Watermarks}.
 */
final class Sampler implements ReplicaWatch.Others, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Sampler.class);
  static final Duration SLOW = Duration.ofSeconds(1);
  private static final Duration ROLE_ONLY = Duration.ofSeconds(30);
  private static final long RETRY_NANOS = 1_000_000_000;

  private final String name;
  private final Ticker ticker;
  private final Limits limits;
  private final @Nullable RoutingEvents events;
  private volatile Server primary;
  private final Watermarks marks;
  private final Runnable unwell;
  private final Pace pace;
  private final Object leading = new Object();
  private volatile PositionProbe primaryProbe;
  private final List<ReplicaWatch> watches = new CopyOnWriteArrayList<>();
  private final ScheduledExecutorService executor;
  private volatile Repeating primaryTask;
  private final Repeating clock;
  private final Queue<Waiter> waiters = new ConcurrentLinkedQueue<>();
  private volatile long lastStart;
  private volatile boolean closed;
  private boolean primaryWell;
  private boolean primaryAnswered;
  private volatile boolean primaryGone;
  private volatile String primaryReason = "no answer yet";
  private volatile @Nullable LexerMode lexerMode;

  private record Waiter(long epoch, CompletableFuture<Position> position) {}

  /**
   * A sampler that does not ask before {@link #start}.
   *
   * @param unwell told when the primary could not be sampled
   */
  Sampler(
      ClusterConfig config,
      Server primary,
      Watermarks marks,
      ScheduledExecutorService executor,
      Runnable unwell) {
    this.unwell = unwell;
    this.name = config.name();
    this.ticker = config.runtime().ticker();
    this.limits = config.limits();
    this.events = config.runtime().events();
    this.primary = primary;
    this.marks = marks;
    this.pace = new Pace(limits.sampleInterval(), ROLE_ONLY);
    this.primaryProbe = probe(config, primary.pool, true);
    this.executor = executor;
    this.primaryTask = new Repeating(executor, this::samplePrimary);
    this.clock = new Repeating(executor, this::age);
  }

  /**
   * Another server is the primary. A sample of the old one that is under way counts for nothing.
   */
  void lead(Server next, ClusterConfig config) {
    PositionProbe old;
    // The old one's task may hang for as long as its server does.
    Repeating oldTask;
    synchronized (leading) {
      old = primaryProbe;
      oldTask = primaryTask;
      primaryTask = new Repeating(executor, this::samplePrimary);
      primary = next;
      primaryProbe = probe(config, next.pool, true);
      primaryAnswered = false;
      primaryWell = false;
      marks.newTimeline();
    }
    oldTask.close();
    primaryTask.soon();
    old.close();
  }

  static PositionProbe probe(ClusterConfig config, DataSource pool, boolean isPrimary) {
    String table = config.topology().heartbeat();
    return new PositionProbe(
        pool,
        config.dialect(),
        config.limits().sampleTimeout(),
        table == null ? null : new Heartbeat(table),
        isPrimary);
  }

  void start() {
    primaryTask.soon();
  }

  /** Begins to watch a replica. */
  void add(ReplicaWatch watch) {
    watches.add(watch);
    pace.slow(SLOW);
    watch.soon();
    hurry();
    clock.soon();
  }

  /** Watches a replica no longer. */
  void remove(ReplicaWatch watch) {
    watches.remove(watch);
    watch.close();
    if (watches.isEmpty()) {
      pace.slow(ROLE_ONLY);
    }
    learnMode();
  }

  PositionProbe primaryProbe() {
    return primaryProbe;
  }

  /** See {@link Cluster#lexerMode}. */
  @Nullable LexerMode lexerMode() {
    return lexerMode;
  }

  @Override
  public boolean alone(ReplicaWatch watch) {
    Reading reading = watch.last();
    if (!primaryGone || marks.newest() != null || reading == null) {
      return false;
    }
    for (ReplicaWatch each : watches) {
      Reading other = each.last();
      if (each != watch && other != null && other.ahead(reading)) {
        return false;
      }
    }
    return true;
  }

  /** A node has answered; on a new connection its settings may be others. */
  @Override
  public void answered() {
    learnMode();
  }

  private synchronized void learnMode() {
    LexerMode common = primaryProbe.lexerMode();
    boolean same = true;
    for (ReplicaWatch watch : watches) {
      LexerMode each = watch.probe.lexerMode();
      common = common == null ? each : common;
      same &= each == null || each.equals(common);
    }
    if (common != null && !same) {
      common =
          new LexerMode(common.dialect(), common.ansiQuotes(), common.backslashEscapes(), false);
    }
    if (!Objects.equals(common, lexerMode)) {
      lexerMode = common;
      if (!same) {
        LOG.warn(
            "{}: the nodes do not cut texts alike (sql_mode, standard_conforming_strings); those"
                + " with a double quote or a backslash run on the primary",
            name);
      }
    }
  }

  long epoch() {
    if (pace.needed()) {
      hurry();
    }
    return marks.epoch();
  }

  void primaryUsed() {
    if (pace.used()) {
      hurry();
    }
  }

  /** The next sample after the usual interval, not after the slow one. */
  private void hurry() {
    long due = lastStart + limits.sampleInterval().toNanos() - ticker.nanos();
    primaryTask.within(Math.max(0, due));
  }

  CompletionStage<Position> positionCovering(long epoch) {
    CompletableFuture<Position> position = new CompletableFuture<>();
    Waiter waiter = new Waiter(epoch, position);
    waiters.add(waiter);
    Watermarks.Sample known = marks.covering(epoch);
    if (known != null) {
      waiters.remove(waiter);
      complete(waiter, known);
    } else if (closed) {
      waiters.remove(waiter);
      position.completeExceptionally(new IllegalStateException(name + ": closed"));
    } else {
      position.orTimeout(limits.sampleTimeout().toNanos(), TimeUnit.NANOSECONDS);
      primaryTask.soon();
    }
    return position.exceptionallyCompose(
        failure -> {
          waiters.remove(waiter);
          return CompletableFuture.failedFuture(
              failure instanceof IllegalStateException
                  ? failure
                  : new IllegalStateException(
                      name
                          + ": no sample of the primary within "
                          + limits.sampleTimeout().toMillis()
                          + " ms ("
                          + primaryReason
                          + ")",
                      failure));
        });
  }

  private void complete(Waiter waiter, Watermarks.Sample sample) {
    Position position = marks.position(sample);
    if (position == null) {
      waiter.position.completeExceptionally(
          new IllegalStateException(
              name + ": transactions of several sources are applied, one position cannot tell"));
    } else {
      waiter.position.complete(position);
    }
  }

  private long samplePrimary() {
    long now = ticker.nanos();
    lastStart = now;
    pace.starting();
    Watermarks.Sample before = marks.newest();
    long number = marks.start(now);
    PositionProbe probe = primaryProbe;
    String reason;
    boolean gone = false;
    try {
      Reading reading = probe.read(now);
      learnMode();
      reason = reading.readOnly() ? "it is read-only, so it is no primary" : reading.unfit();
      synchronized (leading) {
        if (probe != primaryProbe) {
          return 0;
        }
        if (reason == null) {
          finished(number, reading);
        }
      }
    } catch (SQLException | RuntimeException e) {
      reason = describe(e);
      gone = e instanceof SQLException sql && Failures.connectionLost(sql);
    }
    if (probe != primaryProbe) {
      return 0;
    }
    primaryGone = gone;
    primaryState(reason);
    if (reason != null) {
      unwell.run();
    }
    if (reason != null) {
      return waiters.isEmpty() ? RETRY_NANOS : limits.sampleInterval().toNanos();
    }
    Watermarks.Sample after = marks.newest();
    boolean changed =
        before == null || after == null || after.reading().movedSince(before.reading());
    return pace.next(changed);
  }

  private void finished(long number, Reading reading) {
    if (marks.finish(number, reading)) {
      LOG.warn(
          "{}: the primary {} has another history now ({}); replicas are compared anew",
          name,
          primary.name,
          reading.timeline());
      if (events != null) {
        events.failover(primary.name);
      }
    }
    Watermarks.Sample sample = marks.newest();
    for (Waiter waiter : List.copyOf(waiters)) {
      if (sample != null && waiter.epoch <= sample.number() && waiters.remove(waiter)) {
        complete(waiter, sample);
      }
    }
    watches.forEach(w -> w.sampled(number));
  }

  private void primaryState(@Nullable String reason) {
    if (closed) {
      return;
    }
    long now = ticker.nanos();
    if (reason == null) {
      primary.probeSucceeded(now, null);
    } else {
      primary.probeFailed(now, reason);
    }
    primaryReason = reason == null ? "usable" : reason;
    String change = primary.publish(new Progress(1, null, 0, false, 0), false, now);
    if (reason == null && !primaryWell) {
      primaryWell = true;
      LOG.info("{}: primary {} answers", name, primary.name);
    } else if (reason != null && (primaryWell || change != null || !primaryAnswered)) {
      primaryWell = false;
      LOG.warn(
          "{}: primary {} cannot be sampled: {}; reads of what was just written or seen stay"
              + " with it",
          name,
          primary.name,
          reason);
    }
    primaryAnswered = true;
  }

  /** Lag grows while nobody answers. */
  private long age() {
    watches.forEach(ReplicaWatch::age);
    return Math.max(1_000_000, Math.min(100_000_000, limits.maximumLag().toNanos() / 4));
  }

  static String describe(Exception e) {
    String state = e instanceof SQLException sql ? sql.getSQLState() : null;
    return e instanceof PositionProbe.WrongDialect
        ? String.valueOf(e.getMessage())
        : "no position could be read: "
            + e.getClass().getSimpleName()
            + (state == null ? "" : " (SQLState " + state + ")");
  }

  @Override
  public void close() {
    closed = true;
    clock.close();
    primaryTask.close();
    watches.forEach(ReplicaWatch::close);
    primaryProbe.close();
    for (Waiter waiter : waiters) {
      waiter.position.completeExceptionally(new IllegalStateException(name + ": closed"));
    }
  }
}
