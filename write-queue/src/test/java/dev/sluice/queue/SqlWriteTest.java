package dev.sluice.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlWriteTest {
  private static final String BACKSLASH = "UPDATE t SET a = '\\';' WHERE id = 1";
  private static final String CONFORMING = "on";

  private static boolean single(String text, SqlDialect dialect, String setting) {
    return SqlWrite.of("k", text).isSingle(dialect, setting);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE t SET a = 1; COMMIT",
        "INSERT INTO t VALUES (E'a\\''); COMMIT; INSERT INTO t VALUES ('x')",
        "UPDATE t SET a = $$it's$$; COMMIT; DELETE FROM u WHERE a = 'x'",
        "UPDATE t SET a = 1 -- it's\n; COMMIT",
        "UPDATE t SET a = 1 /* it's */; COMMIT",
        "INSERT INTO t SELECT f(1; COMMIT)",
        "UPDATE t SET a = 'x",
        "UPDATE t SET a = 1 /* open",
        "DROP TABLE t",
        "COMMIT"
      })
  void whatIsOneStatementInNoDialectIsRefused(String text) {
    assertThatThrownBy(() -> Write.sql("k", text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("text:");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE t SET a = ?;",
        "UPDATE t SET a = ';' WHERE b = \"c;d\" -- end;",
        "INSERT INTO t VALUES (?) ON DUPLICATE KEY UPDATE a = a + 1",
        "INSERT INTO t VALUES (?) ON CONFLICT (id) DO UPDATE SET a = EXCLUDED.a",
        "WITH x AS (SELECT 1 AS id) DELETE FROM t USING x WHERE t.id = x.id",
        "UPDATE t SET a = $$it's; $$",
        BACKSLASH
      })
  void oneStatementIsTakenWhateverItQuotes(String text) {
    assertThat(Write.sql("k", text)).isNotNull();
  }

  @Test
  void theSessionsOwnRulesDecideBeforeItIsExecuted() {
    assertThat(single(BACKSLASH, SqlDialect.MYSQL, "STRICT_TRANS_TABLES")).isTrue();
    assertThat(single(BACKSLASH, SqlDialect.MYSQL, "NO_BACKSLASH_ESCAPES")).isFalse();
    assertThat(single(BACKSLASH, SqlDialect.POSTGRESQL, CONFORMING)).isFalse();
    assertThat(single(BACKSLASH, SqlDialect.POSTGRESQL, "off")).isTrue();
    String dollars = "UPDATE t SET a = $$it's; $$";
    assertThat(single(dollars, SqlDialect.POSTGRESQL, CONFORMING)).isTrue();
    assertThat(single(dollars, SqlDialect.MYSQL, "")).isFalse();
    String conditional = "INSERT INTO t VALUES (1) /*M! ; COMMIT */";
    assertThat(single(conditional, SqlDialect.MYSQL, "")).isFalse();
  }
}
