package dev.sluice.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.causality.CommitListener;
import dev.sluice.causality.CommitOutcome;
import dev.sluice.causality.PendingCommit;
import dev.sluice.causality.TableWrite;
import dev.sluice.sql.Dialect;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Writes that a text shows in part or not at all: listeners are told of more, never of less. */
class UnseenWritesTest {
  private static final String INSERT = "INSERT INTO item (id, a) VALUES (?, 1 + ?)";
  private final StubCluster cluster = new StubCluster();
  private final StubCluster postgresql = new StubCluster(Dialect.POSTGRESQL, null);

  @BeforeEach
  void listen() {
    listenTo(cluster);
    listenTo(postgresql);
  }

  private static void listenTo(StubCluster cluster) {
    cluster.addCommitListener(
        new CommitListener() {
          @Override
          public void beforeCommit(PendingCommit commit) {
            cluster.log.add("before " + commit.writes());
          }

          @Override
          public void afterCommit(PendingCommit commit, CommitOutcome outcome) {
            cluster.log.add(outcome.toString());
          }
        });
  }

  private static String keys(Object... ids) {
    return "before " + List.of(new TableWrite("item", Map.of("id", List.of(ids))));
  }

  private static final String ANYTHING =
      "before " + List.of(TableWrite.anyRow(TableWrite.ANY_TABLE));

  @ParameterizedTest
  @ValueSource(
      strings = {
        "EXECUTE s",
        "SET STATEMENT max_statement_time = 1 FOR EXECUTE s USING @a",
        "SET @id = next_id('orders')",
        "UPDATE item SET a = charge_fee(1) WHERE id = 7",
        "DO charge_fee(1)"
      })
  void whatTheTextDoesNotShowMayWriteAnything(String sql) throws SQLException {
    try (Connection connection = cluster.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("PREPARE s FROM 'DELETE FROM item'");
      cluster.done();
      statement.execute(sql);
      assertThat(cluster.done()).containsExactly(ANYTHING, "primary: " + sql, "COMMITTED");
      connection.setAutoCommit(false);
      statement.execute(sql);
      assertThat(cluster.done()).contains("primary: " + sql).doesNotContain("COMMITTED");
      connection.commit();
      assertThat(cluster.done()).containsExactly(ANYTHING, "primary: commit", "COMMITTED");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"DO RELEASE_LOCK('a')", "SET @a = IF(1, 2, 3)", "DEALLOCATE PREPARE s"})
  void whatOnlyTouchesTheSessionWritesNothing(String sql) throws SQLException {
    try (Connection connection = cluster.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
    assertThat(cluster.done()).noneMatch(each -> each.startsWith("before"));
  }

  @Test
  void writesAfterATextCommitThatWasRefusedCommitThemselves() throws SQLException {
    postgresql.primary.failures.put("COMMIT", new SQLException("deferred", "23503"));
    try (Connection connection = postgresql.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("BEGIN");
      statement.execute("INSERT INTO item (id) VALUES (1)");
      assertThatThrownBy(() -> statement.execute("COMMIT")).hasMessage("deferred");
      postgresql.done();
      statement.execute("UPDATE item SET a = 2 WHERE id = 7");
      assertThat(postgresql.done())
          .containsSubsequence("primary: UPDATE item SET a = 2 WHERE id = 7", "COMMITTED")
          .first()
          .asString()
          .startsWith("before [");
    }
  }

  @Test
  void aCommitThatAListenerRefusesTakesSettingsBackAsTheServerDoes() throws SQLException {
    StubCluster refusing = new StubCluster(Dialect.POSTGRESQL, null);
    refusing.addCommitListener(
        new CommitListener() {
          @Override
          public void beforeCommit(PendingCommit commit) throws SQLException {
            throw new SQLException("refused", "40000");
          }

          @Override
          public void afterCommit(PendingCommit commit, CommitOutcome outcome) {}
        });
    try (Connection connection = refusing.connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("SET search_path = 'tenant2'");
      statement.execute("INSERT INTO item (id) VALUES (1)");
      assertThatThrownBy(connection::commit).hasMessage("refused");
      connection.setAutoCommit(true);
      refusing.done();
      statement.executeQuery("SELECT 1 FROM item").close();
      assertThat(refusing.done()).noneMatch(each -> each.contains("search_path"));
    }
  }

  @Test
  void bothRowsOfATransferInOneStatementAreWritten() throws SQLException {
    try (Connection connection = postgresql.connect();
        PreparedStatement transfer =
            connection.prepareStatement(
                "WITH debit AS (UPDATE item SET a = a - 1 WHERE id = ? RETURNING id)"
                    + " UPDATE item SET a = a + 1 WHERE id = ?")) {
      transfer.setInt(1, 1);
      transfer.setInt(2, 2);
      transfer.executeUpdate();
    }
    assertThat(postgresql.done()).contains("before " + List.of(TableWrite.anyRow("item")));
  }

  static Stream<Object> zeros() {
    return Stream.of(0, 0L, 0.3, BigDecimal.ZERO, false, "0", " 00", "0.0", "-0", "", "0e5");
  }

  @ParameterizedTest
  @MethodSource("zeros")
  void aZeroMayBecomeTheNextNumber(Object zero) throws SQLException {
    try (Connection connection = cluster.connect();
        PreparedStatement statement = connection.prepareStatement(INSERT + ", (9, 1)")) {
      statement.setObject(1, zero);
      statement.setInt(2, 0);
      statement.executeUpdate();
    }
    assertThat(cluster.done()).contains("before " + List.of(TableWrite.anyRow("item")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0b9a-1", "x", "10", "0x0", "1.0"})
  void otherTextsAreStoredAsTheyAre(String key) throws SQLException {
    try (Connection connection = cluster.connect();
        PreparedStatement statement = connection.prepareStatement(INSERT)) {
      statement.setString(1, key);
      statement.setInt(2, 0);
      statement.executeUpdate();
    }
    assertThat(cluster.done()).contains(keys(key));
  }

  @Test
  void rowsWithAZeroAreStillFound() throws SQLException {
    try (Connection connection = cluster.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("DELETE FROM item WHERE id = 0");
    }
    assertThat(cluster.done()).contains(keys(0L));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT set_config('standard_conforming_strings', 'off', false) FROM t",
        "UPDATE pg_settings SET setting = 'off' WHERE name = 'standard_conforming_strings'"
      })
  void theServerIsAskedHowTextIsCutAfterASettingThatTheTextDoesNotShow(String sql)
      throws SQLException {
    try (Connection connection = postgresql.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
      assertThat(postgresql.done())
          .containsSubsequence("primary: " + sql, "primary: SHOW standard_conforming_strings");
    }
  }
}
