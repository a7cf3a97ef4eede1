package dev.sluice.nosql.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.nosql.HotStoreException;
import dev.sluice.nosql.OutcomeUnknownException;
import dev.sluice.nosql.UnavailableException;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import org.junit.jupiter.api.Test;

class SqlFailuresTest {
  @Test
  void whatTheServerRefusedHadNoEffect() {
    for (SQLException refused :
        new SQLException[] {
          new SQLException("duplicate", "23505"),
          new SQLException("too long", "22001", 1406),
          new SQLException("no table", "42S02", 1146),
          new SQLException("read only", "25006"),
          new SQLException("read only", "HY000", 1290)
        }) {
      assertThat(SqlFailures.of(refused)).isExactlyInstanceOf(HotStoreException.class);
    }
  }

  @Test
  void lostAgainstAnotherTransactionMayBeRepeated() {
    for (SQLException lost :
        new SQLException[] {
          new SQLException("deadlock", "40001", 1213),
          new SQLException("deadlock", "40P01"),
          new SQLException("lock wait", "HY000", 1205)
        }) {
      assertThat(SqlFailures.of(lost)).isExactlyInstanceOf(UnavailableException.class);
    }
  }

  @Test
  void whatIsNotUnderstoodIsInDoubt() {
    for (SQLException doubtful :
        new SQLException[] {
          new SQLException("link", "08S01"),
          new SQLException("shutdown", "57P01"),
          new SQLException("interrupted", "70100", 1317),
          new SQLException("too slow", "HY000", 3024),
          new SQLException("error during COMMIT", "HY000", 1180),
          new SQLException("unknown", "99999", 424242),
          new SQLException("no state"),
          new SQLTimeoutException("timeout", "42000")
        }) {
      assertThat(SqlFailures.of(doubtful)).isExactlyInstanceOf(OutcomeUnknownException.class);
    }
    assertThat(SqlFailures.afterWrite(new SQLException("refused", "42000")))
        .isExactlyInstanceOf(OutcomeUnknownException.class);
  }
}
