package dev.sluice.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.causality.CausalScope;
import dev.sluice.causality.CommitListener;
import dev.sluice.causality.CommitOutcome;
import dev.sluice.causality.PendingCommit;
import dev.sluice.causality.TableWrite;
import dev.sluice.sql.Dialect;
import dev.sluice.sql.LexerMode;
import dev.sluice.sql.Route;
import dev.sluice.sql.SqlScanner;
import dev.sluice.sql.SqlStatement;
import dev.sluice.sql.StatementObserver.Where;
import dev.sluice.testkit.DatabaseEngine;
import dev.sluice.testkit.DatabaseNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Functions and views of each kind on real servers: judged by the catalog, run where they may. */
@ParameterizedClass
@MethodSource("dev.sluice.testkit.ReplicatedDatabase#availableEngines")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CatalogIT {
  @Parameter DatabaseEngine engine;
  private RoutedDatabase database;
  private Dialect dialect;

  @BeforeParameterizedClassInvocation
  void startServers() throws SQLException {
    database =
        new RoutedDatabase(
            engine,
            engine == DatabaseEngine.POSTGRESQL
                ? RoutineExamples.POSTGRESQL_SCHEMA
                : RoutineExamples.MYSQL_SCHEMA);
    try (Connection direct = database.primary.getConnection()) {
      dialect = DialectProbe.dialect(direct);
    }
  }

  @AfterParameterizedClassInvocation
  void stopServers() {
    if (database != null) {
      database.close();
    }
  }

  @AfterEach
  void nothingIsHeld() {
    database.assertNothingHeld();
  }

  private Map<String, Route> examples() {
    return dialect == Dialect.POSTGRESQL ? RoutineExamples.POSTGRESQL : RoutineExamples.MYSQL;
  }

  private Routines catalog(Declared declared) throws SQLException {
    try (Connection direct = database.primary.getConnection()) {
      return Routines.of(RoutineRows.load(direct, dialect, 10), dialect, declared);
    }
  }

  private SqlStatement scan(String sql) {
    return SqlScanner.scan(sql, LexerMode.of(dialect));
  }

  private void runAlone(String sql) throws SQLException {
    try (CausalScope scope = CausalScope.open();
        Connection connection = database.routed.getConnection()) {
      RoutedDatabase.run(connection, sql);
      assertThat(scope).isNotNull();
    }
  }

  private void awaitWhere(String sql, Where where) {
    await()
        .atMost(RoutedDatabase.LONG)
        .untilAsserted(
            () -> {
              runAlone(sql);
              assertThat(database.where()).as(sql).isEqualTo(where);
            });
  }

  @Test
  void theCatalogSaysWhatIsARead() throws SQLException {
    Routines routines = catalog(Declared.NOTHING);
    for (Map.Entry<String, Route> each : examples().entrySet()) {
      assertThat(routines.route(scan(each.getKey()))).as(each.getKey()).isEqualTo(each.getValue());
    }
    assertThat(routines.hidden()).isZero();
  }

  @Test
  void whatIsProvenRunsOnReplicasAndNothingElse() throws SQLException {
    awaitWhere("SELECT peek(1)", Where.REPLICA);
    for (Map.Entry<String, Route> each : examples().entrySet()) {
      runAlone(each.getKey());
      assertThat(database.where())
          .as(each.getKey())
          .isEqualTo(each.getValue() == Route.REPLICA ? Where.REPLICA : Where.PRIMARY);
      if (each.getValue() == Route.REPLICA) {
        try (Connection replica = database.replicas.get(0).getConnection()) {
          RoutedDatabase.run(replica, each.getKey());
        }
      }
    }
    database.servers.awaitReplicated(RoutedDatabase.LONG);
  }

  @Test
  void aReplacedFunctionIsJudgedAnew() throws SQLException {
    awaitWhere("SELECT changing(1)", Where.REPLICA);
    try (Connection connection = database.routed.getConnection()) {
      for (String each : RoutineExamples.writing(dialect, "changing")) {
        RoutedDatabase.run(connection, each);
      }
      // At once, before the catalog has been read again.
      RoutedDatabase.run(connection, "SELECT changing(1)");
      assertThat(database.where()).isEqualTo(Where.PRIMARY);
    }
    runAlone("SELECT changing(1)");
    assertThat(database.where()).isEqualTo(Where.PRIMARY);
    await()
        .atMost(RoutedDatabase.LONG)
        .untilAsserted(
            () -> {
              runAlone("SELECT peek(1)");
              assertThat(database.where()).isEqualTo(Where.REPLICA);
            });
    assertThat(catalog(Declared.NOTHING).route(scan("SELECT changing(1)")))
        .isEqualTo(Route.PRIMARY);
    runAlone("SELECT changing(1)");
    assertThat(database.where()).isEqualTo(Where.PRIMARY);
  }

  @Test
  void whatTakesSessionStateKeepsItsConnection() throws SQLException {
    awaitWhere("SELECT peek(1)", Where.REPLICA);
    try (Connection connection = database.routed.getConnection()) {
      RoutedDatabase.run(connection, "SELECT tenant('a')");
      assertThat(RoutedDatabase.value(connection, RoutineExamples.tenant(dialect))).isEqualTo("a");
      assertThat(RoutedDatabase.value(connection, "SELECT COUNT(*) FROM item")).isNotNull();
      assertThat(database.where()).isEqualTo(Where.PRIMARY);
    }
    try (Connection connection = database.routed.getConnection()) {
      RoutedDatabase.run(connection, "CALL tenant_procedure('b')");
      assertThat(RoutedDatabase.value(connection, RoutineExamples.tenant(dialect))).isEqualTo("b");
      RoutedDatabase.value(connection, "SELECT COUNT(*) FROM item");
      assertThat(database.where()).isEqualTo(Where.PRIMARY);
    }
  }

  @Test
  void declarationsCountForMoreThanTheCatalog() throws SQLException {
    Routines declared =
        catalog(
            Declared.of(
                List.of("dynamic"), List.of("Peek"), List.of("v_dynamic"), List.of("v_plain")));
    assertThat(declared.route(scan("SELECT peek(1)"))).isEqualTo(Route.PRIMARY);
    assertThat(declared.route(scan("SELECT calls_reads(1)"))).isEqualTo(Route.PRIMARY);
    assertThat(declared.route(scan("SELECT * FROM v_plain"))).isEqualTo(Route.PRIMARY);
    assertThat(declared.route(scan("SELECT calls_writes()"))).isEqualTo(Route.PRIMARY);
    if (dialect == Dialect.POSTGRESQL) {
      assertThat(declared.route(scan("SELECT dynamic()"))).isEqualTo(Route.REPLICA);
      assertThat(declared.route(scan("SELECT * FROM v_dynamic"))).isEqualTo(Route.REPLICA);
    }
  }

  @Test
  void aProcedureWithDataDefinitionCountsAsAChangeOfTheSchema() throws SQLException {
    Routines routines = catalog(Declared.NOTHING);
    assertThat(routines.mayDefine(scan("CALL defines()"))).isTrue();
    assertThat(routines.mayDefine(scan("CALL tenant_procedure('a')"))).isFalse();
    assertThat(routines.mayDefine(scan("CALL nobody_knows()"))).isTrue();
    awaitWhere("SELECT peek(1)", Where.REPLICA);
    runAlone("CALL defines()");
    runAlone("SELECT peek(1)");
    assertThat(database.where()).isEqualTo(Where.PRIMARY);
  }

  @Test
  void aForeignKeyBackIntoItsTableIsAWriteOfAnyRowOfIt() throws SQLException {
    List<TableWrite> told = new ArrayList<>();
    CommitListener listener =
        new CommitListener() {
          @Override
          public void beforeCommit(PendingCommit commit) {
            told.addAll(commit.writes());
          }

          @Override
          public void afterCommit(PendingCommit commit, CommitOutcome outcome) {}
        };
    database.routed.addCommitListener(listener);
    try (Connection connection = database.routed.getConnection()) {
      // Until the catalog has been read, a write of any table is told.
      await()
          .atMost(RoutedDatabase.LONG)
          .untilAsserted(
              () -> {
                told.clear();
                RoutedDatabase.run(connection, "UPDATE item SET n = 10 WHERE id = 1");
                assertThat(told).extracting(TableWrite::table).containsExactly("item");
              });
      assertThat(told.get(0).keys()).containsKey("id");
      told.clear();
      RoutedDatabase.run(connection, "INSERT INTO node (id, up) VALUES (1, NULL)");
      RoutedDatabase.run(connection, "INSERT INTO node (id, up) VALUES (2, 1)");
      assertThat(told).hasSize(2).allMatch(write -> write.keys().containsKey("id"));
      told.clear();
      RoutedDatabase.run(connection, "DELETE FROM node WHERE id = 1");
      assertThat(RoutedDatabase.value(connection, "SELECT COUNT(*) FROM node")).isEqualTo("0");
      assertThat(told).containsExactly(TableWrite.anyRow("node"));
    } finally {
      database.routed.removeCommitListener(listener);
    }
  }

  @Test
  void explainRouteAsksTheCatalog() throws IOException {
    DatabaseNode node = database.servers.primary();
    List<String> statements = List.copyOf(examples().keySet());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    String[] args = {
      "--dialect",
      dialect.name().toLowerCase(Locale.ROOT),
      "--url",
      node.jdbcUrl(),
      "--user",
      node.user(),
      "--password-env",
      "SECRET"
    };
    int status =
        ExplainRoute.run(
            args,
            new ByteArrayInputStream(
                String.join("\n", statements).getBytes(StandardCharsets.UTF_8)),
            out,
            new PrintStream(err, true, StandardCharsets.UTF_8),
            variable -> node.password());
    assertThat(err.toString(StandardCharsets.UTF_8)).isEmpty();
    assertThat(status).isZero();
    List<String> lines = out.toString(StandardCharsets.UTF_8).lines().toList();
    assertThat(lines).hasSameSizeAs(statements);
    for (int i = 0; i < lines.size(); i++) {
      assertThat(lines.get(i))
          .as(statements.get(i))
          .startsWith(examples().get(statements.get(i)).code() + "\t");
    }
  }
}
