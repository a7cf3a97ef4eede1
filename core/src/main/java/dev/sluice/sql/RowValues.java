package dev.sluice.sql;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Finds what a statement's text proves about the rows it touches, and the columns it assigns. */
final class RowValues {
  /** A longer list of values is not worth its memory. */
  private static final int MOST_VALUES = 1000;

  private final Scan scan;
  private final Tokens tokens;
  private int counted;
  private int parameters;

  RowValues(Scan scan) {
    this.scan = scan;
    this.tokens = scan.tokens;
  }

  /** INSERT: columns at an opening parenthesis, or -1; body at VALUES, SET or a query. */
  void insert(String table, int columns, int body) {
    int kind = tokens.kind(body);
    if (kind == Keyword.SET) {
      insertSet(table, body + 1);
    } else if (columns >= 0 && (kind == Keyword.VALUES || kind == Keyword.VALUE)) {
      insertRows(table, columns, body + 1);
    }
  }

  private void insertRows(String table, int columns, int body) {
    List<String> names = new ArrayList<>();
    int i = columns + 1;
    while (Token.isName(tokens.kind(i))
        && (tokens.kind(i + 1) == Token.COMMA || tokens.kind(i + 1) == Token.CLOSE)) {
      names.add(tokens.name(i));
      i += 2;
    }
    if (names.isEmpty() || tokens.kind(i - 1) != Token.CLOSE) {
      return;
    }
    List<@Nullable List<Operand>> lists = new ArrayList<>();
    for (int n = 0; n < names.size(); n++) {
      lists.add(new ArrayList<>(1));
    }
    int rows = 0;
    i = body;
    while (tokens.kind(i) == Token.OPEN) {
      i = row(i + 1, lists);
      if (i < 0 || ++rows * names.size() > MOST_VALUES) {
        return;
      }
      if (tokens.kind(i) != Token.COMMA) {
        break;
      }
      i++;
    }
    if (!endsRows(tokens.kind(i))) {
      return;
    }
    for (int n = 0; n < names.size(); n++) {
      found(table, names.get(n), lists.get(n));
    }
  }

  /** Whether the rows are all: after them there may be more of them, as in VALUES ... UNION. */
  private static boolean endsRows(int kind) {
    return switch (kind) {
      case Token.END, Token.SEMICOLON, Keyword.ON, Keyword.RETURNING, Keyword.AS -> true;
      default -> false;
    };
  }

  /** One row of values; gives the index after it, or -1 if it does not fit the columns. */
  private int row(int from, List<@Nullable List<Operand>> lists) {
    int i = from;
    for (int column = 0; column < lists.size(); column++) {
      int end = elementEnd(i);
      int expected = column == lists.size() - 1 ? Token.CLOSE : Token.COMMA;
      if (tokens.kind(end) != expected) {
        return -1;
      }
      List<Operand> list = lists.get(column);
      Operand operand = operand(i, end);
      if (operand == null) {
        lists.set(column, null);
      } else if (list != null) {
        list.add(operand);
      }
      i = end + 1;
    }
    return i;
  }

  /** The index of the comma or parenthesis that ends the element. */
  private int elementEnd(int from) {
    int depth = 0;
    int i = from;
    while (true) {
      switch (tokens.kind(i)) {
        case Token.OPEN, Token.OPEN_BRACKET -> depth++;
        case Token.CLOSE, Token.CLOSE_BRACKET -> {
          if (depth == 0) {
            return i;
          }
          depth--;
        }
        case Token.COMMA -> {
          if (depth == 0) {
            return i;
          }
        }
        case Token.END, Token.SEMICOLON -> {
          return i;
        }
        default -> {}
      }
      i++;
    }
  }

  private void insertSet(String table, int from) {
    int i = from;
    while (Token.isName(tokens.kind(i))) {
      int name = qualified(i);
      if (tokens.kind(name + 1) != Token.EQUAL && tokens.kind(name + 1) != Token.ASSIGN) {
        return;
      }
      int end = setEnd(name + 2);
      Operand operand = operand(name + 2, end);
      if (operand != null) {
        found(table, tokens.name(name), List.of(operand));
      }
      if (tokens.kind(end) != Token.COMMA) {
        return;
      }
      i = end + 1;
    }
  }

  private int setEnd(int from) {
    int end = elementEnd(from);
    for (int i = from; i < end; i++) {
      if (endsClause(tokens.kind(i))) {
        return i;
      }
    }
    return end;
  }

  /** The conflict clause of an INSERT, searched from its body on. */
  void conflict(int from) {
    int depth = 0;
    for (int i = from; tokens.kind(i) != Token.END && tokens.kind(i) != Token.SEMICOLON; i++) {
      int kind = tokens.kind(i);
      if (kind == Token.OPEN) {
        depth++;
      } else if (kind == Token.CLOSE) {
        depth--;
      } else if (depth == 0 && kind == Keyword.ON && tokens.kind(i + 1) == Keyword.DUPLICATE) {
        scan.findings.replacesOnConflict = true;
        assignments(i + 4);
        return;
      } else if (depth == 0 && kind == Keyword.DO && tokens.kind(i + 1) == Keyword.UPDATE) {
        scan.findings.replacesOnConflict = true;
        assignments(i + 3);
        return;
      }
    }
  }

  /** The list of assignments that starts here. */
  void assignments(int from) {
    int i = from;
    while (true) {
      if (tokens.kind(i) == Token.OPEN) {
        i++;
        while (Token.isName(tokens.kind(i))) {
          i = qualified(i);
          scan.findings.columnsAssigned.add(tokens.name(i));
          i += tokens.kind(i + 1) == Token.COMMA ? 2 : 1;
        }
      } else if (Token.isName(tokens.kind(i))) {
        i = qualified(i);
        scan.findings.columnsAssigned.add(tokens.name(i));
      }
      i = setEnd(i + 1);
      if (tokens.kind(i) != Token.COMMA) {
        return;
      }
      i++;
    }
  }

  /** SELECT ... FROM one table WHERE ..., which starts here and names no other table anywhere. */
  void select(int from) {
    int depth = 0;
    int i = from + 1;
    for (; depth > 0 || tokens.kind(i) != Keyword.FROM; i++) {
      switch (tokens.kind(i)) {
        case Token.OPEN -> depth++;
        case Token.CLOSE -> depth--;
        case Token.END,
            Token.SEMICOLON,
            Keyword.SELECT,
            Keyword.UNION,
            Keyword.INTERSECT,
            Keyword.EXCEPT -> {
          return;
        }
        default -> {}
      }
    }
    int name = i + 1;
    if (!Token.isName(tokens.kind(name))) {
      return;
    }
    name = qualified(name);
    int after = name + 1;
    if (tokens.kind(after) == Keyword.AS) {
      after += 2;
    } else if (tokens.kind(after) == Token.WORD || tokens.kind(after) == Token.QUOTED) {
      after++;
    }
    if (tokens.kind(after) == Keyword.WHERE) {
      condition(tokens.name(name), after);
    }
  }

  /** The WHERE of a write to one table, searched from here on. */
  void where(String table, int from) {
    if (!scan.findings.tablesRead.contains(table)) {
      condition(table, from);
    }
  }

  private void condition(String table, int from) {
    int depth = 0;
    int where = -1;
    int i = from;
    for (; tokens.kind(i) != Token.END && tokens.kind(i) != Token.SEMICOLON; i++) {
      int kind = tokens.kind(i);
      if (kind == Token.OPEN) {
        depth++;
      } else if (kind == Token.CLOSE) {
        depth--;
      } else if (depth == 0
          && where < 0
          && (kind == Keyword.FROM || kind == Keyword.JOIN)
          && i > from) {
        return;
      } else if (depth == 0 && kind == Keyword.WHERE && where < 0) {
        where = i;
      } else if (depth == 0 && where >= 0 && endsClause(kind)) {
        break;
      }
    }
    if (where >= 0 && depth == 0) {
      new Conjuncts(scan, this, table).read(where + 1, i);
    }
  }

  private static boolean endsClause(int kind) {
    return switch (kind) {
      case Keyword.WHERE,
          Keyword.FROM,
          Keyword.ORDER,
          Keyword.LIMIT,
          Keyword.RETURNING,
          Keyword.GROUP,
          Keyword.HAVING,
          Keyword.FOR,
          Keyword.WINDOW,
          Keyword.UNION,
          Keyword.INTERSECT,
          Keyword.EXCEPT,
          Keyword.OFFSET,
          Keyword.FETCH,
          Keyword.LOCK,
          Keyword.ON,
          Keyword.INTO ->
          true;
      default -> false;
    };
  }

  int qualified(int from) {
    int end = from;
    while (tokens.kind(end + 1) == Token.DOT && Token.isName(tokens.kind(end + 2))) {
      end += 2;
    }
    return end;
  }

  void found(String table, String column, @Nullable List<Operand> operands) {
    if (operands == null || operands.isEmpty() || tokens.executableComment) {
      return;
    }
    for (ColumnValues known : scan.findings.columnValues) {
      if (known.column().equals(column)) {
        return;
      }
    }
    if (scan.findings.columnValues.size() < 64) {
      scan.findings.columnValues.add(new ColumnValues(table, column, operands));
    }
  }

  /** The tokens between two positions as one plain value, or null. */
  @Nullable Operand operand(int from, int end) {
    int kind = tokens.kind(from);
    if (end - from == 2 && tokens.kind(from + 1) == Token.NUMBER && kind == Token.OPERATOR) {
      char sign = tokens.sql.charAt(tokens.start(from));
      return sign == '-' || sign == '+'
          ? number((sign == '-' ? "-" : "") + tokens.text(from + 1))
          : null;
    }
    if (end - from != 1) {
      return null;
    }
    return switch (kind) {
      case Token.PARAMETER -> parameter(from);
      case Token.NUMBER -> number(tokens.text(from));
      case Token.STRING -> string(tokens.text(from));
      default -> null;
    };
  }

  private @Nullable Operand parameter(int index) {
    if (tokens.sql.charAt(tokens.start(index)) != '?') {
      return null;
    }
    if (index < counted) {
      counted = 0;
      parameters = 0;
    }
    while (counted <= index) {
      if (tokens.kind(counted) == Token.PARAMETER) {
        parameters++;
      }
      counted++;
    }
    return new Operand.Parameter(parameters);
  }

  private static @Nullable Operand number(String text) {
    boolean integer = true;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '.') {
        integer = false;
      } else if (!Lexer.isDigit(c) && !(i == 0 && c == '-')) {
        return null;
      }
    }
    if (text.length() > 40) {
      return null;
    }
    try {
      return integer && text.length() <= 18
          ? new Operand.Literal(Long.valueOf(text))
          : new Operand.Literal(new BigDecimal(text));
    } catch (NumberFormatException e) {
      return null;
    }
  }

  /** Only strings without any escape, whose value is plain to see. */
  private @Nullable Operand string(String text) {
    char quote = text.charAt(0);
    if (quote != '\'' && quote != '"') {
      return null;
    }
    String value = text.substring(1, text.length() - 1);
    return value.indexOf(quote) >= 0 || value.indexOf('\\') >= 0
        ? null
        : new Operand.Literal(value);
  }
}
