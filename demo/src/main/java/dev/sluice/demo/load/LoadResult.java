package dev.sluice.demo.load;

import org.jspecify.annotations.Nullable;

/**
 * What became of a load.
 *
 * @param seconds how long it was offered
 * @param offered arrivals
 * @param completed operations that ended well before the load ended
 * @param notStarted arrivals dropped because no worker was free in time
 * @param failed operations that ended with an exception
 * @param firstFailure the first of these exceptions; null for none
 * @param reads latencies of reads
 * @param writes latencies of writes
 */
public record LoadResult(
    double seconds,
    long offered,
    long completed,
    long notStarted,
    long failed,
    @Nullable Exception firstFailure,
    Latency reads,
    Latency writes) {

  /**
   * The rate at which operations arrived.
   *
   * @return per second
   */
  public double offeredPerSecond() {
    return seconds == 0 ? 0 : offered / seconds;
  }

  /**
   * The rate at which operations ended well.
   *
   * @return per second
   */
  public double completedPerSecond() {
    return seconds == 0 ? 0 : completed / seconds;
  }
}
