package dev.sluice.sql;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LexerModeTest {
  private static final LexerMode MYSQL = LexerMode.of(Dialect.MYSQL);
  private static final LexerMode POSTGRESQL = LexerMode.of(Dialect.POSTGRESQL);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SET sql_mode='ANSI_QUOTES'",
        "SET SESSION sql_mode = 'STRICT_TRANS_TABLES,ANSI'",
        "SET @@sql_mode = ORACLE",
        "SET time_zone='+00:00', @@session.sql_mode='ansi'",
        "SET @@local.sql_mode := \"ANSI\""
      })
  void ansiQuotesFollowTheSession(String set) {
    LexerMode mode = MYSQL.after(SqlScanner.scan(set, MYSQL));
    assertThat(mode).isEqualTo(new LexerMode(Dialect.MYSQL, true, true));
    assertThat(mode.after(SqlScanner.scan("SET sql_mode=DEFAULT", mode))).isEqualTo(MYSQL);
    assertThat(mode.after(SqlScanner.scan("SET sql_mode=''", mode))).isEqualTo(MYSQL);
  }

  @Test
  void backslashesFollowTheSession() {
    LexerMode mode = MYSQL.after(SqlScanner.scan("SET sql_mode='NO_BACKSLASH_ESCAPES'", MYSQL));
    assertThat(mode.backslashEscapes()).isFalse();
    assertThat(SqlScanner.scan("SELECT 'a\\'; DELETE FROM t; -- '", mode).isRead()).isFalse();
    assertThat(SqlScanner.scan("SELECT 'a\\'; DELETE FROM t; -- '", MYSQL).isRead()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SET sql_mode=CONCAT(@@sql_mode, ',ANSI_QUOTES')",
        "SET sql_mode=?",
        "SET sql_mode=@old",
        "SET sql_mode=4",
        "SET sql_mode=@@global.sql_mode",
        "SET sql_mode='A_MODE_OF_TOMORROW'"
      })
  void valuesThatTheTextDoesNotShowAreUnknown(String set) {
    LexerMode mode = MYSQL.after(SqlScanner.scan(set, MYSQL));
    assertThat(mode.known()).isFalse();
    assertThat(SqlScanner.scan("SELECT \"a\"", mode).route()).isEqualTo(Route.PRIMARY);
    assertThat(SqlScanner.scan("SELECT 'a\\n'", mode).route()).isEqualTo(Route.PRIMARY);
    assertThat(SqlScanner.scan("SELECT 'a' FROM t", mode).route()).isEqualTo(Route.REPLICA);
  }

  @Test
  void settingsOfOthersChangeNothing() {
    assertThat(MYSQL.after(SqlScanner.scan("SET GLOBAL sql_mode='ANSI'", MYSQL))).isEqualTo(MYSQL);
    assertThat(MYSQL.after(SqlScanner.scan("SET time_zone='UTC'", MYSQL))).isEqualTo(MYSQL);
    assertThat(MYSQL.after(SqlScanner.scan("SELECT 'sql_mode=ANSI'", MYSQL))).isEqualTo(MYSQL);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SET standard_conforming_strings = off",
        "SET standard_conforming_strings TO 'off'",
        "SET SESSION standard_conforming_strings TO false",
        "SELECT set_config('standard_conforming_strings', 'off', false)"
      })
  void conformingStringsFollowTheSession(String set) {
    LexerMode mode = POSTGRESQL.after(SqlScanner.scan(set, POSTGRESQL));
    assertThat(mode).isEqualTo(new LexerMode(Dialect.POSTGRESQL, true, true));
    assertThat(SqlScanner.scan("SELECT 'a\\'; DELETE FROM t; --'", mode).isRead()).isTrue();
    assertThat(mode.after(SqlScanner.scan("RESET ALL", mode))).isEqualTo(POSTGRESQL);
    assertThat(mode.after(SqlScanner.scan("DISCARD ALL", mode))).isEqualTo(POSTGRESQL);
    assertThat(mode.after(SqlScanner.scan("RESET standard_conforming_strings", mode), mode))
        .isEqualTo(mode);
  }

  @Test
  void settingsForATransactionOnlyAreUnknown() {
    LexerMode mode =
        POSTGRESQL.after(
            SqlScanner.scan("SET LOCAL standard_conforming_strings = off", POSTGRESQL));
    assertThat(mode.known()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT set_config(E'standard\\x5fconforming_strings', 'off', false)",
        "SELECT set_config(U&'standard\\005fconforming_strings', 'off', false)",
        "SELECT set_config($$standard_conforming_strings$$, 'off', false)",
        "SELECT set_config('standard_conforming_strings', E'o\\146f', false)",
        "SELECT set_config('standard_conforming_strings', 'off', false) FROM t",
        "SELECT set_config(name, setting, false) FROM saved_settings",
        "UPDATE t SET a = set_config('standard_conforming_strings', 'off', true)",
        "UPDATE pg_settings SET setting = 'off' WHERE name = 'standard_conforming_strings'",
        "UPDATE pg_catalog.pg_settings SET setting = ?"
      })
  void settingsThatTheTextDoesNotShowAreUnknown(String sql) {
    SqlStatement statement = SqlScanner.scan(sql, POSTGRESQL);
    assertThat(POSTGRESQL.after(statement).known()).isFalse();
    assertThat(statement.route()).isIn(Route.PIN, Route.TRACK);
  }

  @Test
  void valuesThatServersPrintAreUnderstood() {
    String mysql =
        "ONLY_FULL_GROUP_BY,STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION";
    assertThat(LexerMode.ofSetting(Dialect.MYSQL, mysql)).isEqualTo(MYSQL);
    String ansi = "REAL_AS_FLOAT,PIPES_AS_CONCAT,ANSI_QUOTES,IGNORE_SPACE,ANSI";
    assertThat(LexerMode.ofSetting(Dialect.MARIADB, ansi).ansiQuotes()).isTrue();
    assertThat(LexerMode.ofSetting(Dialect.POSTGRESQL, "on")).isEqualTo(POSTGRESQL);
  }
}
