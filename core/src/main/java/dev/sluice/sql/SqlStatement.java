package dev.sluice.sql;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one pass over a statement's text found out. Immutable and safe for use by several threads;
 * made by {@link SqlScanner}.
 *
 * <p>Guarantees: {@link Route#REPLICA} only if the text is proven to be a plain read under the
 * dialect's rules. Names of tables are the last identifier in lower case, so that two tables of one
 * name in different schemas count as one: a cache invalidates too much and a router asks for too
 * fresh a node, never the other way round. Views, triggers and cascades are not visible in text;
 * who needs them asks the database's catalog.
 */
public final class SqlStatement {
  private static final byte NO = 1;
  private static final byte YES = 2;

  private final String sql;
  private final LexerMode mode;
  private final Route route;
  private final String rule;
  private final StatementKind kind;
  private final List<String> tablesRead;
  private final List<String> tablesWritten;
  private final List<ColumnValues> columnValues;
  private final List<String> columnsAssigned;
  private final boolean replacesOnConflict;
  private final List<SessionEffect> sessionEffects;
  private final List<String> unknownFunctions;
  private final boolean usesConnectionState;
  private final boolean callsUnknownFunctions;
  private final boolean definesSchema;
  private final String procedure;

  /** Made when it is first asked for; a race makes it twice, with the same result. */
  private @Nullable String normalized;

  private volatile long fingerprint;

  /** 0 until it is asked for, then {@link #NO} or {@link #YES}; a race asks twice. */
  private byte countsFoundRows;

  /** -1 until it is asked for; a race counts twice. */
  private int questionMarks = -1;

  SqlStatement(SqlFindings findings) {
    this.sql = findings.sql;
    this.mode = findings.mode;
    this.route = findings.route;
    this.rule = findings.rule;
    this.kind = findings.kind;
    this.tablesRead = findings.tablesRead.toList();
    this.tablesWritten = findings.tablesWritten.toList();
    this.columnValues = List.copyOf(findings.columnValues);
    this.columnsAssigned = findings.columnsAssigned.toList();
    this.replacesOnConflict = findings.replacesOnConflict;
    this.sessionEffects = List.copyOf(findings.sessionEffects);
    this.unknownFunctions = findings.unknownFunctions.toList();
    this.usesConnectionState = findings.usesConnectionState;
    this.callsUnknownFunctions = findings.callsUnknownFunctions;
    this.definesSchema = findings.definesSchema;
    this.procedure = findings.procedure;
  }

  /**
   * How many bytes it takes, about, with the normalised text that may be made later. Counts each
   * character thrice: in the text, in the normalised one, and in names and literals taken out of
   * it.
   */
  int weight() {
    int objects = tablesRead.size() + tablesWritten.size() + columnsAssigned.size();
    objects += sessionEffects.size() + unknownFunctions.size();
    for (ColumnValues each : columnValues) {
      objects += 2 + each.values().size();
    }
    return 256 + 3 * sql.length() + 72 * objects;
  }

  /**
   * The text.
   *
   * @return the text as it was given
   */
  public String sql() {
    return sql;
  }

  /**
   * Where it may run.
   *
   * @return the route, by text alone
   */
  public Route route() {
    return route;
  }

  /**
   * Why it may run there.
   *
   * @return the rule that decided, in a few words without anything of the statement's literals
   */
  public String rule() {
    return rule;
  }

  /**
   * What it is.
   *
   * @return the kind
   */
  public StatementKind kind() {
    return kind;
  }

  /**
   * The relations that are read.
   *
   * @return names without duplicates, in order of appearance; CTE names are not among them
   */
  public List<String> tablesRead() {
    return tablesRead;
  }

  /**
   * The relations that are written. Empty for a statement whose {@link #route()} is not a read
   * means: not known, any; so it is where a statement that writes {@link #callsUnknownFunctions()
   * calls a function} that may write too, unless a hint says that it only reads.
   *
   * @return names without duplicates, in order of appearance
   */
  public List<String> tablesWritten() {
    return tablesWritten;
  }

  /**
   * What is known about the rows, see {@link ColumnValues}. Nothing where a common table expression
   * writes, which may touch the same table.
   *
   * @return one element for a table and column
   */
  public List<ColumnValues> columnValues() {
    return columnValues;
  }

  /**
   * The columns that an UPDATE, or the conflict clause of an INSERT, assigns; not what common table
   * expressions assign.
   *
   * @return names in lower case
   */
  public List<String> columnsAssigned() {
    return columnsAssigned;
  }

  /**
   * Whether an INSERT may also change or delete rows that its values conflict with (REPLACE, ON
   * DUPLICATE KEY UPDATE, ON CONFLICT DO UPDATE), common table expressions aside. Those rows are
   * the ones named by {@link #columnValues()} only where the table has no other unique index.
   *
   * @return whether rows in conflict are written
   */
  public boolean replacesOnConflict() {
    return replacesOnConflict;
  }

  /**
   * What it does to the session, for {@link Route#TRACK} and the starts of transactions. With other
   * routes it may hold nothing but what {@link LexerMode#after} needs.
   *
   * @return the effects in order
   */
  public List<SessionEffect> sessionEffects() {
    return sessionEffects;
  }

  /**
   * The text with literals replaced, lists folded, comments and needless white space removed: safe
   * to show and to log.
   *
   * @return the normalised text
   */
  public String normalized() {
    String text = normalized;
    if (text == null) {
      text = Normalizer.normalize(sql, mode);
      normalized = text;
    }
    return text;
  }

  /**
   * A 64-bit hash of {@link #normalized()}, the same in every process, never 0.
   *
   * @return the fingerprint
   */
  public long fingerprint() {
    long hash = fingerprint;
    if (hash == 0) {
      hash = Normalizer.fingerprint(normalized());
      fingerprint = hash;
    }
    return hash;
  }

  /**
   * The functions that are no builtin ones and without which this would be a plain read. Whoever
   * proves, from the database's catalog or a declaration, that each of them only reads may run it
   * as {@link Route#REPLICA}. Names as written, in lower case, with their schema where it is given.
   *
   * @return names without duplicates; empty where something else keeps the statement from a
   *     replica, or where there are more than 64
   */
  public List<String> unknownFunctions() {
    return unknownFunctions;
  }

  /**
   * Whether it calls a function that is no builtin one, which may write, whatever else the
   * statement does: a locking read that calls one may be more than a read.
   *
   * @return whether there is such a call
   */
  public boolean callsUnknownFunctions() {
    return callsUnknownFunctions;
  }

  /**
   * Whether it may create, alter or drop something: data definition, also as one of several
   * statements, and whatever is not understood. What the functions do that it calls does not count,
   * nor what a procedure does, except where it is called among several statements.
   *
   * @return whether what a catalog says may have changed after it
   */
  public boolean definesSchema() {
    return definesSchema;
  }

  /**
   * The procedure that a single CALL, or a JDBC escape for one, calls.
   *
   * @return its name as written, in lower case, with its schema where it is given; empty if there
   *     is none, or its name is not understood
   */
  public String procedure() {
    return procedure;
  }

  /**
   * Whether it uses what an earlier statement left on its physical connection (LAST_INSERT_ID(),
   * user variables, currval), whatever its route is: an INSERT with LAST_INSERT_ID() is a write
   * that belongs on the same connection.
   *
   * @return whether it must run on the physical connection of the previous statement
   */
  public boolean usesConnectionState() {
    return usesConnectionState;
  }

  /**
   * Whether the text asks the server to count the rows that it would have found without a limit
   * (SQL_CALC_FOUND_ROWS), which the next statement may ask for. Written in mixed case it is
   * overlooked.
   *
   * @return whether the word occurs, in upper or in lower case
   */
  public boolean countsFoundRows() {
    byte known = countsFoundRows;
    if (known == 0) {
      known = sql.contains("SQL_CALC_FOUND_ROWS") || sql.contains("sql_calc_found_rows") ? YES : NO;
      countsFoundRows = known;
    }
    return known == YES;
  }

  /**
   * How many question marks the text has, wherever they are: it has no more parameters than that.
   *
   * @return their number
   */
  public int questionMarks() {
    int known = questionMarks;
    if (known < 0) {
      known = (int) sql.chars().filter(each -> each == '?').count();
      questionMarks = known;
    }
    return known;
  }

  /**
   * How the text was cut into tokens.
   *
   * @return the mode it was scanned under
   */
  public LexerMode mode() {
    return mode;
  }

  /**
   * Whether this is proven to change nothing and take nothing.
   *
   * @return whether the route is {@link Route#REPLICA} or {@link Route#CURRENT}
   */
  public boolean isRead() {
    return route == Route.REPLICA || route == Route.CURRENT;
  }

  @Override
  public String toString() {
    return route.code() + " (" + rule + ") " + normalized();
  }
}
