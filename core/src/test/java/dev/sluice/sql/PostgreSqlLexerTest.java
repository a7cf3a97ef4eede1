package dev.sluice.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Where literals, comments and names of PostgreSQL end. The call of nextval in these texts is
 * either code or text; to take one for the other is a write on a replica or a read lost.
 */
class PostgreSqlLexerTest {
  private static final LexerMode DEFAULT = LexerMode.of(Dialect.POSTGRESQL);
  private static final LexerMode OLD = new LexerMode(Dialect.POSTGRESQL, true, true);

  private static Route route(String sql, LexerMode mode) {
    return SqlScanner.scan(sql, mode).route();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 'a\\', nextval('s'), '",
        "SELECT N'a\\', nextval('s'), '",
        "SELECT E'a\\\\', nextval('s')",
        "SELECT E'a'\n'\\\\', nextval('s')",
        "SELECT 'a'\n'b\\', nextval('s')",
        "SELECT 'a' --c\n '', nextval('s'), ''",
        "SELECT U&'\\0027', nextval('s')",
        "SELECT U&'d!0027' UESCAPE '!', nextval('s')",
        "SELECT X'1F', B'01', nextval('s')",
        "SELECT $$'$$, nextval('s')",
        "SELECT $a$ $b$ $$ $a$, nextval('s'), $b$x$b$",
        "SELECT $\u00e9_1$ ' $\u00e9_1$, nextval('s')",
        "SELECT a$b$c, nextval('s'), a$b$c FROM t",
        "SELECT 1 /* /* */ nextval('t') */ + nextval('s')",
        "SELECT 1 */* c */nextval('s')",
        "SELECT 1 --'\n, nextval('s')",
        "SELECT 1 --'\r, nextval('s')",
        "SELECT \"a\"\"b\", \"--\", \"/*\", nextval('s')",
        "SELECT na\u00efve_('x'), nextval('s')",
        "SELECT \u00a0nextval('s'), 1"
      })
  void codeAfterLiteralsAndCommentsIsSeen(String sql) {
    assertThat(route(sql, DEFAULT)).isEqualTo(Route.PRIMARY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 'nextval(''s'')'",
        "SELECT E'\\'nextval(''s'')', 1",
        "SELECT E'a'\n'\\' || nextval(1)'",
        "SELECT 'a'\n  --c\n 'nextval(1)'",
        "SELECT U&'nextval(1)'",
        "SELECT $$nextval('s')$$, $a$ nextval('s') $$ $a$",
        "SELECT /* /* nextval(1) */ nextval(2) */ 1",
        "SELECT 1 -- nextval('s')",
        "SELECT 1 AS \"nextval('s')\"",
        "SELECT nextval FROM t",
        "SELECT x.nextval FROM t AS x (nextval)",
        "SELECT 1.5e3, .5, 1., 0x1F, 0o17, 0b01, 1_000, $1, ?"
      })
  void textInLiteralsAndCommentsIsNotCode(String sql) {
    assertThat(route(sql, DEFAULT)).isEqualTo(Route.REPLICA);
  }

  /** With standard_conforming_strings off, a backslash escapes in every literal but these. */
  @Test
  void ordinaryLiteralsFollowTheSession() {
    String escaped = "SELECT 'a\\', nextval(1), '";
    assertThat(route(escaped, DEFAULT)).isEqualTo(Route.PRIMARY);
    assertThat(route(escaped, OLD)).isEqualTo(Route.REPLICA);
    String closed = "SELECT 'a\\'', nextval(1), '";
    assertThat(route(closed, OLD)).isEqualTo(Route.PRIMARY);
    assertThat(route("SELECT N'a\\', nextval(1), '", OLD)).isEqualTo(Route.REPLICA);
    assertThat(route("SELECT 'a'\n'\\', nextval(1), '", OLD)).isEqualTo(Route.REPLICA);
    for (LexerMode mode : List.of(DEFAULT, OLD)) {
      assertThat(route("SELECT $$\\$$, nextval('s')", mode)).isEqualTo(Route.PRIMARY);
      assertThat(route("SELECT \"a\\\", nextval('s')", mode)).isEqualTo(Route.PRIMARY);
      assertThat(route("SELECT X'00', E'\\', nextval(1), '", mode)).isEqualTo(Route.REPLICA);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT U&\"n\\0065xtval\"('s')",
        "SELECT u&\"nextval\" ('s')",
        "SELECT \"nextval\"('s')",
        "SELECT pg_catalog.nextval('s')",
        "SELECT \"pg_catalog\" . \"nextval\" /* c */ ('s')",
        "SELECT NeXtVaL -- c\n ('s')"
      })
  void functionsAreKnownHoweverTheyAreWritten(String sql) {
    assertThat(route(sql, DEFAULT)).isEqualTo(Route.PRIMARY);
    assertThat(SqlScanner.scan(sql, DEFAULT).unknownFunctions()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT \"Lower\"('x')",
        "SELECT my.lower('x')",
        "SELECT lower_('x')",
        "SELECT low\u00e9r('x')",
        "SELECT l\u0131ke('x')",
        "SELECT \"lower \"('x')"
      })
  void namesThatOnlyLookLikeBuiltinsAreNotTrusted(String sql) {
    assertThat(SqlScanner.scan(sql, DEFAULT).unknownFunctions()).hasSize(1);
    assertThat(route(sql, DEFAULT)).isEqualTo(Route.PRIMARY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT 'a",
        "SELECT E'a\\'",
        "SELECT 'a'\n'b",
        "SELECT $a$ b $A$",
        "SELECT $a b",
        "SELECT \"a",
        "SELECT 1 /* /* */",
        "SELECT 1a",
        "SELECT 0x",
        "SELECT 1_",
        "SELECT \\ 1",
        "SELECT 1\u0000"
      })
  void whatDoesNotEndIsNoRead(String sql) {
    assertThat(route(sql, DEFAULT)).isEqualTo(Route.PRIMARY);
    assertThat(route(sql, OLD)).isEqualTo(Route.PRIMARY);
  }
}
