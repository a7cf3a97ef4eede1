package dev.sluice.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where statements of PostgreSQL may run that only this dialect has. */
class PostgreSqlRoutesTest {
  private static SqlStatement scan(String sql) {
    return SqlScanner.scan(sql, LexerMode.of(Dialect.POSTGRESQL));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT * FROM t JOIN u ON ARRAY[1, u.a + nextval('s')] IS NOT NULL",
        "SELECT * FROM t JOIN u ON t.a[1:u.b + nextval('s')] IS NOT NULL, v",
        "SELECT 1 AS from, a + nextval('s') FROM t",
        "SELECT 1 AS from, a AS table, b + nextval('s') FROM t",
        "SELECT (SELECT 1 AS from), a + nextval('s') FROM t"
      })
  void callsAreSeenBehindCommasAndLabels(String sql) {
    assertThat(scan(sql).route()).isEqualTo(Route.PRIMARY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "EXPLAIN (\"analyze\") DELETE FROM t",
        "EXPLAIN (costs off, \"analyze\") INSERT INTO t VALUES (1)",
        "EXPLAIN (ANALYZE off, ANALYZE on) UPDATE t SET a = 1",
        "EXPLAIN ((\"analyze\")) DELETE FROM t"
      })
  void quotedOptionsOfExplainHideNothing(String sql) {
    assertThat(scan(sql).route()).isEqualTo(Route.PRIMARY);
  }

  @ParameterizedTest
  @ValueSource(strings = {"set", "qualify", "values", "share", "of", "ordinality", "returns"})
  void wordsThatAreNotReservedAreAliasesLikeOthers(String alias) {
    assertThat(scan("SELECT * FROM t " + alias + ", u WHERE true").tablesRead())
        .containsExactly("t", "u");
    assertThat(scan("SELECT * FROM t AS " + alias + ", u").tablesRead()).containsExactly("t", "u");
    assertThat(scan("SELECT * FROM " + alias + ", u").tablesRead()).containsExactly(alias, "u");
  }

  @Test
  void assignmentsAreNotTables() {
    SqlStatement merge =
        scan(
            "MERGE INTO t USING u ON t.a = u.a WHEN MATCHED THEN UPDATE SET b = u.b, c = f(u.c) + g(1)");
    assertThat(merge.tablesRead()).containsExactly("u");
    assertThat(merge.callsUnknownFunctions()).isTrue();
    SqlStatement update = scan("UPDATE t SET a = 1, b = u.b FROM u WHERE t.a = u.a");
    assertThat(update.tablesRead()).containsExactly("u");
    assertThat(update.tablesWritten()).containsExactly("t");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT a, sum(b) FROM t GROUP BY CUBE (a), ROLLUP (b)",
        "SELECT a FROM t GROUP BY ALL ROLLUP (a, b), CUBE (a)",
        "SELECT a FROM t GROUP BY DISTINCT GROUPING SETS (CUBE (a), ROLLUP (b), ())",
        "SELECT a FROM t GROUP BY GROUPING SETS (GROUPING SETS (ROLLUP (a)), (b))"
      })
  void groupingIsNoCall(String sql) {
    assertThat(scan(sql).route()).isEqualTo(Route.REPLICA);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT a FROM t GROUP BY (cube(a))",
        "SELECT a FROM t GROUP BY abs(cube(a))",
        "SELECT a FROM t GROUP BY a, abs((rollup(a)))",
        "SELECT a FROM t GROUP BY a HAVING cube(a) IS NULL",
        "SELECT cube(a) FROM t GROUP BY ROLLUP (a)"
      })
  void functionsNamedLikeGroupingAreCalls(String sql) {
    assertThat(scan(sql).unknownFunctions()).hasSize(1);
    assertThat(scan(sql).route()).isEqualTo(Route.PRIMARY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT log10(x), regtype('int4'), regprocedure('abs(int4)'), uuid('0')",
        "SELECT set_masklen(inet(text(i)), 24), bytea('x'), jsonb('{}'), tsquery('a')",
        "SELECT hashbytea(x), hashdate(d), timestamptz_hash(now()) FROM t",
        "SELECT * FROM pg_config()"
      })
  void builtinFunctionsAndTypesAreReads(String sql) {
    assertThat(scan(sql).route()).isEqualTo(Route.REPLICA);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT pg_restore_relation_stats('relation', 't')",
        "SELECT pg_clear_relation_stats('public', 't')",
        "SELECT pg_clear_attribute_stats('public', 't', 'a', false)",
        "SELECT pg_stat_reset_backend_stats(1)"
      })
  void functionsOfNewerServersThatWriteAreKnown(String sql) {
    SqlStatement statement = scan(sql);
    assertThat(statement.route()).isEqualTo(Route.PRIMARY);
    assertThat(statement.unknownFunctions()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT CAST(a AS numeric(10, 2)), CAST(b AS timestamp(3) with time zone) FROM t",
        "SELECT CAST(a AS character varying(10)), x::bit varying(3), y::interval day to second(3)",
        "SELECT 1 AS select, 2 AS where, 3 AS \"order\", 4 AS group FROM t",
        "SELECT a[1], a[1:2], (ARRAY[[1, 2], [3, 4]])[1][2], b['x'] FROM t",
        "SELECT * FROM json_to_recordset('[]') AS x(a int, b numeric(3, 1), c text[]), u",
        "WITH x AS (SELECT 1), y AS MATERIALIZED (SELECT 2) SELECT * FROM x, y",
        "SELECT sum(a) OVER w AS total FROM t WINDOW w AS (PARTITION BY b ORDER BY c)"
      })
  void labelsTypesAndArraysAreReads(String sql) {
    assertThat(scan(sql).route()).isEqualTo(Route.REPLICA);
  }

  @ParameterizedTest
  @ValueSource(strings = {"SELECT a[1 FROM t", "SELECT a]1[ FROM t", "SELECT ARRAY[1, (2]) FROM t"})
  void unbalancedBracketsAreNotUnderstood(String sql) {
    assertThat(scan(sql).isRead()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SET search_path = pg_temp, public",
        "SET LOCAL search_path TO public, \"pg_temp\"",
        "SET SCHEMA 'pg_temp'",
        "SELECT set_config('search_path', 'pg_temp', false)",
        "SELECT pg_catalog.set_config('work_mem', '4MB', false), set_config('SEARCH_PATH', 'x, PG_TEMP', true)"
      })
  void whatIsCreatedInATemporarySchemaPins(String sql) {
    assertThat(scan(sql).route()).isEqualTo(Route.PIN);
    assertThat(scan("SET search_path = shop, public").route()).isEqualTo(Route.TRACK);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT a FROM t ORDER BY a FETCH FIRST (1 + 1) ROWS WITH TIES",
        "SELECT a FROM t OFFSET 1 FETCH NEXT (2) ROWS ONLY",
        "SELECT a FROM t WHERE a BETWEEN SYMMETRIC (SELECT 1) AND (2)",
        "SELECT a FROM t WHERE b NOT LIKE ('x') ESCAPE ('!') AND b SIMILAR TO ('y')",
        "SELECT trim(BOTH ('x') FROM b), trim(TRAILING (b)), overlay(b PLACING ('x') FROM (1))",
        "SELECT concat(VARIADIC (ARRAY['a', 'b']))",
        "SELECT JSON_VALUE(j, '$.a' RETURNING int DEFAULT (1) ON EMPTY) FROM t"
      })
  void wordsBeforeAParenthesisThatAreNoCalls(String sql) {
    assertThat(scan(sql).route()).isEqualTo(Route.REPLICA);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT first(a) FROM t",
        "SELECT next(a), a FROM t",
        "SELECT escape(a) FROM t",
        "SELECT trim(both escape(a)) FROM t",
        "SELECT \"symmetric\"(a) FROM t",
        "SELECT my.first(a) FROM t FETCH FIRST (2) ROWS ONLY",
        "SELECT a FROM t FETCH FIRST (next(1)) ROWS ONLY"
      })
  void functionsWithSuchNamesAreCalls(String sql) {
    assertThat(scan(sql).unknownFunctions()).hasSize(1);
    assertThat(scan(sql).route()).isEqualTo(Route.PRIMARY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DO $$ BEGIN SET work_mem = '5MB'; END $$",
        "DO LANGUAGE plpgsql 'BEGIN PERFORM Set_Config(''a.b'', ''1'', false); END'",
        "DO $$ BEGIN CREATE TEMP TABLE x (a int); END $$ LANGUAGE plpgsql",
        "DO $$ BEGIN PERFORM pg_advisory_lock(1); END $$",
        "DO $$ BEGIN EXECUTE 'cre' || 'ate'; END $$",
        "DO E'BEGIN \\\\x53ET work_mem = 1; END'",
        "DO LANGUAGE plperl $$ $_SHARED{a} = 1 $$"
      })
  void blocksThatMayChangeTheSessionPin(String sql) {
    assertThat(scan(sql).route()).isEqualTo(Route.PIN);
    assertThat(scan(sql).kind()).isEqualTo(StatementKind.CALL);
    assertThat(scan("DO $$ BEGIN DELETE FROM t WHERE a = 1; PERFORM f(); END $$").route())
        .isEqualTo(Route.PRIMARY);
  }
}
