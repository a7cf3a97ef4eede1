package dev.sluice.jdbc;

import dev.sluice.causality.Position;
import org.jspecify.annotations.Nullable;

/**
 * What is known about how far a replica is. Immutable.
 *
 * @param reachedEpoch the highest sample of the primary that it certainly contains; 0 for none
 * @param position a lower bound of where it is; null if not known
 * @param reachedNanos when that sample was started
 * @param behind whether the primary is known to have had more, and had handed it out
 * @param behindNanos since when; 0 if not behind
 */
record Progress(
    long reachedEpoch,
    @Nullable Position position,
    long reachedNanos,
    boolean behind,
    long behindNanos) {
  static final Progress NONE = new Progress(0, null, 0, false, 0);
}
