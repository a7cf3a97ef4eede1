package dev.sluice.jdbc;

import dev.sluice.sql.Route;
import dev.sluice.sql.StatementKind;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Where a statement would run and why, see {@link RoutingDataSource#explain}. Immutable; holds no
 * literal of the text and no bind value.
 *
 * @param text the normalised text, without literals
 * @param fingerprint of it
 * @param kind what it is
 * @param route where it may run, by text alone
 * @param rule the scanner's rule that says so
 * @param tablesRead the tables that it names and reads
 * @param tablesWritten the tables that it names and writes
 * @param tables the tables that count for the caller's past, with those behind views and triggers;
 *     empty: any
 * @param demand what the caller has written or seen that a replica must have: samples of the
 *     primary and positions; or nothing
 * @param node where it would run now; of several replicas that may, the one with least to do, where
 *     a statement takes the better of two at random
 * @param reason why there
 * @param candidates the replicas, and why they would do or not; empty unless the statement may run
 *     on one
 */
public record RoutingDecision(
    String text,
    long fingerprint,
    StatementKind kind,
    Route route,
    String rule,
    List<String> tablesRead,
    List<String> tablesWritten,
    List<String> tables,
    String demand,
    String node,
    RouteReason reason,
    List<Candidate> candidates) {
  /** Makes the lists immutable. */
  public RoutingDecision {
    tablesRead = List.copyOf(tablesRead);
    tablesWritten = List.copyOf(tablesWritten);
    tables = List.copyOf(tables);
    candidates = List.copyOf(candidates);
  }

  /**
   * A replica as the decision sees it.
   *
   * @param node its state
   * @param reachedEpoch the sample of the primary that it is known to have reached; 0 for none
   * @param admitted whether it may answer
   * @param why in a few words for people
   */
  public record Candidate(NodeState node, long reachedEpoch, boolean admitted, String why) {
    @Override
    public String toString() {
      return node.name() + ": " + why + ", has reached sample " + reachedEpoch;
    }
  }

  /** Some lines for people. */
  @Override
  public String toString() {
    return text
        + "\n  runs on "
        + node
        + " ("
        + reason
        + "); by its text "
        + route
        + ": "
        + rule
        + "\n  asks for "
        + demand
        + (tables.isEmpty() ? ", any table" : ", tables " + String.join(", ", tables))
        + candidates.stream().map(each -> "\n  " + each).collect(Collectors.joining());
  }
}
