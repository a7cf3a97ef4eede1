package dev.sluice.causality;

import java.time.Duration;

/** How old an answer may be. */
public sealed interface Freshness {
  /** Never older than what the caller has written or seen; the default. */
  record Causal() implements Freshness {}

  /** From the primary, or from a tier that is proven to be as new. */
  record Latest() implements Freshness {}

  /** Whatever is there; only the configured limits on lag apply. */
  record Eventual() implements Freshness {}

  /**
   * At most this old, by the time of the sample that a replica has reached, and never older than
   * what the caller has written or seen.
   *
   * @param limit longest age, positive
   */
  record Bounded(Duration limit) implements Freshness {
    /** Checks the limit. */
    public Bounded {
      if (limit.isNegative() || limit.isZero()) {
        throw new IllegalArgumentException("limit: must be positive, got " + limit);
      }
    }
  }

  /** The default: never older than what the caller has written or seen. */
  Freshness CAUSAL = new Causal();

  /** From the primary. */
  Freshness LATEST = new Latest();

  /** Whatever is there. */
  Freshness EVENTUAL = new Eventual();
}
