package dev.sluice.causality;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * A database with one primary whose progress is known: implemented by the routing DataSource. Time
 * is counted in <em>epochs</em>: the primary's position is sampled again and again, each sample has
 * a number, and whatever was visible on the primary before sample n was started is contained in
 * sample n. So remembering what a caller has seen costs one number and no round trip.
 * Implementations are safe for use by several threads.
 */
public interface CausalSource {
  /**
   * The name of the database, the same in every process that uses it; part of tokens.
   *
   * @return a name of letters, digits, {@code -} and {@code _}
   */
  String name();

  /**
   * The number of the first sample that certainly contains everything committed before this call:
   * one more than the number of the last sample that was started. A volatile read.
   *
   * @return the epoch, at least 1, never going down
   */
  long epoch();

  /**
   * A position that includes everything that samples numbered below or equal to an epoch include.
   *
   * @param epoch what {@link #epoch()} returned earlier
   * @return completes with the position of the first finished sample numbered {@code epoch} or
   *     later; completes exceptionally with an {@link IllegalStateException} when the primary could
   *     not be asked within the source's time limit, or the source was closed
   */
  CompletionStage<Position> positionCovering(long epoch);

  /**
   * How far a replica that still answers reads may be behind the primary, as far as it is known:
   * one that is further behind is not used. What is older than this, every read shows.
   *
   * @return the longest lag; empty where it is not bounded or not known
   */
  default Optional<Duration> maximumLag() {
    return Optional.empty();
  }

  /**
   * Registers a listener for all transactions that write through this source and have not begun to
   * commit. Of one that had written before, it is told the tables without the keys.
   *
   * @param listener told before and after each commit
   */
  void addCommitListener(CommitListener listener);

  /**
   * Removes a listener; commits under way may still be told to it.
   *
   * @param listener as it was added
   */
  void removeCommitListener(CommitListener listener);
}
