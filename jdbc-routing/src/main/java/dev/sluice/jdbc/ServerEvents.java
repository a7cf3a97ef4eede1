package dev.sluice.jdbc;

import dev.sluice.causality.Position;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** What a server's connections report to its cluster. Called on the path of requests: quick. */
interface ServerEvents {
  /** A connection to the primary was borrowed. */
  void borrowedFromPrimary(Connection physical) throws SQLException;

  /**
   * Somebody wants a connection of a server that is shut: returns when it is open, or may be tried.
   *
   * @throws SQLException when it is not to be used
   */
  default void awaitOpen(Server server) throws SQLException {}

  /**
   * The connection to the primary was lost, or it refused a write: it may be the primary no more.
   */
  default void suspect(Server server) {
    failed(server);
  }

  /** A request failed because of the node. */
  void failed(Server server);

  /** What is known of a replica was made known anew, perhaps the same as before. */
  default void state(Server server) {}

  /** Who is told of the executions on a node; null for nobody. Asked once, when it is made. */
  default RoutingEvents.@Nullable NodeEvents told(String node) {
    return null;
  }

  /** The position of the last commit, where the driver knows it. */
  @Nullable Position committed(Connection physical);
}
