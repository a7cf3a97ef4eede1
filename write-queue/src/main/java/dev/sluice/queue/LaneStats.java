package dev.sluice.queue;

/**
 * Figures of one lane of one applier, since its start.
 *
 * @param lane the lane
 * @param state what it does now
 * @param transactions committed transactions with writes
 * @param packs applied packs
 * @param writes applied writes
 * @param statements executed statements, after coalescing, of committed transactions
 * @param duplicates packs that were applied already
 * @param parked writes and messages that were parked
 * @param gaps how often a pack was found missing; 0 proves that nothing was lost
 * @param retries attempts that failed and were repeated
 * @param applyNanos time spent in committed transactions
 */
public record LaneStats(
    int lane,
    LaneState state,
    long transactions,
    long packs,
    long writes,
    long statements,
    long duplicates,
    long parked,
    long gaps,
    long retries,
    long applyNanos) {}
