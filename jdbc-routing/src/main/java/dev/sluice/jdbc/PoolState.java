package dev.sluice.jdbc;

/**
 * A pool at a moment, as far as it tells (HikariCP does). Immutable.
 *
 * @param active connections in use
 * @param idle connections not in use
 * @param waiting threads that wait for one
 * @param maximum how many connections it holds at most
 */
public record PoolState(int active, int idle, int waiting, int maximum) {
  @Override
  public String toString() {
    return active + " of " + maximum + " in use, " + idle + " idle, " + waiting + " waiting";
  }
}
