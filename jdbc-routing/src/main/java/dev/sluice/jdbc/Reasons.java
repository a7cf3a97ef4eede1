package dev.sluice.jdbc;

import dev.sluice.causality.CausalScope;
import dev.sluice.sql.Route;
import dev.sluice.sql.SqlStatement;
import dev.sluice.sql.StatementKind;

/** Tells why an execution ran where it did. Asked only if somebody wants to know. */
final class Reasons {
  private Reasons() {}

  /**
   * The reason, by the state of the session right after the execution.
   *
   * @param updatable whether the statement was made for updatable results
   */
  static RouteReason of(Session session, Binding b, SqlStatement statement, boolean updatable) {
    if (!b.node.primary()) {
      return session.inTransaction || statement.route() == Route.TRANSACTION_READ
          ? RouteReason.READ_ONLY_TRANSACTION
          : RouteReason.REPLICA;
    }
    Route route = updatable ? Route.PRIMARY : session.router.route(statement);
    return switch (route) {
      case REPLICA -> ofRead(session, b);
      case CURRENT, SAME, TRACK ->
          session.inTransaction ? RouteReason.TRANSACTION : RouteReason.SESSION;
      case TRANSACTION_READ, TRANSACTION_WRITE -> RouteReason.TRANSACTION;
      case PRIMARY, PIN -> ofPrimary(statement, route, updatable);
    };
  }

  private static RouteReason ofRead(Session session, Binding b) {
    if (session.inTransaction) {
      return RouteReason.TRANSACTION;
    }
    if (!session.roams()) {
      return RouteReason.SESSION;
    }
    return b.node.fallback()
        ? RouteReason.FALLBACK
        : session.router.cluster.whyPrimary(CausalScope.current().freshness());
  }

  /** Of what the primary must do whatever its caller has seen. */
  static RouteReason ofPrimary(SqlStatement statement, Route route, boolean updatable) {
    if (statement.isRead()) {
      return updatable ? RouteReason.PRIMARY_ONLY : RouteReason.LEARNED_WRITE;
    }
    if (statement.kind() == StatementKind.TRANSACTION) {
      return RouteReason.TRANSACTION;
    }
    return Traits.writes(statement, route) ? RouteReason.WRITE : RouteReason.PRIMARY_ONLY;
  }
}
