package dev.sluice.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the scanner says beside the route. */
class SqlStatementTest {
  private static Operand parameter(int index) {
    return new Operand.Parameter(index);
  }

  private static Operand literal(Object value) {
    return new Operand.Literal(value);
  }

  private static SqlStatement mysql(String sql) {
    return SqlScanner.scan(sql, LexerMode.of(Dialect.MYSQL));
  }

  private static SqlStatement pg(String sql) {
    return SqlScanner.scan(sql, LexerMode.of(Dialect.POSTGRESQL));
  }

  @Test
  void whereGivesTheRowsOfAnUpdate() {
    SqlStatement statement =
        mysql(
            "UPDATE shop.T1 a SET x=?, a.y=y+1 WHERE a.Id = ? AND tenant IN (?, 7, 'z') AND n > 3");
    assertThat(statement.kind()).isEqualTo(StatementKind.UPDATE);
    assertThat(statement.tablesWritten()).containsExactly("t1");
    assertThat(statement.columnsAssigned()).containsExactly("x", "y");
    assertThat(statement.columnValues())
        .containsExactly(
            new ColumnValues("t1", "id", List.of(parameter(2))),
            new ColumnValues("t1", "tenant", List.of(parameter(3), literal(7L), literal("z"))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE t SET x=1 WHERE id=1 OR id=2",
        "UPDATE t SET x=1 WHERE NOT id=1",
        "UPDATE t SET x=1 WHERE id=1 XOR a=2",
        "UPDATE t SET x=1 WHERE id=1 || a=2",
        "UPDATE t SET x=1 WHERE b BETWEEN 1 AND id = 5",
        "UPDATE t SET x=1 WHERE id=1+1",
        "UPDATE t SET x=1 WHERE id=other",
        "UPDATE t SET x=1 WHERE id NOT IN (1)",
        "UPDATE t SET x=1 WHERE (id=1)=0",
        "UPDATE t SET x=1 WHERE id=1 IS FALSE",
        "UPDATE t SET x=1 WHERE id IN (SELECT 1)",
        "UPDATE t SET x=1 WHERE id=(1)",
        "UPDATE t SET x=1 WHERE CASE WHEN a=1 AND id=1 AND b=1 THEN 1 END",
        "UPDATE t SET x=1 WHERE id=1 /*!99999 OR 1=1 */",
        "UPDATE t JOIN u ON t.id=u.id SET t.x=1 WHERE t.id=1",
        "DELETE FROM t WHERE id=1 OR 1=1",
        "DELETE t FROM t JOIN u WHERE t.id=1",
        "SELECT * FROM t JOIN u WHERE t.id=1",
        "SELECT * FROM t WHERE id=1 UNION SELECT * FROM t",
        "SELECT (SELECT MAX(id) FROM t) FROM t WHERE id=1",
        "INSERT INTO t VALUES (1,2)",
        "INSERT INTO t(id) SELECT 1"
      })
  void rowsThatAreNotProvenAreNotClaimed(String sql) {
    assertThat(mysql(sql).columnValues()).isEmpty();
  }

  @Test
  void updateOverSeveralTablesOfPostgresqlClaimsNoRows() {
    SqlStatement statement = pg("UPDATE t SET x=1 FROM u WHERE t.id=? AND u.id=t.id");
    assertThat(statement.columnValues()).isEmpty();
    assertThat(statement.tablesRead()).containsExactly("u");
    assertThat(statement.tablesWritten()).containsExactly("t");
  }

  @Test
  void insertGivesOneValueForEachRow() {
    SqlStatement statement =
        mysql("INSERT INTO t (id, name, at) VALUES (?, 'a', NOW()), (-2, ?, NULL)");
    assertThat(statement.columnValues())
        .containsExactly(
            new ColumnValues("t", "id", List.of(parameter(1), literal(-2L))),
            new ColumnValues("t", "name", List.of(literal("a"), parameter(2))));
    assertThat(statement.replacesOnConflict()).isFalse();
  }

  @Test
  void conflictClausesAreSeen() {
    SqlStatement upsert =
        mysql(
            "INSERT INTO t (id, n) VALUES (?, 1) ON DUPLICATE KEY UPDATE n = n + 1, m = VALUES(n)");
    assertThat(upsert.replacesOnConflict()).isTrue();
    assertThat(upsert.columnsAssigned()).containsExactly("n", "m");
    assertThat(mysql("REPLACE INTO t SET id = ?").replacesOnConflict()).isTrue();
    assertThat(pg("INSERT INTO t (id) VALUES (?) ON CONFLICT DO NOTHING").replacesOnConflict())
        .isFalse();
    SqlStatement postgresql =
        pg(
            "INSERT INTO t (id, n) VALUES (?, 1) ON CONFLICT (id) DO UPDATE SET n = excluded.n WHERE t.n < 3");
    assertThat(postgresql.replacesOnConflict()).isTrue();
    assertThat(postgresql.columnsAssigned()).containsExactly("n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "WITH t AS (SELECT * FROM t) SELECT * FROM t | t",
        "WITH RECURSIVE t AS (SELECT 1 UNION SELECT * FROM t) SELECT * FROM t, u | u",
        "SELECT * FROM (WITH t AS (SELECT 1) SELECT * FROM t) x, t | t",
        "SELECT a FROM s.B LEFT JOIN (c CROSS JOIN d) ON b.x = c.x, e | b c d e",
        "SELECT (SELECT 1 FROM p WHERE EXISTS (SELECT 1 FROM q)) FROM r | p q r",
        "TABLE z | z",
        "SELECT EXTRACT(DAY FROM col) FROM t WHERE a IS DISTINCT FROM b | t"
      })
  void tablesAreFoundAndCtesAreNot(String sql, String tables) {
    for (SqlStatement statement : List.of(pg(sql), mysql(sql))) {
      assertThat(statement.tablesRead()).containsExactlyInAnyOrder(tables.split(" "));
    }
  }

  @Test
  void tablesAfterAnIndexHintAreFound() {
    SqlStatement statement =
        mysql("SELECT * FROM t USE INDEX FOR JOIN (i), u FORCE INDEX FOR ORDER BY (j), v");
    assertThat(statement.tablesRead()).containsExactly("t", "u", "v");
  }

  @Test
  void proceduresAndChangesOfTheSchemaAreTold() {
    assertThat(pg("CALL App.\"Do\"(1)").procedure()).isEqualTo("app.do");
    assertThat(mysql("{ ? = call f(?)}").procedure()).isEqualTo("f");
    assertThat(mysql("{call s.p(?)}").procedure()).isEqualTo("s.p");
    assertThat(mysql("CALL p; CALL q").procedure()).isEmpty();
    assertThat(mysql("SELECT p(1)").procedure()).isEmpty();
    for (String sql :
        List.of("CREATE TABLE x (id INT)", "SELECT 1; DROP VIEW v", "CALL p(); SELECT 1", "FROB")) {
      assertThat(mysql(sql).definesSchema()).as(sql).isTrue();
    }
    for (String sql :
        List.of("CALL p()", "SELECT f(1)", "INSERT INTO t VALUES (1); SELECT 1", "COMMIT")) {
      assertThat(mysql(sql).definesSchema()).as(sql).isFalse();
    }
  }

  @Test
  void tooManyUnknownFunctionsAreNotNamed() {
    StringBuilder sql = new StringBuilder("SELECT 1");
    for (int i = 0; i < 65; i++) {
      sql.append(", user_function_").append(i).append("(1)");
    }
    assertThat(pg(sql.toString()).unknownFunctions()).isEmpty();
    assertThat(pg(sql.toString()).callsUnknownFunctions()).isTrue();
    assertThat(pg(sql.toString()).route()).isEqualTo(Route.PRIMARY);
  }

  @Test
  void unknownFunctionsAreNamedWhereTheyAloneDecide() {
    assertThat(pg("SELECT App.total(a), now() FROM t").unknownFunctions())
        .containsExactly("app.total");
    assertThat(pg("SELECT app.total(a) FROM t FOR UPDATE").unknownFunctions()).isEmpty();
    assertThat(mysql("SELECT total(a), @v FROM t").unknownFunctions()).isEmpty();
    assertThat(mysql("UPDATE t SET a = total(a)").unknownFunctions()).isEmpty();
  }

  @Test
  void useOfConnectionStateShowsOnWritesToo() {
    assertThat(mysql("INSERT INTO c (p) VALUES (LAST_INSERT_ID())").usesConnectionState()).isTrue();
    assertThat(mysql("INSERT INTO c (p) VALUES (1)").usesConnectionState()).isFalse();
    assertThat(pg("INSERT INTO c (p) VALUES (currval('s'))").usesConnectionState()).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/* sluice:primary */ SELECT 1 | P",
        "/* app */ /* sluice:primary */ SELECT 1 | P",
        "SELECT 1 /* sluice:primary */ | R",
        "-- sluice:primary | P",
        "/* sluice:replica */ SELECT my_func(1) | R",
        "SELECT my_func(1) /* sluice:replica */ | P",
        "SELECT '/* sluice:replica */', my_func(1) | P",
        "/* sluice:replica */ SELECT 1 FROM t FOR UPDATE | P",
        "/* sluice:replica */ DELETE FROM t | P",
        "/* sluice:replica */ /* sluice:primary */ SELECT my_func(1) | P"
      })
  void hintsCountInFrontOnly(String sql, String code) {
    assertThat(mysql(sql).route().code()).isEqualTo(code);
    assertThat(pg(sql).route().code()).isEqualTo(code);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT set('t')",
        "SELECT by(1)",
        "SELECT DISTINCT ON (a) wf(b) FROM t",
        "SELECT DISTINCT ON (a) filter(b) FROM t",
        "SELECT a, cube(b) FROM t",
        "SELECT DISTINCT columns(a) FROM t",
        "SELECT a SIMILAR TO second(b) FROM t",
        "SELECT \"NOW\"()",
        "SELECT app.lower('x')",
        "SELECT U&\"\\006eextval\"('s')",
        "SELECT * FROM t TABLESAMPLE mine(3)",
        "SELECT 1 FROM a JOIN b ON a.x = wf(b.x)",
        "SELECT 1 FROM ROWS FROM (now(), wf()) AS x",
        "SELECT 1 ORDER BY wf()",
        "SELECT 1 LIMIT (SELECT wf())",
        "SELECT CAST(wf() AS int)",
        "SELECT ARRAY[wf()]",
        "SELECT query_to_xml('select nextval(1)', true, false, '')"
      })
  void callsThatHideAreNoReads(String sql) {
    assertThat(pg(sql).route()).isEqualTo(Route.PRIMARY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT a FROM t GROUP BY CUBE (a), ROLLUP (a, b), GROUPING SETS ((a), ())",
        "SELECT count(*) FILTER (WHERE a > 1) OVER (PARTITION BY b ORDER BY c) FROM t",
        "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY a) FROM t",
        "SELECT a::numeric(10,2), b::character varying(3), CAST(c AS public.mytype(3)) FROM t",
        "SELECT * FROM generate_series(1, 3) AS g(n) JOIN LATERAL unnest(ARRAY[1]) u(x) ON true",
        "SELECT * FROM json_to_recordset('[]') AS x(a int, b numeric(3,1))",
        "SELECT a OPERATOR(pg_catalog.+) b FROM t WHERE c ILIKE ('%x') AND d NOT ILIKE ('y')",
        "SELECT * FROM t WHERE a = ANY (ARRAY[1,2]) AND (b, c) IN ((1,2)) AND d AT TIME ZONE ('UTC') > now()",
        "SELECT {fn ucase(a)} FROM t WHERE d < {d '2024-01-01'}",
        "SELECT * FROM t FOR READ ONLY",
        "SELECT $1::int, \"quoted\".\"Name\" FROM \"quoted\""
      })
  void readsOfPostgresqlAreReads(String sql) {
    assertThat(pg(sql).route()).as(pg(sql).toString()).isEqualTo(Route.REPLICA);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT now () | P",
        "SELECT `now`() | P",
        "SELECT count (*) FROM t | P",
        "SELECT any(1) | P",
        "SELECT 1 = ANY (SELECT 1) | R",
        "SELECT MATCH (a) AGAINST ('x' IN BOOLEAN MODE) FROM t | R",
        "SELECT /*!80000 wf() */ 1 | P",
        "SELECT /*!40001 SQL_NO_CACHE */ * FROM t | R",
        "SELECT 1 /*!99999 , 2 */ | R",
        "SELECT 1 /*!99999 ' */ FROM t; DELETE FROM t -- ' | P",
        "SELECT s.nextval | P",
        "SELECT 1 INTO DUMPFILE 'x' | P",
        "SELECT * FROM t PROCEDURE ANALYSE() | R",
        "SHOW CREATE PROCEDURE p | R",
        "SHOW TABLES WHERE wf(1) | P",
        "SET @a = 1, sql_mode = '' | PIN",
        "SET GLOBAL a = 1, SESSION b = 2 | PIN",
        "SET autocommit = 1 | TRACK",
        "SET autocommit = @x | PIN",
        "SET NAMES ? | PIN",
        "BEGIN; SELECT 1 | PIN",
        "SELECT 1; SELECT 2 | R",
        "CREATE PROCEDURE p() BEGIN SELECT 1; DELETE FROM t; END | P"
      })
  void statementsOfMysql(String sql, String code) {
    assertThat(mysql(sql).route().code()).as(mysql(sql).rule()).isEqualTo(code);
  }

  @Test
  void severalStatementsForgetWhatOneOfThemHides() {
    assertThat(mysql("DELETE FROM t; CALL p()").tablesWritten()).isEmpty();
    assertThat(mysql("DELETE FROM t; DELETE FROM u").tablesWritten()).containsExactly("t", "u");
  }

  @Test
  void fingerprintIsTheSameInEveryProcess() {
    assertThat(mysql("select A from t where id=3").fingerprint())
        .isEqualTo(mysql("SELECT  A FROM t WHERE id = ? -- x").fingerprint())
        .isEqualTo(Normalizer.fingerprint("SELECT A FROM t WHERE id = ?"));
    assertThat(Normalizer.fingerprint("SELECT ?")).isEqualTo(0x199e7dca7a74f592L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "INSERT INTO t(a,b) VALUES (1,'x'),(2,NULL),(-3,?) | INSERT INTO t(a, b) VALUES (?, ?)",
        "SELECT count(*),f(1,2) FROM t WHERE a<=-5 AND b-1=2 | SELECT COUNT(*), f(?, ?) FROM t WHERE a <= ? AND b - ? = ?",
        "SELECT * FROM t LIMIT 10,20; | SELECT * FROM t LIMIT ?, ?",
        "GRANT ALL ON *.* TO 'u'@'h' IDENTIFIED BY 'pw' | GRANT ALL ON *.* TO ? @? IDENTIFIED BY ?"
      })
  void textIsNormalised(String sql, String normalized) {
    assertThat(mysql(sql).normalized()).isEqualTo(normalized);
  }
}
