package dev.sluice.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Quotes that could hide a table, or the end of a comment. */
class NamesAndHintsTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '#',
      value = {
        "WITH \"T\" AS (SELECT 1) SELECT * FROM t | t",
        "WITH \"T\" AS (SELECT 1) SELECT * FROM T | t",
        "WITH t AS (SELECT 1) SELECT * FROM \"T\" | t",
        "WITH \"T\" AS (SELECT 1) SELECT * FROM \"T\", t | t",
        "WITH \u00c9 AS (SELECT 1) SELECT * FROM \u00e9 | \u00e9",
        "WITH T AS (SELECT 1) SELECT * FROM t | ",
        "WITH \"t\" AS (SELECT 1) SELECT * FROM T | ",
        "WITH \"a\"\"b\" AS (SELECT 1) SELECT * FROM \"a\"\"b\" | "
      })
  void onlyTheSameNameIsTheExpressionInPostgresql(String sql, String table) {
    SqlStatement statement = SqlScanner.scan(sql, LexerMode.of(Dialect.POSTGRESQL));
    assertThat(statement.tablesRead())
        .isEqualTo(table == null ? java.util.List.of() : java.util.List.of(table));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "WITH T AS (SELECT 1) SELECT * FROM t | t",
        "WITH `T` AS (SELECT 1) SELECT * FROM t | t",
        "WITH T AS (SELECT 1) SELECT * FROM `T` | ",
        "WITH t AS (SELECT 1) SELECT * FROM t | "
      })
  void namesThatSomeServersTellApartHideNothingInMysql(String sql, String table) {
    for (Dialect dialect : new Dialect[] {Dialect.MYSQL, Dialect.MARIADB}) {
      SqlStatement statement = SqlScanner.scan(sql, LexerMode.of(dialect));
      assertThat(statement.tablesRead())
          .isEqualTo(table == null ? java.util.List.of() : java.util.List.of(table));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT /*+ QB_NAME(`'*/ 1 -- `) */ id FROM t FOR UPDATE",
        "SELECT /*+ QB_NAME(`\"*/ 1 -- `) */ id FROM t FOR UPDATE",
        "SELECT /*+ X('`') Y(`*/ 1 -- `) */ id FROM t FOR UPDATE",
        "SELECT /*+ X(\"'\" '*/ 1 -- ') */ id FROM t FOR UPDATE",
        "SELECT /*+ SET_VAR(a='\\'*/ 1 -- ') */ id FROM t FOR UPDATE",
        "SELECT /*+ QB_NAME(`a */ id FROM t"
      })
  void aHintWhoseEndAQuoteMayHideIsNotUnderstood(String sql) {
    assertThat(SqlScanner.scan(sql, LexerMode.of(Dialect.MYSQL)).route()).isEqualTo(Route.PRIMARY);
    LexerMode ansi = new LexerMode(Dialect.MYSQL, true, false);
    assertThat(SqlScanner.scan(sql, ansi).route()).isEqualTo(Route.PRIMARY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT /*+ QB_NAME(`a`) SET_VAR(x='b') INDEX(\"t\") */ id FROM t",
        "SELECT /*+ MAX_EXECUTION_TIME(1000) */ id FROM t",
        "SELECT /* it's */ id FROM t"
      })
  void otherHintsAndCommentsHideNothing(String sql) {
    assertThat(SqlScanner.scan(sql, LexerMode.of(Dialect.MYSQL)).route()).isEqualTo(Route.REPLICA);
  }
}
