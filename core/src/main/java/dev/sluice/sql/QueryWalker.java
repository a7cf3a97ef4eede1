package dev.sluice.sql;

/**
 * Walks a query: finds its tables, looks at every call, every locking clause and every other thing
 * that a plain read does not have, at any depth. It does not check grammar: a text that no server
 * accepts may be called a read, because nothing runs then.
 */
final class QueryWalker {
  /** Where in a query the walk is. */
  private static final int START = 0;

  private static final int EXPRESSION = 1;

  /** In a list of tables, before a table. */
  private static final int TABLE = 2;

  /** After a table: its alias and the like. */
  private static final int AFTER_TABLE = 3;

  /** In a join condition. */
  private static final int ON = 4;

  private final Scan scan;
  private final Tokens tokens;
  private final TableNames names;
  private final CallCheck calls;
  private final DmlWalker dml;

  /** A word that ends a list of tables, or a comma that ends an expression; or -1. */
  private int stop = -1;

  QueryWalker(Scan scan) {
    this.scan = scan;
    this.tokens = scan.tokens;
    this.names = new TableNames(scan);
    this.calls = new CallCheck(scan);
    this.dml = new DmlWalker(scan, this, names);
  }

  /**
   * A statement or the content of a parenthesis: a query, or with a leading WITH also something
   * else.
   */
  void body() {
    int mark = scan.ctes.size();
    boolean with = with();
    if (dml.startsHere(with)) {
      dml.statement();
    } else {
      level(START);
    }
    scan.forgetCtes(mark);
  }

  /** A query and nothing else, perhaps with a leading WITH. */
  void query() {
    int mark = scan.ctes.size();
    with();
    level(START);
    scan.forgetCtes(mark);
  }

  private boolean with() {
    boolean with = scan.kind() == Keyword.WITH;
    if (with) {
      new WithClause(scan, this).read();
    }
    return with;
  }

  /** An expression or list of them, up to the end of its level. */
  void expression() {
    level(EXPRESSION);
  }

  /** One expression of a list. */
  void expressionUpToComma() {
    stop = Token.COMMA;
    level(EXPRESSION);
    stop = -1;
  }

  /** A list of tables and what follows them, up to the end of the level. */
  void tables() {
    level(TABLE);
  }

  /** A list of tables up to SET. */
  void tablesUpToSet() {
    stop = Keyword.SET;
    level(TABLE);
    stop = -1;
  }

  /** The VALUES of an INSERT and what follows them. */
  void afterInsertTarget() {
    level(EXPRESSION);
  }

  /** The rest after a table that has been read. */
  void afterTable() {
    level(AFTER_TABLE);
  }

  private void level(int start) {
    int clause = start;
    boolean query = start != EXPRESSION;
    if (start == START && !startsQuery(scan.kind())) {
      scan.raise(Scan.PRIMARY, "not a query");
    }
    while (true) {
      int kind = scan.kind();
      if (kind == stop && (clause >= TABLE || kind == Token.COMMA)) {
        return;
      }
      switch (kind) {
        case Token.END, Token.SEMICOLON, Token.CLOSE -> {
          return;
        }
        case Token.OPEN -> clause = parenthesis(clause);
        case Token.COMMA -> {
          scan.at++;
          clause = clause >= TABLE ? TABLE : clause;
        }
        case Keyword.SELECT -> {
          select();
          query = true;
          clause = EXPRESSION;
        }
        case Keyword.FROM -> clause = from(clause, query);
        default -> clause = kind >= Token.WORD ? word(kind, clause) : other(kind, clause);
      }
    }
  }

  private void select() {
    scan.grouping = false;
    scan.at++;
    if (!scan.postgresql) {
      MySqlStatements.selectOptions(scan);
    } else if (scan.kind() == Keyword.DISTINCT
        && scan.kind(1) == Keyword.ON
        && scan.kind(2) == Token.OPEN) {
      scan.at += 2;
      parenthesis(EXPRESSION);
      scan.expressionStart = scan.at;
    }
  }

  private static boolean startsQuery(int kind) {
    return kind == Keyword.SELECT
        || kind == Token.OPEN
        || kind == Keyword.VALUES
        || kind == Keyword.TABLE
        || kind == Keyword.WITH;
  }

  private int from(int clause, boolean query) {
    boolean comparison =
        scan.kind(-1) == Keyword.DISTINCT
            && (scan.kind(-2) == Keyword.IS || scan.kind(-2) == Keyword.NOT);
    scan.at++;
    return query && !comparison ? TABLE : clause;
  }

  /** A parenthesis in the given clause; gives the clause after it. */
  private int parenthesis(int clause) {
    scan.at++;
    if (!scan.enter()) {
      return clause;
    }
    int outerStop = stop;
    stop = -1;
    int kind = scan.kind();
    if (kind == Keyword.WITH || dml.startsHere(false)) {
      body();
    } else if (kind == Keyword.SELECT || (kind == Keyword.TABLE && Token.isName(scan.kind(1)))) {
      level(START);
    } else if (kind == Keyword.VALUES && clause != EXPRESSION) {
      level(START);
    } else {
      level(clause == AFTER_TABLE || clause == ON ? EXPRESSION : clause);
    }
    stop = outerStop;
    scan.leave();
    if (!scan.accept(Token.CLOSE)) {
      scan.abandon("unbalanced parenthesis");
    }
    return clause == TABLE ? AFTER_TABLE : clause == START ? EXPRESSION : clause;
  }

  private int other(int kind, int clause) {
    switch (kind) {
      case Token.USER_VARIABLE -> {
        if (scan.kind(1) == Token.ASSIGN) {
          scan.raise(Scan.PIN, "assigns a user variable");
        } else {
          scan.raise(Scan.SAME, "reads a user variable");
        }
      }
      case Token.SYSTEM_VARIABLE -> calls.systemVariable();
      case Token.OPEN_BRACE -> {
        return brace(clause);
      }
      case Token.CAST -> {
        calls.type();
        return clause;
      }
      case Token.QUOTED -> {
        return name(clause);
      }
      case Token.BAD -> {
        scan.abandon("not understood text");
        return clause;
      }
      default -> {}
    }
    scan.at++;
    return clause;
  }

  private int brace(int clause) {
    scan.at++;
    switch (scan.kind()) {
      case Keyword.FN, Keyword.ESCAPE, Keyword.LIMIT, Keyword.OJ -> scan.at++;
      default -> {
        if (scan.kind(1) == Token.STRING && isTimeEscape()) {
          scan.at++;
        } else {
          scan.raise(Scan.PRIMARY, "JDBC escape that is not a plain read");
        }
      }
    }
    return clause;
  }

  /** Besides the letters of JDBC, the words that MySQL reads alike. */
  private boolean isTimeEscape() {
    return scan.is("d")
        || scan.is("t")
        || scan.is("ts")
        || (!scan.postgresql && (scan.is("date") || scan.is("time") || scan.is("timestamp")));
  }

  /** A word: a keyword that matters here, or a name. */
  private int word(int kind, int clause) {
    switch (kind) {
      case Keyword.WHERE, Keyword.GROUP, Keyword.HAVING, Keyword.ORDER, Keyword.LIMIT -> {
        scan.grouping = kind == Keyword.GROUP;
        if (scan.kind(1) == Token.OPEN || clause != EXPRESSION) {
          scan.at++;
          return EXPRESSION;
        }
      }
      case Keyword.UNION, Keyword.INTERSECT, Keyword.EXCEPT -> {
        scan.at++;
        if (scan.kind() == Keyword.ALL || scan.kind() == Keyword.DISTINCT) {
          scan.at++;
        }
        return START;
      }
      case Keyword.TABLE -> {
        if (clause == START) {
          scan.at++;
          return TABLE;
        }
      }
      case Keyword.VALUES -> {
        if (clause == START || clause == TABLE) {
          scan.at++;
          return EXPRESSION;
        }
      }
      case Keyword.INTO -> {
        names.selectInto();
        return clause;
      }
      case Keyword.FOR -> {
        return forWord(clause);
      }
      case Keyword.LOCK -> {
        if (!scan.postgresql && scan.kind(1) == Keyword.IN) {
          scan.raise(Scan.PRIMARY, "locking read");
        }
      }
      case Keyword.PROCEDURE -> {
        if (!scan.postgresql) {
          if (scan.kind(1) == Keyword.ANALYSE && scan.kind(2) == Token.OPEN) {
            scan.at += 2;
            return clause;
          }
          scan.raise(Scan.PRIMARY, "PROCEDURE clause");
        }
      }
      default -> {}
    }
    return clause >= TABLE ? tableWord(kind, clause) : name(clause);
  }

  private int forWord(int clause) {
    switch (scan.kind(1)) {
      case Keyword.UPDATE, Keyword.SHARE, Keyword.NO, Keyword.KEY ->
          scan.raise(Scan.PRIMARY, "locking read");
      case Keyword.SYSTEM_TIME -> {
        scan.at++;
        return ON;
      }
      default -> {}
    }
    boolean indexHint = scan.kind(-1) == Keyword.INDEX || scan.kind(-1) == Keyword.KEY;
    scan.at++;
    while (indexHint && scan.kind() >= Token.WORD) {
      scan.at++;
    }
    return clause;
  }

  /** A word in a list of tables. */
  private int tableWord(int kind, int clause) {
    if (clause == TABLE) {
      return table(kind);
    }
    switch (kind) {
      case Keyword.JOIN, Keyword.STRAIGHT_JOIN -> {
        scan.at++;
        return TABLE;
      }
      case Keyword.ON -> {
        scan.at++;
        return ON;
      }
      case Keyword.WINDOW, Keyword.OFFSET, Keyword.FETCH, Keyword.RETURNING, Keyword.SET -> {
        if (kind == Keyword.RETURNING || kind == Keyword.SET || scan.postgresql || clause == ON) {
          scan.at++;
          return EXPRESSION;
        }
      }
      case Token.WORD -> {
        if (scan.is("qualify")) {
          scan.at++;
          return EXPRESSION;
        }
      }
      case Keyword.TABLESAMPLE -> {
        calls.sampling();
        return clause;
      }
      default -> {}
    }
    if (clause == ON) {
      return name(clause);
    }
    scan.at++;
    return clause;
  }

  private int table(int kind) {
    if (kind == Keyword.LATERAL
        || kind == Keyword.TABLE
        || (kind == Keyword.ONLY && scan.postgresql)) {
      scan.at++;
      return TABLE;
    }
    if (kind == Keyword.ROWS && scan.kind(1) == Keyword.FROM && scan.kind(2) == Token.OPEN) {
      scan.at += 2;
      return TABLE;
    }
    int end = scan.nameEnd();
    if (tokens.kind(end + 1) == Token.OPEN) {
      calls.call(end);
      return AFTER_TABLE;
    }
    names.read(end);
    scan.at = end + 1;
    return AFTER_TABLE;
  }

  /** A name in an expression, perhaps of a function. */
  private int name(int clause) {
    if (clause == TABLE) {
      return table(Token.QUOTED);
    }
    if (clause == AFTER_TABLE) {
      scan.at++;
      return clause;
    }
    calls.name();
    return clause;
  }
}
