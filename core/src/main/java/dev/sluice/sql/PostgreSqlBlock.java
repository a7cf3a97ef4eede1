package dev.sluice.sql;

import java.util.Locale;
import java.util.Set;

/**
 * The text of a DO block, which is code of a language of its own: looks for words, wherever they
 * stand, with which it may leave something in the session.
 */
final class PostgreSqlBlock {
  private static final Set<String> WORDS =
      Set.of(
          "set",
          "set_config",
          "setseed",
          "reset",
          "discard",
          "temp",
          "temporary",
          "listen",
          "unlisten",
          "prepare",
          "deallocate",
          "load",
          "hold",
          "execute");

  private final Tokens tokens;

  PostgreSqlBlock(Tokens tokens) {
    this.tokens = tokens;
  }

  /** Reads what follows DO, to the end of the statement. */
  boolean mayChangeSession(int from) {
    for (int i = from; tokens.kind(i) != Token.END && tokens.kind(i) != Token.SEMICOLON; i++) {
      boolean otherLanguage = tokens.is(i, "language") && !tokens.is(i + 1, "plpgsql");
      if (otherLanguage || (tokens.kind(i) == Token.STRING && mayChangeSession(tokens.text(i)))) {
        return true;
      }
    }
    return false;
  }

  private static boolean mayChangeSession(String literal) {
    char first = literal.charAt(0);
    if (first != '$' && (first != '\'' || literal.indexOf('\\') >= 0)) {
      // escapes could hide any word
      return true;
    }
    int start = 0;
    for (int i = 0; i < literal.length(); i++) {
      if (!Lexer.isNamePart(literal.charAt(i))) {
        if (changesSession(literal.substring(start, i).toLowerCase(Locale.ROOT))) {
          return true;
        }
        start = i + 1;
      }
    }
    return false;
  }

  private static boolean changesSession(String word) {
    return WORDS.contains(word)
        || word.startsWith("pg_temp")
        || word.startsWith("pg_advisory_")
        || word.startsWith("pg_try_advisory_")
        || word.startsWith("dblink");
  }
}
