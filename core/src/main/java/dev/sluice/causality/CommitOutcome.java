package dev.sluice.causality;

/** How an attempt to commit ended. */
public enum CommitOutcome {
  /** The database said that it is committed. */
  COMMITTED,
  /** It certainly is not and will not be committed. */
  ROLLED_BACK,
  /** The answer was lost: it may be committed, now or a moment later. */
  UNKNOWN
}
