package dev.sluice.cache;

import java.time.Duration;

/** The validated options of a {@link CacheStore}. */
record StoreConfig(
    String namespace,
    Duration readTimeout,
    Duration writeTimeout,
    Duration connectTimeout,
    int maximumLinks,
    int failuresToOpen,
    Duration probeInterval) {
  StoreConfig {
    if (!namespace.matches("[A-Za-z0-9_-]{1,64}")) {
      throw new IllegalArgumentException("namespace: must be 1 to 64 letters, digits, - and _");
    }
    between("readTimeout", readTimeout, Duration.ofMillis(1), Duration.ofSeconds(10));
    between("writeTimeout", writeTimeout, Duration.ofMillis(1), Duration.ofSeconds(10));
    between("connectTimeout", connectTimeout, Duration.ofMillis(1), Duration.ofSeconds(30));
    between("probeInterval", probeInterval, Duration.ofMillis(10), Duration.ofMinutes(1));
    if (maximumLinks < 1 || maximumLinks > 1024) {
      throw new IllegalArgumentException("maximumLinks: must be 1 to 1024, got " + maximumLinks);
    }
    if (failuresToOpen < 1 || failuresToOpen > 1000) {
      throw new IllegalArgumentException(
          "failuresToOpen: must be 1 to 1000, got " + failuresToOpen);
    }
  }

  static void between(String option, Duration value, Duration least, Duration most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          option + ": must be " + least + " to " + most + ", got " + value);
    }
  }
}
