package dev.sluice.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.causality.CommitListener;
import dev.sluice.causality.CommitOutcome;
import dev.sluice.causality.PendingCommit;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a connection does, and says, when the primary changes under it. */
class FailoverSessionTest {
  private static final String INSERT = "INSERT INTO item (id) VALUES (1)";

  private final StubCluster cluster = new StubCluster();
  private final List<CommitOutcome> outcomes = new ArrayList<>();

  @AfterEach
  void nothingIsHeld() {
    assertThat(cluster.out()).isZero();
  }

  private static SQLException readOnly() {
    return new SQLException("read only", "HY000", 1290);
  }

  private static SQLException lost() {
    return new SQLException("lost", "08000");
  }

  private static void run(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static void assertState(String state, ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo(state));
  }

  private void listen(Runnable before) {
    cluster.addCommitListener(
        new CommitListener() {
          @Override
          public void beforeCommit(PendingCommit commit) {
            before.run();
          }

          @Override
          public void afterCommit(PendingCommit commit, CommitOutcome outcome) {
            outcomes.add(outcome);
          }
        });
  }

  @Test
  void aWriteThatIsOnlyRefusedRunsOnTheSuccessor() throws SQLException {
    cluster.primary.failures.put(INSERT, readOnly());
    cluster.promotes = true;
    listen(() -> {});
    try (Connection connection = cluster.connect()) {
      run(connection, INSERT);
      run(connection, INSERT);
    }
    assertThat(cluster.done())
        .containsExactly("primary: " + INSERT, "second: " + INSERT, "second: " + INSERT);
    assertThat(outcomes)
        .containsExactly(
            CommitOutcome.ROLLED_BACK, CommitOutcome.COMMITTED, CommitOutcome.COMMITTED);
  }

  @Test
  void aWriteThatIsRefusedByAPrimaryWithoutSuccessorFails() throws SQLException {
    cluster.primary.failures.put(INSERT, readOnly());
    try (Connection connection = cluster.connect()) {
      assertThatThrownBy(() -> run(connection, INSERT)).hasMessage("read only");
    }
  }

  @Test
  void aWriteThatMayHaveBeenDoneInPartIsNotRepeated() throws SQLException {
    String insert = "INSERT INTO myisam (id) VALUES (1), (2)";
    cluster.primary.failures.put(insert, readOnly());
    cluster.promotes = true;
    try (Connection connection = cluster.connect()) {
      assertThatThrownBy(() -> run(connection, insert)).hasMessage("read only");
    }
    assertThat(cluster.done()).doesNotContain("second: " + insert);
  }

  @Test
  void aPrimaryThatCannotBeReachedHasASuccessor() throws SQLException {
    cluster.primary.acquireFailures.add(lost());
    cluster.promotes = true;
    try (Connection connection = cluster.connect()) {
      run(connection, INSERT);
    }
    assertThat(cluster.done()).containsExactly("second: " + INSERT);
  }

  @Test
  void anAutocommitWriteWhoseAnswerIsLostIsNotRepeated() throws SQLException {
    cluster.primary.failures.put(INSERT, lost());
    cluster.promotes = true;
    try (Connection connection = cluster.connect()) {
      assertState("08007", () -> run(connection, INSERT));
    }
    assertThat(cluster.done()).doesNotContain("second: " + INSERT);
  }

  @Test
  void aTransactionOnTheOldPrimaryIsDeadUntilItIsEnded() throws SQLException {
    listen(() -> {});
    try (Connection connection = cluster.connect()) {
      connection.setAutoCommit(false);
      run(connection, INSERT);
      cluster.promote();
      cluster.done();
      assertState("08S02", () -> run(connection, INSERT));
      assertState("08S02", () -> run(connection, "SELECT 1"));
      assertState("08S02", connection::commit);
      assertThat(cluster.done()).isEmpty();
      connection.rollback();
      run(connection, INSERT);
      connection.commit();
      assertThat(cluster.done()).contains("second: " + INSERT);
    }
    assertThat(cluster.primary.discarded).isEqualTo(1);
    assertThat(outcomes).containsExactly(CommitOutcome.COMMITTED);
  }

  @Test
  void aTransactionWhoseConnectionIsLostIsNotCommitted() throws SQLException {
    cluster.primary.failures.put(INSERT, lost());
    try (Connection connection = cluster.connect()) {
      connection.setAutoCommit(false);
      run(connection, "UPDATE item SET a = 1 WHERE id = 2");
      assertState("08S02", () -> run(connection, INSERT));
      assertState("08S02", connection::commit);
      connection.rollback();
      run(connection, INSERT);
      connection.commit();
    }
  }

  @Test
  void aCommitThatTheOldPrimaryAcknowledgesTooLateIsUnknown() throws SQLException {
    listen(cluster::promote);
    try (Connection connection = cluster.connect()) {
      connection.setAutoCommit(false);
      run(connection, INSERT);
      assertState("08007", connection::commit);
      connection.rollback();
    }
    assertThat(outcomes).containsExactly(CommitOutcome.UNKNOWN);
  }

  @Test
  void anAutocommitWriteThatTheOldPrimaryAcknowledgesTooLateIsUnknown() throws SQLException {
    listen(cluster::promote);
    try (Connection connection = cluster.connect()) {
      assertState("08007", () -> run(connection, INSERT));
      run(connection, INSERT);
    }
    assertThat(outcomes).containsExactly(CommitOutcome.UNKNOWN, CommitOutcome.COMMITTED);
  }

  @Test
  void whatIsKeptOnTheOldPrimaryIsNotDroppedSilently() throws SQLException {
    try (Connection connection = cluster.connect()) {
      run(connection, "CREATE TEMPORARY TABLE t (id INT)");
      cluster.promote();
      assertState("08S02", () -> run(connection, "SELECT * FROM t"));
      run(connection, INSERT);
    }
    assertThat(cluster.done()).contains("second: " + INSERT);
    assertThat(cluster.primary.discarded).isEqualTo(1);
  }

  @Test
  void whatLingersOnTheOldPrimaryIsLeft() throws SQLException {
    try (Connection connection = cluster.connect()) {
      run(connection, "UPDATE item SET a = 1 WHERE id = 2");
      cluster.promote();
      run(connection, "UPDATE item SET a = 1 WHERE id = 3");
    }
    assertThat(cluster.done())
        .containsExactly(
            "primary: UPDATE item SET a = 1 WHERE id = 2",
            "second: UPDATE item SET a = 1 WHERE id = 3");
  }
}
