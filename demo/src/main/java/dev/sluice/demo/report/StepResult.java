package dev.sluice.demo.report;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was measured in one step.
 *
 * @param label what the step is
 * @param load what became of the load
 * @param primary the primary's own counters
 * @param replicas the replicas' own counters
 * @param readMillis latencies of reads
 * @param writeMillis latencies of writes
 * @param cacheHitRatio share of catalogue reads that the cache answered; null without a cache
 * @param queueDepth most writes seen waiting to be applied at once; null without a queue
 */
public record StepResult(
    Label label,
    Load load,
    NodeRates primary,
    List<NodeRates> replicas,
    Percentiles readMillis,
    Percentiles writeMillis,
    @Nullable Double cacheHitRatio,
    @Nullable Long queueDepth) {

  /**
   * What a step is.
   *
   * @param number from 1
   * @param name a few words
   * @param story a sentence or two
   */
  public record Label(int number, String name, String story) {}

  /**
   * What became of a load.
   *
   * @param offeredPerSecond arrivals
   * @param completedPerSecond operations that ended well before the load ended
   * @param notStarted arrivals dropped because no worker was free in time
   * @param failed operations that ended with an error
   * @param failure the first error; null for none
   */
  public record Load(
      double offeredPerSecond,
      double completedPerSecond,
      long notStarted,
      long failed,
      @Nullable String failure) {}
}
