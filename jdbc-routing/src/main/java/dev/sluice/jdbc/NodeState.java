package dev.sluice.jdbc;

import dev.sluice.causality.Position;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one node at a moment, for messages and metrics. Immutable.
 *
 * @param name the name it was configured with
 * @param primary whether it is the primary
 * @param usable whether it takes reads (replica), or answered last time as a primary must (primary)
 * @param reason why it is not usable, or how far it is; a few words for people
 * @param lag how old the newest sample is that it is known to have reached: an upper bound of its
 *     replication lag, by up to the time between samples (one second on a quiet database). Null if
 *     nothing is known, and for the primary
 * @param inFlight physical connections in use through the routing DataSource
 * @param latency moving average of the time of an execution, of a busy replica of a part of them;
 *     zero before the first one
 * @param position a lower bound of where it is (primary: the last sample); null if not known
 * @param share the part of its usual reads that it gets: 1; less while it starts slowly after it
 *     was away; 0 for a replica that is not usable
 * @param failures how many requests have failed because of the node, since the start
 * @param ejections how often failures have ejected it, since the start; 0 for the primary
 * @param pool its pool; null if that does not tell
 */
public record NodeState(
    String name,
    boolean primary,
    boolean usable,
    String reason,
    @Nullable Duration lag,
    int inFlight,
    Duration latency,
    @Nullable Position position,
    double share,
    long failures,
    long ejections,
    @Nullable PoolState pool) {
  @Override
  public String toString() {
    return name + " " + (usable ? "usable" : "not usable") + " (" + reason + ")";
  }
}
