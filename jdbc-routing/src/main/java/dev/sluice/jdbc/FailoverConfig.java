package dev.sluice.jdbc;

import java.time.Duration;

/**
 * How a change of the primary is followed. Messages name the builder's option.
 *
 * @param follow whether another node is used as the primary once it is known to be
 * @param timeout how long who needs the primary waits for one that takes writes; 0 to 5 minutes
 */
record FailoverConfig(boolean follow, Duration timeout) {
  static final FailoverConfig DEFAULTS = new FailoverConfig(true, Duration.ofSeconds(5));

  FailoverConfig {
    ClusterConfig.within("failoverTimeout", timeout, Duration.ZERO, Duration.ofMinutes(5));
  }
}
