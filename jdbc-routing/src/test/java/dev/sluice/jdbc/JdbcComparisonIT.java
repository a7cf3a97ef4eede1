package dev.sluice.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.causality.CausalScope;
import dev.sluice.testkit.DatabaseEngine;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The same random sequences of JDBC calls on a routed connection and on the driver alone give the
 * same answers, exceptions and rows.
 */
@ParameterizedClass
@MethodSource("dev.sluice.testkit.ReplicatedDatabase#availableEngines")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JdbcComparisonIT {
  private static final int SEQUENCES = 150;
  private static final int CALLS = 25;

  @Parameter DatabaseEngine engine;
  private RoutedDatabase database;

  @BeforeParameterizedClassInvocation
  void startServers() throws SQLException {
    boolean mysql = engine != DatabaseEngine.POSTGRESQL;
    String columns =
        mysql
            ? "(id INT AUTO_INCREMENT PRIMARY KEY, k INT UNIQUE, v VARCHAR(50))"
            : "(id SERIAL PRIMARY KEY, k INT UNIQUE, v VARCHAR(50))";
    database =
        new RoutedDatabase(
            engine, "CREATE TABLE routed " + columns, "CREATE TABLE alone " + columns);
  }

  @AfterParameterizedClassInvocation
  void stopServers() {
    if (database != null) {
      database.close();
    }
  }

  /** One connection under test; everything that happens to it is written down. */
  private static final class Subject implements AutoCloseable {
    final Connection connection;
    final String table;
    final boolean mysql;
    final List<String> answers = new ArrayList<>();
    @Nullable PreparedStatement insert;
    @Nullable PreparedStatement select;
    @Nullable Savepoint savepoint;

    Subject(Connection connection, String table, boolean mysql) {
      this.connection = connection;
      this.table = table;
      this.mysql = mysql;
    }

    void call(String what, Call call) {
      String answer;
      try {
        answer = String.valueOf(call.run());
      } catch (SQLException e) {
        answer = e.getClass().getSimpleName() + " " + e.getSQLState() + " " + e.getErrorCode();
      }
      answers.add(what + " -> " + answer);
    }

    String rows(ResultSet rows) throws SQLException {
      StringBuilder all = new StringBuilder();
      int columns = rows.getMetaData().getColumnCount();
      while (rows.next()) {
        for (int i = 1; i <= columns; i++) {
          all.append(rows.getString(i)).append(',');
        }
        all.append(';');
      }
      return all.toString();
    }

    @Override
    public void close() throws SQLException {
      connection.close();
    }
  }

  private interface Call {
    @Nullable Object run() throws SQLException;
  }

  @Test
  void randomSequencesGiveTheSameAsTheDriverAlone() throws SQLException {
    for (int seed = 0; seed < SEQUENCES; seed++) {
      database.servers.awaitReplicated(RoutedDatabase.LONG);
      try (CausalScope scope = CausalScope.open();
          Subject routed =
              new Subject(database.routed.getConnection(), "routed", database.mysql());
          Subject alone =
              new Subject(database.primary.getConnection(), "alone", database.mysql())) {
        assertThat(scope).isNotNull();
        play(routed, new Random(seed));
        play(alone, new Random(seed));
        for (int i = 0; i < alone.answers.size(); i++) {
          int at = i;
          assertThat(routed.answers.get(i))
              .as(() -> "seed after " + alone.answers.subList(0, at))
              .isEqualTo(alone.answers.get(i));
        }
      }
      database.assertNothingHeld();
      try (Connection bare = database.primary.getConnection()) {
        assertThat(all(bare, "routed")).as("seed " + seed).isEqualTo(all(bare, "alone"));
      }
    }
  }

  private interface Setter {
    void set(PreparedStatement statement) throws SQLException;
  }

  @Test
  void nullsOfEveryTypeGiveTheSameAsTheDriverAlone() throws SQLException {
    try (CausalScope scope = CausalScope.open();
        Subject routed = new Subject(database.routed.getConnection(), "routed", database.mysql());
        Subject alone = new Subject(database.primary.getConnection(), "alone", database.mysql())) {
      assertThat(scope).isNotNull();
      nulls(routed);
      nulls(alone);
      assertThat(routed.answers).isEqualTo(alone.answers);
      assertThat(routed.answers).contains("setString -> 0,;");
    }
  }

  private static void nulls(Subject s) {
    nulls(s, "setString", p -> p.setString(1, null));
    nulls(s, "setBigDecimal", p -> p.setBigDecimal(1, null));
    nulls(s, "setBytes", p -> p.setBytes(1, null));
    nulls(s, "setDate", p -> p.setDate(1, null));
    nulls(s, "setTime", p -> p.setTime(1, null));
    nulls(s, "setTimestamp", p -> p.setTimestamp(1, null));
    nulls(s, "setObject", p -> p.setObject(1, null));
    nulls(s, "setObject of a type", p -> p.setObject(1, null, Types.INTEGER));
    nulls(s, "setNull", p -> p.setNull(1, Types.INTEGER));
  }

  private static void nulls(Subject s, String what, Setter setter) {
    // Without a type PostgreSQL does not take the text.
    String sql = "SELECT COUNT(*) FROM " + s.table + " WHERE ? IS NULL AND k < 0";
    s.call(
        what,
        () -> {
          try (PreparedStatement statement = s.connection.prepareStatement(sql)) {
            setter.set(statement);
            try (ResultSet rows = statement.executeQuery()) {
              return s.rows(rows);
            }
          }
        });
  }

  private static List<String> all(Connection connection, String table) throws SQLException {
    List<String> all = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT k, v FROM " + table + " ORDER BY k")) {
      while (rows.next()) {
        all.add(rows.getString(1) + "=" + rows.getString(2));
      }
    }
    return all;
  }

  private static void play(Subject s, Random random) throws SQLException {
    s.insert =
        s.connection.prepareStatement(
            "INSERT INTO " + s.table + " (k, v) VALUES (?, ?)", Statement.RETURN_GENERATED_KEYS);
    s.select = s.connection.prepareStatement("SELECT v FROM " + s.table + " WHERE k = ?");
    for (int i = 0; i < CALLS; i++) {
      step(s, random, i);
    }
    s.call("autocommit", s.connection::getAutoCommit);
  }

  private static void step(Subject s, Random random, int i) {
    int key = random.nextInt(60);
    switch (random.nextInt(18)) {
      case 0 -> s.call("autocommit off", () -> set(s, false));
      case 1 -> s.call("autocommit on", () -> set(s, true));
      case 2 -> s.call("commit", () -> s.connection.getAutoCommit() ? "" : commit(s));
      case 3 -> s.call("rollback", () -> s.connection.getAutoCommit() ? "" : rollback(s));
      case 4, 5 -> s.call("insert " + key, () -> insert(s, key, "i" + i));
      case 6, 7 -> s.call("select " + key, () -> select(s, key));
      case 8 ->
          s.call("update", () -> text(s, "UPDATE " + s.table + " SET v = 'u' WHERE k > " + key));
      case 9 -> s.call("delete", () -> text(s, "DELETE FROM " + s.table + " WHERE k = " + key));
      case 10 -> s.call("batch", () -> batch(s, key));
      case 11 -> s.call("count", () -> text(s, "SELECT COUNT(*), MAX(k) FROM " + s.table));
      case 12 -> s.call("bad", () -> text(s, "SELECT nothing FROM " + s.table));
      case 13 -> s.call("savepoint", () -> savepoint(s));
      case 14 -> s.call("back to savepoint", () -> back(s));
      case 15 ->
          s.call(
              "lock",
              () -> text(s, "SELECT v FROM " + s.table + " WHERE k = " + key + " FOR UPDATE"));
      case 16 ->
          s.call(
              "result left open",
              () -> s.connection.createStatement().executeQuery("SELECT k FROM " + s.table).next());
      default -> s.call("two counts", () -> more(s, key));
    }
  }

  private static Object set(Subject s, boolean autoCommit) throws SQLException {
    s.connection.setAutoCommit(autoCommit);
    return s.connection.getAutoCommit();
  }

  private static Object commit(Subject s) throws SQLException {
    s.connection.commit();
    s.savepoint = null;
    return "";
  }

  private static Object rollback(Subject s) throws SQLException {
    s.connection.rollback();
    s.savepoint = null;
    return "";
  }

  private static Object insert(Subject s, int key, String value) throws SQLException {
    PreparedStatement insert = s.insert;
    insert.setInt(1, key);
    insert.setString(2, value);
    int count = insert.executeUpdate();
    try (ResultSet keys = insert.getGeneratedKeys()) {
      return count + " " + keys.next() + " " + insert.getUpdateCount();
    }
  }

  private static Object select(Subject s, int key) throws SQLException {
    s.select.setInt(1, key);
    try (ResultSet rows = s.select.executeQuery()) {
      return s.rows(rows);
    }
  }

  private static Object text(Subject s, String sql) throws SQLException {
    try (Statement statement = s.connection.createStatement()) {
      boolean rows = statement.execute(sql);
      return rows ? s.rows(statement.getResultSet()) : statement.getUpdateCount();
    }
  }

  private static Object more(Subject s, int key) throws SQLException {
    try (Statement statement = s.connection.createStatement()) {
      boolean rows = statement.execute("SELECT v FROM " + s.table + " WHERE k = " + key);
      String before = rows + " " + statement.getUpdateCount();
      return before + " " + statement.getMoreResults() + " " + statement.getUpdateCount();
    }
  }

  private static Object batch(Subject s, int key) throws SQLException {
    PreparedStatement insert = s.insert;
    int sum = 0;
    for (int i = 0; i < 3; i++) {
      insert.setInt(1, 1000 + key * 3 + i);
      insert.setString(2, "b");
      insert.addBatch();
    }
    try {
      sum += insert.executeBatch().length;
    } finally {
      insert.clearBatch();
    }
    return sum;
  }

  private static Object savepoint(Subject s) throws SQLException {
    if (s.connection.getAutoCommit()) {
      return "";
    }
    s.savepoint = s.connection.setSavepoint();
    return "set";
  }

  private static Object back(Subject s) throws SQLException {
    if (s.connection.getAutoCommit() || s.savepoint == null) {
      return "";
    }
    s.connection.rollback(s.savepoint);
    return "back";
  }
}
