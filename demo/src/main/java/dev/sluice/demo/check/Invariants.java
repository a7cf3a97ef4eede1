package dev.sluice.demo.check;

import java.util.List;

/**
 * The verdict.
 *
 * @param lostWrites promised writes that are not in the final state
 * @param doubledWrites writes in the final state more often than once, or never promised
 * @param staleReads answers older than what their session had written or seen
 * @param negativeStock products, and answers, with less than nothing in stock
 * @param problems some of them in words
 */
public record Invariants(
    long lostWrites,
    long doubledWrites,
    long staleReads,
    long negativeStock,
    List<String> problems) {
  /**
   * The worst of two verdicts on one journal.
   *
   * @param later the verdict at a later moment
   * @return the larger of each count, with the later problems if there are any
   */
  public Invariants or(Invariants later) {
    return new Invariants(
        Math.max(lostWrites, later.lostWrites),
        Math.max(doubledWrites, later.doubledWrites),
        Math.max(staleReads, later.staleReads),
        Math.max(negativeStock, later.negativeStock),
        later.problems.isEmpty() ? problems : later.problems);
  }

  /**
   * Whether nothing was violated.
   *
   * @return true if all counts are zero
   */
  public boolean held() {
    return lostWrites == 0 && doubledWrites == 0 && staleReads == 0 && negativeStock == 0;
  }
}
