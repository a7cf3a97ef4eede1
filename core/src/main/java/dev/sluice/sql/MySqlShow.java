package dev.sluice.sql;

/** SHOW of MySQL and MariaDB. */
final class MySqlShow {
  private final MySqlStatements statements;
  private final Scan scan;

  MySqlShow(MySqlStatements statements) {
    this.statements = statements;
    this.scan = statements.scan;
  }

  void read() {
    scan.findings.kind = StatementKind.SELECT;
    scan.at++;
    boolean global = false;
    while (true) {
      switch (scan.kind()) {
        case Keyword.GLOBAL -> global = true;
        case Keyword.FULL, Keyword.EXTENDED, Keyword.SESSION, Keyword.LOCAL, Keyword.STORAGE -> {}
        default -> {
          what(scan.kind(), global);
          return;
        }
      }
      scan.at++;
    }
  }

  private void what(int kind, boolean global) {
    switch (kind) {
      case Keyword.STATUS, Keyword.VARIABLES -> {
        scan.raise(global ? Scan.CURRENT : Scan.SAME, "state of the session or node");
        rest();
      }
      case Keyword.WARNINGS, Keyword.ERRORS, Keyword.COUNT, Keyword.PROFILE, Keyword.PROFILES ->
          statements.same(StatementKind.SELECT, "diagnostics of the session");
      case Keyword.PROCESSLIST -> {
        scan.raise(Scan.CURRENT, "sessions of the node");
        scan.skipStatement();
      }
      case Keyword.CREATE -> scan.skipStatement();
      case Keyword.ENGINE -> {
        scan.raise(Scan.CURRENT, "state of the node");
        scan.skipStatement();
      }
      case Keyword.TABLES,
          Keyword.COLUMNS,
          Keyword.FIELDS,
          Keyword.INDEX,
          Keyword.INDEXES,
          Keyword.KEYS,
          Keyword.DATABASES,
          Keyword.SCHEMAS,
          Keyword.TABLE,
          Keyword.TRIGGERS,
          Keyword.EVENTS,
          Keyword.PROCEDURE,
          Keyword.FUNCTION,
          Keyword.PACKAGE,
          Keyword.CHARACTER,
          Keyword.CHARSET,
          Keyword.COLLATION,
          Keyword.ENGINES,
          Keyword.PLUGINS,
          Keyword.GRANTS,
          Keyword.PRIVILEGES,
          Keyword.OPEN -> {
        scan.at++;
        rest();
      }
      default -> {
        if (scan.is("contributors") || scan.is("authors")) {
          scan.skipStatement();
          return;
        }
        statements.primary(StatementKind.UTILITY, "state of the primary");
      }
    }
  }

  /** What follows may hold an expression. */
  private void rest() {
    statements.queries.expression();
  }
}
