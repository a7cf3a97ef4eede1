package dev.sluice.sql;

/** The statements of MySQL and MariaDB. */
final class MySqlStatements extends Statements {
  MySqlStatements(Scan scan) {
    super(scan);
  }

  @Override
  void other(int kind) {
    switch (kind) {
      case Keyword.SHOW -> new MySqlShow(this).read();
      case Keyword.EXPLAIN, Keyword.DESCRIBE, Keyword.DESC -> explain();
      case Keyword.ANALYZE -> analyze();
      case Keyword.SET -> new MySqlSet(this).read();
      case Keyword.USE -> use();
      case Keyword.START -> start();
      case Keyword.BEGIN -> beginWord();
      case Keyword.COMMIT, Keyword.ROLLBACK, Keyword.RELEASE ->
          same(StatementKind.TRANSACTION, "transaction");
      case Keyword.DO -> {
        findings.kind = StatementKind.SELECT;
        scan.at++;
        queries.expression();
      }
      case Keyword.CHECKSUM, Keyword.HELP -> {
        findings.kind = StatementKind.SELECT;
        scan.skipStatement();
      }
      case Keyword.LOAD -> load();
      default -> session(kind);
    }
  }

  /** The words between SELECT and what is selected, which is no call if it is a parenthesis. */
  static void selectOptions(Scan scan) {
    while (isSelectOption(scan)) {
      scan.at++;
    }
  }

  private static boolean isSelectOption(Scan scan) {
    return switch (scan.kind()) {
      case Keyword.ALL,
          Keyword.DISTINCT,
          Keyword.HIGH_PRIORITY,
          Keyword.STRAIGHT_JOIN,
          Keyword.SQL_BIG_RESULT,
          Keyword.SQL_CALC_FOUND_ROWS,
          Keyword.SQL_NO_CACHE ->
          true;
      case Token.WORD ->
          scan.is("sql_small_result")
              || scan.is("sql_buffer_result")
              || scan.is("sql_cache")
              || scan.is("distinctrow");
      default -> false;
    };
  }

  private void session(int kind) {
    switch (kind) {
      case Keyword.XA -> {
        if (tokens.is(scan.at + 1, "recover")) {
          primary(StatementKind.TRANSACTION, "prepared transactions of the primary");
        } else {
          pin(StatementKind.TRANSACTION, "XA transaction");
        }
      }
      case Keyword.LOCK -> pin(StatementKind.SESSION, "locks tables");
      case Keyword.UNLOCK -> same(StatementKind.SESSION, "unlocks tables");
      case Keyword.BACKUP -> pin(StatementKind.SESSION, "backup lock");
      case Keyword.FLUSH -> flush();
      case Keyword.HANDLER -> handler();
      case Keyword.PREPARE -> pin(StatementKind.SESSION, "prepared statement of the session");
      case Keyword.EXECUTE -> {
        if (scan.kind(1) == Keyword.IMMEDIATE) {
          primary(StatementKind.UNKNOWN, "dynamic SQL");
        } else {
          same(StatementKind.CALL, "prepared statement of the session");
        }
      }
      case Keyword.DEALLOCATE -> same(StatementKind.SESSION, "prepared statement of the session");
      case Keyword.GET -> same(StatementKind.SESSION, "diagnostics of the session");
      case Keyword.KILL,
          Keyword.RESET,
          Keyword.PURGE,
          Keyword.SHUTDOWN,
          Keyword.CHANGE,
          Keyword.OPTIMIZE,
          Keyword.CHECK,
          Keyword.BINLOG,
          Keyword.SIGNAL,
          Keyword.RESIGNAL ->
          primary(StatementKind.UTILITY, "administration");
      default -> unknown();
    }
  }

  void explain() {
    findings.kind = StatementKind.SELECT;
    scan.at++;
    while (true) {
      int kind = scan.kind();
      if (kind == Keyword.EXTENDED
          || kind == Keyword.PARTITIONS
          || kind == Keyword.ANALYZE
          || (kind == Keyword.ALL && scan.kind(-1) == Keyword.EXTENDED)) {
        scan.at++;
      } else if (kind == Keyword.FORMAT && scan.kind(1) == Token.EQUAL) {
        scan.at += 3;
      } else if (kind == Keyword.INTO && scan.kind(1) == Token.USER_VARIABLE) {
        scan.raise(Scan.PIN, "assigns a user variable");
        scan.at += 2;
      } else {
        break;
      }
    }
    switch (scan.kind()) {
      case Keyword.SELECT, Keyword.WITH, Keyword.VALUES, Keyword.TABLE, Token.OPEN -> query();
      case Keyword.INSERT, Keyword.UPDATE, Keyword.DELETE, Keyword.REPLACE -> {
        query();
        findings.columnValues.clear();
      }
      case Keyword.FOR -> primary(StatementKind.UTILITY, "another session of the server");
      default -> {
        // DESCRIBE table [column]
        boolean name = Token.isName(scan.kind());
        scan.at = scan.nameEnd() + 1;
        if (!scan.ended()) {
          scan.at++;
        }
        if (!name || !scan.ended()) {
          unknown();
        }
      }
    }
  }

  private void analyze() {
    switch (scan.kind(1)) {
      case Keyword.FORMAT,
          Keyword.SELECT,
          Keyword.WITH,
          Keyword.VALUES,
          Token.OPEN,
          Keyword.INSERT,
          Keyword.UPDATE,
          Keyword.DELETE,
          Keyword.REPLACE ->
          explain();
      default -> primary(StatementKind.UTILITY, "administration");
    }
  }

  private void use() {
    if (Token.isName(scan.kind(1))) {
      findings.sessionEffects.add(
          new SessionEffect(SessionEffect.Kind.SCHEMA, "", value(scan.at + 1, scan.at + 2)));
      special(Route.TRACK, StatementKind.SESSION, "default schema");
    } else {
      unknown();
    }
  }

  private void start() {
    if (scan.kind(1) == Keyword.TRANSACTION) {
      begin(scan.at + 2);
    } else {
      primary(StatementKind.UTILITY, "administration");
    }
  }

  private void beginWord() {
    int next = scan.at + (scan.kind(1) == Keyword.WORK ? 2 : 1);
    if (tokens.kind(next) == Token.END || tokens.kind(next) == Token.SEMICOLON) {
      begin(next);
    } else {
      findings.kind = StatementKind.UNKNOWN;
      scan.abandon("compound statement");
    }
  }

  private void flush() {
    for (int i = scan.at; tokens.kind(i) != Token.END && tokens.kind(i) != Token.SEMICOLON; i++) {
      if ((tokens.kind(i) == Keyword.WITH && tokens.kind(i + 1) == Keyword.READ)
          || tokens.kind(i) == Keyword.FOR) {
        pin(StatementKind.SESSION, "locks tables");
        return;
      }
    }
    primary(StatementKind.UTILITY, "administration");
  }

  private void handler() {
    for (int i = scan.at; tokens.kind(i) != Token.END && tokens.kind(i) != Token.SEMICOLON; i++) {
      if (tokens.kind(i) == Keyword.OPEN) {
        pin(StatementKind.SESSION, "opens a handler");
        return;
      }
    }
    same(StatementKind.SESSION, "handler of the session");
  }

  private void load() {
    for (int i = scan.at; tokens.kind(i) != Token.END && tokens.kind(i) != Token.SEMICOLON; i++) {
      if (tokens.kind(i) == Keyword.INTO && tokens.kind(i + 1) == Keyword.TABLE) {
        written(i + 2);
        break;
      }
    }
    primary(StatementKind.UTILITY, "loads data");
  }
}
