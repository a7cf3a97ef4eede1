package dev.sluice.jdbc;

import dev.sluice.causality.CausalMemory;
import dev.sluice.causality.Freshness;
import dev.sluice.causality.Position;
import dev.sluice.sql.LexerMode;
import dev.sluice.sql.Route;
import dev.sluice.sql.SqlStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The nodes of one database: which of them may answer, and how far they are. Safe for use by
 * several threads.
 */
interface Cluster extends AutoCloseable {
  /** The node that takes writes. */
  Node primary();

  /**
   * The node to turn to after the primary has done nothing of what it was asked for, because it
   * could not be reached or refuses writes: its successor, or itself when it came back. Waits for
   * one, for {@code failoverTimeout} at most, unless the primary turns out to be well.
   *
   * @param failed the primary as it was used
   * @return null if there is none: the error is the caller's
   * @throws SQLException when no primary was found in time, with the state of every node
   */
  default @Nullable Node successor(Node failed, SQLException error) throws SQLException {
    return null;
  }

  /**
   * A node for a read: a replica that is admitted by the memory and the freshness and is neither
   * ejected nor lagging, else the primary. Reads no clock and takes no lock.
   *
   * @param tables the tables that count, from {@link #causalTables}; empty for all
   * @param notThis a node that has just failed, for the one retry elsewhere
   * @throws SQLException a {@link java.sql.SQLTransientConnectionException} with the state of every
   *     replica, when the primary is needed but the cap on concurrent fallback reads is reached
   */
  Node forRead(
      CausalMemory memory, Freshness freshness, List<String> tables, @Nullable Node notThis)
      throws SQLException;

  /** See {@link dev.sluice.causality.CausalSource#epoch()}. */
  long epoch();

  /** See {@link dev.sluice.causality.CausalSource#positionCovering}. */
  CompletionStage<Position> positionCovering(long epoch);

  /**
   * The tables that a read depends on or a write changes, as far as the catalog proves that the
   * names are all there is to it: base tables; for writes without triggers and cascading foreign
   * keys. Empty when that is not proven: any table. Cached by statement, off the hot path when
   * unknown.
   */
  List<String> causalTables(SqlStatement statement);

  /**
   * Where a statement may run: what its text says, and what the catalog or a declaration says of
   * the functions it calls and the views it reads. Asks no server.
   */
  default Route route(SqlStatement statement) {
    return statement.route();
  }

  /** Whether a statement may create, alter or drop something, by itself or by what it calls. */
  default boolean mayChangeSchema(SqlStatement statement) {
    return statement.definesSchema();
  }

  /** Which statement it is that changes the schema; comes after {@link #schemaChanging()}. */
  default void schemaChanging(SqlStatement statement) {}

  /**
   * Whether a change of one row of a table may change other rows of the same table, by foreign
   * keys.
   */
  default boolean reachesItself(String table) {
    return false;
  }

  /** A change of the schema begins: until it has ended every statement may touch any table. */
  void schemaChanging();

  /** A change of the schema is committed, or not made; once for each beginning. */
  void schemaChanged();

  /**
   * Whether a statement that fails is undone in all of some tables: their engine is known to have
   * transactions. False for no tables, which means any.
   */
  boolean undoes(List<String> tables);

  /**
   * Whether the table's primary key is known to be its only unique index, so that an upsert touches
   * just the rows it names.
   */
  boolean onlyUniqueIndexIsPrimaryKey(String table);

  /**
   * How new sessions cut text into tokens, by the nodes that have answered; not {@link
   * LexerMode#known} where they differ. Null: none has answered yet.
   */
  @Nullable LexerMode lexerMode();

  /** Why a plain read of autocommit mode went to the primary; asked right after it. */
  default RouteReason whyPrimary(Freshness freshness) {
    return RouteReason.NOT_FRESH;
  }

  /**
   * The replicas, and whether they may answer a read now.
   *
   * @param memory what the caller has seen; null if it does not matter
   * @param tables the tables that count; empty for all
   */
  default List<RoutingDecision.Candidate> candidates(
      @Nullable CausalMemory memory, Freshness freshness, List<String> tables) {
    return List.of();
  }

  /** What is known of every node, the primary first. */
  List<NodeState> states();

  /** Adds a replica, see {@link RoutingDataSource#addReplica}. */
  default void addReplica(ClusterConfig.NodeConfig node) {
    throw new UnsupportedOperationException("the nodes do not change");
  }

  /** Removes a replica, see {@link RoutingDataSource#removeReplica}. */
  default CompletionStage<Void> removeReplica(String replica) {
    throw new UnsupportedOperationException("the nodes do not change");
  }

  @Override
  void close();
}
