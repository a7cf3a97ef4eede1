package dev.sluice.jdbc;

import dev.sluice.causality.Position;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * One database server as the connections see it: a pool and what is known about it. Safe for use by
 * several threads.
 */
interface Node {
  /** The name it was configured with. */
  String name();

  /** Whether it is the primary. */
  boolean primary();

  /**
   * The highest sample of the primary that this node is known to have reached; {@link
   * Long#MAX_VALUE} for the primary. After an answer of this node: {@code memory.saw(node,
   * cluster.epoch(), node.reachedEpoch())}, with the node as {@link Cluster#forRead} gave it.
   */
  long reachedEpoch();

  /**
   * Borrows a physical connection from the pool and counts it as in flight. A failure counts
   * against the node.
   */
  Connection acquire() throws SQLException;

  /**
   * Gives a physical connection back. {@code discard}: its state is not known or it is broken, it
   * must not be used again.
   */
  void release(Connection physical, boolean discard);

  /** Whether the next execution is to be timed; a busy node needs only some of them. */
  boolean timesNext();

  /** An execution took this long; feeds the choice among replicas. */
  void answered(long elapsedNanos);

  /** An execution that was not timed was answered; ends a row of failures. */
  void answered();

  /**
   * An execution failed; feeds ejection where the error speaks of the node and not of the
   * statement.
   */
  void failed(SQLException error);

  /**
   * Whether it was the primary and another node is now: what it says of a commit does not hold any
   * more, and nothing must be begun there.
   */
  default boolean retired() {
    return false;
  }

  /**
   * The exact position of the last commit on a physical connection of the primary, where the driver
   * has it from the server's answer, without a round trip; else null.
   */
  @Nullable Position committed(Connection physical);
}
