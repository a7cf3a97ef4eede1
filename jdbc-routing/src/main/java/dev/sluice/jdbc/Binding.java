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
  final Connection physical;

  /** Statements with something open on it. */
  int users;

  boolean discard;
  boolean released;

  /** Version of the session's state that is applied to it. */
  int version;

  private final boolean autoCommitBefore;
  private boolean autoCommit;
  private int isolation;
  private int isolationBefore;
  private boolean readOnly;
  private @Nullable Deque<Change.Undo> undo;

  Binding(Node node, Connection physical) throws SQLException {
    this.node = node;
    this.physical = physical;
    this.autoCommitBefore = physical.getAutoCommit();
    this.autoCommit = autoCommitBefore;
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
    if (wanted != 0 && isolation != wanted) {
      if (isolationBefore == 0) {
        isolationBefore = router.defaultIsolation(physical);
      }
      physical.setTransactionIsolation(wanted);
      isolation = wanted;
    }
  }

  void readOnly(boolean wanted) throws SQLException {
    if (readOnly != wanted) {
      physical.setReadOnly(wanted);
      readOnly = wanted;
    }
  }

  /** Remembers how to take back a change; null: it cannot be taken back. */
  void undoWith(Change.@Nullable Undo step) {
    if (step == null) {
      discard = true;
      return;
    }
    if (undo == null) {
      undo = new ArrayDeque<>();
    }
    undo.push(step);
  }

  /** Makes the connection what it was when it was borrowed; says whether that worked. */
  boolean restore() {
    if (discard) {
      return false;
    }
    try {
      if (undo != null) {
        autoCommit(true);
        for (Change.Undo step : undo) {
          step.apply(physical);
        }
      }
      if (isolationBefore != 0 && isolation != isolationBefore) {
        physical.setTransactionIsolation(isolationBefore);
      }
      readOnly(false);
      autoCommit(autoCommitBefore);
      return true;
    } catch (SQLException e) {
      return false;
    }
  }
}
