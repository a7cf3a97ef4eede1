package dev.sluice.jdbc;

import dev.sluice.jdbc.WriterElection.Claim;
import dev.sluice.jdbc.WriterElection.Kind;
import dev.sluice.jdbc.WriterElection.Outcome;
import dev.sluice.jdbc.WriterElection.Reign;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * One task asks all nodes at the same time for their role: once a second while all is well, at once when
 * the primary failed somebody or could not be sampled, never twice at a time, and not more often than
 * every SPACING. Each node is asked over a connection of its own, so that pools that are used up, and
 * nodes that hang, delay nobody. What has not answered within the limit is silent. What the answers
 * mean is decided in WriterElection.
 *
 * Who needs the primary while there is none waits here, until failoverTimeout after it was found to be
 * gone. After that everybody tries the pool of the old one at once, as without a monitor: the limit of
 * all waits together is that of one.
 */
/** Finds out which node is the primary. Safe for use by several threads. */
final class WriterMonitor implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WriterMonitor.class);
  private static final long WELL_NANOS = 1_000_000_000;
  private static final long SPACING_NANOS = 20_000_000;
  private static final long SLOWEST_NANOS = 400_000_000;
  private static final long QUIET_NANOS = 30_000_000;
  private static final Duration LONGEST_ANSWER = Duration.ofMillis(500);

  private final String name;
  private final FailoverConfig config;
  private final PooledCluster cluster;
  private final ScheduledExecutorService executor;
  private final Duration limit;
  private final Repeating task;
  private final Map<String, Asked> probes = new ConcurrentHashMap<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition decided = lock.newCondition();
  private volatile boolean closed;
  private long lastStart = System.nanoTime() - SPACING_NANOS;
  private long pauseNanos = SPACING_NANOS;
  private Reign reign;

  /** Whether the primary did not say, the last time, what it is. */
  private boolean refused;

  // Guarded by the lock.
  private long started;
  private long finished;
  private Kind kind = Kind.STAYS;
  private String reason = "";
  private long shutNanos;

  /** A probe, and its question that may still be under way. */
  private static final class Asked {
    final RoleProbe probe;
    final DataSource pool;
    @Nullable CompletableFuture<Claim> running;
    volatile boolean begun;

    /** It was silent: nobody waits long for it, until it has answered. */
    boolean quiet;

    /** An answer came too late to count; whether it told of a broken connection is kept. */
    boolean missed;

    boolean missedBreak;

    Asked(RoleProbe probe, DataSource pool) {
      this.probe = probe;
      this.pool = pool;
    }
  }

  WriterMonitor(ClusterConfig config, PooledCluster cluster, ScheduledExecutorService executor) {
    this.name = config.name();
    this.config = config.failover();
    this.cluster = cluster;
    this.executor = executor;
    Duration sample = config.limits().sampleTimeout();
    this.limit = sample.compareTo(LONGEST_ANSWER) < 0 ? sample : LONGEST_ANSWER;
    this.task = new Repeating(executor, this::round);
    this.reign = Reign.configured(config.primary().name());
  }

  /** Asks soon: the primary may be another one. */
  void wake() {
    if (config.follow() && !closed) {
      task.soon();
    }
  }

  /**
   * As {@link #wake}, and whoever needs the primary waits for what comes out: mostly some
   * milliseconds, and nobody waits at the pool of a server that is gone.
   */
  void suspect(Server server) {
    if (!config.follow() || closed || cluster.topology().replicas().isEmpty()) {
      return;
    }
    lock.lock();
    try {
      boolean well = kind == Kind.STAYS || kind == Kind.CHANGED;
      if (well && !server.shut()) {
        shutNanos = System.nanoTime();
        server.shut(true);
      }
    } finally {
      lock.unlock();
    }
    wake();
  }

  private long round() {
    long now = System.nanoTime();
    List<Server> servers = cluster.servers();
    if (closed || servers.size() < 2) {
      cluster.shutPrimary(false);
      return 30 * WELL_NANOS;
    }
    if (now - lastStart < SPACING_NANOS) {
      return SPACING_NANOS - (now - lastStart);
    }
    lastStart = now;
    lock.lock();
    try {
      started++;
    } finally {
      lock.unlock();
    }
    List<Claim> claims = ask(servers);
    if (claims != null && !closed) {
      decide(WriterElection.decide(reign, claims), claims);
    } else {
      undecided();
    }
    boolean well = kind == Kind.STAYS || kind == Kind.CHANGED;
    pauseNanos = well ? SPACING_NANOS : Math.min(SLOWEST_NANOS, 2 * pauseNanos);
    return well ? WELL_NANOS : pauseNanos;
  }

  /** All stays as it is; nobody waits for the outcome of a question that was not answered. */
  private void undecided() {
    lock.lock();
    try {
      if (kind == Kind.STAYS || kind == Kind.CHANGED) {
        cluster.shutPrimary(false);
      }
      if (refused) {
        finished = started;
      }
      decided.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Null if nothing is known: no thread was free to ask somebody, or the primary does not say. */
  private @Nullable List<Claim> ask(List<Server> servers) {
    List<Asked> asked = new ArrayList<>();
    for (Server each : servers) {
      asked.add(probe(each));
    }
    probes.keySet().removeIf(n -> servers.stream().noneMatch(s -> s.name.equals(n)) && drop(n));
    for (Asked each : asked) {
      CompletableFuture<Claim> before = each.running;
      if (before != null && before.isDone() && each.missed) {
        Claim late = before.getNow(new Claim(each.probe.node, null, false));
        each.quiet = late.standing() == null;
        each.missedBreak |= late.standing() != null && !late.unbroken();
      }
      if (before == null || before.isDone()) {
        each.begun = false;
        try {
          each.running =
              CompletableFuture.supplyAsync(
                  () -> {
                    each.begun = true;
                    return each.probe.ask();
                  },
                  executor);
        } catch (RejectedExecutionException e) {
          return null;
        }
      }
    }
    long asking = System.nanoTime();
    List<Claim> claims = new ArrayList<>();
    for (Asked each : asked) {
      boolean quiet = each.quiet;
      Claim claim = await(each, asking);
      if (claim.standing() == null && !each.begun && !quiet) {
        each.quiet = false;
        return null;
      }
      claims.add(claim);
    }
    return writerRefuses(asked) ? null : writerLast(asked, claims);
  }

  /** A primary that is there and does not say what it is stays what it was. */
  private boolean writerRefuses(List<Asked> asked) {
    String refusal = null;
    for (Asked each : asked) {
      if (each.probe.node.equals(reign.writer())) {
        refusal = each.probe.refusal();
      }
    }
    if (refusal != null && !refused) {
      LOG.warn(
          "{}: primary {} does not say whether it takes writes ({}); failovers are not followed"
              + " until it does",
          name,
          reign.writer(),
          refusal);
    }
    refused = refusal != null;
    return refused;
  }

  /**
   * What the others have of the writer can only be told if it answers after them; and one that has
   * gone meanwhile was not there beside a new one.
   */
  private List<Claim> writerLast(List<Asked> asked, List<Claim> claims) {
    String writer = reign.writer();
    boolean rival = claims.stream().anyMatch(c -> c.writes() && !c.node().equals(writer));
    for (int i = 0; rival && i < claims.size(); i++) {
      if (claims.get(i).node().equals(writer) && claims.get(i).writes()) {
        claims.set(i, asked.get(i).probe.ask());
      }
    }
    return claims;
  }

  private Claim await(Asked asked, long since) {
    CompletableFuture<Claim> running = asked.running;
    Claim silent = new Claim(asked.probe.node, null, false);
    if (running == null) {
      return silent;
    }
    long most = asked.quiet ? QUIET_NANOS : limit.toNanos() + limit.toNanos() / 2;
    asked.missed = true;
    try {
      Claim claim =
          running.get(Math.max(0, since + most - System.nanoTime()), TimeUnit.NANOSECONDS);
      asked.missed = false;
      asked.quiet = claim.standing() == null;
      boolean broke = asked.missedBreak;
      asked.missedBreak &= claim.standing() == null;
      return broke ? new Claim(claim.node(), claim.standing(), false) : claim;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return silent;
    } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
      asked.quiet = true;
      return silent;
    }
  }

  private Asked probe(Server server) {
    Asked known = probes.get(server.name);
    if (known != null && known.pool != server.pool) {
      known.probe.close();
      known = null;
    }
    if (known == null) {
      known = new Asked(new RoleProbe(server.name, server.pool, limit), server.pool);
      probes.put(server.name, known);
      if (closed) {
        // Made by a round that was under way: nobody else closes it.
        known.probe.close();
      }
    }
    return known;
  }

  private boolean drop(String node) {
    Asked known = probes.get(node);
    if (known != null) {
      known.probe.close();
    }
    return true;
  }

  private void decide(Outcome outcome, List<Claim> claims) {
    Kind before = kind;
    reign = outcome.reign();
    boolean taken = outcome.kind() != Kind.CHANGED || cluster.lead(reign.writer());
    if (outcome.kind() == Kind.STAYS || outcome.kind() == Kind.CHANGED) {
      mark(claims);
    }
    Kind now = taken ? outcome.kind() : Kind.VACANT;
    boolean shut = now == Kind.VACANT || now == Kind.CONTESTED;
    boolean wasShut = before == Kind.VACANT || before == Kind.CONTESTED;
    cluster.shutPrimary(shut);
    if (now == Kind.CHANGED || now != before || !outcome.reason().equals(reason)) {
      log(now, wasShut, outcome.reason());
    }
    lock.lock();
    try {
      if (shut && !wasShut) {
        shutNanos = System.nanoTime();
      }
      kind = now;
      reason = outcome.reason();
      finished = started;
      decided.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void log(Kind now, boolean wasShut, String why) {
    if (now == Kind.CHANGED) {
      LOG.warn("{}: another node is the primary: {}", name, why);
    } else if (now == Kind.VACANT) {
      LOG.warn("{}: no node is known to take writes: {}", name, why);
    } else if (now == Kind.CONTESTED) {
      LOG.error("{}: writes are refused: {}", name, why);
    } else if (wasShut) {
      LOG.info("{}: primary {} takes writes again", name, reign.writer());
    }
  }

  /** A replica that got what the new primary never had shows what nobody will see again. */
  private void mark(List<Claim> claims) {
    for (Claim writer : claims) {
      if (writer.node().equals(reign.writer()) && writer.writes()) {
        for (Claim each : claims) {
          if (each.reads()) {
            cluster.astray(
                each.node(),
                each.known().strayed(writer.known())
                    ? "it has transactions that primary " + writer.node() + " never had"
                    : null);
          }
        }
      }
    }
  }

  /** See {@link ServerEvents#awaitOpen}. */
  void awaitOpen(Server server) throws SQLException {
    long begun = System.nanoTime();
    lock.lock();
    try {
      long end = shutNanos + config.timeout().toNanos();
      while (server.shut() && !server.retired() && !closed && await(end)) {}
      if (server.shut() && !server.retired() && kind == Kind.CONTESTED) {
        throw failure(begun, null);
      }
    } finally {
      lock.unlock();
    }
  }

  /** See {@link Cluster#successor}. */
  @Nullable Node successor(PooledNode failed, SQLException error) throws SQLException {
    if (cluster.topology().primary().server() != failed.server()) {
      return cluster.topology().primary();
    }
    if (!config.follow()
        || cluster.topology().replicas().isEmpty()
        || !(PooledNode.speaksOfNode(error) || Failures.refusedAsWrite(error))) {
      return null;
    }
    long begun = System.nanoTime();
    lock.lock();
    try {
      long want = started + 1;
      boolean vacant = kind == Kind.VACANT || kind == Kind.CONTESTED;
      wake();
      while (!closed) {
        if (cluster.topology().primary().server() != failed.server()) {
          return cluster.topology().primary();
        }
        boolean shut = kind == Kind.VACANT || kind == Kind.CONTESTED;
        vacant |= shut;
        if (finished >= want && !shut) {
          return vacant ? failed : null;
        }
        long end = (shut ? shutNanos : begun) + config.timeout().toNanos();
        if (!await(end)) {
          if (shut && finished >= want) {
            throw failure(begun, error);
          }
          return null;
        }
      }
      return null;
    } finally {
      lock.unlock();
    }
  }

  /** Says whether there is time left; callers ask again what they wait for. */
  @SuppressWarnings("WaitNotInLoop")
  private boolean await(long end) {
    try {
      long left = end - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      decided.awaitNanos(left);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private SQLException failure(long begun, @Nullable SQLException cause) {
    return new SQLTransientConnectionException(
        name
            + ": no primary takes writes after "
            + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun)
            + "/"
            + config.timeout().toMillis()
            + " ms ("
            + reason
            + ")",
        "08001",
        cause == null ? 0 : cause.getErrorCode(),
        cause);
  }

  @Override
  public void close() {
    closed = true;
    task.close();
    lock.lock();
    try {
      decided.signalAll();
    } finally {
      lock.unlock();
    }
    probes.values().forEach(a -> a.probe.close());
  }
}
