package dev.sluice.insights;

/**
 * A pattern that was seen in a scope.
 *
 * @param kind what it is
 * @param scope name of the scope
 * @param statement the statement, normalised
 * @param runs how often it ran in that one scope
 * @param nanos its time in that one scope, in nanoseconds
 * @param callSite class, method and line that ran it, empty if not known
 */
public record Finding(
    Kind kind, String scope, String statement, int runs, long nanos, String callSite) {
  /** What was seen. */
  public enum Kind {
    /** One SELECT again and again with other bindings, after a statement that gave them. */
    N_PLUS_ONE,
    /** One SELECT again and again with the same bindings. */
    REDUNDANT_READ,
    /** One write again and again with other bindings, not as a batch. */
    UNBATCHED_WRITES
  }
}
