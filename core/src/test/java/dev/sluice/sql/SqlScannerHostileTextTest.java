package dev.sluice.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Long, deep and broken texts: never an exception, never a read by mistake. */
class SqlScannerHostileTextTest {
  private static final int MEGABYTE = 1 << 20;

  static Stream<String> broken() {
    return Stream.of(
        "SELECT 'abc",
        "SELECT \"abc",
        "SELECT 1 /* abc",
        "SELECT 1 /*! FOR UPDATE",
        "SELECT (1",
        "SELECT 1)",
        "SELECT $$abc",
        "SELECT $a$abc$b$",
        "SELECT E'a\\'",
        "SELECT a\0b",
        "",
        " ",
        "\u0000",
        ";",
        "SELEC 1",
        "/* only a comment */");
  }

  @ParameterizedTest
  @MethodSource("broken")
  void brokenTextIsNoRead(String sql) {
    for (Dialect dialect : Dialect.values()) {
      SqlFindings found = SqlScanner.read(sql, LexerMode.of(dialect));
      assertThat(new SqlStatement(found).isRead()).as("%s %s", dialect, sql).isFalse();
    }
  }

  static Stream<String> endless() {
    return Stream.of(
        "(".repeat(MEGABYTE),
        "1SET ".repeat(MEGABYTE / 5),
        "SELECT " + "(".repeat(MEGABYTE / 2) + "1" + ")".repeat(MEGABYTE / 2),
        "SELECT " + "(SELECT ".repeat(MEGABYTE / 8) + "1",
        "WITH a AS (".repeat(MEGABYTE / 11),
        "/*".repeat(MEGABYTE / 2),
        "/*!".repeat(MEGABYTE / 3),
        "$a".repeat(MEGABYTE / 2),
        "'".repeat(MEGABYTE + 1),
        "SET a=1".repeat(MEGABYTE / 7),
        "{fn ".repeat(MEGABYTE / 4),
        "SELECT 1;".repeat(MEGABYTE / 9) + "DELETE FROM t",
        "SET STATEMENT a=1 FOR ".repeat(MEGABYTE / 22) + "DELETE FROM t",
        "EXPLAIN ".repeat(MEGABYTE / 8),
        "INSERT INTO t ".repeat(MEGABYTE / 14),
        "INSERT INTO t WITH c AS (SELECT 1) ".repeat(MEGABYTE / 35),
        "INSERT INTO t (a) VALUES (1) ON CONFLICT (".repeat(MEGABYTE / 42),
        "INSERT INTO t VALUES (1) ON CONFLICT (a) WHERE ".repeat(MEGABYTE / 47),
        "SET @a = (".repeat(MEGABYTE / 10),
        "SET @a = f(1), ".repeat(MEGABYTE / 15));
  }

  @ParameterizedTest
  @MethodSource("endless")
  void longTextIsNeverMistakenForARead(String sql) {
    for (Dialect dialect : Dialect.values()) {
      SqlStatement statement = new SqlStatement(SqlScanner.read(sql, LexerMode.of(dialect)));
      assertThat(statement.isRead()).isFalse();
      assertThat(statement.normalized()).isNotNull();
    }
  }

  @ParameterizedTest
  @EnumSource
  void aLongReadIsARead(Dialect dialect) {
    String list = "SELECT a FROM t WHERE b IN (" + "1,".repeat(MEGABYTE / 2) + "1)";
    SqlStatement statement = new SqlStatement(SqlScanner.read(list, LexerMode.of(dialect)));
    assertThat(statement.route()).isEqualTo(Route.REPLICA);
    assertThat(statement.normalized()).isEqualTo("SELECT a FROM t WHERE b IN (?)");
    String tables = "SELECT 1 FROM " + "a1 x, a2 y, ".repeat(MEGABYTE / 12) + "z";
    assertThat(new SqlStatement(SqlScanner.read(tables, LexerMode.of(dialect))).tablesRead())
        .containsExactly("a1", "a2", "z");
  }
}
