package dev.sluice.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.causality.CausalScope;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What an interrupted thread is told, and what it leaves behind. */
class InterruptTest {
  private static final String READ = "SELECT a FROM t";

  private final StubCluster cluster = new StubCluster();
  private final SQLException lost = new SQLException("the socket was closed", "08S01");

  @AfterEach
  void notInterrupted() {
    assertThat(Thread.interrupted()).isTrue();
  }

  /** An interrupt closes the socket of a virtual thread; the next one would be closed as well. */
  @Test
  void aReadThatAnInterruptBrokeIsNotRepeatedElsewhere() throws SQLException {
    cluster.replicas.get(0).failures.put(READ, lost);
    try (CausalScope scope = CausalScope.open();
        Connection connection = cluster.connect();
        Statement statement = connection.createStatement()) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> statement.executeQuery(READ)).isSameAs(lost);
      assertThat(cluster.replicas.get(1).acquired).isZero();
      assertThat(cluster.primary.acquired).isZero();
      assertThat(scope).isNotNull();
    }
    assertThat(cluster.out()).isZero();
  }

  @Test
  void aWriteThatAnInterruptBrokeIsUnknown() throws SQLException {
    String write = "UPDATE t SET a = 1";
    cluster.primary.failures.put(write, lost);
    try (Connection connection = cluster.connect();
        Statement statement = connection.createStatement()) {
      Thread.currentThread().interrupt();
      assertThatThrownBy(() -> statement.executeUpdate(write))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("08007"))
          .hasCause(lost);
    }
    assertThat(cluster.out()).isZero();
  }
}
