package dev.sluice.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErrorPolicyTest {
  @ParameterizedTest
  @CsvSource({
    "MYSQL, 40001, 1213, TRANSIENT",
    "MYSQL, HY000, 1205, TRANSIENT",
    "MYSQL, HY000, 1290, TRANSIENT",
    "MYSQL, 25006, 1792, TRANSIENT",
    "MYSQL, 08S01, 0, TRANSIENT",
    "MYSQL, HY000, 1021, SYSTEMIC",
    "MYSQL, HY000, 1114, SYSTEMIC",
    "MYSQL, 42S02, 1146, SYSTEMIC",
    "MYSQL, 42000, 1142, SYSTEMIC",
    "MYSQL, HY000, 9999, SYSTEMIC",
    "MYSQL, 23000, 1452, LATER",
    "MYSQL, 23000, 1451, LATER",
    "MYSQL, 23000, 1062, PERMANENT",
    "MYSQL, HY000, 1364, PERMANENT",
    "MYSQL, HY000, 3819, PERMANENT",
    "MYSQL, 23000, 4025, PERMANENT",
    "MYSQL, 22001, 1406, PERMANENT",
    "MYSQL, 42000, 1064, PERMANENT",
    "MYSQL, 45000, 1644, PERMANENT",
    "POSTGRESQL, 40001, 0, TRANSIENT",
    "POSTGRESQL, 40P01, 0, TRANSIENT",
    "POSTGRESQL, 57P01, 0, TRANSIENT",
    "POSTGRESQL, 25006, 0, TRANSIENT",
    "POSTGRESQL, 55P03, 0, TRANSIENT",
    "POSTGRESQL, 53100, 0, SYSTEMIC",
    "POSTGRESQL, 42P01, 0, SYSTEMIC",
    "POSTGRESQL, 42501, 0, SYSTEMIC",
    "POSTGRESQL, XX001, 0, SYSTEMIC",
    "POSTGRESQL, 23503, 0, LATER",
    "POSTGRESQL, 23505, 0, PERMANENT",
    "POSTGRESQL, 22001, 0, PERMANENT",
    "POSTGRESQL, 42703, 0, PERMANENT",
    "POSTGRESQL, P0001, 0, PERMANENT",
    "POSTGRESQL, 54000, 0, PERMANENT",
    "POSTGRESQL, 57014, 0, TOO_SLOW",
    "POSTGRESQL, 25P04, 0, TOO_SLOW",
    "MYSQL, HY000, 3024, TOO_SLOW",
    "MYSQL, 70100, 1969, TOO_SLOW",
    "MYSQL, 70100, 1317, TRANSIENT",
    "MYSQL, 08S01, 1153, TOO_LARGE"
  })
  void errorsHaveTheirKind(SqlDialect dialect, String state, int code, ErrorPolicy.Kind kind) {
    assertThat(ErrorPolicy.classify(dialect, new SQLException("", state, code))).isEqualTo(kind);
  }

  @Test
  void aTimeoutOfTheDriverIsOneWhateverItsState() {
    for (SqlDialect dialect : SqlDialect.values()) {
      assertThat(ErrorPolicy.classify(dialect, new SQLTimeoutException("?")))
          .isEqualTo(ErrorPolicy.Kind.TOO_SLOW);
    }
  }

  @Test
  void anErrorWithoutStateParksNothing() {
    for (SqlDialect dialect : SqlDialect.values()) {
      assertThat(ErrorPolicy.classify(dialect, new SQLException("?")))
          .isEqualTo(ErrorPolicy.Kind.SYSTEMIC);
      assertThat(ErrorPolicy.classify(dialect, new SQLTransientConnectionException("pool")))
          .isEqualTo(ErrorPolicy.Kind.TRANSIENT);
    }
  }
}
