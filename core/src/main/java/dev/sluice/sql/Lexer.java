package dev.sluice.sql;

/**
 * Cuts text into tokens; what both families of dialects have in common. One lexer reads one text
 * once. It never throws; what it does not understand becomes {@link Token#BAD} and ends the text,
 * because nothing after it could be trusted.
 */
abstract class Lexer {
  static final int SPACE = 1;
  static final int NAME_START = 2;
  static final int DIGIT = 3;
  private static final byte[] CLASSES = classes();

  final String sql;
  final int length;
  final Tokens tokens;
  int at;

  Lexer(String sql) {
    this.sql = sql;
    this.length = sql.length();
    this.tokens = new Tokens(sql);
  }

  static Tokens read(String sql, LexerMode mode, boolean runConditional) {
    Lexer lexer =
        mode.dialect() == Dialect.POSTGRESQL
            ? new PostgreSqlLexer(sql, mode)
            : new MySqlLexer(sql, mode, runConditional);
    lexer.run();
    return lexer.tokens;
  }

  private void run() {
    while (at < length) {
      char c = sql.charAt(at);
      switch (c < 128 ? CLASSES[c] : NAME_START) {
        case SPACE -> at++;
        case NAME_START -> nameStart(c);
        case DIGIT -> number();
        default -> symbol(c);
      }
    }
    ended();
  }

  /** A character that can start a name. */
  abstract void nameStart(char c);

  /** A character that is neither space, nor digit, nor starts a name. */
  abstract void symbol(char c);

  abstract void number();

  /** The text has ended. */
  abstract void ended();

  /** Everything from here on is not understood. */
  final void bad() {
    tokens.add(Token.BAD, Math.min(at, length), length);
    at = length;
  }

  final void single(int kind) {
    tokens.add(kind, at, at + 1);
    at++;
  }

  /** A name from {@link #at}, which may hold a dollar sign after its first character. */
  final void word() {
    int start = at;
    int hash = 0;
    int i = start;
    while (i < length) {
      char c = sql.charAt(i);
      if (!isNamePart(c)) {
        break;
      }
      hash = hash * 31 + (c | 0x20);
      i++;
    }
    at = i;
    tokens.add(Keyword.kind(sql, start, i, hash), start, i);
  }

  static boolean isNamePart(char c) {
    return c >= 128 || CLASSES[c] >= NAME_START || c == '$';
  }

  static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  final char peek(int offset) {
    int index = at + offset;
    return index < length ? sql.charAt(index) : '\0';
  }

  /**
   * The position after the quote that closes what opens at {@code open}, or -1. Doubled quotes do
   * not close.
   */
  final int closing(int open, char quote, boolean backslash) {
    int i = open + 1;
    while (i < length) {
      char c = sql.charAt(i);
      if (c == quote) {
        if (i + 1 < length && sql.charAt(i + 1) == quote) {
          i += 2;
          continue;
        }
        return i + 1;
      }
      i += c == '\\' && backslash ? 2 : 1;
    }
    return -1;
  }

  /** A quoted token that started at {@code start} and whose opening quote is at {@code open}. */
  final boolean quoted(int kind, int start, int open, boolean backslash) {
    int close = closing(open, sql.charAt(open), backslash);
    if (close < 0) {
      at = start;
      bad();
      return false;
    }
    tokens.add(kind, start, close);
    at = close;
    return true;
  }

  /** Digits with a fraction and an exponent, from {@link #at}; gives the position after them. */
  final int decimal() {
    int i = at;
    while (i < length && isDigit(sql.charAt(i))) {
      i++;
    }
    if (i < length && sql.charAt(i) == '.') {
      i++;
      while (i < length && isDigit(sql.charAt(i))) {
        i++;
      }
    }
    return exponent(i);
  }

  private int exponent(int from) {
    if (from < length && (sql.charAt(from) | 0x20) == 'e') {
      int i = from + 1;
      if (i < length && (sql.charAt(i) == '+' || sql.charAt(i) == '-')) {
        i++;
      }
      int digits = i;
      while (i < length && isDigit(sql.charAt(i))) {
        i++;
      }
      return i > digits ? i : from;
    }
    return from;
  }

  /** The kind of a punctuation mark that means the same in all dialects, or -1. */
  static int punctuation(char c) {
    return switch (c) {
      case '(' -> Token.OPEN;
      case ')' -> Token.CLOSE;
      case ',' -> Token.COMMA;
      case '.' -> Token.DOT;
      case ';' -> Token.SEMICOLON;
      case '{' -> Token.OPEN_BRACE;
      case '}' -> Token.CLOSE_BRACE;
      case '[' -> Token.OPEN_BRACKET;
      case ']' -> Token.CLOSE_BRACKET;
      default -> -1;
    };
  }

  /** An operator's character; an equals sign that stands alone is a token of its own. */
  final void operator(char c, String neighbours) {
    if (c != '=') {
      single(Token.OPERATOR);
      return;
    }
    boolean joined =
        (at > 0 && neighbours.indexOf(sql.charAt(at - 1)) >= 0)
            || (at + 1 < length && neighbours.indexOf(sql.charAt(at + 1)) >= 0);
    single(joined ? Token.OPERATOR : Token.EQUAL);
  }

  /** Takes a leading comment {@code sluice:primary} or {@code sluice:replica} for what it says. */
  final void hint(int from, int to) {
    if (tokens.count() > 0 || to - from > 64) {
      return;
    }
    String text = sql.substring(from, to).strip();
    if (text.equals("sluice:primary")) {
      tokens.primaryHint = true;
    } else if (text.equals("sluice:replica")) {
      tokens.replicaHint = true;
    }
  }

  private static byte[] classes() {
    byte[] classes = new byte[128];
    for (char c : " \t\n\r\f\u000b".toCharArray()) {
      classes[c] = SPACE;
    }
    for (char c = 'a'; c <= 'z'; c++) {
      classes[c] = NAME_START;
      classes[c - 32] = NAME_START;
    }
    classes['_'] = NAME_START;
    for (char c = '0'; c <= '9'; c++) {
      classes[c] = DIGIT;
    }
    return classes;
  }
}
