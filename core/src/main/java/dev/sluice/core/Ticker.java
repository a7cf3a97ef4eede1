package dev.sluice.core;

/**
 * A source of elapsed time. Guarantees what {@link System#nanoTime()} does: nanoseconds from an
 * arbitrary origin, meaningful only as differences, never going backwards; not a wall clock. Safe
 * for use by several threads.
 */
@FunctionalInterface
public interface Ticker {
  /**
   * The current reading.
   *
   * @return nanoseconds since an arbitrary but fixed origin
   */
  long nanos();

  /**
   * The ticker of the running system.
   *
   * @return a ticker over {@link System#nanoTime()}
   */
  static Ticker system() {
    return System::nanoTime;
  }
}
