package dev.sluice.sql;

/** Judges the names in expressions: calls of functions, types, sequences, system variables. */
final class CallCheck {
  private final Scan scan;
  private final Tokens tokens;

  CallCheck(Scan scan) {
    this.scan = scan;
    this.tokens = scan.tokens;
  }

  /** A name in an expression; moves behind it. */
  void name() {
    int end = scan.nameEnd();
    if (tokens.kind(end + 1) == Token.OPEN) {
      call(end);
      return;
    }
    if (!scan.postgresql) {
      sequence(end);
    }
    scan.at = end + 1;
  }

  /** NEXT VALUE FOR s, PREVIOUS VALUE FOR s, s.nextval, s.currval. */
  private void sequence(int end) {
    if (end > scan.at) {
      if (tokens.is(end, "nextval")) {
        scan.raise(Scan.PRIMARY, "sequence");
      } else if (tokens.is(end, "currval")) {
        scan.raise(Scan.SAME, "session value of a sequence");
      }
    } else if (tokens.kind(end + 1) == Keyword.VALUE && tokens.kind(end + 2) == Keyword.FOR) {
      if (scan.kind() == Keyword.NEXT) {
        scan.raise(Scan.PRIMARY, "sequence");
      } else if (scan.kind() == Keyword.PREVIOUS) {
        scan.raise(Scan.SAME, "session value of a sequence");
      }
    }
  }

  /** The name up to {@code end} stands before a parenthesis; moves to that. */
  void call(int end) {
    int start = scan.at;
    scan.at = end + 1;
    int kind = tokens.kind(start);
    if (start == end && Keyword.neverCalled(kind, scan.postgresql)) {
      return;
    }
    if (!cannotBeCall(start, end, kind)) {
      judge(start, end);
    }
  }

  /** Whether what stands before the name makes it a type, an alias, or part of a clause. */
  private boolean cannotBeCall(int start, int end, int kind) {
    int before = tokens.kind(start - 1);
    if (before == Keyword.AS || before == Token.CAST) {
      return true;
    }
    if (start != end || start == scan.expressionStart || kind == Token.QUOTED) {
      return false;
    }
    if (endsOperand(before) && continuesOperand(start, kind)) {
      return true;
    }
    return switch (kind) {
      case Keyword.BY ->
          before == Keyword.ORDER || before == Keyword.GROUP || before == Keyword.PARTITION;
      case Keyword.SETS -> before == Keyword.GROUPING;
      case Keyword.ZONE -> before == Keyword.TIME;
      case Keyword.VARYING ->
          before == Keyword.CHARACTER
              || before == Keyword.CHAR
              || before == Keyword.BIT
              || before == Keyword.NCHAR;
      case Keyword.SECOND -> before == Keyword.TO && isIntervalField(start - 2);
      case Keyword.OVER -> before == Keyword.NULLS;
      case Keyword.CUBE, Keyword.ROLLUP ->
          scan.grouping
              && (before == Keyword.BY
                  || before == Token.COMMA
                  || before == Token.OPEN
                  || before == Keyword.DISTINCT);
      case Keyword.ANY, Keyword.SOME ->
          (before == Token.EQUAL || before == Token.OPERATOR) && queryFollows(start + 2);
      case Keyword.OPERATOR -> namesOperator();
      case Keyword.OF -> before == Keyword.MEMBER;
      case Keyword.CONFLICT -> before == Keyword.ON && scan.postgresql && conflictTarget();
      case Keyword.INSERT -> before == Keyword.THEN && scan.postgresql && mergeInsert();
      case Keyword.SET -> before == Keyword.UPDATE && scan.postgresql;
      default -> before == Keyword.NOT && scan.postgresql && tokens.is(start, "ilike");
    };
  }

  /** ON CONFLICT (...) [WHERE ...] DO; else it is a condition that calls a function. */
  private boolean conflictTarget() {
    int i = afterParenthesis();
    if (tokens.kind(i) == Keyword.WHERE) {
      while (tokens.kind(i) != Token.END
          && tokens.kind(i) != Token.SEMICOLON
          && tokens.kind(i) != Keyword.ON
          && tokens.kind(i) != Keyword.DO) {
        i++;
      }
    }
    return tokens.kind(i) == Keyword.DO;
  }

  /** THEN INSERT (...) VALUES of a MERGE. */
  private boolean mergeInsert() {
    int after = tokens.kind(afterParenthesis());
    return after == Keyword.VALUES || after == Keyword.OVERRIDING;
  }

  /** The index after the parenthesis that opens here. */
  private int afterParenthesis() {
    int depth = 0;
    int i = scan.at;
    do {
      int kind = tokens.kind(i);
      depth += kind == Token.OPEN ? 1 : kind == Token.CLOSE ? -1 : 0;
      if (kind == Token.END) {
        return i;
      }
      i++;
    } while (depth > 0);
    return i;
  }

  private static boolean endsOperand(int kind) {
    return switch (kind) {
      case Token.STRING,
          Token.NUMBER,
          Token.PARAMETER,
          Token.CLOSE,
          Token.CLOSE_BRACKET,
          Token.WORD,
          Token.QUOTED ->
          true;
      default -> false;
    };
  }

  /** Words that may follow an operand and stand before a parenthesis. */
  private boolean continuesOperand(int start, int kind) {
    boolean afterParenthesis = tokens.kind(start - 1) == Token.CLOSE;
    return switch (kind) {
      case Keyword.FILTER, Keyword.OVER, Keyword.WITHIN -> afterParenthesis;
      case Keyword.REPEATABLE -> afterParenthesis && scan.postgresql;
      case Keyword.SECOND -> tokens.kind(start - 1) == Token.STRING;
      case Keyword.ESCAPE -> !scan.postgresql && tokens.kind(start - 1) != Token.WORD;
      case Keyword.COLUMNS, Keyword.BIT, Keyword.NCHAR -> scan.jsonTable;
      case Token.WORD ->
          scan.postgresql
              ? tokens.is(start, "ilike")
              : (tokens.is(start, "against") && matches(start))
                  || (scan.jsonTable && isColumnType(start));
      default -> false;
    };
  }

  /** Types that are no reserved words, so that a function may have their name elsewhere. */
  private boolean isColumnType(int index) {
    return tokens.is(index, "datetime")
        || tokens.is(index, "text")
        || tokens.is(index, "blob")
        || tokens.is(index, "nvarchar");
  }

  private boolean matches(int start) {
    for (int i = start - 1; i >= 0 && i > start - 64; i--) {
      if (tokens.is(i, "match")) {
        return true;
      }
    }
    return false;
  }

  private boolean isIntervalField(int index) {
    return tokens.is(index, "day") || tokens.is(index, "hour") || tokens.is(index, "minute");
  }

  private boolean queryFollows(int index) {
    int kind = tokens.kind(index);
    return kind == Keyword.SELECT
        || kind == Keyword.WITH
        || kind == Keyword.VALUES
        || kind == Keyword.TABLE
        || kind == Token.OPEN;
  }

  /** OPERATOR(pg_catalog.+). */
  private boolean namesOperator() {
    int i = scan.at + 1;
    while (Token.isName(tokens.kind(i)) || tokens.kind(i) == Token.DOT) {
      i++;
    }
    int operators = i;
    while (tokens.kind(i) == Token.OPERATOR || tokens.kind(i) == Token.EQUAL) {
      i++;
    }
    return i > operators && tokens.kind(i) == Token.CLOSE;
  }

  private void judge(int start, int end) {
    if (start != end && !(scan.postgresql && end == start + 2 && catalog(start))) {
      unknown(start, end);
      return;
    }
    boolean quoted = tokens.kind(end) == Token.QUOTED;
    int from = tokens.start(end) + (quoted ? 1 : 0);
    int to = tokens.end(end) - (quoted ? 1 : 0);
    if (quoted && scan.postgresql && hasUpperCase(from, to)) {
      unknown(start, end);
      return;
    }
    scan.jsonTable |= tokens.is(end, "json_table");
    switch (scan.functions.find(tokens.sql, from, to)) {
      case Functions.READ -> {}
      case Functions.TOKEN -> {
        boolean spaced = !scan.postgresql && tokens.start(end + 1) != to;
        if (quoted || spaced) {
          unknown(start, end);
        }
      }
      case Functions.SAME -> sessionFunction(end);
      case Functions.CURRENT -> scan.raise(Scan.CURRENT, "reports on its node");
      case Functions.PIN -> scan.raise(Scan.PIN, "takes session state: " + tokens.name(end));
      case Functions.WRITE ->
          scan.raise(Scan.PRIMARY, "function of the primary: " + tokens.name(end));
      case Functions.TRACK -> scan.changesSetting("changes session state: " + tokens.name(end));
      case Functions.ESCAPE -> {
        if (tokens.kind(start - 1) != Keyword.FN || tokens.kind(start - 2) != Token.OPEN_BRACE) {
          unknown(start, end);
        }
      }
      default -> unknown(start, end);
    }
  }

  private void sessionFunction(int end) {
    if (tokens.is(end, "last_insert_id") && tokens.kind(end + 2) != Token.CLOSE) {
      scan.raise(Scan.PIN, "sets the last insert id");
    } else {
      scan.raise(Scan.SAME, "session value: " + tokens.name(end));
    }
  }

  private boolean catalog(int index) {
    return tokens.is(index, "pg_catalog") || tokens.text(index).equals("\"pg_catalog\"");
  }

  private boolean hasUpperCase(int from, int to) {
    for (int i = from; i < to; i++) {
      char c = tokens.sql.charAt(i);
      if (c >= 'A' && c <= 'Z') {
        return true;
      }
    }
    return false;
  }

  private void unknown(int start, int end) {
    StringBuilder name = new StringBuilder(tokens.name(start));
    for (int i = start + 2; i <= end; i += 2) {
      name.append('.').append(tokens.name(i));
    }
    scan.findings.unknownFunctions.add(name.toString());
  }

  /** A PostgreSQL cast: moves behind the first word of the type. */
  void type() {
    scan.at++;
    if (Token.isName(scan.kind())) {
      scan.at = scan.nameEnd() + 1;
    }
  }

  /** TABLESAMPLE method(...). */
  void sampling() {
    scan.at++;
    if (!scan.is("bernoulli")
        && !scan.is("system")
        && Token.isName(scan.kind())
        && scan.kind(1) == Token.OPEN) {
      unknown(scan.at, scan.at);
    }
    if (Token.isName(scan.kind())) {
      scan.at++;
    }
  }

  void systemVariable() {
    String name = tokens.text(scan.at);
    if (name.equalsIgnoreCase("@@global")) {
      scan.raise(Scan.CURRENT, "variable of the server");
    } else {
      scan.raise(Scan.SAME, "variable of the session");
    }
  }
}
