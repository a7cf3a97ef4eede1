package dev.sluice.sql;

import java.util.ArrayList;
import java.util.List;

/** What the scanner collects; becomes a {@link SqlStatement}. Confined to one scan. */
final class SqlFindings {
  final String sql;
  final LexerMode mode;
  Route route = Route.PRIMARY;
  String rule = "not understood";
  StatementKind kind = StatementKind.UNKNOWN;
  final Names tablesRead = new Names();
  final Names tablesWritten = new Names();
  final List<ColumnValues> columnValues = new ArrayList<>(2);
  final Names columnsAssigned = new Names();
  final List<SessionEffect> sessionEffects = new ArrayList<>(0);
  final Names unknownFunctions = new Names();

  /** The same, also where something else keeps the statement from a replica. */
  final Names calls = new Names();

  boolean replacesOnConflict;
  boolean usesConnectionState;
  boolean callsUnknownFunctions;
  boolean definesSchema;
  String procedure = "";

  SqlFindings(String sql, LexerMode mode) {
    this.sql = sql;
    this.mode = mode;
  }
}
