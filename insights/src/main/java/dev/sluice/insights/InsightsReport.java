package dev.sluice.insights;

import java.time.Duration;
import java.util.List;

/**
 * What was recorded up to one moment. Immutable.
 *
 * @param span time since recording started
 * @param windowLength length of a window of load
 * @param load average active sessions by window, oldest first; the last window is not over
 * @param statements by total time, largest first
 * @param findings patterns seen in scopes, oldest first
 * @param advice in the order in which it should be tried; never empty
 */
public record InsightsReport(
    Duration span,
    Duration windowLength,
    List<Double> load,
    List<StatementStats> statements,
    List<Finding> findings,
    List<Advice> advice) {
  /** Copies the lists. */
  public InsightsReport {
    load = List.copyOf(load);
    statements = List.copyOf(statements);
    findings = List.copyOf(findings);
    advice = List.copyOf(advice);
  }

  /**
   * For a terminal or a log.
   *
   * @return at most 40 lines of at most 120 characters
   */
  public String toText() {
    return TextReport.of(this);
  }

  /**
   * For a program.
   *
   * @return one JSON object; {@code version} is 1, times are in nanoseconds
   */
  public String toJson() {
    return JsonReport.of(this);
  }

  /**
   * For a browser.
   *
   * @return one self-contained page, without scripts and without access to the network
   */
  public String toHtml() {
    return HtmlReport.of(this);
  }
}
