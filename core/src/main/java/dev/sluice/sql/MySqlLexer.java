package dev.sluice.sql;

/**
 * MySQL and MariaDB. Executable comments are read as code; where it depends on the server's version
 * whether they are, the text is read twice, see {@link SqlScanner}.
 */
final class MySqlLexer extends Lexer {
  private static final String NEIGHBOURS = "<>=!:";

  /**
   * MySQL 8 and MariaDB 10 execute what is marked for versions below this; above it they differ.
   */
  private static final int ALWAYS_EXECUTED_BELOW = 50_700;

  private final boolean ansiQuotes;
  private final boolean backslash;
  private final boolean runConditional;
  private boolean inComment;

  MySqlLexer(String sql, LexerMode mode, boolean runConditional) {
    super(sql);
    this.ansiQuotes = mode.ansiQuotes();
    this.backslash = mode.backslashEscapes();
    this.runConditional = runConditional;
  }

  @Override
  void nameStart(char c) {
    if (peek(1) == '\'' && (c == 'x' || c == 'X' || c == 'b' || c == 'B' || c == 'n' || c == 'N')) {
      quoted(Token.STRING, at, at + 1, backslash);
    } else {
      word();
    }
  }

  @Override
  void number() {
    int end = numberEnd();
    if (end < length && isNamePart(sql.charAt(end))) {
      wordOrNumber(end);
    } else {
      tokens.add(Token.NUMBER, at, end);
      at = end;
    }
  }

  /** A name may start with digits: {@code 1a}; but not with a fraction. */
  private void wordOrNumber(int end) {
    for (int i = at; i < end; i++) {
      char c = sql.charAt(i);
      if (c == '.' || c == '+' || c == '-') {
        tokens.add(Token.NUMBER, at, end);
        at = end;
        return;
      }
    }
    word();
  }

  private int numberEnd() {
    char second = peek(1);
    if (sql.charAt(at) == '0' && (second == 'x' || second == 'b')) {
      int i = at + 2;
      while (i < length && isRadixDigit(sql.charAt(i), second == 'x')) {
        i++;
      }
      if (i > at + 2 && (i == length || !isNamePart(sql.charAt(i)))) {
        return i;
      }
    }
    return decimal();
  }

  private static boolean isRadixDigit(char c, boolean hex) {
    return hex ? Character.digit(c, 16) >= 0 && c < 128 : c == '0' || c == '1';
  }

  @Override
  void symbol(char c) {
    switch (c) {
      case '\'' -> quoted(Token.STRING, at, at, backslash);
      case '"' ->
          quoted(ansiQuotes ? Token.QUOTED : Token.STRING, at, at, backslash && !ansiQuotes);
      case '`' -> quoted(Token.QUOTED, at, at, false);
      case '#' -> lineComment();
      case '-' -> minus();
      case '/' -> slash();
      case '*' -> star();
      case '@' -> variable();
      case '?' -> single(Token.PARAMETER);
      case '.' -> dot();
      case ':' -> colon();
      case '\\' -> backslash();
      case '\0', '$' -> bad();
      default -> other(c);
    }
  }

  /** {@code \N} is another way to write NULL; outside of literals nothing else starts so. */
  private void backslash() {
    if (peek(1) == 'N') {
      tokens.add(Keyword.NULL, at, at + 2);
      at += 2;
    } else {
      bad();
    }
  }

  private void other(char c) {
    int kind = punctuation(c);
    if (kind >= 0) {
      single(kind);
    } else if (c < ' ' || c == 127) {
      bad();
    } else {
      operator(c, NEIGHBOURS);
    }
  }

  private void dot() {
    boolean afterName =
        tokens.count() > 0
            && tokens.end(tokens.count() - 1) == at
            && Token.isName(tokens.kind(tokens.count() - 1));
    if (isDigit(peek(1)) && !afterName) {
      int end = decimal();
      tokens.add(Token.NUMBER, at, end);
      at = end;
      return;
    }
    single(Token.DOT);
    // after the dot of a qualified name digits start a name
    if (afterName && isDigit(peek(0))) {
      word();
    }
  }

  private void colon() {
    if (peek(1) == '=') {
      tokens.add(Token.ASSIGN, at, at + 2);
      at += 2;
    } else {
      single(Token.OPERATOR);
    }
  }

  private void minus() {
    char after = peek(2);
    if (peek(1) == '-' && (at + 2 >= length || after <= ' ' || after == 127)) {
      lineComment();
    } else {
      operator('-', NEIGHBOURS);
    }
  }

  private void lineComment() {
    int end = sql.indexOf('\n', at);
    at = end < 0 ? length : end + 1;
  }

  private void star() {
    if (inComment && peek(1) == '/') {
      inComment = false;
      at += 2;
    } else {
      operator('*', NEIGHBOURS);
    }
  }

  private void slash() {
    if (peek(1) != '*') {
      operator('/', NEIGHBOURS);
    } else if (peek(2) == '!') {
      executable(at + 3, false);
    } else if (peek(2) == 'M' && peek(3) == '!') {
      executable(at + 4, true);
    } else {
      comment();
    }
  }

  private void comment() {
    int end = sql.indexOf("*/", at + 2);
    if (end < 0 || (sql.charAt(at + 2) == '+' && hidesEnd(at + 3, end))) {
      bad();
      return;
    }
    hint(at + 2, end);
    at = end + 2;
  }

  /**
   * An optimizer hint may hold quoted names, which could hide its end. Servers differ in what they
   * take for a quote, and whether a hint is one depends on where it stands: so no quote may hold
   * another kind of quote, or a backslash, or be open where a plain comment ends.
   */
  private boolean hidesEnd(int from, int to) {
    char open = 0;
    for (int i = from; i < to; i++) {
      char c = sql.charAt(i);
      boolean quote = c == '`' || c == '"' || c == '\'';
      if (open == 0) {
        open = quote ? c : 0;
      } else if (c == open) {
        open = 0;
      } else if (quote || c == '\\') {
        return true;
      }
    }
    return open != 0;
  }

  private void executable(int from, boolean mariadbOnly) {
    if (inComment) {
      bad();
      return;
    }
    tokens.executableComment = true;
    int digits = 0;
    int version = 0;
    while (digits < 6 && from + digits < length && isDigit(sql.charAt(from + digits))) {
      version = version * 10 + sql.charAt(from + digits) - '0';
      digits++;
    }
    boolean versioned = digits >= 5;
    boolean always =
        !mariadbOnly && (!versioned || (digits == 5 && version < ALWAYS_EXECUTED_BELOW));
    if (!always) {
      int condition = (versioned ? version : 0) * 2 + (mariadbOnly ? 1 : 0);
      tokens.mixedConditions |= tokens.conditional && tokens.condition != condition;
      tokens.conditional = true;
      tokens.condition = condition;
    }
    if (always || runConditional) {
      inComment = true;
      at = versioned ? from + digits : from;
    } else {
      skipExecutable(from);
    }
  }

  private void skipExecutable(int from) {
    int end = sql.indexOf("*/", from);
    int nested = sql.indexOf("/*", from);
    if (end < 0 || (nested >= 0 && nested < end)) {
      bad();
    } else {
      at = end + 2;
    }
  }

  private void variable() {
    int start = at;
    boolean system = peek(1) == '@';
    int kind = system ? Token.SYSTEM_VARIABLE : Token.USER_VARIABLE;
    at += system ? 2 : 1;
    char c = peek(0);
    if (c == '`' || (!system && (c == '\'' || c == '"'))) {
      quoted(kind, start, at, backslash && c != '`' && !(c == '"' && ansiQuotes));
      return;
    }
    int i = at;
    while (i < length && (isNamePart(sql.charAt(i)) || (!system && sql.charAt(i) == '.'))) {
      i++;
    }
    if (i == at) {
      at = start;
      bad();
      return;
    }
    tokens.add(kind, start, i);
    at = i;
  }

  @Override
  void ended() {
    if (inComment) {
      bad();
    }
  }
}
