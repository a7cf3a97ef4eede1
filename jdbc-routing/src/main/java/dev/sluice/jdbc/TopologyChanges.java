package dev.sluice.jdbc;

import dev.sluice.core.Ticker;
import dev.sluice.jdbc.ClusterConfig.NodeConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * A replica is removed in steps, so that no caller sees an error:
 *
 *   1  It is in no topology any more: nobody chooses it from now on. Whoever has chosen it a moment ago
 *      still may borrow from it, for GRACE.
 *   2  It is retired: who comes now is refused before he has a connection, and goes elsewhere. A borrower
 *      counts itself first and looks whether it is retired then; we retire first and look at the count
 *      then. So one of the two sees the other.
 *   3  When the count is 0 nothing runs on it and nothing can begin: its pool is closed, if it is ours.
 *      After drainTimeout that is done anyway, and cuts off what still runs.
 */
/** Adds and removes replicas while the cluster runs. Safe for use by several threads. */
final class TopologyChanges implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TopologyChanges.class);
  private static final long GRACE_NANOS = 100_000_000;
  private static final long POLL_NANOS = 5_000_000;
  private static final long IDLE_NANOS = 3_600_000_000_000L;

  private final String name;
  private final Ticker ticker;
  private final TopologyConfig limits;
  private final PooledCluster cluster;
  private final Sampler sampler;
  private final Repeating task;
  private final Set<Server> owned = Collections.newSetFromMap(new IdentityHashMap<>());
  private final List<Drain> drains = new ArrayList<>();
  private boolean closed;

  private record Drain(ReplicaWatch watch, long since, CompletableFuture<Void> done) {}

  TopologyChanges(
      ClusterConfig config,
      PooledCluster cluster,
      Sampler sampler,
      ScheduledExecutorService executor) {
    this.name = config.name();
    this.ticker = config.runtime().ticker();
    this.limits = config.topology();
    this.cluster = cluster;
    this.sampler = sampler;
    this.task = new Repeating(executor, this::drain);
  }

  /**
   * Adds a replica, which starts slowly.
   *
   * @param own whether its pool is to be closed when it is gone
   * @throws IllegalArgumentException names what is wrong with it
   */
  synchronized void add(NodeConfig node, boolean own) {
    checkOpen();
    Topology now = cluster.topology();
    if (now.replica(node.name()) != null || node.name().equals(now.primary().name())) {
      throw new IllegalArgumentException("replica: every node needs a name of its own");
    }
    if (now.replicas().size() + drains.size() >= limits.maximumReplicas()) {
      throw new IllegalArgumentException(
          "maximumReplicas: there are "
              + now.replicas().size()
              + " replicas and "
              + drains.size()
              + " that are drained");
    }
    ReplicaWatch watch = cluster.watch(node);
    watch.server.startSlowly();
    if (own) {
      owned.add(watch.server);
    }
    cluster.change(t -> t.plus(watch));
    sampler.add(watch);
    LOG.info("{}: replica {} is added", name, node.name());
  }

  /**
   * Removes a replica. What runs on it finishes.
   *
   * @return done when nothing of ours uses it any more; failed if that took longer than {@code
   *     drainTimeout}
   */
  synchronized CompletionStage<Void> remove(String replica) {
    checkOpen();
    ReplicaWatch watch = cluster.topology().replica(replica);
    if (watch == null) {
      throw new IllegalArgumentException("replica: there is none of this name");
    }
    cluster.change(t -> t.minus(watch));
    Drain drain = new Drain(watch, ticker.nanos(), new CompletableFuture<>());
    drains.add(drain);
    LOG.info("{}: replica {} is removed and drained", name, replica);
    task.soon();
    return drain.done();
  }

  private void checkOpen() {
    if (closed) {
      throw new IllegalStateException(name + ": closed");
    }
  }

  /** A node has another role and so another server; its pool stays whose it was. */
  synchronized void succeed(Server before, Server now) {
    if (owned.remove(before)) {
      owned.add(now);
    }
  }

  /** How many replicas are still drained. */
  synchronized int draining() {
    return drains.size();
  }

  private long drain() {
    List<Drain> open;
    synchronized (this) {
      open = List.copyOf(drains);
    }
    for (Drain each : open) {
      step(each);
    }
    synchronized (this) {
      return drains.isEmpty() ? IDLE_NANOS : POLL_NANOS;
    }
  }

  private void step(Drain drain) {
    long elapsed = ticker.nanos() - drain.since();
    if (elapsed < GRACE_NANOS) {
      return;
    }
    Server server = drain.watch().server;
    if (!server.retired()) {
      server.retire();
      sampler.remove(drain.watch());
    }
    int left = server.inFlight.get();
    boolean late = elapsed > limits.drainTimeout().toNanos();
    if (left > 0 && !late) {
      return;
    }
    // The pool of a node that has become the primary is still used; it ends with the cluster.
    if (cluster.topology().primary().server().pool != server.pool) {
      close(server);
    }
    synchronized (this) {
      drains.remove(drain);
    }
    cluster.resized();
    if (left == 0) {
      LOG.info("{}: replica {} is drained", name, server.name);
      drain.done().complete(null);
    } else {
      String what =
          name
              + ": replica "
              + server.name
              + " is not drained after "
              + Duration.ofNanos(elapsed).toMillis()
              + "/"
              + limits.drainTimeout().toMillis()
              + " ms ("
              + left
              + " connections in use)";
      LOG.warn("{}", what);
      drain.done().completeExceptionally(new IllegalStateException(what));
    }
  }

  private void close(Server server) {
    boolean ours;
    synchronized (this) {
      ours = owned.remove(server);
    }
    if (ours && server.pool instanceof AutoCloseable pool) {
      try {
        pool.close();
      } catch (Exception e) {
        LOG.debug("{}: the pool of replica {} did not close", name, server.name, e);
      }
    }
  }

  /** Refuses changes from now on. */
  synchronized void stop() {
    closed = true;
  }

  /** Ends the pools that are ours, whatever runs on them. */
  @Override
  public void close() {
    stop();
    task.close();
    List<Drain> open;
    List<Server> ours;
    synchronized (this) {
      open = List.copyOf(drains);
      ours = List.copyOf(owned);
      drains.clear();
    }
    ours.forEach(this::close);
    for (Drain each : open) {
      sampler.remove(each.watch());
      each.done().completeExceptionally(new IllegalStateException(name + ": closed"));
    }
  }
}
