package dev.sluice.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which rows and tables a write is known to be confined to. */
class WrittenRowsTest {
  private static SqlStatement mysql(String sql) {
    return SqlScanner.scan(sql, LexerMode.of(Dialect.MYSQL));
  }

  private static SqlStatement pg(String sql) {
    return SqlScanner.scan(sql, LexerMode.of(Dialect.POSTGRESQL));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "WITH d AS (UPDATE a SET b=b-? WHERE id=? RETURNING id) UPDATE a SET b=b+? WHERE id=?",
        "WITH d AS (DELETE FROM a WHERE id=?) UPDATE a SET b=b+? WHERE id=?",
        "WITH d AS (INSERT INTO a (id) VALUES (?) ON CONFLICT (id) DO UPDATE SET n=1) DELETE FROM a WHERE id=?",
        "WITH d AS (UPDATE a SET id=? WHERE id=?) INSERT INTO a (id) VALUES (?)",
        "WITH x AS (WITH d AS (DELETE FROM a) SELECT 1) INSERT INTO a (id) VALUES (?)",
        "INSERT INTO item (id) VALUES (?) UNION ALL SELECT id FROM staging",
        "INSERT INTO item (id) VALUES (?) EXCEPT VALUES (1)",
        "INSERT INTO item (id) VALUES (?), (?) ORDER BY 1 LIMIT 1",
        "INSERT INTO item (id) OVERRIDING USER VALUE VALUES (?)"
      })
  void rowsOfSeveralWritesOrSourcesAreNotClaimed(String sql) {
    assertThat(pg(sql).columnValues()).isEmpty();
    assertThat(pg(sql).tablesWritten()).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO item (id) VALUES (?)",
        "INSERT INTO item (id) VALUES (?);",
        "INSERT INTO item (id) VALUES (?), (2) RETURNING id",
        "INSERT INTO item (id) VALUES (?) ON CONFLICT (id) DO NOTHING",
        "INSERT INTO item (id) OVERRIDING SYSTEM VALUE VALUES (?)",
        "WITH x AS (SELECT 1) INSERT INTO item (id) VALUES (?)"
      })
  void rowsGivenByValuesAreClaimed(String sql) {
    assertThat(pg(sql).columnValues()).hasSize(1);
    assertThat(mysql("INSERT INTO item (id) VALUES (?) AS n ON DUPLICATE KEY UPDATE a=1"))
        .satisfies(statement -> assertThat(statement.columnValues()).hasSize(1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "UPDATE account SET fee=charge_fee(?) WHERE id=?",
        "DELETE FROM account WHERE id=? AND archive(id)",
        "INSERT INTO account (id, n) VALUES (?, app.next_number())",
        "WITH d AS (SELECT log_it(1)) UPDATE account SET fee=1 WHERE id=?",
        "UPDATE account SET fee=1 WHERE id=?; SELECT f(1)",
        "INSERT INTO account (id) SELECT u.id FROM u JOIN v ON conflict(v.id) WHERE u.id = 1"
      })
  void aFunctionThatIsNotKnownMayWriteAnyTable(String sql) {
    assertThat(pg(sql).callsUnknownFunctions()).isTrue();
    assertThat(pg(sql).tablesWritten()).isEmpty();
    assertThat(mysql(sql).tablesWritten()).isEmpty();
    String declared = "/* sluice:replica */ " + sql;
    assertThat(pg(declared).tablesWritten()).containsExactly("account");
  }

  @Test
  void aFunctionNamedLikeAClauseOfMergeIsAFunction() {
    assertThat(pg("UPDATE t SET a = CASE WHEN b THEN insert(1) END").tablesWritten()).isEmpty();
  }

  @Test
  void aFunctionInACommentThatOnlySomeServersExecuteCounts() {
    assertThat(mysql("UPDATE t SET a = /*!99999 f() + */ 1").tablesWritten()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO t (id, a) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET a = excluded.a",
        "INSERT INTO t (id, a) VALUES (?, ?) ON CONFLICT (lower(id)) WHERE a > 1 DO NOTHING",
        "INSERT INTO t (id) VALUES (?) ON CONFLICT ON CONSTRAINT x DO UPDATE SET (a, b) = (excluded.a, 1)",
        "INSERT INTO t (id) SELECT u.id FROM u JOIN v ON u.id = v.id WHERE a > 3 ON CONFLICT (id) DO NOTHING",
        "UPDATE t SET (a, b) = (SELECT x, y FROM u) WHERE id = ANY (?) AND (b = 1 OR EXISTS (SELECT 1 FROM v))",
        "MERGE INTO t USING u ON (t.id = u.id) WHEN MATCHED THEN UPDATE SET (a, b) = (1, 2)"
            + " WHEN NOT MATCHED THEN INSERT (id, a) VALUES (u.id, u.a)",
        "MERGE INTO t USING u ON t.id = u.id WHEN NOT MATCHED THEN INSERT (id) OVERRIDING SYSTEM VALUE VALUES (1)",
        "DELETE FROM t USING u AS x (p) WHERE t.id = x.p AND t.at < now() - INTERVAL '1' DAY RETURNING (t.id)"
      })
  void clausesOfPostgresqlAreNoCalls(String sql) {
    assertThat(pg(sql).callsUnknownFunctions()).isFalse();
    assertThat(pg(sql).tablesWritten()).containsExactly("t");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO t (id) VALUES (?), (?) AS new(m) ON DUPLICATE KEY UPDATE a = VALUES(a), b = IF(a > 1, new.m, (2))",
        "INSERT IGNORE INTO t PARTITION (p0, p1) (id) VALUES ROW(1), ROW(2)",
        "INSERT INTO t VALUES (DEFAULT(a), CURRENT_TIMESTAMP(6), CAST(? AS DECIMAL(10, 2)), CONVERT(? USING utf8mb4))",
        "UPDATE t USE INDEX (i) SET a = CASE WHEN (a > 1) THEN (2) ELSE (3) END WHERE id IN (?, ?)",
        "UPDATE t JOIN u USING (id) SET t.a = 1 WHERE t.a LIKE ('x') AND NOT (t.b)",
        "DELETE FROM t PARTITION (p0) WHERE created < NOW() - INTERVAL (1) DAY ORDER BY (id) LIMIT 100"
      })
  void clausesOfMysqlAreNoCalls(String sql) {
    assertThat(mysql(sql).callsUnknownFunctions()).isFalse();
    assertThat(mysql(sql).tablesWritten()).contains("t");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SET @id = next_id('orders') | true",
        "SET @a = 1, @id = (SELECT next_id(x) FROM t), @b = 2 | true",
        "SET SESSION x = IF(1, f(2), 3) | true",
        "SET @@session.x = (f(1)) | true",
        "SET GLOBAL x = f(1) | true",
        "SET @a = IF(1, 2, 3), @b = (SELECT COUNT(*) FROM t WHERE a IN (1, 2)) | false",
        "SET @a = 1, sql_mode = CONCAT(@@sql_mode, ',ANSI') | false"
      })
  void functionsCalledBySetAreFound(String sql, boolean calls) {
    SqlStatement statement = mysql(sql);
    assertThat(statement.callsUnknownFunctions()).isEqualTo(calls);
    assertThat(statement.kind()).isEqualTo(StatementKind.SESSION);
    assertThat(statement.route()).isIn(Route.PIN, Route.PRIMARY);
  }

  @Test
  void everyAssignmentOfASetIsReadAfterACall() {
    SqlStatement statement = mysql("SET @a = f(1, 2), time_zone = 'UTC', x = (1, 2)");
    assertThat(statement.sessionEffects())
        .extracting(SessionEffect::name)
        .containsExactly("time_zone", "x");
  }

  @Test
  void preparedStatementsOfTheSessionAreCodeOfTheServer() {
    List<SqlStatement> executing =
        List.of(
            mysql("EXECUTE s USING @a"),
            pg("EXECUTE s (1)"),
            pg("EXPLAIN ANALYZE EXECUTE s"),
            pg("EXPLAIN (ANALYZE, VERBOSE) EXECUTE s (1)"),
            SqlScanner.scan(
                "SET STATEMENT max_statement_time = 1 FOR EXECUTE s",
                LexerMode.of(Dialect.MARIADB)));
    assertThat(executing).allMatch(s -> s.kind() == StatementKind.CALL && s.route() == Route.SAME);
    assertThat(mysql("EXECUTE s; SELECT 1").route()).isEqualTo(Route.PIN);
    assertThat(mysql("DO RELEASE_LOCK('a')").kind()).isEqualTo(StatementKind.SELECT);
    assertThat(mysql("DEALLOCATE PREPARE s").kind()).isEqualTo(StatementKind.SESSION);
  }

  @Test
  void functionsOfACursorThatOutlivesItsTransactionAreFound() {
    SqlStatement statement = pg("DECLARE c CURSOR WITH HOLD FOR SELECT f(a) FROM t");
    assertThat(statement.route()).isEqualTo(Route.PIN);
    assertThat(statement.callsUnknownFunctions()).isTrue();
  }
}
