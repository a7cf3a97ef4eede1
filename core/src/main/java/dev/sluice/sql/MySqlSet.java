package dev.sluice.sql;

import dev.sluice.sql.SessionEffect.Kind;

/** SET of MySQL and MariaDB. */
final class MySqlSet {
  /**
   * Variables that are consumed or changed by statements, so that they cannot be set again later.
   */
  private static final String NOT_REPLAYED =
      " gtid_next last_insert_id insert_id identity timestamp pseudo_thread_id rand_seed1 rand_seed2 sql_log_bin"
          + " gtid_domain_id gtid_seq_no server_id skip_replication binlog_format session_track_gtids transaction_allow_batching"
          + " pseudo_replica_mode pseudo_slave_mode ";

  private final MySqlStatements statements;
  private final Scan scan;
  private final Tokens tokens;
  private boolean global;
  private boolean session;
  private boolean ended;

  MySqlSet(MySqlStatements statements) {
    this.statements = statements;
    this.scan = statements.scan;
    this.tokens = scan.tokens;
  }

  void read() {
    scan.findings.kind = StatementKind.SESSION;
    scan.at++;
    if (scan.is("role")) {
      effect(Kind.ROLE, "", statements.rest(scan.at + 1));
      statements.special(Route.TRACK, StatementKind.SESSION, "role");
      return;
    }
    if (scan.kind() == Keyword.STATEMENT && Token.isName(scan.kind(1))) {
      statement();
      return;
    }
    if (scan.kind() == Keyword.PASSWORD || scan.kind() == Keyword.DEFAULT || scan.is("resource")) {
      statements.primary(StatementKind.DDL, "account or resource");
      return;
    }
    if (transaction()) {
      return;
    }
    do {
      assignment();
    } while (!ended && scan.accept(Token.COMMA));
    finish();
  }

  private void finish() {
    if (!scan.ended()) {
      statements.unknown();
      return;
    }
    if (global) {
      scan.raise(session ? Scan.PIN : Scan.PRIMARY, "variable of the server");
    }
    if (statements.route == null) {
      statements.route = Route.TRACK;
      if (scan.level == Scan.READ) {
        scan.rule = "session variable";
      }
    }
  }

  /** SET STATEMENT a = 1, b = 2 FOR statement. */
  private void statement() {
    scan.at++;
    while (!scan.ended() && scan.kind() != Keyword.FOR) {
      int kind = scan.kind();
      if (scan.is("sql_mode")
          || kind == Token.OPEN
          || kind == Token.USER_VARIABLE
          || kind == Token.QUOTED) {
        scan.raise(Scan.PRIMARY, "SET STATEMENT that is not understood");
      }
      scan.at++;
    }
    if (scan.accept(Keyword.FOR)) {
      if (scan.kind() == Keyword.SET || !scan.enter()) {
        scan.raise(Scan.PRIMARY, "SET STATEMENT that is not understood");
        scan.skipStatement();
        return;
      }
      scan.leave();
      statements.dispatch();
    } else {
      statements.unknown();
    }
  }

  private boolean transaction() {
    int offset =
        scan.kind() == Keyword.TRANSACTION ? 0 : scan.kind(1) == Keyword.TRANSACTION ? 1 : -1;
    if (offset < 0 || scan.kind(offset + 1) == Token.EQUAL) {
      return false;
    }
    String text = statements.rest(scan.at + offset + 1);
    if (offset == 0) {
      effect(Kind.NEXT_TRANSACTION, "", text);
    } else if (scan.kind() == Keyword.SESSION || scan.kind() == Keyword.LOCAL) {
      effect(Kind.SESSION_TRANSACTION, "", text);
    } else {
      statements.primary(StatementKind.SESSION, "variable of the server");
      return true;
    }
    statements.special(Route.TRACK, StatementKind.SESSION, "characteristics of transactions");
    return true;
  }

  private void assignment() {
    int kind = scan.kind();
    switch (kind) {
      case Token.USER_VARIABLE -> {
        scan.raise(Scan.PIN, "sets a user variable");
        scan.at++;
        value();
      }
      case Token.SYSTEM_VARIABLE -> {
        systemVariable();
      }
      case Keyword.GLOBAL, Keyword.PERSIST, Keyword.PERSIST_ONLY -> {
        global = true;
        scan.at++;
        name();
      }
      case Keyword.SESSION, Keyword.LOCAL -> {
        scan.at++;
        named(name());
      }
      case Keyword.NAMES -> names("names", 1);
      case Keyword.CHARSET -> names("charset", 1);
      case Keyword.CHARACTER -> names("charset", 2);
      default -> {
        if (Token.isName(kind)) {
          named(name());
        } else {
          ended = true;
        }
      }
    }
  }

  private void systemVariable() {
    String text = tokens.name(scan.at).replace("`", "");
    scan.at++;
    boolean scoped = scan.kind() == Token.DOT;
    if (scoped
        && (text.equals("@@global") || text.equals("@@persist") || text.equals("@@persist_only"))) {
      global = true;
      scan.at++;
      name();
    } else if (scoped && (text.equals("@@session") || text.equals("@@local"))) {
      scan.at++;
      named(name());
    } else if (scoped) {
      named(text.substring(2) + "." + qualifiedRest());
    } else {
      named(text.substring(2));
    }
  }

  private String qualifiedRest() {
    scan.at++;
    return tokens.name(scan.at++);
  }

  /** A name, perhaps of several parts; when global, with its value. */
  private String name() {
    if (!Token.isName(scan.kind())) {
      ended = true;
      return "";
    }
    int end = scan.nameEnd();
    StringBuilder name = new StringBuilder(tokens.name(scan.at));
    for (int i = scan.at + 2; i <= end; i += 2) {
      name.append('.').append(tokens.name(i));
    }
    scan.at = end + 1;
    if (global && scan.kind() == Token.EQUAL && isGlobalName(end)) {
      value();
    }
    return name.toString();
  }

  private boolean isGlobalName(int end) {
    int before = tokens.kind(end - 1);
    return before == Keyword.GLOBAL
        || before == Keyword.PERSIST
        || before == Keyword.PERSIST_ONLY
        || before == Token.DOT;
  }

  private void named(String name) {
    if (ended) {
      return;
    }
    session = true;
    int from = scan.at + 1;
    if (!value()) {
      return;
    }
    String text = statements.value(from, scan.at);
    boolean plain = statements.plainValue(from, scan.at);
    if (name.equals("autocommit")) {
      autocommit(text);
      return;
    }
    effect(Kind.VARIABLE, name, text);
    if (!plain || NOT_REPLAYED.contains(" " + name + " ")) {
      scan.raise(Scan.PIN, "session variable that cannot be set again");
    }
  }

  private void autocommit(String text) {
    if (text.equals("0") || text.equalsIgnoreCase("off") || text.equalsIgnoreCase("false")) {
      effect(Kind.AUTOCOMMIT, "", "0");
      statements.route = Route.TRANSACTION_WRITE;
      scan.rule = "autocommit off";
    } else if (text.equals("1") || text.equalsIgnoreCase("on") || text.equalsIgnoreCase("true")) {
      effect(Kind.AUTOCOMMIT, "", "1");
    } else {
      scan.raise(Scan.PIN, "autocommit of unknown value");
    }
  }

  /** An assignment's sign and expression; stands at the next comma after it. */
  private boolean value() {
    if (scan.kind() != Token.EQUAL && scan.kind() != Token.ASSIGN) {
      ended = true;
      return false;
    }
    scan.at++;
    int depth = 0;
    int from = scan.at;
    boolean calls = false;
    while (!scan.ended() && (depth > 0 || scan.kind() != Token.COMMA)) {
      if (scan.kind() == Token.OPEN) {
        depth++;
        calls = true;
      } else if (scan.kind() == Token.CLOSE) {
        depth--;
      }
      if (scan.kind() == Token.BAD
          || scan.kind() == Token.USER_VARIABLE
          || scan.kind() == Token.OPEN) {
        scan.raise(Scan.PIN, "value that is not plain");
      }
      scan.at++;
    }
    int end = scan.at;
    if (calls) {
      scan.at = from;
      statements.queries.expressionUpToComma();
      scan.at = Math.max(scan.at, end);
    }
    ended |= end == from;
    return end > from;
  }

  private void names(String name, int words) {
    session = true;
    scan.at += words;
    int from = scan.at;
    while (!scan.ended() && scan.kind() != Token.COMMA) {
      if (scan.kind() == Token.PARAMETER || scan.kind() == Token.OPEN) {
        scan.raise(Scan.PIN, "value that is not plain");
      }
      scan.at++;
    }
    effect(Kind.VARIABLE, name, statements.value(from, scan.at));
  }

  private void effect(Kind kind, String name, String value) {
    scan.findings.sessionEffects.add(new SessionEffect(kind, name, value));
  }
}
