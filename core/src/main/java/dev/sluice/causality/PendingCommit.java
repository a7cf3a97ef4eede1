package dev.sluice.causality;

import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * A transaction that wrote and is being committed. Safe for use by several threads once published
 * to listeners.
 */
public interface PendingCommit {
  /**
   * Where it is committed.
   *
   * @return the source
   */
  CausalSource source();

  /**
   * Identifies the transaction.
   *
   * @return a random number, different for every transaction of every process for all practical
   *     purposes, never 0
   */
  long id();

  /**
   * What it wrote. Writes undone by a rollback to a savepoint may still be listed.
   *
   * @return at least one element, in order
   */
  List<TableWrite> writes();

  /**
   * A position that includes the transaction.
   *
   * @return completes after {@link CommitOutcome#COMMITTED} was reported: at once where the server
   *     reports it with the commit, else with the next sample; fails like {@link
   *     CausalSource#positionCovering}
   */
  CompletionStage<Position> position();
}
