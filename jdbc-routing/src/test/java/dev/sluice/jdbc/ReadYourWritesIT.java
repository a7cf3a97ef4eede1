package dev.sluice.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.causality.CausalScope;
import dev.sluice.causality.CausalToken;
import dev.sluice.sql.StatementObserver.Where;
import dev.sluice.testkit.DatabaseEngine;
import dev.sluice.testkit.logs.ExpectedWarnings;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Nobody is shown anything older than what was written or seen, whatever the replicas do. */
@ParameterizedClass
@MethodSource("dev.sluice.testkit.ReplicatedDatabase#availableEngines")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReadYourWritesIT {
  private static final int CHECKERS = 4;

  @Parameter DatabaseEngine engine;
  private RoutedDatabase database;

  @BeforeParameterizedClassInvocation
  void startServers() throws SQLException {
    List<String> statements = new ArrayList<>();
    statements.add("CREATE TABLE counter (id INT PRIMARY KEY, v BIGINT NOT NULL)");
    for (int i = 0; i < CHECKERS; i++) {
      statements.add("INSERT INTO counter VALUES (" + i + ", 0)");
    }
    database = new RoutedDatabase(engine, statements.toArray(String[]::new));
  }

  @AfterParameterizedClassInvocation
  void stopServers() {
    if (database != null) {
      database.close();
    }
  }

  @AfterEach
  void nothingIsHeld() {
    database.servers.replicas().forEach(replica -> replica.delay(Duration.ZERO));
    database.assertNothingHeld();
  }

  private static void write(Connection connection, int id, long value) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("UPDATE counter SET v = ? WHERE id = ?")) {
      statement.setLong(1, value);
      statement.setInt(2, id);
      assertThat(statement.executeUpdate()).isEqualTo(1);
    }
  }

  private static long read(Connection connection, int id) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT v FROM counter WHERE id = ?")) {
      statement.setInt(1, id);
      try (ResultSet row = statement.executeQuery()) {
        assertThat(row.next()).isTrue();
        return row.getLong(1);
      }
    }
  }

  @Test
  void aTokenCarriesWhatWasWrittenToAnotherCaller() throws Exception {
    database.servers.replicas().forEach(replica -> replica.delay(Duration.ofSeconds(1)));
    for (long value = 1_000_000; value < 1_000_010; value++) {
      String token;
      try (CausalScope writer = CausalScope.open();
          Connection connection = database.routed.getConnection()) {
        write(connection, 0, value);
        token = writer.token(Duration.ofSeconds(5)).toString();
      }
      try (CausalScope reader = CausalScope.open(CausalToken.parse(token));
          Connection connection = database.routed.getConnection()) {
        assertThat(read(connection, 0)).isEqualTo(value);
        assertThat(reader).isNotNull();
      }
    }
  }

  @ExpectedWarnings("replica \\S+ takes no reads")
  @Test
  void checkersNeverSeeTheirCounterGoBackWhileReplicasAreDelayedAndRestarted() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(CHECKERS);
    AtomicBoolean stop = new AtomicBoolean();
    AtomicLong reads = new AtomicLong();
    AtomicLong onReplicas = new AtomicLong();
    List<Future<?>> checkers = new ArrayList<>();
    for (int i = 0; i < CHECKERS; i++) {
      int id = i;
      checkers.add(threads.submit(() -> check(id, stop, reads, onReplicas)));
    }
    try {
      awaitReads(reads, 200);
      database.servers.replica(0).delay(Duration.ofMillis(700));
      awaitReads(reads, 500);
      database.servers.replica(1).kill();
      awaitReads(reads, 500);
      database.servers.replica(1).start();
      awaitReads(reads, 500);
      database.servers.replica(0).delay(Duration.ZERO);
      awaitReads(reads, 500);
    } finally {
      stop.set(true);
      threads.shutdown();
    }
    assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    for (Future<?> each : checkers) {
      each.get();
    }
    assertThat(onReplicas.get()).isPositive();
    System.out.println(
        engine + ": " + reads + " reads checked, " + onReplicas + " asked of a replica last");
  }

  private static void awaitReads(AtomicLong reads, int more) {
    long target = reads.get() + more;
    await().atMost(Duration.ofSeconds(60)).until(() -> reads.get() >= target);
  }

  private Object check(int id, AtomicBoolean stop, AtomicLong reads, AtomicLong onReplicas)
      throws SQLException {
    long value = 0;
    try (CausalScope scope = CausalScope.open()) {
      while (!stop.get()) {
        value++;
        try (Connection connection = database.routed.getConnection()) {
          if (value % 3 == 0) {
            connection.setAutoCommit(false);
            write(connection, id, value);
            connection.commit();
            connection.setAutoCommit(true);
          } else {
            write(connection, id, value);
          }
          for (int i = 0; i < 20 && !stop.get(); i++) {
            assertThat(read(connection, id)).isEqualTo(value);
            reads.incrementAndGet();
            if (database.where() == Where.REPLICA) {
              onReplicas.incrementAndGet();
            }
            java.util.concurrent.locks.LockSupport.parkNanos(2_000_000);
          }
        }
      }
      assertThat(scope).isNotNull();
    }
    return true;
  }
}
