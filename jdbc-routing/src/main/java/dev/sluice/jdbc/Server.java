package dev.sluice.jdbc;

import dev.sluice.jdbc.ClusterConfig.Limits;
import dev.sluice.jdbc.ClusterConfig.NodeConfig;
import dev.sluice.jdbc.hikari.HikariPools;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * One database server: its pool, how busy it is, whether it is well. Counters are free of locks;
 * state changes, which are rare, take the monitor.
 */
final class Server {
  private static final long WARM_UP_NANOS = 10_000_000_000L;
  private static final double COLD = 9;
  private static final String ALONE =
      "usable by callers that have seen nothing: how far it is cannot be told without the primary";

  /** After each ageing so many executions are timed, all of them if there are no more. */
  private static final int ALL_TIMED = 64;

  /** Of more than those one in so many is; a power of two. */
  private static final int ONE_TIMED_IN = 64;

  private static final AtomicLongFieldUpdater<Server> LATENCY =
      AtomicLongFieldUpdater.newUpdater(Server.class, "latencyNanos");

  final String name;
  final boolean primary;
  final DataSource pool;
  final int weight;

  /** Who is told of executions; null for nobody. */
  final RoutingEvents.@Nullable NodeEvents told;

  /** The pool's size; {@link Integer#MAX_VALUE} if it is not known. */
  final int capacity;

  /** Whether statements are made on the driver's connections instead of the pool's wrappers. */
  final boolean bare;

  final AtomicInteger inFlight = new AtomicInteger();
  private final Breaker breaker;
  private final LagGate lag;
  private volatile long latencyNanos;

  /** Since the last ageing. Not exact: what gets lost in a race does no harm. */
  private int executions;

  private volatile boolean retired;
  private volatile boolean shut;
  private volatile @Nullable String astray;
  private volatile boolean failing;
  private volatile View view;
  private @Nullable String unfit = "no answer yet";
  private boolean wellOnce;
  private long usableSince;
  private long failures;
  private long ejections;

  private final ServerEvents events;

  Server(NodeConfig config, boolean primary, int capacity, Limits limits, ServerEvents events) {
    this.name = config.name();
    this.events = events;
    this.primary = primary;
    this.pool = config.dataSource();
    this.weight = config.weight();
    this.told = events.told(config.name());
    this.capacity = capacity;
    this.bare = PooledNode.bare(pool);
    this.breaker = new Breaker(limits.ejection(), new Jitter());
    this.lag = new LagGate(limits.maximumLag());
    this.view = new View(new PooledNode(this, events), false, "no answer yet", Progress.NONE, 1);
  }

  /** A generator that costs nothing to keep. */
  private static final class Jitter implements java.util.random.RandomGenerator {
    @Override
    public long nextLong() {
      return ThreadLocalRandom.current().nextLong();
    }
  }

  /** As it was described; the same server may become another node. */
  NodeConfig config() {
    return new NodeConfig(name, pool, weight);
  }

  View view() {
    return view;
  }

  /** Nothing may begin here from now on. */
  synchronized void retire() {
    retired = true;
    shut = true;
  }

  boolean retired() {
    return retired;
  }

  /**
   * Who wants to begin here has to ask first whether and when: it takes no writes, or is retired.
   */
  boolean shut() {
    return shut;
  }

  synchronized void shut(boolean now) {
    shut = now || retired;
  }

  /** Why it must not be used as a replica, whatever it says of how far it is; null if it may. */
  @Nullable String astray() {
    return astray;
  }

  void astray(@Nullable String why) {
    astray = why;
  }

  /** It comes to a cluster that runs: its caches are cold and its pool is empty. */
  synchronized void startSlowly() {
    wellOnce = true;
  }

  /** Connections that are lent; asks the pool where they are not counted. */
  int inFlight() {
    return primary && bare ? HikariPools.lent(pool) : inFlight.get();
  }

  boolean hasRoom() {
    return inFlight.get() < capacity;
  }

  /** Smaller is better: what waits there, times how long it takes, by what it is meant to carry. */
  double score(View seen) {
    return (inFlight.get() + 1.0) * Math.max(1, latencyNanos) * seen.handicap() / weight;
  }

  long latencyNanos() {
    return latencyNanos;
  }

  /**
   * Whether the next execution is worth two readings of the clock. The average needs some tens of
   * them to follow a change, so a replica with few reads has all of them timed, and a busy one a
   * part.
   */
  boolean timesNext() {
    int count = executions + 1;
    executions = count;
    return count <= ALL_TIMED || (count & (ONE_TIMED_IN - 1)) == 0;
  }

  /** An execution took so long. */
  void answered(long elapsedNanos) {
    long now = latencyNanos;
    // Updates that get lost in a race, or are seen late, do no harm.
    LATENCY.lazySet(this, now == 0 ? elapsedNanos : now + (elapsedNanos - now) / 16);
    answered();
  }

  /** An execution was answered. */
  void answered() {
    if (failing) {
      succeeded();
    }
  }

  /** A replica that gets no reads cannot prove that it is fast again: its average fades. */
  void fade() {
    long now = latencyNanos;
    latencyNanos = now - now / 16;
    executions = 0;
  }

  private synchronized void succeeded() {
    failing = false;
    breaker.requestSucceeded();
  }

  /**
   * A request failed because of the node.
   *
   * @return whether that has ejected it
   */
  synchronized boolean failed(long now) {
    failures++;
    if (primary) {
      // There is nowhere else to send its work, so it is always tried.
      return false;
    }
    failing = true;
    boolean before = breaker.open();
    breaker.requestFailed(now);
    boolean ejected = !before && breaker.open();
    ejections += ejected ? 1 : 0;
    return ejected;
  }

  /** How long to wait before the next probe; 0 if it is not ejected. */
  synchronized long untilProbe(long now) {
    return breaker.open() ? Math.max(0, breaker.untilProbe(now)) : 0;
  }

  synchronized void probeFailed(long now, String reason) {
    if (!primary) {
      ejections += breaker.open() ? 0 : 1;
      breaker.probeFailed(now);
    }
    unfit = reason;
  }

  /**
   * A probe was answered.
   *
   * @param reason why it cannot be used nevertheless; null if it can
   */
  synchronized void probeSucceeded(long now, @Nullable String reason) {
    breaker.probeSucceeded(now);
    unfit = reason;
  }

  /** How often requests have failed because of the node, since the start. */
  synchronized long failures() {
    return failures;
  }

  /** How often failures have ejected it, since the start. */
  synchronized long ejections() {
    return ejections;
  }

  synchronized boolean fit() {
    return unfit == null && !breaker.open();
  }

  /** The reason of the last probe that did not do; null for well. */
  synchronized @Nullable String unfit() {
    return unfit;
  }

  @Nullable String publish(Progress progress, boolean wentBack, long now) {
    return publish(progress, wentBack, now, false);
  }

  /**
   * Makes what is known visible to readers.
   *
   * @param wentBack whether it must not be taken for the node it was
   * @param alone whether it may answer those who ask for nothing before it has reached a sample
   * @return the reason, if whether it is usable has changed
   */
  synchronized @Nullable String publish(
      Progress progress, boolean wentBack, long now, boolean alone) {
    View before = view;
    String reason = reason(progress, now, alone);
    boolean usable = reason == null;
    if (usable && !before.usable()) {
      usableSince = now;
    }
    double handicap = 1;
    if (usable && wellOnce) {
      double cold = 1 - Math.min(1, (now - usableSince) / (double) WARM_UP_NANOS);
      handicap = 1 + COLD * cold;
    }
    if (before.usable() && !usable) {
      wellOnce = true;
    }
    view =
        new View(
            wentBack ? new PooledNode(this, events) : before.node(),
            usable,
            reason == null ? (alone ? ALONE : "usable") : reason,
            progress,
            handicap);
    return usable == before.usable() ? null : view.reason();
  }

  /** Tells its cluster what is known now. */
  void tellState() {
    events.state(this);
  }

  private @Nullable String reason(Progress progress, long now, boolean alone) {
    boolean lagging =
        lag.lagging(progress.behind() ? Math.max(1, now - progress.behindNanos()) : 0);
    if (breaker.open()) {
      return unfit == null ? "ejected after failures in a row" : unfit;
    }
    if (unfit != null) {
      return unfit;
    }
    if (lagging) {
      return "lagging for " + (now - progress.behindNanos()) / 1_000_000 + " ms";
    }
    return progress.reachedEpoch() == 0 && !alone
        ? "has not reached any sample of the primary yet"
        : null;
  }
}
