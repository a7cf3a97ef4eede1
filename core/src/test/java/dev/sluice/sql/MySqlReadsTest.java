package dev.sluice.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What MySQL and MariaDB write in ways of their own, and how far from a read it is. */
class MySqlReadsTest {
  private static final List<Dialect> DIALECTS = List.of(Dialect.MYSQL, Dialect.MARIADB);

  private static void allAre(Route route, String sql) {
    for (Dialect dialect : DIALECTS) {
      SqlStatement statement = SqlScanner.scan(sql, LexerMode.of(dialect));
      assertThat(statement.route()).as("%s: %s", dialect, statement.rule()).isEqualTo(route);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT HIGH_PRIORITY (a + 1) FROM t",
        "SELECT SQL_CALC_FOUND_ROWS (SELECT 1) FROM t LIMIT 1",
        "SELECT DISTINCT SQL_SMALL_RESULT SQL_BUFFER_RESULT (a) FROM t",
        "SELECT sql_cache (a), b FROM t",
        "SELECT DISTINCTROW (a) FROM t",
        "SELECT STRAIGHT_JOIN SQL_BIG_RESULT SQL_NO_CACHE (1) FROM t",
        "(SELECT ALL (1)) UNION (SELECT SQL_NO_CACHE (2))"
      })
  void aParenthesisAfterAnOptionOfSelectIsNoCall(String sql) {
    allAre(Route.REPLICA, sql);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT HIGH_PRIORITY (f(1)) FROM t",
        "SELECT sql_cache f(1) FROM t",
        "SELECT a, sql_cache (1) FROM t",
        "SELECT DISTINCTROW (SELECT a FROM t FOR UPDATE)",
        "SELECT sql_cache.f(1)",
        "SELECT `sql_cache`(1)"
      })
  void whatAnOptionOfSelectIsBeforeIsLookedAt(String sql) {
    allAre(Route.PRIMARY, sql);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT * FROM JSON_TABLE('[1]', '$[*]' COLUMNS (a VARCHAR(10) PATH '$.a', b DECIMAL(4,2) PATH '$.b')) j",
        "SELECT * FROM JSON_TABLE(?, '$[*]' COLUMNS(n FOR ORDINALITY, a DATETIME(6) PATH '$', b BIT(3) PATH '$')) j",
        "SELECT * FROM t, JSON_TABLE(t.d, '$' COLUMNS (`a b` NCHAR(3) PATH '$', NESTED PATH '$.x' COLUMNS (c TEXT(10) PATH '$'))) j",
        "SELECT CAST(a AS DECIMAL(10,2)), CONVERT(a, DECIMAL(3)), CAST(b AS DATETIME(6)) FROM t"
      })
  void typesOfColumnsAreNoCalls(String sql) {
    allAre(Route.REPLICA, sql);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT `varchar`(1)",
        "SELECT datetime(6) FROM t",
        "SELECT nvarchar(1), j.a FROM JSON_TABLE('[1]', '$[*]' COLUMNS (a INT PATH '$')) j",
        "SELECT * FROM JSON_TABLE(f('[1]'), '$[*]' COLUMNS (a VARCHAR(10) PATH '$')) j",
        "SELECT test.varchar(1)"
      })
  void functionsNamedLikeTypesAreCalls(String sql) {
    allAre(Route.PRIMARY, sql);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT \\N, a FROM t WHERE b <=> \\N",
        "SELECT {date '2020-01-01'}, {time '10:00'}, {timestamp '2020-01-01 10:00'}",
        "SELECT a, b FROM t PROCEDURE ANALYSE(10, 2000)",
        "SELECT a FROM t WHERE b = 1 ORDER BY a LIMIT 3 PROCEDURE analyse ()",
        "EXPLAIN EXTENDED ALL SELECT 1",
        "SELECT a LIKE 'x%' ESCAPE ('|') FROM t WHERE b NOT LIKE (c) ESCAPE (SELECT '!')"
      })
  void oldWaysOfWritingAreReads(String sql) {
    allAre(Route.REPLICA, sql);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT \\n",
        "SELECT \\",
        "SELECT {date f('2020-01-01')}",
        "SELECT {call 'x'}",
        "SELECT a FROM t PROCEDURE f(1)",
        "SELECT a LIKE 'x' ESCAPE (f(1)) FROM t",
        "SELECT ESCAPE(1)",
        "SELECT a FROM t PROCEDURE ANALYSE(f(1))",
        "SELECT a FROM t PROCEDURE ANALYSE() FOR UPDATE"
      })
  void whatLooksLikeThemIsNot(String sql) {
    allAre(Route.PRIMARY, sql);
  }
}
