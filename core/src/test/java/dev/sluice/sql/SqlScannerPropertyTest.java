package dev.sluice.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** What holds for every text. */
class SqlScannerPropertyTest {
  private static final List<String> DANGEROUS =
      List.of(
          "(SELECT id FROM q FOR UPDATE)",
          "(SELECT unknown_fn(1))",
          "(SELECT nextval('s'))",
          "(SELECT 1 FROM (SELECT id FROM q FOR SHARE) z)",
          "(SELECT CASE WHEN 1=1 THEN (SELECT other.fn(2)) ELSE 3 END)");

  @Provide
  Arbitrary<String> fragments() {
    String words =
        "SELECT FROM t ( ) , ; ' \" ` -- /* */ /*! /*!99999 $$ $a$ E' \\ ? @ @@ := :: { } fn call WITH AS INSERT INTO"
            + " VALUES UPDATE SET DELETE WHERE a = 1 1e 0x .5 IN AND OR CASE END FOR LOCK ON CONFLICT DO SHOW EXPLAIN"
            + " BEGIN NOT \0 \u00e9 \u2028 \n JOIN USING LATERAL RECURSIVE SEARCH CYCLE COPY TO STDOUT DUPLICATE KEY"
            + " MERGE STATEMENT TABLE LIMIT GLOBAL names .";
    return Arbitraries.of(words.split(" "))
        .list()
        .ofMaxSize(40)
        .map(parts -> String.join(" ", parts));
  }

  @Provide
  Arbitrary<LexerMode> modes() {
    return Combinators.combine(
            Arbitraries.of(Dialect.values()),
            Arbitraries.of(true, false),
            Arbitraries.of(true, false),
            Arbitraries.of(true, false))
        .as(LexerMode::new);
  }

  /** Reads of all shapes, with a hole for an expression. */
  @Provide
  Arbitrary<String> reads() {
    Arbitrary<String> innermost =
        Arbitraries.of(
            "SELECT @E@", "SELECT a, @E@ AS b FROM t", "SELECT a FROM t WHERE b = @E@ ORDER BY a");
    Arbitrary<List<String>> shells =
        Arbitraries.of(
                "SELECT x.a FROM (@Q@) x WHERE x.a > 1",
                "WITH c AS (@Q@) SELECT * FROM c",
                "(@Q@) UNION ALL (SELECT 2)",
                "SELECT COALESCE((@Q@), 1) FROM t JOIN u ON t.id = u.id",
                "SELECT CASE WHEN a IN (@Q@) THEN 1 ELSE 2 END FROM t",
                "SELECT t.a FROM t LEFT JOIN u ON t.a = (@Q@), v GROUP BY t.a HAVING MAX(t.b) > 1")
            .list()
            .ofMaxSize(6);
    return Combinators.combine(innermost, shells)
        .as(
            (query, around) -> {
              String sql = query;
              for (String shell : around) {
                sql = shell.replace("@Q@", sql);
              }
              return sql;
            });
  }

  @Property(tries = 3000)
  void neverThrows(@ForAll("fragments") String sql, @ForAll("modes") LexerMode mode) {
    SqlStatement statement = new SqlStatement(SqlScanner.read(sql, mode));
    assertThat(statement.normalized()).isNotNull();
    assertThat(statement.fingerprint()).isNotZero();
  }

  @Property(tries = 1000)
  void neverThrowsForAnyCharacters(@ForAll String sql, @ForAll("modes") LexerMode mode) {
    SqlStatement statement = new SqlStatement(SqlScanner.read(sql, mode));
    assertThat(statement.normalized()).isNotNull();
  }

  @Property(tries = 500)
  void aGeneratedReadIsARead(@ForAll("reads") String read, @ForAll Dialect dialect) {
    SqlStatement statement = scan(read.replace("@E@", "7"), dialect);
    assertThat(statement.route()).as(statement.rule()).isEqualTo(Route.REPLICA);
  }

  @Property(tries = 500)
  void whatIsDangerousIsFoundAtAnyDepth(@ForAll("reads") String read, @ForAll Dialect dialect) {
    for (String expression : DANGEROUS) {
      assertThat(scan(read.replace("@E@", expression), dialect).isRead()).as(expression).isFalse();
    }
  }

  @Property(tries = 500)
  void dataModifyingExpressionsAreFoundAtAnyDepth(@ForAll("reads") String read) {
    String dml = "(WITH w AS (DELETE FROM q RETURNING id) SELECT id FROM w)";
    assertThat(scan(read.replace("@E@", dml), Dialect.POSTGRESQL).isRead()).isFalse();
  }

  @Property(tries = 500)
  void commentsAndCaseChangeNothing(
      @ForAll("reads") String read, @ForAll Dialect dialect, @ForAll boolean dangerous) {
    String sql = read.replace("@E@", dangerous ? "(SELECT id FROM q FOR UPDATE)" : "7");
    SqlStatement plain = scan(sql, dialect);
    SqlStatement changed = scan(sql.toUpperCase(Locale.ROOT), dialect);
    SqlStatement commented = scan(sql.replace(" ", " /* FOR UPDATE ' */ "), dialect);
    SqlStatement spaced = scan(sql.replace(" ", "\n\t "), dialect);
    assertThat(changed.route()).isEqualTo(plain.route());
    assertThat(commented.route()).isEqualTo(plain.route());
    assertThat(commented.fingerprint()).isEqualTo(plain.fingerprint());
    assertThat(spaced.fingerprint()).isEqualTo(plain.fingerprint());
  }

  @Property(tries = 500)
  void literalsNeverShow(
      @ForAll("reads") String read, @ForAll Dialect dialect, @ForAll int number) {
    String secret = "s3cret" + (number & 0xffff);
    SqlStatement text = scan(read.replace("@E@", "'" + secret + "'"), dialect);
    SqlStatement digits = scan(read.replace("@E@", "987654321"), dialect);
    assertThat(text.normalized()).doesNotContain(secret);
    assertThat(digits.normalized()).doesNotContain("987654321");
    assertThat(text.fingerprint()).isEqualTo(digits.fingerprint());
  }

  @Property(tries = 300)
  void listsOfAnyLengthLookAlike(@ForAll("modes") LexerMode mode) {
    LexerMode known = LexerMode.of(mode.dialect());
    long one = SqlScanner.scan("SELECT a FROM t WHERE id IN (1)", known).fingerprint();
    long many =
        SqlScanner.scan("SELECT a FROM t WHERE id IN (?, 2, -3, 'x', NULL)", known).fingerprint();
    assertThat(many).isEqualTo(one);
  }

  private static SqlStatement scan(String sql, Dialect dialect) {
    return SqlScanner.scan(sql, LexerMode.of(dialect));
  }
}
