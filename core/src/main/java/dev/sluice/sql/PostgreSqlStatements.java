package dev.sluice.sql;

import dev.sluice.sql.SessionEffect.Kind;

/** The statements of PostgreSQL. */
final class PostgreSqlStatements extends Statements {
  PostgreSqlStatements(Scan scan) {
    super(scan);
  }

  @Override
  void other(int kind) {
    switch (kind) {
      case Keyword.SHOW -> same(StatementKind.SELECT, "parameter of the session");
      case Keyword.EXPLAIN -> explain();
      case Keyword.SET -> new PostgreSqlSet(this).read();
      case Keyword.RESET -> reset();
      case Keyword.DISCARD -> discard();
      case Keyword.BEGIN -> {
        boolean word = scan.kind(1) == Keyword.WORK || scan.kind(1) == Keyword.TRANSACTION;
        begin(scan.at + (word ? 2 : 1));
      }
      case Keyword.START -> {
        if (scan.kind(1) == Keyword.TRANSACTION) {
          begin(scan.at + 2);
        } else {
          unknown();
        }
      }
      case Keyword.COMMIT, Keyword.ROLLBACK -> {
        if (tokens.is(scan.at + 1, "prepared")) {
          primary(StatementKind.TRANSACTION, "prepared transaction");
        } else {
          same(StatementKind.TRANSACTION, "transaction");
        }
      }
      case Keyword.END, Keyword.ABORT, Keyword.RELEASE ->
          same(StatementKind.TRANSACTION, "transaction");
      case Keyword.COPY -> copy();
      default -> session(kind);
    }
  }

  private void session(int kind) {
    switch (kind) {
      case Keyword.PREPARE -> {
        if (scan.kind(1) == Keyword.TRANSACTION) {
          primary(StatementKind.TRANSACTION, "prepared transaction");
        } else {
          pin(StatementKind.SESSION, "prepared statement of the session");
        }
      }
      case Keyword.EXECUTE -> same(StatementKind.CALL, "prepared statement of the session");
      case Keyword.DEALLOCATE -> same(StatementKind.SESSION, "prepared statement of the session");
      case Keyword.DECLARE -> declare();
      case Keyword.FETCH, Keyword.MOVE, Keyword.CLOSE ->
          same(StatementKind.SESSION, "cursor of the session");
      case Keyword.LISTEN -> pin(StatementKind.SESSION, "listens");
      case Keyword.UNLISTEN -> same(StatementKind.SESSION, "listens");
      case Keyword.NOTIFY -> primary(StatementKind.UTILITY, "notifies");
      case Keyword.LOCK -> primary(StatementKind.SESSION, "locks tables");
      case Keyword.DO -> block();
      case Keyword.VACUUM, Keyword.ANALYZE, Keyword.ANALYSE, Keyword.CLUSTER, Keyword.LOAD ->
          primary(StatementKind.UTILITY, "administration");
      case Keyword.REFRESH -> {
        int i = scan.at + 3;
        written(tokens.kind(i) == Keyword.CONCURRENTLY ? i + 1 : i);
        primary(StatementKind.UTILITY, "refreshes a view");
      }
      default -> unknown();
    }
  }

  private void block() {
    if (new PostgreSqlBlock(tokens).mayChangeSession(scan.at + 1)) {
      pin(StatementKind.CALL, "anonymous block that may change the session");
    } else {
      primary(StatementKind.CALL, "anonymous block");
    }
  }

  private void explain() {
    findings.kind = StatementKind.SELECT;
    scan.at++;
    if (scan.kind() == Token.OPEN && optionsFollow()) {
      while (!scan.ended() && scan.kind() != Token.CLOSE) {
        scan.at++;
      }
      scan.accept(Token.CLOSE);
    } else {
      if (scan.kind() == Keyword.ANALYZE || scan.kind() == Keyword.ANALYSE) {
        scan.at++;
      }
      scan.acceptWord("verbose");
    }
    switch (scan.kind()) {
      case Keyword.SELECT, Keyword.WITH, Keyword.VALUES, Keyword.TABLE, Token.OPEN -> query();
      case Keyword.INSERT, Keyword.UPDATE, Keyword.DELETE, Keyword.MERGE -> {
        query();
        findings.columnValues.clear();
      }
      case Keyword.EXECUTE -> same(StatementKind.CALL, "prepared statement of the session");
      default -> primary(StatementKind.UTILITY, "explains what is not a plain read");
    }
  }

  private boolean optionsFollow() {
    int next = scan.kind(1);
    // the name of an option may be quoted, and that of ANALYZE too
    return Token.isName(next)
        && next != Keyword.SELECT
        && next != Keyword.WITH
        && next != Keyword.VALUES
        && next != Keyword.TABLE;
  }

  private void reset() {
    int from = scan.at + 1;
    String name = rest(from).toLowerCase(java.util.Locale.ROOT);
    if (tokens.kind(from) == Keyword.SESSION) {
      name = "session_authorization";
    } else if (tokens.kind(from) == Keyword.TIME) {
      name = "timezone";
    } else if (tokens.kind(from) == Keyword.ALL) {
      name = "";
    }
    findings.sessionEffects.add(new SessionEffect(Kind.RESET, name, ""));
    special(Route.TRACK, StatementKind.SESSION, "resets parameters");
  }

  private void discard() {
    if (scan.kind(1) == Keyword.ALL) {
      findings.sessionEffects.add(new SessionEffect(Kind.RESET, "", ""));
      special(Route.TRACK, StatementKind.SESSION, "resets the session");
    } else {
      same(StatementKind.SESSION, "state of the session");
    }
  }

  private void declare() {
    int i = scan.at + 1;
    boolean hold = false;
    while (tokens.kind(i) != Keyword.FOR
        && tokens.kind(i) != Token.END
        && tokens.kind(i) != Token.SEMICOLON) {
      hold |= tokens.kind(i) == Keyword.WITH && tokens.kind(i + 1) == Keyword.HOLD;
      i++;
    }
    if (tokens.kind(i) != Keyword.FOR) {
      pin(StatementKind.SESSION, "cursor that is not understood");
      return;
    }
    scan.at = i + 1;
    query();
    if (hold) {
      scan.raise(Scan.PIN, "cursor that outlives its transaction");
    } else {
      scan.raise(Scan.SAME, "cursor of the transaction");
    }
    findings.kind = StatementKind.SESSION;
    findings.columnValues.clear();
  }

  private void copy() {
    findings.kind = StatementKind.UTILITY;
    scan.at++;
    if (scan.kind() == Token.OPEN) {
      scan.at++;
      if (scan.enter()) {
        queries.body();
        scan.leave();
      }
      scan.accept(Token.CLOSE);
    } else if (Token.isName(scan.kind())) {
      int end = scan.nameEnd();
      int after = end + 1;
      if (tokens.kind(after) == Token.OPEN) {
        while (tokens.kind(after) != Token.CLOSE && tokens.kind(after) != Token.END) {
          after++;
        }
        after++;
      }
      if (tokens.kind(after) == Keyword.TO) {
        new TableNames(scan).read(end);
      } else {
        written(scan.at);
      }
      scan.at = after;
    }
    if (scan.kind() != Keyword.TO || scan.kind(1) != Keyword.STDOUT) {
      scan.raise(Scan.PRIMARY, "COPY that is not to the client");
    }
    scan.skipStatement();
  }
}
