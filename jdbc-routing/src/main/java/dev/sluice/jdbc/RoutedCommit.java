package dev.sluice.jdbc;

import dev.sluice.causality.CausalSource;
import dev.sluice.causality.CommitListener;
import dev.sluice.causality.CommitOutcome;
import dev.sluice.causality.PendingCommit;
import dev.sluice.causality.Position;
import dev.sluice.causality.TableWrite;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One attempt to commit, as the listeners see it. */
final class RoutedCommit implements PendingCommit {
  private static final Logger LOG = LoggerFactory.getLogger(RoutedCommit.class);

  private final Router router;
  private final long id;
  private final List<TableWrite> writes;
  private final List<CommitListener> told = new ArrayList<>(2);
  private final CompletableFuture<Position> position = new CompletableFuture<>();
  private boolean wanted;
  private long epoch;

  private RoutedCommit(Router router, List<TableWrite> writes) {
    this.router = router;
    this.writes = writes;
    long random;
    do {
      random = ThreadLocalRandom.current().nextLong();
    } while (random == 0);
    this.id = random;
  }

  /**
   * Tells all listeners; when one refuses, those before it are told that it is rolled back, and the
   * exception is the caller's.
   */
  static @Nullable RoutedCommit begin(Router router, List<TableWrite> writes) throws SQLException {
    if (router.listeners.isEmpty() || writes.isEmpty()) {
      return null;
    }
    RoutedCommit commit = new RoutedCommit(router, List.copyOf(writes));
    boolean accepted = false;
    try {
      for (CommitListener listener : router.listeners) {
        listener.beforeCommit(commit);
        commit.told.add(listener);
      }
      accepted = true;
    } finally {
      if (!accepted) {
        commit.end(CommitOutcome.ROLLED_BACK, 0, null);
      }
    }
    return commit;
  }

  /**
   * The attempt has ended.
   *
   * @param covered the epoch after the acknowledgement, for a commit
   * @param exact the position, where the server told it
   */
  void end(CommitOutcome outcome, long covered, @Nullable Position exact) {
    settle(outcome, covered, exact);
    for (CommitListener listener : told) {
      try {
        listener.afterCommit(this, outcome);
      } catch (RuntimeException e) {
        LOG.warn("{}: a commit listener failed after {}", router.name(), outcome, e);
      }
    }
  }

  private void settle(CommitOutcome outcome, long covered, @Nullable Position exact) {
    if (outcome != CommitOutcome.COMMITTED) {
      position.completeExceptionally(
          new IllegalStateException(router.name() + ": no position, the commit was " + outcome));
    } else if (exact != null) {
      position.complete(exact);
    } else {
      boolean now;
      synchronized (this) {
        epoch = covered;
        now = wanted;
      }
      if (now) {
        ask(covered);
      }
    }
  }

  /** The primary is asked only when somebody wants to know. */
  private void ask(long covered) {
    router
        .cluster
        .positionCovering(covered)
        .whenComplete(
            (found, failure) -> {
              if (failure == null) {
                position.complete(found);
              } else {
                position.completeExceptionally(failure);
              }
            });
  }

  @Override
  public CausalSource source() {
    return router.source;
  }

  @Override
  public long id() {
    return id;
  }

  @Override
  public List<TableWrite> writes() {
    return writes;
  }

  @Override
  public CompletionStage<Position> position() {
    boolean now;
    synchronized (this) {
      now = epoch != 0 && !wanted;
      wanted = true;
    }
    if (now) {
      ask(epoch);
    }
    return position.minimalCompletionStage();
  }
}
