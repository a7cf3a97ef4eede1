package dev.sluice.jdbc;

import dev.sluice.causality.CausalMemory;
import dev.sluice.causality.CausalScope;
import dev.sluice.causality.Freshness;
import dev.sluice.sql.Route;
import dev.sluice.sql.SqlStatement;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decides about a statement without running it, as a new connection in autocommit mode would. */
final class Explainer {
  private final Router router;

  Explainer(Router router) {
    this.router = router;
  }

  RoutingDecision explain(String sql) throws SQLException {
    SqlStatement statement = router.statement(sql, null);
    Route route = router.route(statement);
    CausalScope scope = CausalScope.current();
    Freshness freshness = scope.freshness();
    boolean eventual = freshness instanceof Freshness.Eventual;
    CausalMemory known = scope.memory(router.source);
    CausalMemory memory = eventual || known.isEmpty() ? null : known;
    List<String> tables = router.cluster.causalTables(statement);
    // A transaction asks for everything: what it will read is not known yet.
    boolean begins = route == Route.TRANSACTION_READ;
    boolean mayLeave = route == Route.REPLICA || begins;
    List<RoutingDecision.Candidate> candidates =
        mayLeave
            ? router.cluster.candidates(memory, freshness, begins ? List.of() : tables)
            : List.of();
    String replica = chosen(candidates);
    return new RoutingDecision(
        statement.normalized(),
        statement.fingerprint(),
        statement.kind(),
        route,
        statement.rule(),
        statement.tablesRead(),
        statement.tablesWritten(),
        tables,
        memory == null ? "nothing" : memory.demand(begins ? List.of() : tables),
        replica == null ? router.cluster.primary().name() : replica,
        reason(statement, route, replica != null, freshness),
        candidates);
  }

  /** The better of those that may answer. */
  private static @Nullable String chosen(List<RoutingDecision.Candidate> candidates) {
    RoutingDecision.Candidate best = null;
    for (RoutingDecision.Candidate each : candidates) {
      if (each.admitted() && (best == null || load(each) < load(best))) {
        best = each;
      }
    }
    return best == null ? null : best.node().name();
  }

  private static double load(RoutingDecision.Candidate candidate) {
    NodeState node = candidate.node();
    return (node.inFlight() + 1.0) * Math.max(1, node.latency().toNanos()) / node.share();
  }

  private RouteReason reason(
      SqlStatement statement, Route route, boolean replica, Freshness freshness) {
    return switch (route) {
      case REPLICA -> replica ? RouteReason.REPLICA : router.cluster.whyPrimary(freshness);
      case TRANSACTION_READ ->
          replica ? RouteReason.READ_ONLY_TRANSACTION : RouteReason.TRANSACTION;
      case TRANSACTION_WRITE -> RouteReason.TRANSACTION;
      case CURRENT, SAME, TRACK -> RouteReason.SESSION;
      case PRIMARY, PIN -> Reasons.ofPrimary(statement, route, false);
    };
  }
}
