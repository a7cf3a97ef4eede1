package dev.sluice.jdbc;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/*
 * How often the primary is sampled. Fast only while it is of use: somebody has asked for an epoch since
 * the last sample was started, so a number is out that no sample has yet, and there is something to be
 * seen: this process used the primary, or its position moved, within the last samples. Else slow, so that
 * an idle system, and one that only reads, pays one small query a second and node. In a slow phase the
 * first use of the primary ends it at once; what other processes write ends it with the next slow sample,
 * and until then readers stay with the node that they have seen, or with the primary.
 */
/** How often the primary is sampled. Flags may be set by any thread, the rest by the sampler's. */
final class Pace {
  static final int LINGER = 20;

  private final long intervalNanos;
  private volatile long slowNanos;
  private volatile boolean needed;
  private final AtomicBoolean used = new AtomicBoolean(true);
  private volatile boolean slow;
  private volatile int quiet;

  Pace(Duration interval, Duration slow) {
    this.intervalNanos = interval.toNanos();
    this.slowNanos = Math.max(intervalNanos, slow.toNanos());
  }

  /** From now on this is the longest time between samples. */
  void slow(Duration longest) {
    slowNanos = Math.max(intervalNanos, longest.toNanos());
  }

  /**
   * An epoch was asked for.
   *
   * @return whether the sampler should not wait as long as it meant to
   */
  boolean needed() {
    if (needed) {
      return false;
    }
    needed = true;
    return slow && quiet < LINGER;
  }

  /**
   * The primary was used.
   *
   * @return whether the sampler should not wait as long as it meant to
   */
  boolean used() {
    return !used.get() && used.compareAndSet(false, true) && slow;
  }

  /** A sample is being numbered: what was needed until now it will contain. */
  void starting() {
    needed = false;
    slow = false;
  }

  /**
   * A sample has ended.
   *
   * @param changed whether it found another position than the one before
   * @return how long to wait for the next
   */
  long next(boolean changed) {
    quiet = used.getAndSet(false) || changed ? 0 : Math.min(LINGER, quiet + 1);
    if (quiet < LINGER && needed) {
      return intervalNanos;
    }
    slow = true;
    // Set by others in between: they saw slow unset and left it to us to look again.
    return used.get() || (quiet < LINGER && needed) ? intervalNanos : slowNanos;
  }
}
