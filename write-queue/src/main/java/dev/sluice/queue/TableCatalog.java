package dev.sluice.queue;

import dev.sluice.core.Ticker;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Facts of tables, read anew after a while, since triggers and indexes come and go. Safe for use by
 * several threads.
 */
final class TableCatalog {
  private static final long FRESH_NANOS = TimeUnit.SECONDS.toNanos(30);

  private record Known(TableFacts facts, long readAt) {}

  private final Ticker ticker;
  private final Map<String, Known> known = new ConcurrentHashMap<>();

  TableCatalog(Ticker ticker) {
    this.ticker = ticker;
  }

  TableFacts facts(Connection connection, SqlDialect dialect, String table) throws SQLException {
    Known before = known.get(table);
    long now = ticker.nanos();
    if (before != null && now - before.readAt < FRESH_NANOS) {
      return before.facts;
    }
    TableFacts facts = TableFacts.read(connection, dialect, table);
    if (facts.equals(TableFacts.UNKNOWN)) {
      // perhaps not there yet
      known.remove(table);
    } else {
      known.put(table, new Known(facts, now));
    }
    return facts;
  }
}
