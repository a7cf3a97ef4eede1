package dev.sluice.jdbc;

import dev.sluice.causality.CausalMemory;
import dev.sluice.causality.Freshness;
import dev.sluice.causality.Position;
import dev.sluice.jdbc.hikari.HikariPools;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is known of nodes, for people and meters. Asks no server. */
final class NodeStates {
  private static final boolean HIKARI = PooledNode.present("com.zaxxer.hikari.HikariDataSource");

  private NodeStates() {}

  static List<NodeState> all(
      Server primary, @Nullable Position position, List<ReplicaWatch> replicas, long now) {
    List<NodeState> states = new ArrayList<>();
    states.add(of(primary, null, position));
    replicas.forEach(each -> states.add(ofReplica(each.server, now)));
    return List.copyOf(states);
  }

  private static NodeState ofReplica(Server replica, long now) {
    Progress progress = replica.view().progress();
    return of(
        replica,
        progress.reachedEpoch() == 0
            ? null
            : Duration.ofNanos(Math.max(0, now - progress.reachedNanos())),
        progress.position());
  }

  private static NodeState of(Server server, @Nullable Duration lag, @Nullable Position position) {
    View view = server.view();
    return new NodeState(
        server.name,
        server.primary,
        view.usable(),
        view.reason(),
        lag,
        server.inFlight(),
        Duration.ofNanos(server.latencyNanos()),
        position,
        view.usable() || server.primary ? 1 / view.handicap() : 0,
        server.failures(),
        server.ejections(),
        HIKARI ? HikariPools.state(server.pool) : null);
  }

  /** Whether replicas may answer a read, and why not; see {@link Cluster#candidates}. */
  static List<RoutingDecision.Candidate> candidates(
      List<ReplicaWatch> replicas,
      @Nullable CausalMemory memory,
      Freshness freshness,
      List<String> tables,
      long now) {
    List<RoutingDecision.Candidate> candidates = new ArrayList<>();
    for (ReplicaWatch each : replicas) {
      View view = each.server.view();
      String not = exclusion(view, memory, freshness, tables, now);
      candidates.add(
          new RoutingDecision.Candidate(
              ofReplica(each.server, now),
              view.progress().reachedEpoch(),
              not == null,
              not == null ? "may answer" : not));
    }
    return candidates;
  }

  /** Why a replica may not answer, by the rules of {@link ReplicaSelector}; null if it may. */
  private static @Nullable String exclusion(
      View view,
      @Nullable CausalMemory memory,
      Freshness freshness,
      List<String> tables,
      long now) {
    Progress progress = view.progress();
    if (freshness instanceof Freshness.Latest) {
      return "the caller asks for the primary";
    }
    if (!view.usable()) {
      return view.reason();
    }
    if (freshness instanceof Freshness.Bounded limit
        && now - progress.reachedNanos() > limit.limit().toNanos()) {
      return "older than the caller allows";
    }
    return memory == null
            || memory.admits(view.node(), tables, progress.reachedEpoch(), progress.position())
        ? null
        : "has not reached what the caller has written or seen";
  }
}
