package dev.sluice.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.tuple;

import dev.sluice.sql.Dialect;
import dev.sluice.sql.LexerMode;
import dev.sluice.sql.SqlScanner;
import java.sql.SQLException;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class DecisionLogTest {
  private final DecisionLog log = new DecisionLog(3, () -> Instant.EPOCH);
  private final RoutingListener.NodeListener node = log.node("r1");

  private void executed(String sql, SQLException error) {
    node.executed(
        SqlScanner.scan(sql, LexerMode.of(Dialect.MARIADB)), RouteReason.REPLICA, 5, error);
  }

  @Test
  void keepsTheLastOnesWithoutLiterals() {
    for (int i = 0; i < 5; i++) {
      executed("SELECT a FROM t" + i + " WHERE b = 'secret'", null);
    }
    executed("SELECT a FROM u", new SQLException("x", "42S02"));
    assertThat(log.recent())
        .extracting(DecisionLog.Entry::node, DecisionLog.Entry::text, DecisionLog.Entry::sqlState)
        .containsExactly(
            tuple("r1", "SELECT a FROM u", "42S02"),
            tuple("r1", "SELECT a FROM t4 WHERE b = ?", null),
            tuple("r1", "SELECT a FROM t3 WHERE b = ?", null));
  }

  @Test
  void isEmptyAtFirst() {
    assertThat(log.recent()).isEmpty();
  }

  @Test
  void sizeIsBounded() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new DecisionLog(0))
        .withMessage("size: must be 1 to 100000, got 0");
    assertThatIllegalArgumentException().isThrownBy(() -> new DecisionLog(100_001));
  }
}
