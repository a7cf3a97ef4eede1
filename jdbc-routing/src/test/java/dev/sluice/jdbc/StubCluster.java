package dev.sluice.jdbc;

import dev.sluice.causality.CausalMemory;
import dev.sluice.causality.CausalSource;
import dev.sluice.causality.CommitListener;
import dev.sluice.causality.Freshness;
import dev.sluice.causality.Position;
import dev.sluice.core.ManualTicker;
import dev.sluice.sql.Dialect;
import dev.sluice.sql.LexerMode;
import dev.sluice.sql.SqlScanner;
import dev.sluice.sql.SqlStatement;
import dev.sluice.sql.StatementObserver;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A primary and two replicas over a stub driver; the first replica that may answer does. */
final class StubCluster implements Cluster, CausalSource {
  final List<String> log = Collections.synchronizedList(new ArrayList<>());

  /** Beginnings and ends of changes of the schema, by the length of the log. */
  final List<String> schema = new ArrayList<>();

  final StubNode primary = new StubNode("primary", true, log);
  final List<StubNode> replicas =
      List.of(new StubNode("r1", false, log), new StubNode("r2", false, log));
  final StubNode second = new StubNode("second", true, log);

  /** Whoever asks for a successor finds the second one promoted. */
  boolean promotes;

  boolean promoted;
  long epoch = 1;
  @Nullable LexerMode mode;
  final Router router;

  StubCluster(Dialect dialect, @Nullable StatementObserver observer) {
    this(dialect, observer, null);
  }

  StubCluster(
      Dialect dialect, @Nullable StatementObserver observer, @Nullable RoutingListener listener) {
    ManualTicker ticker = new ManualTicker();
    RoutingEvents events =
        listener == null ? null : RoutingEvents.of("stub", ticker, List.of(listener));
    router = new Router(this, this, SqlScanner::scan, dialect, observer, events, ticker);
    if (events != null) {
      events.built(null);
      primary.told = events.node("primary");
      replicas.forEach(each -> each.told = events.node(each.name));
    }
    try {
      router.mode();
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
    log.clear();
    primary.acquired = 0;
  }

  StubCluster() {
    this(Dialect.MARIADB, null);
  }

  @Override
  public RouteReason whyPrimary(Freshness freshness) {
    return freshness instanceof Freshness.Latest ? RouteReason.ASKED : RouteReason.NOT_FRESH;
  }

  @Override
  public List<NodeState> states() {
    return List.of();
  }

  Connection connect() {
    return new RoutedConnection(router);
  }

  int out() {
    return primary.out.size()
        + second.out.size()
        + replicas.stream().mapToInt(r -> r.out.size()).sum();
  }

  /** What the servers were asked for since the last call. */
  List<String> done() {
    List<String> done = List.copyOf(log);
    log.clear();
    return done;
  }

  void promote() {
    promoted = true;
    primary.retired = true;
  }

  @Override
  public Node primary() {
    return promoted ? second : primary;
  }

  @Override
  public @Nullable Node successor(Node failed, SQLException error) {
    if (promotes) {
      promote();
    }
    return promoted ? second : null;
  }

  @Override
  public Node forRead(
      CausalMemory memory, Freshness freshness, List<String> tables, @Nullable Node notThis) {
    for (StubNode replica : replicas) {
      if (replica != notThis && memory.admits(replica, tables, replica.reached, null)) {
        return replica;
      }
    }
    return primary;
  }

  @Override
  public String name() {
    return "stub";
  }

  @Override
  public long epoch() {
    return epoch;
  }

  @Override
  public CompletionStage<Position> positionCovering(long wanted) {
    return CompletableFuture.completedFuture(new Position("t", wanted));
  }

  @Override
  public void addCommitListener(CommitListener listener) {
    router.listeners.add(listener);
  }

  @Override
  public void removeCommitListener(CommitListener listener) {
    router.listeners.remove(listener);
  }

  @Override
  public List<String> causalTables(SqlStatement statement) {
    return statement.tablesWritten().isEmpty() ? statement.tablesRead() : statement.tablesWritten();
  }

  @Override
  public boolean undoes(List<String> tables) {
    return !tables.isEmpty() && !tables.contains("myisam");
  }

  @Override
  public void schemaChanging() {
    schema.add("changing at " + log.size());
  }

  @Override
  public void schemaChanged() {
    schema.add("changed at " + log.size());
  }

  @Override
  public @Nullable LexerMode lexerMode() {
    return mode;
  }

  @Override
  public boolean onlyUniqueIndexIsPrimaryKey(String table) {
    return true;
  }

  @Override
  public void close() {}
}
