package dev.sluice.jdbc;

import dev.sluice.causality.Position;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * One database server as the connections see it: a pool and what is known about it. Safe for use by
 * several threads. A class instead of an interface, as calls of a class that has one subclass cost
 * nothing.
 */
abstract class Node {
  /** The name it was configured with. */
  abstract String name();

  /** Whether it is the primary. */
  abstract boolean primary();

  /**
   * The highest sample of the primary that this node is known to have reached; {@link
   * Long#MAX_VALUE} for the primary. After an answer of this node: {@code memory.saw(node,
   * cluster.epoch(), node.reachedEpoch())}, with the node as {@link Cluster#forRead} gave it.
   */
  abstract long reachedEpoch();

  /**
   * Borrows a physical connection from the pool and counts it as in flight. A failure counts
   * against the node.
   */
  abstract Connection acquire() throws SQLException;

  /**
   * The connection that statements are made on: the driver's own where the pool's wrapper adds
   * nothing that is not done here, else the one that was borrowed.
   */
  abstract Connection bare(Connection borrowed) throws SQLException;

  /**
   * Gives a physical connection back, as it was borrowed. {@code discard}: its state is not known
   * or it is broken, it must not be used again.
   */
  abstract void release(Connection physical, boolean discard);

  /** Whether the next execution is to be timed; a busy node needs only some of them. */
  abstract boolean timesNext();

  /** An execution took this long; feeds the choice among replicas. */
  abstract void answered(long elapsedNanos);

  /** An execution that was not timed was answered; ends a row of failures. */
  abstract void answered();

  /**
   * An execution failed; feeds ejection where the error speaks of the node and not of the
   * statement.
   */
  abstract void failed(SQLException error);

  /**
   * Whether it was the primary and another node is now: what it says of a commit does not hold any
   * more, and nothing must be begun there.
   */
  boolean retired() {
    return false;
  }

  /**
   * The exact position of the last commit on a physical connection of the primary, where the driver
   * has it from the server's answer, without a round trip; else null.
   */
  abstract @Nullable Position committed(Connection physical);

  /** Who is told of the executions on it; null for nobody. */
  RoutingEvents.@Nullable NodeEvents told() {
    return null;
  }

  /** Whether it is the primary in place of replicas of which none is usable. */
  boolean fallback() {
    return false;
  }
}
