package dev.sluice.jdbc;

import dev.sluice.sql.LexerMode;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The recorded session state of a connection, in order of its making. Replayed lazily on the
 * physical connections that are bound.
 */
final class SessionState {
  /** More changes than these are not replayed: the session keeps its physical connection. */
  static final int MOST = 64;

  private final List<Change> changes = new ArrayList<>(4);
  private List<Change> atTransactionStart = List.of();
  private int version;
  private boolean serializable;
  private boolean kept;

  /** The isolation set through JDBC that a text has replaced in the open transaction; 0: none. */
  byte isolationReplaced;

  /** How texts are cut into tokens, where a setting has changed it. */
  @Nullable LexerMode mode;

  /** Settings of the transaction that begins next. */
  @Nullable List<String> nextTransaction;

  int version() {
    return version;
  }

  boolean full() {
    return changes.size() >= MOST;
  }

  /**
   * Whether nothing may leave the primary: a text made transactions serializable, or something is
   * set that costs every physical connection that gets it.
   */
  boolean staysOnPrimary() {
    return serializable || kept;
  }

  /** Something cannot be taken back, so that one physical connection is kept for it. */
  boolean kept() {
    return kept;
  }

  void keep() {
    kept = true;
  }

  void add(Change change) {
    changes.removeIf(c -> c.key().equals(change.key()));
    changes.add(change);
    changed();
  }

  void clear() {
    changes.clear();
    changed();
  }

  private void changed() {
    version++;
    serializable = false;
    for (Change change : changes) {
      if (change.serializable() != null) {
        serializable = change.serializable();
      }
    }
  }

  void transactionStarts() {
    atTransactionStart = List.copyOf(changes);
    isolationReplaced = 0;
  }

  /** PostgreSQL takes back SET when the transaction is rolled back. */
  void transactionRolledBack() {
    if (!changes.equals(atTransactionStart)) {
      changes.clear();
      changes.addAll(atTransactionStart);
      changed();
    }
  }

  boolean needsReplay(Binding binding) {
    return binding.version() != version;
  }

  /** A change is made on a physical connection. */
  void made(Change change, Change.@Nullable Undo undo, Binding binding) {
    binding.undoWith(undo);
    if (undo == null) {
      kept = true;
    }
    if (change.serializable() != null) {
      binding.isolationChanged();
    }
  }

  /** Brings a physical connection up to date. */
  void replay(Binding binding) throws SQLException {
    if (needsReplay(binding)) {
      for (Change change : changes) {
        made(change, change.step().apply(binding.physical), binding);
      }
      binding.version(version);
    }
  }
}
