package dev.sluice.sql;

import java.util.ArrayList;
import java.util.List;

/**
 * The state of one reading of a text: where it stands and what it has found out. Confined to one
 * thread.
 */
final class Scan {
  /** How far a statement is from a plain read; the highest that is met counts. */
  static final int READ = 0;

  static final int CURRENT = 1;
  static final int SAME = 2;
  static final int PRIMARY = 3;
  static final int PIN = 4;

  /** Deeper nested text is not understood; it also bounds the recursion. */
  private static final int DEEPEST = 400;

  private static final int MOST_CTES = 256;

  final Tokens tokens;
  final SqlFindings findings;
  final boolean postgresql;
  final Functions functions;

  /** Identities, see {@link Tokens#identity}. */
  final List<String> ctes = new ArrayList<>(0);

  int at;
  int level = READ;
  String rule = "plain read";

  /** How often a table was named to be read. */
  int tableReferences;

  /** Whether a common table expression writes: of the rows of the whole nothing is known then. */
  boolean nestedWrite;

  /** Within GROUP BY. */
  boolean grouping;

  /** Whether a JSON_TABLE has been met. */
  boolean jsonTable;

  /** A token that starts an expression although it stands after a parenthesis, or -1. */
  int expressionStart = -1;

  private int depth;

  Scan(Tokens tokens, SqlFindings findings) {
    this.tokens = tokens;
    this.findings = findings;
    this.postgresql = findings.mode.dialect() == Dialect.POSTGRESQL;
    this.functions = Functions.of(findings.mode.dialect());
  }

  /** Notes something that a plain read does not have. */
  void raise(int newLevel, String why) {
    if (newLevel == SAME) {
      findings.usesConnectionState = true;
    }
    if (newLevel > level) {
      level = newLevel;
      rule = why;
    }
  }

  /** A setting of the session changes, and the text does not show which one, or its value. */
  void changesSetting(String why) {
    raise(PIN, why);
    SessionEffect unknown =
        new SessionEffect(SessionEffect.Kind.VARIABLE, "standard_conforming_strings", "");
    if (!findings.sessionEffects.contains(unknown)) {
      findings.sessionEffects.add(unknown);
    }
  }

  int kind() {
    return tokens.kind(at);
  }

  int kind(int offset) {
    return tokens.kind(at + offset);
  }

  boolean accept(int kind) {
    if (tokens.kind(at) == kind) {
      at++;
      return true;
    }
    return false;
  }

  boolean is(String word) {
    return tokens.is(at, word);
  }

  boolean acceptWord(String word) {
    if (tokens.is(at, word)) {
      at++;
      return true;
    }
    return false;
  }

  /** Whether the statement has ended here. */
  boolean ended() {
    int kind = kind();
    return kind == Token.END || kind == Token.SEMICOLON;
  }

  /** Skips what is not looked at, to the end of the statement. */
  void skipStatement() {
    while (!ended()) {
      at++;
    }
  }

  /** Gives up on the text. */
  void abandon(String why) {
    raise(PRIMARY, why);
    findings.definesSchema = true;
    at = tokens.count();
  }

  boolean enter() {
    if (++depth > DEEPEST) {
      abandon("nested too deeply");
      return false;
    }
    return true;
  }

  void leave() {
    depth--;
  }

  boolean nested() {
    return depth > 0;
  }

  /** The index of the last token of the qualified name that starts here. */
  int nameEnd() {
    int end = at;
    while (tokens.kind(end + 1) == Token.DOT && Token.isName(tokens.kind(end + 2))) {
      end += 2;
    }
    return end;
  }

  void cte(String identity) {
    if (ctes.size() < MOST_CTES) {
      ctes.add(identity);
    }
  }

  void forgetCtes(int mark) {
    while (ctes.size() > mark) {
      ctes.remove(ctes.size() - 1);
    }
  }
}
