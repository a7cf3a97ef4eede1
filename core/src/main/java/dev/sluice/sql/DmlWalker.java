package dev.sluice.sql;

/**
 * Walks INSERT, REPLACE, UPDATE, DELETE and MERGE, as a statement or within a common table
 * expression.
 */
final class DmlWalker {
  private final Scan scan;
  private final QueryWalker queries;
  private final TableNames names;
  private final RowValues values;

  DmlWalker(Scan scan, QueryWalker queries, TableNames names) {
    this.scan = scan;
    this.queries = queries;
    this.names = names;
    this.values = new RowValues(scan);
  }

  /** Whether one of the five starts here, and not a function or a column of that name. */
  boolean startsHere(boolean afterWith) {
    int kind = scan.kind();
    int next = scan.kind(1);
    boolean possible = scan.postgresql || afterWith || !scan.nested();
    return switch (kind) {
      case Keyword.INSERT ->
          possible && (scan.postgresql ? next == Keyword.INTO : Token.isName(next));
      case Keyword.REPLACE -> possible && !scan.postgresql && Token.isName(next);
      case Keyword.UPDATE ->
          possible && (Token.isName(next) || (next == Token.OPEN && !scan.nested()));
      case Keyword.DELETE ->
          possible && (scan.postgresql ? next == Keyword.FROM : Token.isName(next));
      case Keyword.MERGE -> possible && next == Keyword.INTO;
      default -> false;
    };
  }

  void statement() {
    int kind = scan.kind();
    if (scan.nested()) {
      scan.raise(Scan.PRIMARY, "data-modifying CTE");
      scan.nestedWrite = true;
    } else {
      scan.raise(Scan.PRIMARY, "writes");
      scan.findings.kind =
          switch (kind) {
            case Keyword.UPDATE -> StatementKind.UPDATE;
            case Keyword.DELETE -> StatementKind.DELETE;
            case Keyword.MERGE -> StatementKind.MERGE;
            default -> StatementKind.INSERT;
          };
    }
    scan.at++;
    switch (kind) {
      case Keyword.UPDATE -> update();
      case Keyword.DELETE -> delete();
      case Keyword.MERGE -> merge();
      default -> insert(kind == Keyword.REPLACE);
    }
  }

  private void modifiers() {
    while (true) {
      switch (scan.kind()) {
        case Keyword.LOW_PRIORITY,
            Keyword.HIGH_PRIORITY,
            Keyword.DELAYED,
            Keyword.IGNORE,
            Keyword.QUICK ->
            scan.at++;
        default -> {
          return;
        }
      }
    }
  }

  private void insert(boolean replace) {
    modifiers();
    scan.accept(Keyword.INTO);
    String table = target();
    if (scan.kind() == Keyword.PARTITION) {
      scan.at++;
      parenthesis();
    }
    alias();
    int columns = scan.kind() == Token.OPEN && !queryFollows(1) ? scan.at : -1;
    if (columns >= 0) {
      parenthesis();
    }
    if (scan.accept(Keyword.OVERRIDING)) {
      // with USER the columns that are generated take other values than the given ones
      columns = scan.kind() == Keyword.USER ? -1 : columns;
      scan.at += 2;
    }
    int body = scan.at;
    boolean top = !scan.nested();
    if (top) {
      scan.findings.replacesOnConflict = replace;
    }
    switch (scan.kind()) {
      case Keyword.VALUES, Keyword.VALUE, Keyword.DEFAULT, Keyword.SET ->
          queries.afterInsertTarget();
      default -> queries.query();
    }
    if (top) {
      values.insert(table, columns, body);
      values.conflict(body);
    }
  }

  private boolean queryFollows(int offset) {
    int kind = scan.kind(offset);
    return kind == Keyword.SELECT
        || kind == Keyword.WITH
        || kind == Keyword.VALUES
        || kind == Keyword.TABLE
        || kind == Token.OPEN;
  }

  private void update() {
    modifiers();
    if (scan.postgresql) {
      scan.accept(Keyword.ONLY);
    }
    int end = scan.nameEnd();
    int after = end + 1;
    after += scan.tokens.kind(after) == Keyword.AS ? 2 : 0;
    after +=
        scan.tokens.kind(after) != Keyword.SET && scan.tokens.kind(after + 1) == Keyword.SET
            ? 1
            : 0;
    String table = "";
    boolean single =
        scan.postgresql || (Token.isName(scan.kind()) && scan.tokens.kind(after) == Keyword.SET);
    if (single) {
      table = target();
      while (!scan.ended() && scan.kind() != Keyword.SET && scan.kind() != Token.CLOSE) {
        scan.at++;
      }
    } else {
      queries.tablesUpToSet();
      allReadAreWritten();
    }
    int set = scan.at;
    queries.afterTable();
    if (!scan.nested()) {
      values.assignments(set + 1);
      if (single) {
        values.where(table, set);
      }
    }
  }

  private void delete() {
    modifiers();
    if (scan.kind() != Keyword.FROM) {
      while (!scan.ended() && scan.kind() != Keyword.FROM) {
        scan.at++;
      }
      scan.at++;
      queries.tables();
      allReadAreWritten();
      return;
    }
    scan.at++;
    if (scan.postgresql) {
      scan.accept(Keyword.ONLY);
    }
    int start = scan.at;
    String table = target();
    if (scan.kind() == Token.OPERATOR) {
      scan.at++;
    }
    alias();
    if (scan.kind() == Keyword.PARTITION) {
      scan.at++;
      parenthesis();
    }
    boolean single = true;
    if (scan.kind() == Token.COMMA || scan.kind() == Token.DOT || scan.kind() == Keyword.USING) {
      single = false;
      if (!scan.postgresql) {
        scan.at = start;
      }
      while (!scan.ended() && scan.kind() != Keyword.USING && scan.kind() != Token.CLOSE) {
        scan.at++;
      }
      scan.accept(Keyword.USING);
      queries.tables();
      if (!scan.postgresql) {
        allReadAreWritten();
      }
    } else {
      queries.afterTable();
    }
    if (single && !scan.nested()) {
      values.where(table, start);
    }
  }

  private void merge() {
    scan.accept(Keyword.INTO);
    if (scan.postgresql) {
      scan.accept(Keyword.ONLY);
    }
    target();
    while (!scan.ended() && scan.kind() != Keyword.USING && scan.kind() != Token.CLOSE) {
      scan.at++;
    }
    scan.accept(Keyword.USING);
    queries.tables();
  }

  private String target() {
    String name = Token.isName(scan.kind()) ? scan.tokens.name(scan.nameEnd()) : "";
    names.written();
    return name;
  }

  private void alias() {
    if (scan.accept(Keyword.AS)) {
      scan.at++;
    } else if (scan.kind() == Token.WORD || scan.kind() == Token.QUOTED) {
      scan.at++;
    }
  }

  /** Skips a parenthesis that holds names only. */
  private void parenthesis() {
    while (!scan.ended() && scan.kind() != Token.CLOSE) {
      scan.at++;
    }
    scan.accept(Token.CLOSE);
  }

  /** Statements over several tables name them by aliases: all that are read count as written. */
  private void allReadAreWritten() {
    for (String name : scan.findings.tablesRead.toList()) {
      scan.findings.tablesWritten.add(name);
    }
  }
}
