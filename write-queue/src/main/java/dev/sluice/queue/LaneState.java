package dev.sluice.queue;

/** What a lane of an applier does. */
public enum LaneState {
  /** Nothing to apply. */
  IDLE,
  /** Applying. */
  BUSY,
  /** Paused by {@link WriteApplier#pause}. */
  PAUSED,
  /**
   * A pack is missing; nothing behind it is applied. The log names it, {@link WriteLedger#giveUp}
   * lets the lane go on.
   */
  HALTED,
  /**
   * The database refuses all writes, for example for lack of space or privileges; tried again with
   * pauses.
   */
  STALLED
}
