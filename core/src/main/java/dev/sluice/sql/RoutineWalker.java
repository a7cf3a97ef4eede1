package dev.sluice.sql;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Walks a block of PL/pgSQL or of MySQL's and MariaDB's language for routines. Two nets, of which
 * each alone would do for what it is made for: a statement may begin with a word that is listed, or
 * with an assignment, and with nothing else; and the words by which something is written, locked or
 * made at run time may stand nowhere. Calls are judged as in any statement.
 */
final class RoutineWalker {
  private final Scan scan;
  private final Tokens tokens;
  private final RoutineCalls calls;
  private final boolean postgresql;
  private final RoutineVariables variables;

  /** What is open; true stands for a CASE within an expression. */
  private final Deque<Boolean> open = new ArrayDeque<>();

  private int parentheses;
  private boolean start = true;
  private boolean declaring;
  private boolean into;
  private boolean definesSchema;

  RoutineWalker(Tokens tokens, LexerMode mode, Set<String> parameters) {
    this.tokens = tokens;
    this.scan = new Scan(tokens, new SqlFindings(tokens.sql, mode));
    this.calls = new RoutineCalls(scan);
    this.postgresql = scan.postgresql;
    this.variables = new RoutineVariables(scan, parameters);
  }

  /** All identifiers, last parts and others, in lower case. */
  static Set<String> names(Tokens tokens) {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < tokens.count(); i++) {
      if (Token.isName(tokens.kind(i))) {
        names.add(tokens.name(i));
      }
    }
    return names;
  }

  RoutineBody read() {
    Set<String> names = names(tokens);
    for (String name : names) {
      scan.raise(TableNames.level(name), "view of a session or node");
    }
    while (scan.kind() != Token.END) {
      boolean starts = start;
      start = false;
      if (!starts || !statement()) {
        step();
      }
    }
    if (!open.isEmpty() || parentheses != 0) {
      notUnderstood();
    }
    Route route =
        switch (scan.level) {
          case Scan.READ -> Route.REPLICA;
          case Scan.CURRENT -> Route.CURRENT;
          case Scan.SAME -> Route.SAME;
          case Scan.PIN -> Route.PIN;
          default -> Route.PRIMARY;
        };
    return new RoutineBody(route, scan.findings.unknownFunctions.toList(), names, definesSchema);
  }

  private void notUnderstood() {
    definesSchema = true;
    scan.abandon("not understood");
  }

  private boolean inCase() {
    return !open.isEmpty() && open.peek();
  }

  private String word(int index) {
    return tokens.kind(index) >= Token.WORD ? tokens.text(index).toLowerCase(Locale.ROOT) : "";
  }

  /** A statement begins here; whether something of it has been read. */
  private boolean statement() {
    into = false;
    int kind = scan.kind();
    if (kind == Token.OPERATOR) {
      return label();
    }
    if (!Token.isName(kind)) {
      if (kind != Token.OPEN && kind != Token.SEMICOLON) {
        notUnderstood();
      }
      return false;
    }
    String word = word(scan.at);
    if (declaring && !word.equals("begin")) {
      variables.skipType(scan.at);
      return true;
    }
    int next = scan.kind(1);
    if (postgresql) {
      if (next == Token.ASSIGN
          || next == Token.EQUAL
          || next == Token.DOT
          || next == Token.OPEN_BRACKET) {
        scan.at++;
        return true;
      }
    } else if (next == Token.OPERATOR && tokens.text(scan.at + 1).equals(":")) {
      scan.at += 2;
      start = true;
      return true;
    }
    if (RoutineWords.BOTH.contains(word)
        || (postgresql ? RoutineWords.POSTGRESQL : RoutineWords.MYSQL).contains(word)) {
      control(word);
    } else {
      refuse(word);
    }
    return true;
  }

  /** {@code <<label>>}. */
  private boolean label() {
    boolean label =
        postgresql
            && tokens.text(scan.at).equals("<")
            && tokens.text(scan.at + 1).equals("<")
            && Token.isName(scan.kind(2))
            && tokens.text(scan.at + 3).equals(">")
            && tokens.text(scan.at + 4).equals(">");
    if (!label) {
      notUnderstood();
      return true;
    }
    scan.at += 5;
    start = true;
    return true;
  }

  /** A word that is listed begins a statement. */
  private void control(String word) {
    scan.at++;
    switch (word) {
      case "begin" -> begin();
      case "if", "case" -> open.push(false);
      case "loop" -> loop();
      case "end" -> end();
      case "else" -> start = true;
      case "declare" -> {
        if (postgresql) {
          declaring = true;
          start = true;
        } else {
          start = variables.declare();
        }
      }
      case "repeat" -> {
        open.push(false);
        start = true;
      }
      case "while", "for" -> {
        if (!postgresql) {
          open.push(false);
        }
      }
      case "return" -> {
        if (postgresql && (scan.is("query") || scan.is("next"))) {
          scan.at++;
        }
      }
      case "set" -> variables.assignments();
      case "with" -> calls.cteWithColumns();
      default -> {}
    }
  }

  private void begin() {
    declaring = false;
    if (scan.is("not")) {
      scan.at++;
    }
    scan.acceptWord("atomic");
    open.push(false);
    start = true;
  }

  private void loop() {
    open.push(false);
    start = true;
  }

  /** END has been read, of whatever. */
  private void end() {
    if (open.isEmpty()) {
      notUnderstood();
      return;
    }
    if (!open.pop()) {
      switch (word(scan.at)) {
        case "if", "case", "loop", "while", "repeat", "for" -> scan.at++;
        default -> {}
      }
    }
  }

  /** A word that is not listed begins a statement. */
  private void refuse(String word) {
    boolean local =
        postgresql
            && word.equals("set")
            && (tokens.is(scan.at + 1, "local")
                || tokens.is(scan.at + 1, "transaction")
                || tokens.is(scan.at + 1, "constraints"));
    boolean temporary = word.equals("create") && calls.temporary();
    boolean state = RoutineWords.STATE.contains(word) && !(postgresql && word.equals("lock"));
    scan.raise((state && !local) || temporary ? Scan.PIN : Scan.PRIMARY, "statement " + word);
    definesSchema |= !RoutineWords.WRITES.contains(word) && !word.equals("call");
    if (!RoutineWords.NOWHERE.contains(word)) {
      scan.at++;
    } else {
      step();
    }
  }

  private void step() {
    switch (scan.kind()) {
      case Token.OPEN -> {
        parentheses++;
        scan.at++;
      }
      case Token.CLOSE -> {
        parentheses--;
        scan.at++;
      }
      case Token.SEMICOLON -> {
        if (parentheses != 0 || inCase()) {
          notUnderstood();
        } else {
          scan.at++;
          start = true;
        }
      }
      case Token.USER_VARIABLE -> {
        boolean assigned = into || scan.kind(1) == Token.ASSIGN;
        scan.raise(assigned ? Scan.PIN : Scan.SAME, "user variable");
        scan.at++;
      }
      case Token.SYSTEM_VARIABLE -> {
        calls.systemVariable();
      }
      case Token.CAST -> calls.type();
      case Token.OPEN_BRACE, Token.BAD -> notUnderstood();
      case Token.QUOTED -> calls.call();
      default -> {
        if (scan.kind() >= Token.WORD) {
          word();
        } else {
          scan.at++;
        }
      }
    }
  }

  /** A word that does not begin a statement. */
  private void word() {
    String word = word(scan.at);
    boolean outer = parentheses == 0 && !inCase();
    boolean qualified = scan.kind(1) == Token.DOT;
    if (qualified || scan.kind(-1) == Token.DOT) {
      calls.call();
      return;
    }
    calls.grouping(word);
    switch (word) {
      case "case" -> {
        open.push(true);
        scan.at++;
      }
      case "end" -> {
        scan.at++;
        end();
      }
      case "then", "else", "do" -> {
        scan.at++;
        start = outer && (!word.equals("do") || !postgresql);
      }
      case "loop" -> {
        scan.at++;
        if (postgresql && outer) {
          loop();
        }
      }
      case "into" -> intoTarget();
      case "with" -> {
        scan.at++;
        calls.cteWithColumns();
      }
      default -> {
        if (RoutineWords.NOWHERE.contains(word)
            && !(RoutineWords.CALLABLE.contains(word) && scan.kind(1) == Token.OPEN)) {
          forbidden(word);
        } else {
          calls.call();
        }
      }
    }
  }

  private void intoTarget() {
    into = true;
    scan.at++;
    if (postgresql
        && (scan.is("temp")
            || scan.is("temporary")
            || scan.is("unlogged")
            || scan.kind() == Keyword.TABLE)) {
      scan.raise(Scan.PIN, "SELECT INTO a table");
      definesSchema = true;
    }
  }

  private void forbidden(String word) {
    scan.raise(Scan.PRIMARY, "writes, locks or runs text");
    definesSchema |= word.equals("execute") || word.equals("prepare");
    scan.at++;
    if (word.equals("call") && Token.isName(scan.kind())) {
      scan.findings.unknownFunctions.add(tokens.qualifiedName(scan.at, scan.nameEnd()));
      scan.at = scan.nameEnd() + 1;
    }
  }
}
