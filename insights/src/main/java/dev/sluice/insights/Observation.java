package dev.sluice.insights;

import dev.sluice.sql.LexerMode;
import dev.sluice.sql.SqlStatement;
import dev.sluice.sql.StatementCache;
import dev.sluice.sql.StatementObserver;

/** What the wrappers of one DataSource share. */
record Observation(StatementCache statements, LexerMode mode, StatementObserver observer) {
  StatementObserver.Recorder recorder(String sql) {
    return observer.prepared(statement(sql));
  }

  SqlStatement statement(String sql) {
    return statements.get(sql, mode);
  }
}
