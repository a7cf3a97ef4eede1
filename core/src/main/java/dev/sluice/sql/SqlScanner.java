package dev.sluice.sql;

/**
 * Reads the text of a statement once and says what it is. Stateless and safe for use by several
 * threads. Never throws for any text: what is not understood has {@link Route#PRIMARY} and {@link
 * StatementKind#UNKNOWN}. Takes time linear in the length.
 *
 * <p>A leading comment may hold a hint. {@code /* sluice:primary *}{@code /} sends a read, or a
 * read-only transaction that starts here, to the primary. {@code /* sluice:replica *}{@code /}
 * declares that the functions which are not known only read, and nothing else: a statement that
 * writes, locks or takes session state stays where it is. Both: the primary. In any other place, or
 * in a line comment, it is a comment like any other.
 */
public final class SqlScanner {
  private SqlScanner() {}

  /**
   * Scans a statement.
   *
   * @param sql the text, as given to JDBC (parameters are {@code ?}, escapes in braces allowed)
   * @param mode how the session cuts text into tokens
   * @return what was found
   */
  public static SqlStatement scan(String sql, LexerMode mode) {
    SqlFindings findings;
    try {
      findings = read(sql, mode);
    } catch (RuntimeException e) {
      // a text that breaks the scanner must not break its caller; the tests look beneath this
      findings = notUnderstood(sql, mode, "not understood");
    }
    return new SqlStatement(findings);
  }

  static SqlFindings read(String sql, LexerMode mode) {
    if (!mode.known() && (sql.indexOf('"') >= 0 || sql.indexOf('\\') >= 0)) {
      return notUnderstood(sql, mode, "quoting rules of the session not known");
    }
    Tokens tokens = Lexer.read(sql, mode, true);
    SqlFindings executed = new StatementList(tokens, mode).read();
    if (!tokens.conditional) {
      return executed;
    }
    // whether the server executes the comment depends on its version: both readings must agree
    if (!tokens.mixedConditions) {
      SqlFindings skipped = new StatementList(Lexer.read(sql, mode, false), mode).read();
      if (skipped.route == executed.route
          && skipped.kind == executed.kind
          && skipped.sessionEffects.equals(executed.sessionEffects)) {
        skipped.tablesRead.addAll(executed.tablesRead);
        skipped.unknownFunctions.addAll(executed.unknownFunctions);
        skipped.calls.addAll(executed.calls);
        skipped.callsUnknownFunctions |= executed.callsUnknownFunctions;
        skipped.definesSchema |= executed.definesSchema;
        skipped.procedure = skipped.procedure.equals(executed.procedure) ? executed.procedure : "";
        addTablesWritten(skipped, executed);
        skipped.usesConnectionState |= executed.usesConnectionState;
        skipped.replacesOnConflict |= executed.replacesOnConflict;
        skipped.columnsAssigned.addAll(executed.columnsAssigned);
        return skipped;
      }
    }
    SqlFindings findings =
        notUnderstood(sql, mode, "executable comment that depends on the server's version");
    if (executed.route == Route.PIN) {
      findings.route = Route.PIN;
    }
    return findings;
  }

  /** Empty stands for any table in both of them. */
  private static void addTablesWritten(SqlFindings to, SqlFindings from) {
    if (to.tablesWritten.isEmpty() || from.tablesWritten.isEmpty()) {
      to.tablesWritten.clear();
    } else {
      to.tablesWritten.addAll(from.tablesWritten);
    }
  }

  private static SqlFindings notUnderstood(String sql, LexerMode mode, String rule) {
    SqlFindings findings = new SqlFindings(sql, mode);
    findings.rule = rule;
    findings.definesSchema = true;
    return findings;
  }
}
