package dev.sluice.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * A physical connection while a session has it: who uses it and what was changed on it. Confined to
 * the session's thread.
 */
final class Binding {
  final Node node;

  /** As the pool gave it, and gets it back. */
  final Connection borrowed;

  /** What statements are made on, and what is changed. */
  final Connection physical;

  /** Statements with something open on it. */
  int users;

  /** Rows of a result come as they are read, so that drivers refuse other statements meanwhile. */
  boolean streaming;

  boolean discard;

  /** The connection is gone, and with it the transaction that was open on it. */
  boolean lost;

  boolean released;

  private final boolean autoCommitBefore;
  private boolean autoCommit;

  /** Made when something other than the autocommit mode is changed. */
  private @Nullable Changes changes;

  /** What few sessions change on a physical connection. */
  private static final class Changes {
    /** Version of the session's state that is applied. */
    int version;

    int isolation;
    int isolationBefore;
    boolean readOnly;
    @Nullable Deque<Change.Undo> undo;
  }

  Binding(Node node, Connection borrowed) throws SQLException {
    this.node = node;
    this.borrowed = borrowed;
    this.physical = node.bare(borrowed);
    this.autoCommitBefore = physical.getAutoCommit();
    this.autoCommit = autoCommitBefore;
  }

  private Changes changes() {
    Changes known = changes;
    if (known == null) {
      known = new Changes();
      changes = known;
    }
    return known;
  }

  /** Version of the session's state that is applied to it; 0 for none. */
  int version() {
    Changes known = changes;
    return known == null ? 0 : known.version;
  }

  void version(int applied) {
    if (applied != version()) {
      changes().version = applied;
    }
  }

  void autoCommit(boolean wanted) throws SQLException {
    if (autoCommit != wanted) {
      physical.setAutoCommit(wanted);
      autoCommit = wanted;
    }
  }

  /** Called when a statement or a driver's call changed the mode by itself. */
  void autoCommitIs(boolean now) {
    autoCommit = now;
  }

  void isolation(int wanted, Router router) throws SQLException {
    if (wanted == 0) {
      return;
    }
    Changes known = changes();
    if (known.isolation != wanted) {
      if (known.isolationBefore == 0) {
        known.isolationBefore = router.defaultIsolation(physical);
      }
      physical.setTransactionIsolation(wanted);
      known.isolation = wanted;
    }
  }

  /** Called when a text changed the isolation by itself. */
  void isolationChanged() {
    Changes known = changes;
    if (known != null) {
      known.isolation = 0;
    }
  }

  void readOnly(boolean wanted) throws SQLException {
    Changes known = changes;
    if ((known != null && known.readOnly) != wanted) {
      physical.setReadOnly(wanted);
      changes().readOnly = wanted;
    }
  }

  /** Asks the driver whatever it was asked before. */
  void readOnlyAsked(boolean wanted) throws SQLException {
    physical.setReadOnly(wanted);
    if (wanted || changes != null) {
      changes().readOnly = wanted;
    }
  }

  /** Remembers how to take back a change; null: it cannot be taken back. */
  void undoWith(Change.@Nullable Undo step) {
    if (step == null) {
      discard = true;
      return;
    }
    Changes known = changes();
    if (known.undo == null) {
      known.undo = new ArrayDeque<>();
    }
    known.undo.push(step);
  }

  /** Makes the connection what it was when it was borrowed; says whether that worked. */
  boolean restore() {
    if (discard) {
      return false;
    }
    try {
      if (physical.isClosed()) {
        // A pool would lend it again for a moment before it looks.
        return false;
      }
      Changes known = changes;
      if (known != null) {
        undo(known);
      }
      autoCommit(autoCommitBefore);
      return true;
    } catch (SQLException e) {
      return false;
    }
  }

  private void undo(Changes made) throws SQLException {
    if (made.undo != null) {
      autoCommit(true);
      for (Change.Undo step : made.undo) {
        step.apply(physical);
      }
    }
    if (made.isolationBefore != 0 && made.isolation != made.isolationBefore) {
      physical.setTransactionIsolation(made.isolationBefore);
    }
    readOnly(false);
  }
}
