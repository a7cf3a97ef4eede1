package dev.sluice.sql;

/** Reads the statements of one text, mostly one, and puts together what they mean. */
final class StatementList {
  /** A statement that calls more functions which are not known is not looked up. */
  private static final int MOST_FUNCTIONS = 64;

  private final Tokens tokens;
  private final SqlFindings findings;
  private int statements;

  /** One of them calls something: among several, nobody looks what that does. */
  private boolean calls;

  private int level;
  private boolean writesUnknown;
  private boolean otherwiseRead = true;

  /** A statement that was prepared earlier is executed, whatever it does. */
  private boolean executes;

  StatementList(Tokens tokens, LexerMode mode) {
    this.tokens = tokens;
    this.findings = new SqlFindings(tokens.sql, mode);
  }

  SqlFindings read() {
    Scan scan = new Scan(tokens, findings);
    skipSemicolons(scan);
    while (scan.kind() != Token.END) {
      statement(scan);
      skipSemicolons(scan);
    }
    if (statements > 1) {
      several();
    }
    if (tokens.primaryHint) {
      primaryHint();
    }
    findings.callsUnknownFunctions = !findings.unknownFunctions.isEmpty();
    if (findings.callsUnknownFunctions
        && !tokens.replicaHint
        && !findings.tablesWritten.isEmpty()) {
      // the functions may write anything, also other rows of the tables that are named
      findings.tablesWritten.clear();
      findings.columnValues.clear();
    }
    findings.calls.addAll(findings.unknownFunctions);
    if (!otherwiseRead
        || findings.route != Route.PRIMARY
        || tokens.primaryHint
        || findings.unknownFunctions.size() > MOST_FUNCTIONS) {
      findings.unknownFunctions.clear();
    }
    return findings;
  }

  private static void skipSemicolons(Scan scan) {
    while (scan.accept(Token.SEMICOLON)) {
      // several of them mean nothing
    }
  }

  private void statement(Scan scan) {
    scan.level = Scan.READ;
    scan.rule = "plain read";
    scan.tableReferences = 0;
    Statements reader = Statements.of(scan);
    int knownWrites = findings.tablesWritten.size();
    reader.read();
    statements++;
    calls |= findings.kind == StatementKind.CALL;
    findings.definesSchema |=
        findings.kind == StatementKind.DDL || findings.kind == StatementKind.UNKNOWN;
    Route route = route(scan, reader);
    executes |= route == Route.SAME && findings.kind == StatementKind.CALL;
    int newLevel = levelOf(route);
    boolean read = route == Route.REPLICA || route == Route.CURRENT;
    writesUnknown |= !read && findings.tablesWritten.size() == knownWrites;
    if (statements == 1 || newLevel > level) {
      level = newLevel;
      findings.route = route;
      findings.rule = scan.rule;
    }
  }

  private Route route(Scan scan, Statements reader) {
    boolean unknown = !findings.unknownFunctions.isEmpty();
    otherwiseRead &= scan.level == Scan.READ && reader.route == null;
    if (scan.level == Scan.PIN) {
      return Route.PIN;
    }
    if (scan.level == Scan.PRIMARY) {
      return Route.PRIMARY;
    }
    if (unknown && !tokens.replicaHint) {
      scan.rule = "unknown function";
      return Route.PRIMARY;
    }
    Route special = reader.route;
    if (special != null) {
      return special;
    }
    if (unknown && scan.level == Scan.READ) {
      scan.rule = "unknown function, replica hint";
    }
    return switch (scan.level) {
      case Scan.SAME -> Route.SAME;
      case Scan.CURRENT -> Route.CURRENT;
      default -> Route.REPLICA;
    };
  }

  private static int levelOf(Route route) {
    return switch (route) {
      case REPLICA -> 0;
      case CURRENT -> 1;
      case SAME -> 2;
      case PRIMARY -> 3;
      default -> 4;
    };
  }

  /** Several statements: together they are what the farthest of them from a read is. */
  private void several() {
    findings.kind = StatementKind.MULTIPLE;
    findings.columnValues.clear();
    findings.procedure = "";
    findings.definesSchema |= calls;
    if (level == levelOf(Route.PIN) || executes) {
      findings.route = Route.PIN;
      findings.rule = "several statements with session state";
    } else if (findings.route == Route.CURRENT) {
      findings.route = Route.PRIMARY;
    }
    if (writesUnknown) {
      findings.tablesWritten.clear();
    }
  }

  private void primaryHint() {
    if (findings.route == Route.REPLICA) {
      findings.route = Route.PRIMARY;
      findings.rule = "primary hint";
    } else if (findings.route == Route.TRANSACTION_READ) {
      findings.route = Route.TRANSACTION_WRITE;
      findings.rule = "primary hint";
    }
  }
}
