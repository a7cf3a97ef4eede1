package dev.sluice.jdbc;

import dev.sluice.sql.SqlStatement;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Is told what a {@link RoutingDataSource} decides and what becomes of its nodes: for meters, logs
 * and tests. Every method does nothing unless it is overridden.
 *
 * <p>Implementations must be safe for use by several threads and must not block: {@link
 * NodeListener#executed} and what speaks of single statements runs on the caller's thread, the rest
 * on that of the sampler. What they throw is logged, at most once a minute, and never reaches a
 * caller. Statements are given as the scanner sees them; {@link SqlStatement#normalized()} is safe
 * to show, {@link SqlStatement#sql()} holds literals. Bind values are never given.
 */
public interface RoutingListener {
  /** Takes the executions of one node. */
  interface NodeListener {
    /**
     * An execution has ended: every call of an execute method that reached a server, a batch counts
     * as one.
     *
     * @param statement what ran; of a batch of different texts the first one
     * @param reason why it ran here, and whether as on a replica
     * @param elapsedNanos time of the execution itself
     * @param error what it ended with; null for success
     */
    void executed(
        SqlStatement statement,
        RouteReason reason,
        long elapsedNanos,
        @Nullable SQLException error);
  }

  /**
   * The data source was built. Called before anything else; what happened until now is in {@link
   * RoutingDataSource#nodes()}.
   *
   * @param source the data source
   */
  default void built(RoutingDataSource source) {}

  /**
   * A node is known from now on. Called once for each, so that what is kept by node is looked up
   * once.
   *
   * @param name the name it was configured with
   * @return what its executions are reported to; null for none
   */
  default @Nullable NodeListener node(String name) {
    return null;
  }

  /**
   * A replica began or ceased to take reads.
   *
   * @param node its name
   * @param usable whether it takes reads now
   * @param reason in a few words for people
   */
  default void usable(String node, boolean usable, String reason) {}

  /**
   * A replica is removed; what runs on it finishes, and is still told.
   *
   * @param node its name
   */
  default void removed(String node) {}

  /**
   * The primary is another server, or the same with another history: positions known before count
   * no more.
   *
   * @param primary the name of the node that is primary now
   */
  default void failover(String primary) {}

  /**
   * A read of autocommit mode failed before it delivered anything, and runs once more elsewhere.
   *
   * @param statement the read
   * @param node where it failed
   * @param error how
   */
  default void repeated(SqlStatement statement, String node, SQLException error) {}

  /**
   * A replica refused as a write what looked like a read; it and all of its fingerprint run on the
   * primary from now on.
   *
   * @param statement the statement
   * @param node the replica
   */
  default void learned(SqlStatement statement, String node) {}

  /** A read was refused: no replica is usable and the primary takes no more in their place. */
  default void refused() {}

  /**
   * A read has waited for a replica to reach what its caller has written or seen ({@code
   * causalWait}).
   *
   * @param elapsedNanos how long
   * @param reached whether one did; else the primary takes the read
   */
  default void waited(long elapsedNanos, boolean reached) {}

  /** The data source was closed. */
  default void closed() {}
}
