package dev.sluice.sql;

import java.util.Locale;

/**
 * Makes the normalised text of a statement and its fingerprint. Every literal becomes a question
 * mark, lists of them and rows of VALUES become one; comments go, white space is made even,
 * keywords are in upper case. What is not understood is cut off, so that no literal can leak.
 */
final class Normalizer {
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;

  private final Tokens tokens;
  private final boolean postgresql;
  private final StringBuilder out;

  /** Depth of parentheses, and the depth at which rows of VALUES stand, or -1. */
  private int depth;

  private int rowDepth = -1;
  private int rowStart = -1;
  private int previousStart = -1;
  private int previousEnd = -1;
  private int at;

  /** The token that was written last. */
  private int last = -1;

  private Normalizer(Tokens tokens, boolean postgresql) {
    this.tokens = tokens;
    this.postgresql = postgresql;
    this.out = new StringBuilder(Math.min(tokens.sql.length(), 4096) + 16);
  }

  static String normalize(String sql, LexerMode mode) {
    Tokens tokens = Lexer.read(sql, mode, true);
    return new Normalizer(tokens, mode.dialect() == Dialect.POSTGRESQL).run();
  }

  /** FNV-1a over the characters; never 0. */
  static long fingerprint(String text) {
    long hash = FNV_OFFSET;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * FNV_PRIME;
    }
    hash ^= hash >>> 32;
    return hash == 0 ? 1 : hash;
  }

  private String run() {
    int count = tokens.count();
    while (count > 0 && tokens.kind(count - 1) == Token.SEMICOLON) {
      count--;
    }
    while (at < count) {
      token(tokens.kind(at));
      at++;
    }
    return out.toString();
  }

  private void token(int kind) {
    switch (kind) {
      case Token.OPEN, Token.OPEN_BRACKET -> open(kind);
      case Token.CLOSE -> close();
      case Token.STRING, Token.NUMBER, Token.PARAMETER, Token.BAD -> emit("?");
      case Token.USER_VARIABLE -> {
        char name = tokens.sql.charAt(Math.min(tokens.start(at) + 1, tokens.end(at) - 1));
        emit(name == '\'' || name == '"' || name == '`' ? "@?" : tokens.text(at));
      }
      case Token.OPERATOR -> {
        if (!isSign()) {
          emit(tokens.text(at));
        }
      }
      case Token.COMMA, Token.SEMICOLON -> {
        if (kind == Token.SEMICOLON || (depth <= rowDepth && tokens.kind(at + 1) != Token.OPEN)) {
          endRows();
        }
        emit(tokens.text(at));
      }
      default -> {
        if (kind >= Token.WORD) {
          word(kind);
        } else {
          emit(tokens.text(at));
        }
      }
    }
  }

  private void word(int kind) {
    if (kind == Token.WORD) {
      String text = tokens.text(at);
      emit(postgresql ? text.toLowerCase(Locale.ROOT) : text);
    } else if (rowDepth >= 0 && depth > rowDepth && isValueWord(kind)) {
      emit("?");
    } else {
      boolean rows =
          (kind == Keyword.VALUES || kind == Keyword.VALUE)
              && tokens.kind(at + 1) == Token.OPEN
              && rowDepth < 0;
      if (depth <= rowDepth) {
        endRows();
      }
      emit(tokens.text(at).toUpperCase(Locale.ROOT));
      if (rows) {
        rowDepth = depth;
      }
    }
  }

  private static boolean isValueWord(int kind) {
    return kind == Keyword.NULL
        || kind == Keyword.DEFAULT
        || kind == Keyword.TRUE
        || kind == Keyword.FALSE;
  }

  private void endRows() {
    rowDepth = -1;
    previousStart = -1;
  }

  private void open(int kind) {
    boolean list = kind == Token.OPEN_BRACKET || tokens.kind(at - 1) == Keyword.IN;
    int end = list ? plainListEnd() : -1;
    if (end > 0) {
      emit(kind == Token.OPEN ? "(" : "[");
      out.append('?').append(kind == Token.OPEN ? ')' : ']');
      at = end;
      last = end;
      return;
    }
    emit(tokens.text(at));
    if (kind == Token.OPEN) {
      if (depth == rowDepth) {
        rowStart = out.length() - 1;
      }
      depth++;
    }
  }

  private void close() {
    emit(tokens.text(at));
    depth--;
    if (depth < rowDepth) {
      endRows();
    } else if (depth == rowDepth && rowStart >= 0) {
      int end = out.length();
      if (previousStart >= 0 && sameRow(end)) {
        out.setLength(previousEnd);
      } else {
        previousStart = rowStart;
        previousEnd = end;
      }
      rowStart = -1;
    }
  }

  private boolean sameRow(int end) {
    int length = end - rowStart;
    if (length != previousEnd - previousStart) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (out.charAt(previousStart + i) != out.charAt(rowStart + i)) {
        return false;
      }
    }
    return true;
  }

  /** The index of the parenthesis or bracket that closes a list of plain values, or -1. */
  private int plainListEnd() {
    int i = at + 1;
    while (true) {
      if (tokens.kind(i) == Token.OPERATOR && tokens.kind(i + 1) == Token.NUMBER) {
        i++;
      }
      if (!Token.isLiteral(tokens.kind(i)) && !isValueWord(tokens.kind(i))) {
        return -1;
      }
      i++;
      if (tokens.kind(i) == Token.CLOSE || tokens.kind(i) == Token.CLOSE_BRACKET) {
        return i;
      }
      if (tokens.kind(i) != Token.COMMA) {
        return -1;
      }
      i++;
    }
  }

  /** A sign that belongs to a number. */
  private boolean isSign() {
    char c = tokens.sql.charAt(tokens.start(at));
    if ((c != '-' && c != '+') || tokens.kind(at + 1) != Token.NUMBER) {
      return false;
    }
    int before = tokens.kind(at - 1);
    return switch (before) {
      case Token.OPEN,
          Token.OPEN_BRACKET,
          Token.COMMA,
          Token.EQUAL,
          Token.ASSIGN,
          Token.OPERATOR,
          Token.END ->
          true;
      default -> before > Token.WORD && Keyword.neverCalled(before, postgresql);
    };
  }

  private void emit(String text) {
    if (needsSpace()) {
      out.append(' ');
    }
    out.append(text);
    last = at;
  }

  private boolean needsSpace() {
    if (out.length() == 0) {
      return false;
    }
    int before = tokens.kind(last);
    int kind = tokens.kind(at);
    switch (kind) {
      case Token.CLOSE,
          Token.CLOSE_BRACKET,
          Token.COMMA,
          Token.SEMICOLON,
          Token.DOT,
          Token.CAST -> {
        return false;
      }
      default -> {}
    }
    switch (before) {
      case Token.OPEN, Token.OPEN_BRACKET, Token.DOT, Token.CAST -> {
        return false;
      }
      case Token.OPERATOR, Token.EQUAL -> {
        boolean joined =
            tokens.end(last) == tokens.start(at) && (kind == Token.OPERATOR || kind == Token.EQUAL);
        return !joined;
      }
      default -> {}
    }
    return switch (kind) {
      case Token.OPEN_BRACKET -> false;
      case Token.OPEN ->
          !(before == Token.WORD
              || before == Token.QUOTED
              || (before > Token.WORD && !Keyword.neverCalled(before, postgresql)));
      default -> true;
    };
  }
}
