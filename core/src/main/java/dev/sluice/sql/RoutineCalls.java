package dev.sluice.sql;

/** Judges the names in a routine that may be calls. Confined to one walk. */
final class RoutineCalls {
  private final Scan scan;
  private final Tokens tokens;
  private final CallCheck calls;

  RoutineCalls(Scan scan) {
    this.scan = scan;
    this.tokens = scan.tokens;
    this.calls = new CallCheck(scan);
  }

  /** A system variable; moves behind it. */
  void systemVariable() {
    calls.systemVariable();
    scan.at++;
  }

  /** The type of a cast; moves behind its first word. */
  void type() {
    calls.type();
  }

  /** WITH name (columns) AS: no call. */
  void cteWithColumns() {
    scan.acceptWord("recursive");
    if (Token.isName(scan.kind()) && scan.kind(1) == Token.OPEN) {
      scan.at++;
    }
  }

  /** Remembers whether the words that follow are those of GROUP BY. */
  void grouping(String word) {
    switch (word) {
      case "group" -> scan.grouping = true;
      case "select", "where", "having", "order", "limit" -> scan.grouping = false;
      default -> {}
    }
  }

  /** A name, which may be a call's. */
  void call() {
    int end = scan.nameEnd();
    if (scan.postgresql && tokens.is(end, "set_config") && tokens.kind(end + 1) == Token.OPEN) {
      scan.at = end + 1;
      boolean local = endsWithTrue(end + 1);
      scan.raise(local ? Scan.PRIMARY : Scan.PIN, "sets a parameter");
      return;
    }
    calls.name();
  }

  /** Whether the last argument in a parenthesis is the word TRUE. */
  private boolean endsWithTrue(int index) {
    int depth = 0;
    int i = index;
    do {
      int kind = tokens.kind(i);
      if (kind == Token.END) {
        return false;
      }
      depth += kind == Token.OPEN ? 1 : kind == Token.CLOSE ? -1 : 0;
      i++;
    } while (depth > 0);
    return tokens.is(i - 2, "true") && tokens.kind(i - 3) == Token.COMMA;
  }

  /** Whether what is created here is temporary. */
  boolean temporary() {
    for (int i = scan.at + 1; i < scan.at + 5; i++) {
      if (tokens.is(i, "temp") || tokens.is(i, "temporary")) {
        return true;
      }
    }
    return false;
  }
}
