package dev.sluice.insights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.sql.Dialect;
import dev.sluice.testkit.DatabaseEngine;
import dev.sluice.testkit.ReplicatedDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ObservedDataSourceIT {
  static List<DatabaseEngine> engines() {
    return ReplicatedDatabase.availableEngines();
  }

  private static Dialect dialect(DatabaseEngine engine) {
    return switch (engine) {
      case POSTGRESQL -> Dialect.POSTGRESQL;
      case MARIADB -> Dialect.MARIADB;
      case MYSQL_9_7, MYSQL_8_0 -> Dialect.MYSQL;
    };
  }

  private static StatementStats only(Insights insights, Predicate<StatementStats> which) {
    List<StatementStats> found = insights.report().statements().stream().filter(which).toList();
    assertThat(found).hasSize(1);
    return found.get(0);
  }

  @ParameterizedTest
  @MethodSource("engines")
  void recordsWhatRealServersAreAsked(DatabaseEngine engine) throws SQLException {
    Insights insights = Insights.builder().build();
    try (ReplicatedDatabase database =
        ReplicatedDatabase.builder().engine(engine).replicas(0).start()) {
      ObservedDataSource source =
          new ObservedDataSource(database.primary().dataSource(), dialect(engine), insights);
      try (Connection connection = source.getConnection()) {
        try (Statement statement = connection.createStatement()) {
          statement.execute("CREATE TABLE item (id INT PRIMARY KEY, name VARCHAR(20))");
          assertThat(statement.getConnection()).isSameAs(connection);
        }
        insert(connection);
        read(connection);
        findsTheCallerAndTellsBindingsApart(insights, connection);
        assertThatThrownBy(
                () -> connection.prepareStatement("SELECT nothing FROM item").executeQuery())
            .isInstanceOf(SQLException.class);
      }
    }
    StatementStats inserted =
        only(insights, s -> s.statement().toUpperCase(java.util.Locale.ROOT).startsWith("INSERT"));
    assertThat(inserted.calls()).isEqualTo(1);
    assertThat(inserted.rowsAffected()).isEqualTo(30);
    assertThat(inserted.inTransaction()).isEqualTo(1);
    StatementStats read = only(insights, s -> s.statement().startsWith("SELECT name"));
    assertThat(read.calls()).isEqualTo(30);
    assertThat(read.repeatRatio()).isGreaterThan(0.5);
    assertThat(read.totalNanos()).isPositive();
    assertThat(insights.report().statements().stream().mapToLong(StatementStats::errors).sum())
        .isEqualTo(1);
  }

  private static void findsTheCallerAndTellsBindingsApart(Insights insights, Connection connection)
      throws SQLException {
    try (Insights.Scope scope = insights.scope("N+1")) {
      many(connection, "SELECT COUNT(*) FROM item", 1, (statement, i) -> {});
      many(
          connection,
          "SELECT id FROM item WHERE id = ?",
          2_000,
          (statement, i) -> statement.setObject(1, i, java.sql.Types.INTEGER, 0));
      // Values that cannot be hashed
      many(
          connection,
          "SELECT id + 1 FROM item WHERE name = ?",
          2_000,
          (statement, i) -> statement.setCharacterStream(1, new java.io.StringReader("n" + i)));
      // Other literals
      for (int i = 0; i < 2_000; i++) {
        many(connection, "SELECT id + 2 FROM item WHERE id = " + i, 1, (statement, n) -> {});
      }
    }
    List<Finding> findings = insights.report().findings();
    assertThat(findings)
        .extracting(Finding::kind)
        .isNotEmpty()
        .containsOnly(Finding.Kind.N_PLUS_ONE);
    assertThat(findings)
        .allMatch(f -> f.callSite().startsWith(ObservedDataSourceIT.class.getName() + ".many:"))
        .noneMatch(f -> f.statement().contains("+ 1"));
  }

  private interface Bind {
    void bind(PreparedStatement statement, int run) throws SQLException;
  }

  private static void many(Connection connection, String sql, int runs, Bind bind)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < runs; i++) {
        bind.bind(statement, i);
        try (ResultSet result = statement.executeQuery()) {
          result.next();
        }
      }
    }
  }

  private static void insert(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    try (PreparedStatement insert = connection.prepareStatement("INSERT INTO item VALUES (?, ?)")) {
      for (int i = 0; i < 30; i++) {
        insert.setInt(1, i);
        insert.setString(2, "n" + i);
        insert.addBatch();
      }
      assertThat(insert.executeBatch()).hasSize(30);
    }
    connection.commit();
    connection.setAutoCommit(true);
  }

  private static void read(Connection connection) throws SQLException {
    try (PreparedStatement read =
        connection.prepareStatement("SELECT name FROM item WHERE id = ?")) {
      for (int i = 0; i < 30; i++) {
        read.setInt(1, i % 2);
        try (ResultSet result = read.executeQuery()) {
          assertThat(result.next()).isTrue();
          assertThat(result.getString(1)).isEqualTo("n" + i % 2);
        }
      }
    }
  }
}
