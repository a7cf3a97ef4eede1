package dev.sluice.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * A change of session state that is recorded once and repeated on every physical connection.
 *
 * @param key a later change of the same key takes its place
 * @param serializable whether transactions are serializable from then on; null: it does not say
 * @param step makes the change
 */
record Change(String key, @Nullable Boolean serializable, Step step) {
  /** A change that says nothing about the isolation of transactions. */
  Change(String key, Step step) {
    this(key, null, step);
  }

  /** Makes a change on a physical connection. */
  @FunctionalInterface
  interface Step {
    /** Returns how to take it back; null if it cannot be taken back. */
    @Nullable Undo apply(Connection physical) throws SQLException;
  }

  /** Takes a change back. */
  @FunctionalInterface
  interface Undo {
    void apply(Connection physical) throws SQLException;
  }
}
