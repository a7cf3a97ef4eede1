package dev.sluice.sql;

/** PostgreSQL, with the JDBC driver's {@code ?} parameters and {@code ??} for the operator. */
final class PostgreSqlLexer extends Lexer {
  private static final String NEIGHBOURS = "<>=!~@#%^&|*+-/`";

  /** Deeper nested comments are not understood. */
  private static final int DEEPEST_COMMENT = 1000;

  private final boolean backslash;

  PostgreSqlLexer(String sql, LexerMode mode) {
    super(sql);
    this.backslash = mode.backslashEscapes();
  }

  @Override
  void nameStart(char c) {
    char next = peek(1);
    if (next == '\'') {
      switch (c) {
        case 'e', 'E' -> string(at, at + 1, true);
        case 'b', 'B', 'x', 'X' -> string(at, at + 1, false);
        case 'n', 'N' -> string(at, at + 1, backslash);
        default -> word();
      }
    } else if (next == '&' && (c | 0x20) == 'u' && peek(2) == '\'') {
      string(at, at + 2, false);
    } else if (next == '&' && (c | 0x20) == 'u' && peek(2) == '"') {
      // its escapes could hide any name
      bad();
    } else {
      word();
    }
  }

  /** A string goes on after white space with a line break, under the rules of its first part. */
  private void string(int start, int open, boolean escapes) {
    int close = closing(open, '\'', escapes);
    while (close >= 0) {
      int next = continuation(close);
      if (next < 0) {
        tokens.add(Token.STRING, start, close);
        at = close;
        return;
      }
      close = closing(next, '\'', escapes);
    }
    at = start;
    bad();
  }

  private int continuation(int from) {
    boolean newLine = false;
    int i = from;
    while (i < length) {
      char c = sql.charAt(i);
      if (c == '\n' || c == '\r') {
        newLine = true;
      } else if (c == '\'') {
        return newLine ? i : -1;
      } else if (c == '-' && i + 1 < length && sql.charAt(i + 1) == '-') {
        i = lineEnd(i) - 1;
      } else if (c != ' ' && c != '\t' && c != '\f' && c != '\u000b') {
        return -1;
      }
      i++;
    }
    return -1;
  }

  private int lineEnd(int from) {
    int i = from;
    while (i < length && sql.charAt(i) != '\n' && sql.charAt(i) != '\r') {
      i++;
    }
    return i;
  }

  @Override
  void number() {
    int end = radixEnd();
    if (end < 0) {
      end = decimal();
      // 1..10 is not a number with a fraction
      if (end - at >= 2 && sql.charAt(end - 1) == '.' && end < length && sql.charAt(end) == '.') {
        end--;
      }
      while (end + 1 < length && sql.charAt(end) == '_' && isDigit(sql.charAt(end + 1))) {
        end = afterUnderscore(end + 1);
      }
    }
    if (end < length && isNamePart(sql.charAt(end))) {
      // older and newer servers cut this differently
      bad();
      return;
    }
    tokens.add(Token.NUMBER, at, end);
    at = end;
  }

  private int afterUnderscore(int from) {
    int saved = at;
    at = from;
    int end = decimal();
    at = saved;
    return end;
  }

  private int radixEnd() {
    char second = (char) (peek(1) | 0x20);
    if (sql.charAt(at) != '0' || (second != 'x' && second != 'o' && second != 'b')) {
      return -1;
    }
    int radix = second == 'x' ? 16 : second == 'o' ? 8 : 2;
    int i = at + 2;
    while (i < length
        && (sql.charAt(i) == '_'
            || (sql.charAt(i) < 128 && Character.digit(sql.charAt(i), radix) >= 0))) {
      i++;
    }
    return i > at + 2 ? i : -1;
  }

  @Override
  void symbol(char c) {
    switch (c) {
      case '\'' -> string(at, at, backslash);
      case '"' -> quoted(Token.QUOTED, at, at, false);
      case '-' -> minus();
      case '/' -> slash();
      case '$' -> dollar();
      case '?' -> question();
      case '.' -> dot();
      case ':' -> colon();
      case '\0', '\\' -> bad();
      default -> other(c);
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

  private void minus() {
    if (peek(1) == '-') {
      at = lineEnd(at);
    } else {
      operator('-', NEIGHBOURS);
    }
  }

  private void slash() {
    if (peek(1) != '*') {
      operator('/', NEIGHBOURS);
      return;
    }
    int depth = 1;
    int i = at + 2;
    while (i + 1 < length && depth > 0 && depth < DEEPEST_COMMENT) {
      char c = sql.charAt(i);
      char next = sql.charAt(i + 1);
      if (c == '/' && next == '*') {
        depth++;
        i += 2;
      } else if (c == '*' && next == '/') {
        depth--;
        i += 2;
      } else {
        i++;
      }
    }
    if (depth > 0) {
      bad();
    } else {
      hint(at + 2, i - 2);
      at = i;
    }
  }

  private void dollar() {
    int i = at + 1;
    if (isDigit(peek(1))) {
      while (i < length && isDigit(sql.charAt(i))) {
        i++;
      }
      tokens.add(Token.PARAMETER, at, i);
      at = i;
      return;
    }
    while (i < length && isNamePart(sql.charAt(i)) && sql.charAt(i) != '$') {
      i++;
    }
    if (i >= length || sql.charAt(i) != '$') {
      bad();
      return;
    }
    int tag = i + 1 - at;
    int close = sql.indexOf(sql.substring(at, i + 1), i + 1);
    if (close < 0) {
      bad();
      return;
    }
    tokens.add(Token.STRING, at, close + tag);
    at = close + tag;
  }

  private void question() {
    if (peek(1) == '?') {
      tokens.add(Token.OPERATOR, at, at + 2);
      at += 2;
    } else {
      single(Token.PARAMETER);
    }
  }

  private void dot() {
    if (isDigit(peek(1)) && !(tokens.count() > 0 && tokens.end(tokens.count() - 1) == at)) {
      int end = decimal();
      tokens.add(Token.NUMBER, at, end);
      at = end;
    } else {
      single(Token.DOT);
    }
  }

  private void colon() {
    char next = peek(1);
    if (next == ':' || next == '=') {
      tokens.add(next == ':' ? Token.CAST : Token.ASSIGN, at, at + 2);
      at += 2;
    } else {
      single(Token.OPERATOR);
    }
  }

  @Override
  void ended() {}
}
