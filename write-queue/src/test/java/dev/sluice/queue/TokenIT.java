package dev.sluice.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.sluice.causality.CausalScope;
import dev.sluice.causality.CausalToken;
import dev.sluice.causality.CommitListener;
import dev.sluice.causality.CommitOutcome;
import dev.sluice.causality.PendingCommit;
import dev.sluice.causality.TableWrite;
import dev.sluice.jdbc.RoutingDataSource;
import dev.sluice.sql.SqlStatement;
import dev.sluice.sql.StatementObserver;
import dev.sluice.testkit.DatabaseEngine;
import dev.sluice.testkit.DatabaseNode;
import dev.sluice.testkit.ReplicatedDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads of queued writes through a routing DataSource whose replica is two seconds behind. */
class TokenIT {
  private static final Logger LOG = LoggerFactory.getLogger(TokenIT.class);
  private static final int THREADS = 4;
  private static final int ROUNDS = 3;
  private static final int KEYS = 25;

  private final LongAdder reads = new LongAdder();
  private final LongAdder onReplica = new LongAdder();
  private final LongAdder oldWithoutToken = new LongAdder();
  private final ThreadLocal<StatementObserver.Where> last = new ThreadLocal<>();
  private final Queue<String> violations = new ConcurrentLinkedQueue<>();
  private final Queue<TableWrite> published = new ConcurrentLinkedQueue<>();

  static List<DatabaseEngine> engines() {
    return ReplicatedDatabase.availableEngines();
  }

  @ParameterizedTest
  @MethodSource("engines")
  void aScopeWithTheTokenNeverReadsAnythingOlderAndListenersLearnWhatWasWritten(
      DatabaseEngine engine) throws Exception {
    try (ReplicatedDatabase database =
            ReplicatedDatabase.builder().engine(engine).replicas(1).start();
        HikariDataSource primary = pool(database.primary());
        HikariDataSource replica = pool(database.replica(0))) {
      WriteLedger.createTables(primary);
      Databases.run(
          primary,
          "CREATE TABLE page_views (id INT PRIMARY KEY, n INT NOT NULL)",
          "CREATE TABLE seen (id INT PRIMARY KEY, n INT NOT NULL)");
      database.awaitReplicated(Duration.ofSeconds(30));
      database.replica(0).delay(Duration.ofSeconds(2));
      try (RoutingDataSource routing =
          RoutingDataSource.builder()
              .name("shop")
              .primary(primary)
              .replica("r1", replica)
              .maximumLag(Duration.ofSeconds(20))
              .causalWait(Duration.ofMillis(50))
              .sampleInterval(Duration.ofMillis(20))
              .observer(new Observer())
              .build()) {
        routing.addCommitListener(new Listener());
        flow(routing, primary);
      }
    }
    LOG.info(
        "{}: {} reads with a token, {} of them on the replica; {} of those without one were old",
        engine,
        reads.sum(),
        onReplica.sum(),
        oldWithoutToken.sum());
    assertThat(violations).isEmpty();
    assertThat(reads.sum()).isGreaterThanOrEqualTo(THREADS * ROUNDS * KEYS);
    assertThat(onReplica.sum()).isGreaterThanOrEqualTo(THREADS * ROUNDS);
    assertThat(oldWithoutToken.sum()).as("or the replica was not late").isPositive();
    assertTablesAndKeysPublished();
  }

  private static HikariDataSource pool(DatabaseNode node) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(node.jdbcUrl());
    config.setUsername(node.user());
    config.setPassword(node.password());
    config.setMaximumPoolSize(16);
    config.setMinimumIdle(0);
    config.setConnectionTimeout(10_000);
    return new HikariDataSource(config);
  }

  private void flow(RoutingDataSource routing, DataSource primary) throws Exception {
    MemoryTransport transport = new MemoryTransport();
    ExecutorService callers = Executors.newFixedThreadPool(THREADS);
    try (WriteApplier applier =
            WriteApplier.builder()
                .transport(transport)
                .dataSource(routing)
                .name("views")
                .lanes(2)
                .receiveWait(Duration.ofSeconds(1))
                .build();
        WriteQueue seenOnReplica = queue(transport, routing, routing);
        WriteQueue seenOnPrimary = queue(transport, primary, routing)) {
      applier.start();
      List<Future<?>> running = new ArrayList<>();
      for (int thread = 0; thread < THREADS; thread++) {
        int first = thread * KEYS;
        WriteQueue queue = thread % 2 == 0 ? seenOnReplica : seenOnPrimary;
        running.add(
            callers.submit(
                () -> {
                  for (int n = 1; n <= ROUNDS; n++) {
                    round(routing, queue, first, n);
                  }
                  return null;
                }));
      }
      for (Future<?> each : running) {
        each.get(2, TimeUnit.MINUTES);
      }
      for (int id = 1; id <= 3; id++) {
        seenOnPrimary
            .submit(Write.insert("seen", Map.of("id", id), Map.of("n", id)))
            .applied()
            .toCompletableFuture()
            .get(60, TimeUnit.SECONDS);
      }
      assertThat(applier.stats().stream().mapToLong(LaneStats::parked).sum()).isZero();
    } finally {
      callers.shutdownNow();
    }
  }

  private static WriteQueue queue(
      Transport transport, DataSource ledger, RoutingDataSource routing) {
    return WriteQueue.builder()
        .transport(transport)
        .name("views")
        .lanes(2)
        .ledger(ledger)
        .source(routing)
        .build();
  }

  private void round(RoutingDataSource routing, WriteQueue queue, int first, int n)
      throws Exception {
    List<WriteTicket> tickets = new ArrayList<>();
    for (int key = first; key < first + KEYS; key++) {
      tickets.add(queue.submit(Write.upsert("page_views", Map.of("id", key), Map.of("n", n))));
    }
    for (int i = 0; i < KEYS; i++) {
      CausalToken token = tickets.get(i).token().toCompletableFuture().get(60, TimeUnit.SECONDS);
      try (CausalScope stranger = CausalScope.open()) {
        assertThat(stranger).isNotNull();
        oldWithoutToken.add(read(routing, first + i) < n ? 1 : 0);
      }
      String sentAlong = token.toString();
      try (CausalScope scope = CausalScope.open(CausalToken.parse(sentAlong))) {
        assertThat(scope).isNotNull();
        check(routing, first + i, n);
        if (i == KEYS - 1) {
          // until the replica may answer, too
          org.awaitility.Awaitility.await()
              .pollInSameThread()
              .pollInterval(Duration.ofMillis(20))
              .atMost(Duration.ofSeconds(60))
              .until(() -> check(routing, first + KEYS - 1, n));
        }
      }
    }
  }

  /** True if the replica answered. */
  private boolean check(RoutingDataSource routing, int key, int n) throws SQLException {
    int seen = read(routing, key);
    boolean late = last.get() == StatementObserver.Where.REPLICA;
    reads.increment();
    onReplica.add(late ? 1 : 0);
    if (seen < n) {
      violations.add(last.get() + " shows " + seen + " after " + n);
    }
    return late;
  }

  private static int read(RoutingDataSource routing, int key) throws SQLException {
    try (Connection connection = routing.getConnection();
        PreparedStatement query =
            connection.prepareStatement("SELECT n FROM page_views WHERE id = ?")) {
      query.setInt(1, key);
      try (ResultSet rows = query.executeQuery()) {
        return rows.next() ? rows.getInt(1) : 0;
      }
    }
  }

  private void assertTablesAndKeysPublished() {
    long named = 0;
    long withKeys = 0;
    for (TableWrite write : published) {
      if (write.table().equals("page_views")) {
        named++;
        withKeys += write.keys().containsKey("id") ? 1 : 0;
      }
    }
    LOG.info(
        "{} writes published, {} of the table by name, {} with keys",
        published.size(),
        named,
        withKeys);
    assertThat(named).isPositive();
    Set<Object> inserted = new HashSet<>();
    for (TableWrite write : published) {
      if (write.table().equals("seen")) {
        inserted.addAll(write.keys().getOrDefault("id", List.of()));
      }
    }
    assertThat(inserted.stream().map(id -> ((Number) id).intValue())).contains(1, 2, 3);
    assertThat(published).anyMatch(write -> write.table().equals("sluice_stream"));
  }

  private final class Listener implements CommitListener {
    @Override
    public void beforeCommit(PendingCommit commit) {}

    @Override
    public void afterCommit(PendingCommit commit, CommitOutcome outcome) {
      if (outcome == CommitOutcome.COMMITTED) {
        published.addAll(commit.writes());
        boolean told =
            commit.writes().stream()
                .anyMatch(
                    w ->
                        w.table().equals("page_views")
                            || w.table().equals("seen")
                            || w.table().equals(TableWrite.ANY_TABLE));
        boolean ledgerOnly =
            commit.writes().stream().allMatch(w -> w.table().equals("sluice_lane"));
        if (!told && !ledgerOnly) {
          violations.add("a commit without what it wrote: " + commit.writes());
        }
      }
    }
  }

  private final class Observer implements StatementObserver, StatementObserver.Recorder {
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
        long elapsedNanos, long rows, long bindingHash, Where node, @Nullable Throwable error) {
      last.set(node);
    }
  }
}
