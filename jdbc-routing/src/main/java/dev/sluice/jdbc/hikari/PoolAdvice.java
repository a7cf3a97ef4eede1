package dev.sluice.jdbc.hikari;

/**
 * A setting of a pool that works, and would be better otherwise.
 *
 * @param node name of the node whose pool it is
 * @param option name of the setting, as HikariCP or the driver has it
 * @param found what is set, never a URL or a credential
 * @param better what would be better
 * @param why the reason, one sentence
 */
public record PoolAdvice(String node, String option, String found, String better, String why) {
  @Override
  public String toString() {
    return node + ": " + option + " is " + found + ", better " + better + ": " + why;
  }
}
