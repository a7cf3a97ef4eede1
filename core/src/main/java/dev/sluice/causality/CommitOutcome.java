package dev.sluice.causality;

/** How an attempt to commit ended. */
public enum CommitOutcome {
  /** The database said that it is committed. */
  COMMITTED,
  /** It certainly is not and will not be committed. */
  ROLLED_BACK,
  /**
   * It may be committed, in whole or in part, now or a moment later: the answer was lost, or the
   * server failed in what may have committed before, or it was no commit but a statement that can
   * make one, such as a procedure call of MySQL. If the transaction goes on, its commit is told as
   * another one, with all that it wrote.
   */
  UNKNOWN
}
