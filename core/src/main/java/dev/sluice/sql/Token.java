package dev.sluice.sql;

/** Kinds of tokens. Values from {@link #WORD} on are unquoted words, see {@link Keyword}. */
final class Token {
  static final int END = 0;
  static final int STRING = 1;
  static final int NUMBER = 2;

  /** A JDBC parameter, or {@code $1}. */
  static final int PARAMETER = 3;

  /** A quoted identifier. */
  static final int QUOTED = 4;

  static final int USER_VARIABLE = 5;
  static final int SYSTEM_VARIABLE = 6;

  /** One character of any other operator. */
  static final int OPERATOR = 7;

  static final int ASSIGN = 8;
  static final int CAST = 9;

  /** An equals sign that is not part of a longer operator. */
  static final int EQUAL = 10;

  static final int OPEN = 11;
  static final int CLOSE = 12;
  static final int COMMA = 13;
  static final int DOT = 14;
  static final int SEMICOLON = 15;
  static final int OPEN_BRACE = 16;
  static final int CLOSE_BRACE = 17;
  static final int OPEN_BRACKET = 18;
  static final int CLOSE_BRACKET = 19;

  /** Something that is not understood: nothing after it can be trusted. */
  static final int BAD = 20;

  static final int WORD = 32;

  private Token() {}

  static boolean isName(int kind) {
    return kind >= WORD || kind == QUOTED;
  }

  static boolean isLiteral(int kind) {
    return kind == STRING || kind == NUMBER || kind == PARAMETER;
  }
}
