package dev.sluice.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Time grows with the length of the text, whatever it repeats; and no character breaks anything.
 */
class SqlScannerLinearTimeTest {
  private static final List<String> UNITS =
      List.of(
          "(",
          "SELECT (",
          "a.",
          "a,",
          "f(",
          "f(1),",
          "@a,",
          "@@a ",
          "/*x*/",
          "/*!99999 x*/",
          "/*!50000 x*/ ",
          "/*+ 'a' */",
          "'a' ",
          "\"a\" ",
          "`a`.",
          "--\n",
          "# \n",
          "$$ $$ ",
          "$a$ ",
          "a = 1 AND ",
          "CASE WHEN ",
          "JOIN t ON a = b ",
          "UNION SELECT 1 ",
          "IN (1,2) ",
          ";SELECT 1",
          ";SET a = 1",
          "SET @a = 1,",
          "[",
          "{d '1'} ",
          "{fn f(",
          "NOT ",
          "- ",
          "x::int ",
          "ON CONFLICT (a) WHERE b ",
          "ON CONFLICT (",
          "THEN INSERT (",
          "MATCH a AGAINST (",
          "MEMBER OF (",
          "operator(+) ",
          "OPERATOR (a.",
          "WHERE a IN (SELECT 1 FROM ",
          "WITH a AS (SELECT 1), ",
          "INSERT INTO t VALUES (1);",
          "VALUES (1),",
          "\\N ",
          "JSON_TABLE('[]', '$' COLUMNS (a ",
          "SELECT SQL_CACHE ",
          "EXPLAIN ",
          "PROCEDURE ANALYSE (",
          "NEXT VALUE FOR ",
          "E'\\\\' ",
          "U&'a' ",
          "INTO @a ",
          "FOR UPDATE ",
          "x'41' ",
          "0x1 ",
          "1e",
          ".",
          ":=",
          "=",
          "\u00e9",
          "\ud83d",
          "\0 ",
          "a\u2028");

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final int SMALL = 4 * 1024;
  private static final int FACTOR = 8;

  /** Of a quadratic growth it would be about FACTOR squared. */
  private static final int MOST = FACTOR * 4;

  private static final long ALWAYS_ALLOWED_NANOS = 5_000_000;

  static Stream<String> units() {
    return UNITS.stream();
  }

  @ParameterizedTest
  @MethodSource("units")
  void timeGrowsWithTheLength(String unit) {
    for (Dialect dialect : Dialect.values()) {
      for (String start : new String[] {"SELECT ", ""}) {
        String small = start + unit.repeat(SMALL / unit.length());
        String large = start + unit.repeat(SMALL * FACTOR / unit.length());
        long most = MOST * nanos(small, dialect, 3) + ALWAYS_ALLOWED_NANOS;
        assertThat(nanos(large, dialect, 2))
            .as("%s: %s%s...", dialect, start, unit)
            .isLessThan(most);
      }
    }
  }

  /** The processor's time for the shortest of some scans: what else runs does not count. */
  private static long nanos(String sql, Dialect dialect, int scans) {
    long shortest = Long.MAX_VALUE;
    for (int i = 0; i < scans; i++) {
      long begin = THREADS.getCurrentThreadCpuTime();
      SqlStatement statement = new SqlStatement(SqlScanner.read(sql, LexerMode.of(dialect)));
      assertThat(statement.normalized()).isNotNull();
      shortest = Math.min(shortest, THREADS.getCurrentThreadCpuTime() - begin);
    }
    return shortest;
  }

  @ParameterizedTest
  @EnumSource
  void everyCharacterMayStandAnywhere(Dialect dialect) {
    String[] places = {
      "SELECT %s", "SELECT a%s FROM t", "SELECT '%s'", "%s", "SELECT 1 /* %s */", "SELECT \"%s"
    };
    StringBuilder all = new StringBuilder();
    for (int c = 0; c <= Character.MAX_VALUE; c++) {
      // by itself where the scanner may look at it, else many at once
      if (c < 0x300 || c % 97 == 0) {
        for (String place : places) {
          scan(place.replace("%s", String.valueOf((char) c)), dialect);
        }
      }
      all.append((char) c);
    }
    for (String place : places) {
      scan(place.replace("%s", all), dialect);
    }
  }

  @ParameterizedTest
  @EnumSource
  void nestingOfAnyDepthIsNoRead(Dialect dialect) {
    String[][] shells = {
      {"(", ")"},
      {"(SELECT ", ")"},
      {"f(", ")"},
      {"CASE WHEN ", " END "},
      {"[", "]"},
      {"{fn f(", ")}"},
      {"a IN (", ")"},
      {"(SELECT 1 FROM (", ") t)"},
      {"(WITH a AS (SELECT ", ") SELECT 1)"},
      {"CAST(", " AS CHAR)"},
      {"/*!", "*/"}
    };
    for (String[] shell : shells) {
      String sql = "SELECT " + shell[0].repeat(100_000) + "g()" + shell[1].repeat(100_000);
      assertThat(scan(sql, dialect).isRead()).as("%s %s", dialect, shell[0]).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource
  void textCutAnywhereBreaksNothing(Dialect dialect) {
    String sql =
        "/* a */ WITH c AS (SELECT 'it''s', \"b\", `c`, $x$ d $x$, E'\\'', 0x1f, 1.5e-3, @v, @@w, {fn now()}, a::int"
            + " FROM s.t /*!50000 x */ WHERE a IN (1, ?) -- e\n AND b = ALL (SELECT 1)) SELECT * FROM c # f\n LIMIT 3 FOR UPDATE";
    Random random = new Random(7);
    for (int from = 0; from < sql.length(); from++) {
      scan(sql.substring(from), dialect);
      scan(sql.substring(0, from), dialect);
      int middle = from + random.nextInt(sql.length() - from);
      scan(sql.substring(middle) + sql.substring(from), dialect);
    }
  }

  private static SqlStatement scan(String sql, Dialect dialect) {
    SqlStatement statement = new SqlStatement(SqlScanner.read(sql, LexerMode.of(dialect)));
    assertThat(statement.normalized()).isNotNull();
    return statement;
  }
}
