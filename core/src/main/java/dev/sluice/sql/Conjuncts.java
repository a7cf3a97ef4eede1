package dev.sluice.sql;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Takes a condition apart at its ANDs and finds the conjuncts that fix a column to plain values.
 */
final class Conjuncts {
  private final Scan scan;
  private final Tokens tokens;
  private final RowValues values;
  private final String table;

  Conjuncts(Scan scan, RowValues values, String table) {
    this.scan = scan;
    this.tokens = scan.tokens;
    this.values = values;
    this.table = table;
  }

  /** The condition between two positions. */
  void read(int from, int end) {
    List<int[]> parts = split(from, end);
    if (parts == null) {
      return;
    }
    for (int[] part : parts) {
      conjunct(part[0], part[1]);
    }
  }

  /** The conjuncts; null if the condition is not a plain chain of ANDs. */
  private @Nullable List<int[]> split(int from, int end) {
    List<int[]> parts = new ArrayList<>(4);
    int depth = 0;
    int start = from;
    boolean between = false;
    for (int i = from; i < end; i++) {
      switch (tokens.kind(i)) {
        case Token.OPEN, Token.OPEN_BRACKET, Keyword.CASE -> depth++;
        case Token.CLOSE, Token.CLOSE_BRACKET, Keyword.END -> depth--;
        case Keyword.OR, Keyword.XOR, Token.ASSIGN, Token.USER_VARIABLE, Token.OPEN_BRACE -> {
          if (depth == 0) {
            return null;
          }
        }
        case Token.OPERATOR -> {
          // || is OR in MySQL
          if (depth == 0 && tokens.sql.charAt(tokens.start(i)) == '|') {
            return null;
          }
          if (depth == 0 && isAnd(i)) {
            return null;
          }
        }
        case Keyword.BETWEEN -> between |= depth == 0;
        case Keyword.AND -> {
          if (depth == 0 && between) {
            between = false;
          } else if (depth == 0) {
            parts.add(new int[] {start, i});
            start = i + 1;
          }
        }
        default -> {}
      }
    }
    parts.add(new int[] {start, end});
    return depth == 0 ? parts : null;
  }

  private boolean isAnd(int index) {
    return tokens.sql.charAt(tokens.start(index)) == '&' && !scan.postgresql;
  }

  private void conjunct(int from, int end) {
    if (Token.isName(tokens.kind(from))) {
      int name = values.qualified(from);
      if (name + 1 >= end) {
        return;
      }
      if (tokens.kind(name + 1) == Token.EQUAL) {
        one(name, values.operand(name + 2, end));
      } else if (tokens.kind(name + 1) == Keyword.IN
          && tokens.kind(name + 2) == Token.OPEN
          && tokens.kind(end - 1) == Token.CLOSE) {
        list(name, name + 3, end - 1);
      }
    } else if (tokens.kind(from + 1) == Token.EQUAL
        && Token.isName(tokens.kind(from + 2))
        && values.qualified(from + 2) == end - 1) {
      one(end - 1, values.operand(from, from + 1));
    }
  }

  private void one(int name, @Nullable Operand operand) {
    if (operand != null && isColumn(name)) {
      values.found(table, tokens.name(name), List.of(operand));
    }
  }

  private void list(int name, int from, int end) {
    List<Operand> operands = new ArrayList<>();
    int start = from;
    for (int i = from; i <= end; i++) {
      if (i == end || tokens.kind(i) == Token.COMMA) {
        Operand operand = values.operand(start, i);
        if (operand == null || operands.size() == 1000) {
          return;
        }
        operands.add(operand);
        start = i + 1;
      }
    }
    if (isColumn(name)) {
      values.found(table, tokens.name(name), operands);
    }
  }

  /** A word that is a value and not a column does not count. */
  private boolean isColumn(int name) {
    int kind = tokens.kind(name);
    return kind != Keyword.TRUE
        && kind != Keyword.FALSE
        && kind != Keyword.NULL
        && !tokens.is(name, "rownum")
        && kind != Keyword.NOT;
  }
}
