package dev.sluice.demo.load;

import org.jspecify.annotations.Nullable;

/**
 * What became of a load.
 *
 * @param seconds how long it was offered
 * @param cut whether it was ended before its time
 * @param offered arrivals
 * @param completed operations that ended well before the load ended
 * @param late operations that were under way when the load ended, and ended well
 * @param notStarted arrivals dropped because no worker was free in time
 * @param failed operations that ended with an exception
 * @param firstFailure the first of these exceptions; null for none
 * @param reads latencies of reads, those of dropped and failed ones among them
 * @param writes latencies of writes, likewise
 */
public record LoadResult(
    double seconds,
    boolean cut,
    long offered,
    long completed,
    long late,
    long notStarted,
    long failed,
    @Nullable Exception firstFailure,
    Latency reads,
    Latency writes) {}
