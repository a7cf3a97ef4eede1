package dev.sluice.demo.report;

import dev.sluice.demo.check.Invariants;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The report for the terminal: 80 columns. Holds nothing. */
public final class TextReport {
  private static final String ROW = "%-36s %8s %8s %6s %8s %8s%n";

  private TextReport() {}

  /**
   * One step, as its servers saw it.
   *
   * @param step the step
   * @return lines, each ended
   */
  public static String print(StepResult step) {
    StringBuilder text = new StringBuilder();
    text.append(nodeLine("primary", step.primary()));
    for (int i = 0; i < step.replicas().size(); i++) {
      text.append(nodeLine("replica " + (i + 1), step.replicas().get(i)));
    }
    text.append(
        "    %-10s p50 %s ms  p99 %s ms   writes p50 %s ms  p99 %s ms%n"
            .formatted(
                "reads",
                number(step.readMillis().p50()),
                number(step.readMillis().p99()),
                number(step.writeMillis().p50()),
                number(step.writeMillis().p99())));
    text.append(
        "    %-10s offered %s/s, completed %s/s%s%s%n"
            .formatted(
                "load",
                number(step.load().offeredPerSecond()),
                number(step.load().completedPerSecond()),
                count(step.load().notStarted(), "not started in time"),
                count(step.load().failed(), "failed")));
    List<String> tiers = new ArrayList<>();
    Double hits = step.cacheHitRatio();
    if (hits != null) {
      tiers.add("cache hit ratio %.0f %%".formatted(hits * 100));
    }
    Long depth = step.queueDepth();
    if (depth != null) {
      tiers.add("queue at most %d writes deep".formatted(depth));
    }
    if (!tiers.isEmpty()) {
      text.append("    %-10s %s%n".formatted("tiers", String.join(", ", tiers)));
    }
    return text.toString();
  }

  private static String nodeLine(String name, NodeRates rates) {
    return "    %-10s %s statements/s  %s commits/s  %s rows/s  busy %.0f %%%n"
        .formatted(
            name,
            number(rates.statementsPerSecond()),
            number(rates.commitsPerSecond()),
            number(rates.rowsWrittenPerSecond()),
            rates.busyShare() * 100);
  }

  private static String count(long count, String what) {
    return count == 0 ? "" : ", %d %s".formatted(count, what);
  }

  /**
   * All of it: the table and the verdict.
   *
   * @param report the report
   * @return lines, each ended
   */
  public static String print(Report report) {
    StringBuilder text = new StringBuilder("\n");
    text.append(ROW.formatted("", "primary", "primary", "busy", "reads", "writes"));
    text.append(ROW.formatted("step", "stmt/s", "commit/s", "", "p99 ms", "p99 ms"));
    for (StepResult step : report.steps()) {
      text.append(
          ROW.formatted(
              step.label().number() + " " + step.label().name(),
              number(step.primary().statementsPerSecond()),
              number(step.primary().commitsPerSecond()),
              "%.0f %%".formatted(step.primary().busyShare() * 100),
              number(step.readMillis().p99()),
              number(step.writeMillis().p99())));
    }
    text.append(saved(report.steps()));
    if (report.stopped()) {
      text.append("%nStopped by the user %s.%n".formatted(report.progress()));
    }
    Invariants invariants = report.invariants();
    String held =
        report.stopped() ? "What was measured held all invariants" : "All invariants held";
    text.append(
        "\n%s: %d lost, %d doubled, %d stale, %d negative stock%n  (%,d writes and %,d reads checked)%n"
            .formatted(
                invariants.held() ? held : "INVARIANTS BROKEN",
                invariants.lostWrites(),
                invariants.doubledWrites(),
                invariants.staleReads(),
                invariants.negativeStock(),
                report.writesChecked(),
                report.readsChecked()));
    invariants.problems().forEach(problem -> text.append("  ").append(problem).append('\n'));
    report.troubles().forEach(trouble -> text.append("FAILED: ").append(trouble).append('\n'));
    return text.toString();
  }

  private static String saved(List<StepResult> steps) {
    if (steps.size() < 2) {
      return "";
    }
    NodeRates first = steps.get(0).primary();
    NodeRates last = steps.get(steps.size() - 1).primary();
    return "%nThe primary: %s of its statements and %s of its commits are left.%n"
        .formatted(
            part(last.statementsPerSecond(), first.statementsPerSecond()),
            part(last.commitsPerSecond(), first.commitsPerSecond()));
  }

  /** A share in words that stay true for small and for large ones. */
  static String part(double last, double first) {
    if (first <= 0) {
      return "none";
    }
    double share = last / first;
    return share >= 0.5
        ? "%.0f %%".formatted(share * 100)
        : last <= 0 ? "none" : "1/%s".formatted(number(first / last));
  }

  /** Three digits are enough to compare. */
  static String number(double number) {
    return number >= 100
        ? String.format(Locale.ROOT, "%,.0f", number)
        : String.format(Locale.ROOT, number >= 10 ? "%.1f" : "%.2f", number);
  }
}
