package dev.sluice.jdbc;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * SQL texts for the connection of a slot; T is its table, O the other's, C its child, D its own.
 */
final class ComparedTexts {
  private static final List<String> READS =
      List.of(
          "SELECT k, v, n FROM T ORDER BY id",
          "SELECT id, k FROM T ORDER BY id",
          "SELECT COUNT(*), MAX(k), SUM(n) FROM T",
          "SELECT v FROM T WHERE k = K",
          "SELECT k, v FROM O ORDER BY id",
          "SELECT x.k, y.v FROM T x JOIN O y ON x.k = y.k ORDER BY 1, 2",
          "SELECT b FROM T WHERE b IS NOT NULL ORDER BY id",
          "WITH w AS (SELECT k FROM T) SELECT COUNT(*) FROM w",
          "SELECT K",
          "SELECT {fn UCASE('a')}, {d '2020-01-02'}",
          "SELECT v AS label FROM T WHERE k < K ORDER BY k",
          "SELECT f(K)",
          "SELECT * FROM C ORDER BY id",
          "/* sluice:primary */ SELECT COUNT(*) FROM T");
  private static final List<String> BAD =
      List.of(
          "SELECT nothing FROM T",
          "SELECT 1 FROM missing",
          "SELEC 1",
          "SELECT 1/(K-K)",
          "SELECT CAST('x' AS DECIMAL)",
          "UPDATE T SET missing = 1",
          "SELECT",
          "");
  private static final List<String> WRITES =
      List.of(
          "INSERT INTO T (k, v, n) VALUES (K, 'i', 1.5)",
          "INSERT INTO T (k, v) VALUES (K, 'x'), (1K, 'y')",
          "INSERT INTO T (k) VALUES (NULL)",
          "INSERT INTO T (k, v) VALUES (K, 'much too long a text')",
          "UPDATE T SET v = 'u' WHERE k > K",
          "UPDATE T SET k = K WHERE k = 1",
          "UPDATE T SET n = n / 0 WHERE k = K",
          "UPDATE T SET n = n + 1",
          "DELETE FROM T WHERE k = K",
          "DELETE FROM T WHERE k > 1K",
          "INSERT INTO C VALUES (K, K)",
          "INSERT INTO C VALUES (K, 999)",
          "DELETE FROM C WHERE id > 1");
  private static final List<String> MYSQL_WRITES =
      List.of(
          "INSERT IGNORE INTO T (k, v) VALUES (K, 'g')",
          "REPLACE INTO T (k, v) VALUES (1K, 'r')",
          "INSERT INTO T (k, v) VALUES (1K, 'o') ON DUPLICATE KEY UPDATE v = 'dup'");
  private static final List<String> POSTGRESQL_WRITES =
      List.of(
          "INSERT INTO T (k, v) VALUES (K, 'g') ON CONFLICT DO NOTHING",
          "INSERT INTO T (k, v) VALUES (K, 'o') ON CONFLICT (k) DO UPDATE SET v = 'dup'",
          "UPDATE T SET v = 'ret' WHERE k > K RETURNING k, v",
          "WITH w AS (DELETE FROM T WHERE k = K RETURNING k) SELECT COUNT(*) FROM w",
          "SELECT q(K)");
  private static final List<String> RETURNING =
      List.of(
          "INSERT INTO T (k, v) VALUES (K, 'ret') RETURNING id, k",
          "DELETE FROM T WHERE k = K RETURNING k");
  private static final List<String> MYSQL_STATE =
      List.of(
          "SELECT DATABASE()",
          "SELECT @v",
          "SELECT @@autocommit",
          "SHOW TABLES",
          "SHOW VARIABLES LIKE 'sql_mode'",
          "SELECT SQL_CALC_FOUND_ROWS k FROM T ORDER BY id LIMIT 2");
  private static final List<String> POSTGRESQL_STATE =
      List.of(
          "SELECT nextval('T_id_seq')",
          "SHOW transaction_isolation",
          "SHOW transaction_read_only",
          "SHOW search_path",
          "SELECT current_schema()",
          "SELECT current_setting('app.v', true)");
  private static final List<String> LOCKS =
      List.of(
          "SELECT k FROM T WHERE k > K ORDER BY id FOR UPDATE",
          "SELECT COUNT(*) FROM (SELECT k FROM T WHERE k = K FOR UPDATE) x");

  private ComparedTexts() {}

  static String read(ComparedSide s, int slot, Random r) {
    return s.say(named(pick(READS, r), slot, r));
  }

  /** Anything but what begins or ends transactions or changes the schema. */
  static String any(ComparedSide s, int slot, Random r) {
    List<String> from =
        switch (r.nextInt(12)) {
          case 0, 1, 2, 3 -> READS;
          case 4 -> BAD;
          case 5, 6, 7 -> WRITES;
          case 8 -> s.mysql ? MYSQL_WRITES : POSTGRESQL_WRITES;
          case 9 -> s.mysql && !s.mariadb ? WRITES : RETURNING;
          case 10 -> s.mysql ? MYSQL_STATE : POSTGRESQL_STATE;
          default -> LOCKS;
        };
    return s.say(named(pick(from, r), slot, r));
  }

  static String write(ComparedSide s, int slot, Random r) {
    List<String> all = new ArrayList<>(WRITES);
    all.addAll(s.mysql ? MYSQL_WRITES : POSTGRESQL_WRITES.subList(0, 2));
    return s.say(named(pick(all, r), slot, r));
  }

  /** Texts about transactions and settings. */
  static String control(ComparedSide s, int slot, Random r) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "BEGIN",
                "START TRANSACTION",
                "COMMIT",
                "COMMIT",
                "ROLLBACK",
                "SAVEPOINT s1",
                "ROLLBACK TO SAVEPOINT s1",
                "RELEASE SAVEPOINT s1",
                "START TRANSACTION READ ONLY",
                "COMMIT AND CHAIN"));
    if (s.mysql) {
      all.addAll(
          List.of(
              "SET autocommit = 0",
              "SET autocommit = 1",
              "SET @v = K",
              "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
              "SET TRANSACTION ISOLATION LEVEL READ COMMITTED",
              "SET SESSION sql_mode = 'ANSI_QUOTES,STRICT_TRANS_TABLES'",
              "USE DB_b",
              "USE DB"));
    } else {
      all.addAll(
          List.of(
              "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ",
              "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ",
              "SET search_path = b, public",
              "SET app.v = 'K'",
              "SET LOCAL app.v = 'K'",
              "SET CONSTRAINTS ALL IMMEDIATE",
              "RESET ALL",
              "DISCARD TEMP"));
    }
    return s.say(named(pick(all, r), slot, r).replace("DB", s.database));
  }

  /** Changes of the schema, and uses of what they make. */
  static String schema(ComparedSide s, int slot, Random r) {
    List<String> all =
        List.of(
            "CREATE TABLE D (a INT, b INT)",
            "DROP TABLE D",
            "ALTER TABLE D ADD c INT",
            "TRUNCATE TABLE D",
            "INSERT INTO D (a) VALUES (K)",
            "SELECT * FROM D ORDER BY a",
            "CREATE TEMPORARY TABLE tmp0 (a INT)",
            "INSERT INTO tmp0 VALUES (K)",
            "SELECT a FROM tmp0 ORDER BY a");
    return s.say(named(pick(all, r), slot, r));
  }

  /** Several statements in one text. */
  static String several(ComparedSide s, int slot, Random r) {
    List<String> all =
        List.of(
            "SELECT K; SELECT k FROM T ORDER BY id",
            "UPDATE T SET v = 'm' WHERE k = K; SELECT v FROM T WHERE k = K",
            "SELECT 1; UPDATE T SET v = 'n'; UPDATE T SET v = 'o' WHERE k > K",
            "INSERT INTO T (k, v) VALUES (1K, 'p'); SELECT nothing FROM T",
            "INSERT INTO T (k, v) VALUES (2K, 'p'); INSERT INTO T (k, v) VALUES (2K, 'p')");
    return s.say(named(pick(all, r), slot, r));
  }

  /** With parameters: a number, then a text. */
  static String parameters(ComparedSide s, int slot, Random r) {
    List<String> all =
        new ArrayList<>(
            List.of(
                "SELECT k, v FROM T WHERE k >= ? ORDER BY id",
                "SELECT v FROM T WHERE k = ?",
                "SELECT v FROM O WHERE k = ?",
                "SELECT COUNT(*) FROM T WHERE k > ? AND v = ?",
                "SELECT k FROM T WHERE k > ? FOR UPDATE",
                "SELECT k + ? FROM T ORDER BY id",
                "INSERT INTO T (k, v) VALUES (?, ?)",
                "INSERT INTO T (k, v) VALUES (?, ?)",
                "INSERT INTO T (k, v) VALUES (?, ?)",
                "UPDATE T SET v = 'p' WHERE k = ?",
                "UPDATE T SET k = ? WHERE v = ?",
                "DELETE FROM T WHERE k = ?",
                "INSERT INTO C VALUES (?, 2)",
                "SELECT nothing FROM T WHERE k = ?",
                "SELECT 1 FROM missing WHERE 1 = ?",
                "SELECT f(?)"));
    if (!s.mysql) {
      all.add("SELECT k FROM T WHERE k = ANY (ARRAY[?]::int[]) ORDER BY id");
      all.add("SELECT '{\"a\":1}'::jsonb ?? 'a', ?::int");
      all.add("INSERT INTO T (k, v) VALUES (?, ?) RETURNING id");
    }
    return s.say(named(pick(all, r), slot, r));
  }

  private static String pick(List<String> from, Random r) {
    return from.get(r.nextInt(from.size()));
  }

  private static String named(String text, int slot, Random r) {
    return text.replaceAll("\\bT\\b", "t" + slot)
        .replaceAll("\\bT_id_seq\\b", "t" + slot + "_id_seq")
        .replaceAll("\\bO\\b", "t" + (1 - slot))
        .replaceAll("\\bC\\b", "c" + slot)
        .replaceAll("\\bD\\b", "d" + slot)
        .replaceAll("(?<![A-Za-z])(\\d?)K(?![A-Za-z])", "$1" + r.nextInt(10));
  }
}
