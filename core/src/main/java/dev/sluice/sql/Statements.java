package dev.sluice.sql;

import org.jspecify.annotations.Nullable;

/** Reads one statement by its leading word; what the dialects have in common. */
abstract class Statements {
  final Scan scan;
  final Tokens tokens;
  final SqlFindings findings;
  final QueryWalker queries;

  /** For statements whose route is neither a read nor a matter of levels. */
  @Nullable Route route;

  Statements(Scan scan) {
    this.scan = scan;
    this.tokens = scan.tokens;
    this.findings = scan.findings;
    this.queries = new QueryWalker(scan);
  }

  static Statements of(Scan scan) {
    return scan.postgresql ? new PostgreSqlStatements(scan) : new MySqlStatements(scan);
  }

  /** Reads the statement that starts here, to its end. */
  final void read() {
    dispatch();
    if (!scan.ended()) {
      scan.abandon(scan.kind() == Token.CLOSE ? "unbalanced parenthesis" : "not understood");
    }
  }

  final void dispatch() {
    switch (scan.kind()) {
      case Keyword.SELECT, Keyword.WITH, Keyword.VALUES, Keyword.TABLE, Token.OPEN -> query();
      case Keyword.INSERT, Keyword.UPDATE, Keyword.DELETE, Keyword.MERGE, Keyword.REPLACE ->
          query();
      case Token.OPEN_BRACE -> {
        boolean call = scan.kind(1) == Keyword.CALL || scan.kind(3) == Keyword.CALL;
        if (call) {
          procedure(scan.at + (scan.kind(1) == Keyword.CALL ? 2 : 4));
        }
        primary(
            call ? StatementKind.CALL : StatementKind.UNKNOWN,
            call ? "procedure call" : "JDBC escape");
      }
      case Keyword.CALL -> {
        procedure(scan.at + 1);
        primary(StatementKind.CALL, "procedure call");
      }
      case Keyword.CREATE -> create();
      case Keyword.ALTER, Keyword.DROP, Keyword.TRUNCATE, Keyword.RENAME -> ddl();
      case Keyword.GRANT, Keyword.REVOKE, Keyword.COMMENT, Keyword.IMPORT, Keyword.REINDEX ->
          primary(StatementKind.DDL, "data definition");
      case Keyword.SAVEPOINT -> same(StatementKind.TRANSACTION, "transaction");
      default -> other(scan.kind());
    }
  }

  /** Notes the name of the procedure that is called. */
  private void procedure(int start) {
    int end = start;
    while (tokens.kind(end + 1) == Token.DOT && Token.isName(tokens.kind(end + 2))) {
      end += 2;
    }
    findings.procedure = Token.isName(tokens.kind(start)) ? tokens.qualifiedName(start, end) : "";
  }

  /** A leading word that only this dialect knows. */
  abstract void other(int kind);

  final void query() {
    findings.kind = StatementKind.SELECT;
    int start = scan.at;
    if (this instanceof PostgreSqlStatements postgresql
        && scan.kind() == Keyword.SELECT
        && new PostgreSqlSet(postgresql).readsSetConfig()) {
      return;
    }
    queries.body();
    if (scan.nestedWrite) {
      findings.columnValues.clear();
    } else if (findings.kind == StatementKind.SELECT
        && tokens.kind(start) == Keyword.SELECT
        && scan.tableReferences == 1) {
      new RowValues(scan).select(start);
    }
  }

  final void primary(StatementKind kind, String why) {
    findings.kind = kind;
    scan.raise(Scan.PRIMARY, why);
    scan.skipStatement();
  }

  final void pin(StatementKind kind, String why) {
    findings.kind = kind;
    scan.raise(Scan.PIN, why);
    scan.skipStatement();
  }

  final void same(StatementKind kind, String why) {
    findings.kind = kind;
    scan.raise(Scan.SAME, why);
    scan.skipStatement();
  }

  /** A statement with a route of its own. */
  final void special(Route newRoute, StatementKind kind, String why) {
    findings.kind = kind;
    route = newRoute;
    if (scan.level == Scan.READ) {
      scan.rule = why;
    }
    scan.skipStatement();
  }

  final void unknown() {
    primary(StatementKind.UNKNOWN, "unknown statement");
  }

  private void create() {
    int i = scan.at + 1;
    if (tokens.kind(i) == Keyword.OR) {
      i += 2;
    }
    if (tokens.is(i, "local") || tokens.is(i, "global")) {
      i++;
    }
    boolean temporary = tokens.kind(i) == Keyword.TEMP || tokens.kind(i) == Keyword.TEMPORARY;
    if (holdsStatements(i)) {
      findings.kind = StatementKind.DDL;
      scan.raise(Scan.PRIMARY, "data definition");
      scan.at = tokens.count();
      return;
    }
    if (temporary || tokens.kind(i) == Keyword.UNLOGGED) {
      i++;
    }
    if (tokens.kind(i) == Keyword.TABLE) {
      i = afterIfExists(i + 1);
      temporary |= tokens.is(i, "pg_temp");
      written(i);
    }
    if (temporary || (scan.postgresql && namesTemporarySchema(i))) {
      pin(StatementKind.DDL, "temporary object");
    } else {
      primary(StatementKind.DDL, "data definition");
    }
  }

  private boolean namesTemporarySchema(int from) {
    for (int i = from; i < from + 8; i++) {
      if (tokens.is(i, "pg_temp")) {
        return true;
      }
    }
    return false;
  }

  /** CREATE FUNCTION and the like hold statements with semicolons of their own. */
  private boolean holdsStatements(int from) {
    int i = from;
    while (i < from + 12 && tokens.kind(i) != Token.END) {
      switch (tokens.kind(i)) {
        case Keyword.FUNCTION,
            Keyword.PROCEDURE,
            Keyword.TRIGGER,
            Keyword.EVENT,
            Keyword.PACKAGE -> {
          return true;
        }
        case Keyword.TABLE, Keyword.VIEW, Keyword.INDEX, Token.OPEN, Token.SEMICOLON -> {
          return false;
        }
        default -> i++;
      }
    }
    return false;
  }

  private int afterIfExists(int from) {
    int i = from;
    while (tokens.kind(i) == Keyword.IF
        || tokens.kind(i) == Keyword.NOT
        || tokens.kind(i) == Keyword.EXISTS
        || (tokens.kind(i) == Keyword.ONLY && scan.postgresql)) {
      i++;
    }
    return i;
  }

  /** Notes the name at an index as written; gives the index after it. */
  final int written(int index) {
    int end = index;
    while (tokens.kind(end + 1) == Token.DOT && Token.isName(tokens.kind(end + 2))) {
      end += 2;
    }
    if (Token.isName(tokens.kind(end))) {
      findings.tablesWritten.add(tokens.name(end));
    }
    return end + 1;
  }

  private void ddl() {
    int kind = scan.kind();
    int i = scan.at + 1;
    boolean temporary = tokens.kind(i) == Keyword.TEMPORARY;
    i += temporary ? 1 : 0;
    boolean table = tokens.kind(i) == Keyword.TABLE || tokens.kind(i) == Keyword.TABLES;
    if (kind == Keyword.DROP && tokens.kind(i) == Keyword.PREPARE) {
      same(StatementKind.SESSION, "prepared statement of the session");
      return;
    }
    if (table || kind == Keyword.TRUNCATE) {
      i = afterIfExists(table ? i + 1 : i);
      if (kind == Keyword.ALTER) {
        alteredTable(i);
      } else if (kind != Keyword.RENAME) {
        i = written(i);
        while (tokens.kind(i) == Token.COMMA) {
          i = written(i + 1);
        }
      }
    }
    if (temporary) {
      pin(StatementKind.DDL, "temporary object");
    } else {
      primary(StatementKind.DDL, "data definition");
    }
  }

  /** The table that is altered, unless other tables take part. */
  private void alteredTable(int index) {
    for (int i = index; tokens.kind(i) != Token.END && tokens.kind(i) != Token.SEMICOLON; i++) {
      if (tokens.kind(i) == Keyword.RENAME
          || tokens.kind(i) == Keyword.PARTITION
          || tokens.kind(i) == Keyword.ALL) {
        return;
      }
    }
    written(index);
  }

  /** The text from here to the end of the statement, white space as it stands. */
  final String rest(int from) {
    int last = from;
    while (tokens.kind(last) != Token.END && tokens.kind(last) != Token.SEMICOLON) {
      last++;
    }
    return between(from, last);
  }

  final String between(int from, int end) {
    return end > from ? tokens.sql.substring(tokens.start(from), tokens.end(end - 1)) : "";
  }

  /** A value without quotes where it is one literal or name. */
  final String value(int from, int end) {
    int kind = tokens.kind(from);
    String text = between(from, end);
    boolean quoted =
        end - from == 1 && (kind == Token.STRING || kind == Token.QUOTED) && text.length() > 1;
    char last = quoted ? text.charAt(text.length() - 1) : ' ';
    if (!quoted || text.charAt(0) != last) {
      return text;
    }
    String inner = text.substring(1, text.length() - 1);
    return inner.indexOf(last) < 0 ? inner : inner.replace("" + last + last, "" + last);
  }

  /**
   * Whether the tokens are one literal or word, so that replaying them gives the same value again.
   */
  final boolean plainValue(int from, int end) {
    int kind = tokens.kind(from);
    if (end - from == 2) {
      return kind == Token.OPERATOR && tokens.kind(from + 1) == Token.NUMBER;
    }
    return end - from == 1
        && (kind == Token.STRING
            || kind == Token.NUMBER
            || kind >= Token.WORD
            || kind == Token.QUOTED);
  }

  /** START TRANSACTION and BEGIN with their modes. */
  final void begin(int modes) {
    boolean readOnly = false;
    boolean other = false;
    for (int i = modes; tokens.kind(i) != Token.END && tokens.kind(i) != Token.SEMICOLON; i++) {
      readOnly |= tokens.kind(i) == Keyword.READ && tokens.kind(i + 1) == Keyword.ONLY;
      other |= tokens.kind(i) == Keyword.WRITE || tokens.kind(i) == Keyword.SERIALIZABLE;
    }
    String text = rest(modes);
    if (!text.isEmpty()) {
      findings.sessionEffects.add(new SessionEffect(SessionEffect.Kind.NEXT_TRANSACTION, "", text));
    }
    boolean read = readOnly && !other;
    special(
        read ? Route.TRANSACTION_READ : Route.TRANSACTION_WRITE,
        StatementKind.TRANSACTION,
        read ? "starts a read-only transaction" : "starts a transaction");
  }
}
