package dev.sluice.sql;

import dev.sluice.sql.SessionEffect.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** SET of PostgreSQL, and set_config where it is written as a SELECT. */
final class PostgreSqlSet {
  private static final String TEMPORARY_SCHEMA = "temporary schema in the search path";

  private final PostgreSqlStatements statements;
  private final Scan scan;
  private final Tokens tokens;

  PostgreSqlSet(PostgreSqlStatements statements) {
    this.statements = statements;
    this.scan = statements.scan;
    this.tokens = scan.tokens;
  }

  void read() {
    scan.at++;
    if (scan.is("constraints")) {
      statements.same(StatementKind.TRANSACTION, "constraints of the transaction");
      return;
    }
    boolean local = scan.kind() == Keyword.LOCAL;
    if (scan.kind() == Keyword.SESSION && scan.kind(1) == Keyword.CHARACTERISTICS) {
      track(Kind.SESSION_TRANSACTION, "", statements.rest(scan.at + 4));
      return;
    }
    if (local || (scan.kind() == Keyword.SESSION && scan.kind(1) != Keyword.AUTHORIZATION)) {
      scan.at++;
    }
    switch (scan.kind()) {
      case Keyword.TRANSACTION -> transaction();
      case Keyword.ROLE ->
          track(local ? Kind.NEXT_TRANSACTION : Kind.ROLE, local ? "role" : "", rest(1));
      case Keyword.SESSION ->
          track(local ? Kind.NEXT_TRANSACTION : Kind.ROLE, "session_authorization", rest(2));
      case Keyword.TIME -> variable(local, "timezone", scan.at + 2);
      case Keyword.SCHEMA -> variable(local, "search_path", scan.at + 1);
      case Keyword.NAMES -> variable(local, "client_encoding", scan.at + 1);
      default -> parameter(local);
    }
  }

  private void parameter(boolean local) {
    if (scan.is("xml")) {
      variable(local, "xmloption", scan.at + 2);
      return;
    }
    if (!Token.isName(scan.kind())) {
      statements.unknown();
      return;
    }
    int end = scan.nameEnd();
    int sign = tokens.kind(end + 1);
    if (sign != Keyword.TO && sign != Token.EQUAL) {
      statements.unknown();
      return;
    }
    StringBuilder name = new StringBuilder(tokens.name(scan.at));
    for (int i = scan.at + 2; i <= end; i += 2) {
      name.append('.').append(tokens.name(i));
    }
    variable(local, name.toString(), end + 2);
  }

  private void transaction() {
    if (scan.kind(1) == Keyword.SNAPSHOT) {
      statements.primary(StatementKind.TRANSACTION, "snapshot of one server");
    } else {
      track(Kind.NEXT_TRANSACTION, "", rest(1));
    }
  }

  private String rest(int offset) {
    int from = scan.at + offset;
    return tokens.kind(from + 1) == Token.END || tokens.kind(from + 1) == Token.SEMICOLON
        ? statements.value(from, from + 1)
        : statements.rest(from);
  }

  private void variable(boolean local, String name, int from) {
    boolean parameter = false;
    for (int i = from; tokens.kind(i) != Token.END && tokens.kind(i) != Token.SEMICOLON; i++) {
      parameter |=
          tokens.kind(i) == Token.PARAMETER || (tokens.kind(i) == Token.OPEN && i > from + 1);
    }
    String value = rest(from - scan.at);
    if (parameter) {
      scan.raise(Scan.PIN, "value that is not plain");
    } else if (choosesTemporarySchema(name, value)) {
      scan.raise(Scan.PIN, TEMPORARY_SCHEMA);
    }
    track(local ? Kind.NEXT_TRANSACTION : Kind.VARIABLE, name, value);
  }

  /** Whether what is created without a schema is temporary from now on. */
  private static boolean choosesTemporarySchema(String name, String value) {
    return name.equals("search_path") && value.toLowerCase(Locale.ROOT).contains("pg_temp");
  }

  private void track(Kind kind, String name, String value) {
    scan.findings.sessionEffects.add(new SessionEffect(kind, name, value));
    statements.special(Route.TRACK, StatementKind.SESSION, "state of the session");
  }

  /** A string that is written without any escape, so that it means what it says in every mode. */
  private boolean plainString(int index) {
    if (tokens.kind(index) != Token.STRING) {
      return false;
    }
    String text = tokens.text(index);
    return text.indexOf('\'') == 0
        && text.indexOf('\'', 1) == text.length() - 1
        && text.indexOf('\\') < 0;
  }

  /** Reads SELECT set_config('x', 'y', false), ... whole, or leaves everything as it is. */
  boolean readsSetConfig() {
    int i = scan.at;
    List<SessionEffect> effects = new ArrayList<>(1);
    do {
      i++;
      if (tokens.is(i, "pg_catalog") && tokens.kind(i + 1) == Token.DOT) {
        i += 2;
      }
      boolean matches =
          tokens.is(i, "set_config")
              && tokens.kind(i + 1) == Token.OPEN
              && plainString(i + 2)
              && tokens.kind(i + 3) == Token.COMMA
              && tokens.kind(i + 4) == Token.STRING
              && tokens.kind(i + 5) == Token.COMMA
              && (tokens.kind(i + 6) == Keyword.TRUE || tokens.kind(i + 6) == Keyword.FALSE)
              && tokens.kind(i + 7) == Token.CLOSE;
      if (!matches) {
        return false;
      }
      boolean local = tokens.kind(i + 6) == Keyword.TRUE;
      effects.add(
          new SessionEffect(
              local ? Kind.NEXT_TRANSACTION : Kind.VARIABLE,
              statements.value(i + 2, i + 3).toLowerCase(Locale.ROOT),
              statements.value(i + 4, i + 5)));
      i += 8;
      if (tokens.kind(i) == Keyword.AS) {
        i += 2;
      }
    } while (tokens.kind(i) == Token.COMMA);
    if (tokens.kind(i) != Token.END && tokens.kind(i) != Token.SEMICOLON) {
      return false;
    }
    for (SessionEffect each : effects) {
      if (choosesTemporarySchema(each.name(), each.value())) {
        scan.raise(Scan.PIN, TEMPORARY_SCHEMA);
      }
    }
    scan.findings.sessionEffects.addAll(effects);
    statements.special(Route.TRACK, StatementKind.SESSION, "state of the session");
    return true;
  }
}
