package dev.sluice.queue;

/**
 * What becomes of later writes of the same ordering key when a write cannot be applied and is
 * parked.
 */
public enum PoisonPolicy {
  /** They are parked behind it, in order, until it is replayed or discarded. */
  BLOCK_KEY,
  /** They are applied as if it had not been there. */
  SKIP
}
