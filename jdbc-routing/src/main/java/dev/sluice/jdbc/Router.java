package dev.sluice.jdbc;

import dev.sluice.causality.CausalMemory;
import dev.sluice.causality.CausalScope;
import dev.sluice.causality.CausalSource;
import dev.sluice.causality.CommitListener;
import dev.sluice.causality.TableWrite;
import dev.sluice.core.Ticker;
import dev.sluice.sql.Dialect;
import dev.sluice.sql.LexerMode;
import dev.sluice.sql.Route;
import dev.sluice.sql.SqlStatement;
import dev.sluice.sql.StatementObserver;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** What all connections of a data source share. Safe for use by several threads. */
final class Router {
  /** Finds out what a text is. */
  @FunctionalInterface
  interface Scan {
    SqlStatement get(String sql, LexerMode mode);
  }

  final CausalSource source;
  final Cluster cluster;
  final @Nullable StatementObserver observer;

  /** Who is told of decisions; null for nobody. */
  final @Nullable RoutingEvents events;

  final Ticker ticker;
  final LearnedWrites learned = new LearnedWrites();
  final CopyOnWriteArrayList<CommitListener> listeners = new CopyOnWriteArrayList<>();

  /** Observes nothing, so that executions are timed for the events. */
  private static final StatementObserver NOBODY = new Nobody();

  private final Scan statements;
  private final @Nullable Dialect configured;
  private volatile @Nullable LexerMode mode;
  private volatile int defaultIsolation;

  Router(
      CausalSource source,
      Cluster cluster,
      Scan statements,
      @Nullable Dialect dialect,
      @Nullable StatementObserver observer,
      Ticker ticker) {
    this(source, cluster, statements, dialect, observer, null, ticker);
  }

  Router(
      CausalSource source,
      Cluster cluster,
      Scan statements,
      @Nullable Dialect dialect,
      @Nullable StatementObserver observer,
      @Nullable RoutingEvents events,
      Ticker ticker) {
    this.source = source;
    this.cluster = cluster;
    this.statements = statements;
    this.configured = dialect;
    this.observer = observer == null && events != null ? NOBODY : observer;
    this.events = events;
    this.ticker = ticker;
  }

  private static final class Nobody implements StatementObserver, StatementObserver.Recorder {
    @Override
    public Recorder prepared(SqlStatement statement) {
      return this;
    }

    @Override
    public boolean wantsBindingHash() {
      return false;
    }

    @Override
    public void executed(
        long elapsedNanos, long rows, long bindingHash, Where node, @Nullable Throwable error) {}
  }

  String name() {
    return source.name();
  }

  /** A replica took for a write what looked like a read. */
  void learn(SqlStatement statement, Node refusedBy) {
    learned.add(statement.fingerprint());
    if (events != null) {
      events.learned(statement, refusedBy);
    }
  }

  /** A read runs once more elsewhere. */
  void repeats(SqlStatement statement, Node failed, SQLException error) {
    if (events != null) {
      events.repeated(statement, failed, error);
    }
  }

  SqlStatement statement(String sql, @Nullable LexerMode session) throws SQLException {
    return statements.get(sql, session == null ? mode() : session);
  }

  Route route(SqlStatement statement) {
    Route route = cluster.route(statement);
    return route == Route.REPLICA && learned.contains(statement.fingerprint())
        ? Route.PRIMARY
        : route;
  }

  /** How a new session cuts text into tokens; asked of the primary once if no node has told yet. */
  LexerMode mode() throws SQLException {
    LexerMode sampled = cluster.lexerMode();
    return sampled == null ? askedMode() : sampled;
  }

  private LexerMode askedMode() throws SQLException {
    LexerMode known = mode;
    if (known == null) {
      Node primary = cluster.primary();
      Connection physical;
      try {
        physical = primary.acquire();
      } catch (SQLException e) {
        Node other = cluster.successor(primary, e);
        if (other == null) {
          throw e;
        }
        primary = other;
        physical = other.acquire();
      }
      boolean done = false;
      try {
        Dialect dialect = configured == null ? DialectProbe.dialect(physical) : configured;
        known = DialectProbe.lexerMode(physical, dialect);
        mode = known;
        done = true;
      } finally {
        primary.release(physical, !done);
      }
    }
    return known;
  }

  Dialect dialect() throws SQLException {
    return configured == null ? mode().dialect() : configured;
  }

  boolean mysql() throws SQLException {
    return dialect() != Dialect.POSTGRESQL;
  }

  /**
   * The tables that a statement on the primary changes; empty for any. What looks like a read and
   * is none changes more than it names.
   */
  List<String> tablesWritten(SqlStatement statement) {
    return statement.isRead() || !statement.unknownFunctions().isEmpty()
        ? List.of()
        : cluster.causalTables(statement);
  }

  /** The isolation of connections as the pool gives them; asked of the first one that needs it. */
  int defaultIsolation(Connection physical) throws SQLException {
    int known = defaultIsolation;
    if (known == 0) {
      known = physical.getTransactionIsolation();
      defaultIsolation = known;
    }
    return known;
  }

  CausalMemory memory() {
    return CausalScope.current().memory(source);
  }

  /** Tells the listeners of a commit that comes; null if there is none to tell. */
  @Nullable RoutedCommit begin(List<TableWrite> writes) throws SQLException {
    return RoutedCommit.begin(this, writes);
  }
}
