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
 * @param readMillis latencies of reads, those of dropped and failed ones among them
 * @param writeMillis latencies of writes, likewise
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
  /** A step in which more than this share of the operations fail has failed. */
  private static final double FAILED_SHARE = 0.01;

  /** So has one that answers less than this share of them. */
  private static final double ANSWERED_SHARE = 0.95;

  /**
   * Why the step has failed, however right its answers were.
   *
   * @return words for people; null if it has not
   */
  public @Nullable String trouble() {
    boolean failures = load.failed > FAILED_SHARE * load.offered;
    boolean unanswered = load.completed + load.late < ANSWERED_SHARE * load.offered;
    if (!failures && !unanswered) {
      return null;
    }
    return "step %d completed %d of %d operations%s%s"
        .formatted(
            label.number,
            load.completed + load.late,
            load.offered,
            load.notStarted == 0
                ? ""
                : "; %d were dropped, since nobody was free for them in time (--rate offers less)"
                    .formatted(load.notStarted),
            load.failed == 0
                ? ""
                : "; %d failed, the first with %s".formatted(load.failed, load.failure));
  }

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
   * @param seconds how long it was offered
   * @param cut whether it was ended before its time
   * @param offered arrivals
   * @param completed operations that ended well before the load ended
   * @param late operations that were under way when the load ended, and ended well
   * @param notStarted arrivals dropped because no worker was free in time
   * @param failed operations that ended with an error
   * @param failure the first error; null for none
   */
  public record Load(
      double seconds,
      boolean cut,
      long offered,
      long completed,
      long late,
      long notStarted,
      long failed,
      @Nullable String failure) {
    /** Refuses a load of nothing, of which there is nothing to say. */
    public Load {
      if (!(seconds > 0) || offered <= 0) {
        throw new IllegalArgumentException(
            "offered: must be positive, over some time; not %d in %f s"
                .formatted(offered, seconds));
      }
    }

    /**
     * The rate at which operations arrived.
     *
     * @return per second
     */
    public double offeredPerSecond() {
      return offered / seconds;
    }

    /**
     * The rate at which operations ended well.
     *
     * @return per second
     */
    public double completedPerSecond() {
      return completed / seconds;
    }
  }
}
