package dev.sluice.sql;

/** Reads WITH and its common table expressions, and makes their names known. */
final class WithClause {
  private final Scan scan;
  private final QueryWalker queries;

  WithClause(Scan scan, QueryWalker queries) {
    this.scan = scan;
    this.queries = queries;
  }

  /** Stands at WITH; moves to what the clause belongs to. */
  void read() {
    scan.at++;
    boolean recursive = scan.accept(Keyword.RECURSIVE);
    do {
      if (!one(recursive)) {
        scan.abandon("WITH is not understood");
        return;
      }
    } while (scan.accept(Token.COMMA));
  }

  private boolean one(boolean recursive) {
    if (!Token.isName(scan.kind())) {
      return false;
    }
    String name = scan.tokens.identity(scan.at++, scan.postgresql);
    if (scan.kind() == Token.OPEN) {
      columns();
    }
    if (!scan.accept(Keyword.AS)) {
      return false;
    }
    scan.accept(Keyword.NOT);
    scan.accept(Keyword.MATERIALIZED);
    if (scan.kind() != Token.OPEN || !scan.enter()) {
      return false;
    }
    if (recursive) {
      scan.cte(name);
    }
    scan.at++;
    queries.body();
    scan.leave();
    if (!scan.accept(Token.CLOSE)) {
      return false;
    }
    if (!recursive) {
      scan.cte(name);
    }
    return searchAndCycle();
  }

  private void columns() {
    while (!scan.ended() && scan.kind() != Token.CLOSE) {
      scan.at++;
    }
    scan.accept(Token.CLOSE);
  }

  private boolean searchAndCycle() {
    if (scan.accept(Keyword.SEARCH) && !skipTo(Keyword.SET)) {
      return false;
    }
    if (scan.accept(Keyword.CYCLE)) {
      return skipTo(scan.postgresql ? Keyword.USING : Keyword.RESTRICT);
    }
    return true;
  }

  /** Skips to a word and, in PostgreSQL, the name behind it. */
  private boolean skipTo(int word) {
    while (!scan.ended() && scan.kind() != Token.OPEN && scan.kind() != word) {
      scan.at++;
    }
    if (!scan.accept(word)) {
      return false;
    }
    if (scan.postgresql) {
      scan.at++;
    }
    return true;
  }
}
