package dev.sluice.sql;

import java.util.HashSet;
import java.util.Set;

/** Reads what a routine declares, and whether what it sets is its own. Confined to one walk. */
final class RoutineVariables {
  private final Scan scan;
  private final Tokens tokens;
  private final Set<String> locals;

  RoutineVariables(Scan scan, Set<String> parameters) {
    this.scan = scan;
    this.tokens = scan.tokens;
    this.locals = new HashSet<>(parameters);
  }

  /** From a name that is declared to its default value, or to a cursor's query. */
  void skipType(int from) {
    int i = from + 1;
    while (tokens.kind(i) != Token.END
        && tokens.kind(i) != Token.BAD
        && tokens.kind(i) != Token.SEMICOLON
        && tokens.kind(i) != Token.ASSIGN
        && tokens.kind(i) != Token.EQUAL
        && tokens.kind(i) != Keyword.DEFAULT
        && tokens.kind(i) != Keyword.FOR
        && tokens.kind(i) != Keyword.IS) {
      i++;
    }
    scan.at = i;
  }

  /** DECLARE of MySQL has been read; whether a statement follows, as after the word BEGIN. */
  boolean declare() {
    int i = scan.at;
    if (tokens.is(i + 1, "handler") && tokens.kind(i + 2) == Keyword.FOR) {
      handler(i + 3);
      return true;
    }
    if (tokens.is(i + 1, "cursor") || tokens.is(i + 1, "condition")) {
      skipType(i);
      return false;
    }
    locals.add(tokens.name(i));
    while (tokens.kind(i + 1) == Token.COMMA && Token.isName(tokens.kind(i + 2))) {
      i += 2;
      locals.add(tokens.name(i));
    }
    skipType(i);
    return false;
  }

  /** The conditions of a handler, after which its statement stands. */
  private void handler(int from) {
    int i = from;
    while (true) {
      if (tokens.is(i, "sqlstate")) {
        i += tokens.is(i + 1, "value") ? 3 : 2;
      } else if (tokens.is(i, "not")) {
        i += 2;
      } else {
        i++;
      }
      if (tokens.kind(i) != Token.COMMA) {
        break;
      }
      i++;
    }
    scan.at = i;
  }

  /** SET of MySQL has been read: of variables of the routine, or of the session. */
  void assignments() {
    int depth = 0;
    boolean target = true;
    for (int i = scan.at; tokens.kind(i) != Token.END; i++) {
      int kind = tokens.kind(i);
      if (target && !assignsLocal(i)) {
        scan.raise(Scan.PIN, "sets a variable of the session");
      }
      target = false;
      depth += kind == Token.OPEN ? 1 : kind == Token.CLOSE ? -1 : 0;
      if (kind == Token.SEMICOLON) {
        return;
      }
      target = kind == Token.COMMA && depth == 0;
    }
  }

  private boolean assignsLocal(int index) {
    if (!Token.isName(tokens.kind(index)) || !locals.contains(tokens.name(index))) {
      return false;
    }
    int i = index + 1;
    if (tokens.kind(i) == Token.DOT && Token.isName(tokens.kind(i + 1))) {
      i += 2;
    }
    return tokens.kind(i) == Token.EQUAL || tokens.kind(i) == Token.ASSIGN;
  }
}
