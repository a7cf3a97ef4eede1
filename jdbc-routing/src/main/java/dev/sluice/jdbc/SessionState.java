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

  /** How texts are cut into tokens, where a setting has changed it. */
  @Nullable LexerMode mode;

  int version() {
    return version;
  }

  boolean full() {
    return changes.size() >= MOST;
  }

  /** Records a change that is already made on {@code where}, if that is not null. */
  void add(Change change) {
    changes.removeIf(c -> c.key().equals(change.key()));
    changes.add(change);
    version++;
  }

  void clear() {
    changes.clear();
    version++;
  }

  void transactionStarts() {
    atTransactionStart = List.copyOf(changes);
  }

  /** PostgreSQL takes back SET when the transaction is rolled back. */
  void transactionRolledBack() {
    if (!changes.equals(atTransactionStart)) {
      changes.clear();
      changes.addAll(atTransactionStart);
      version++;
    }
  }

  boolean needsReplay(Binding binding) {
    return binding.version() != version;
  }

  /** Brings a physical connection up to date. */
  void replay(Binding binding) throws SQLException {
    if (needsReplay(binding)) {
      for (Change change : changes) {
        binding.undoWith(change.step().apply(binding.physical));
      }
      binding.version(version);
    }
  }
}
