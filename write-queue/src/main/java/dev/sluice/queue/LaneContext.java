package dev.sluice.queue;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Consumer;

/**
 * What all attempts of a lane have in common.
 *
 * @param mostBytes of the values of one statement
 */
record LaneContext(
    String queue,
    int lane,
    int lanes,
    SqlDialect dialect,
    PoisonPolicy poison,
    Consumer<CrashPoint> crash,
    TableCatalog catalog,
    long mostBytes,
    Sinks sinks) {

  TableFacts facts(Connection connection, String table) throws SQLException {
    return catalog.facts(connection, dialect, table);
  }
}
