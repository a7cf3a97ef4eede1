package dev.sluice.jdbc;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What shadow mode has counted since the data source was built: what would go to replicas, and what
 * would be refused, if it routed. All of it ran on the primary. Immutable; numbers of one moment,
 * except that what ends meanwhile may be in one and not yet in another.
 *
 * @param executions executions of statements that were judged
 * @param unjudged executions that were not: how the server cuts texts was not known yet
 * @param time how long the primary was busy with them, as seen by their callers
 * @param toReplicas executions that a replica would have taken
 * @param timeOnReplicas how long those took: the load that the primary would lose
 * @param byReason executions by the reason why they would have run where; those refused are not
 *     among them
 * @param refusals what would have been refused, by SQLState and a few words
 * @param statements the statements, those with most {@code timeOnReplicas} first; of more than
 *     1,000 different ones the rest is counted together, without a fingerprint
 */
public record ShadowReport(
    long executions,
    long unjudged,
    Duration time,
    long toReplicas,
    Duration timeOnReplicas,
    Map<RouteReason, Long> byReason,
    Map<String, Long> refusals,
    List<Statement> statements) {
  /** Makes the collections immutable. */
  public ShadowReport {
    byReason = Map.copyOf(byReason);
    refusals = Map.copyOf(refusals);
    statements = List.copyOf(statements);
  }

  /**
   * One statement, told apart by its fingerprint.
   *
   * @param fingerprint of the normalised text; 0 for all that were too many
   * @param text the normalised text, without literals
   * @param rule the scanner's rule
   * @param executions how often it ran
   * @param time how long that took
   * @param toReplicas how often a replica would have taken it
   * @param timeOnReplicas how long those took
   * @param refused how often it would have been refused
   */
  public record Statement(
      long fingerprint,
      String text,
      String rule,
      long executions,
      Duration time,
      long toReplicas,
      Duration timeOnReplicas,
      long refused) {}

  /**
   * The part of the primary's load that replicas would take, by time.
   *
   * @return 0 to 1
   */
  public double share() {
    return time.isZero() ? 0 : (double) timeOnReplicas.toNanos() / time.toNanos();
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%d of %d executions would go to replicas, %.1f %% of the time; %d would be refused",
        toReplicas,
        executions,
        100 * share(),
        refusals.values().stream().mapToLong(Long::longValue).sum());
  }
}
