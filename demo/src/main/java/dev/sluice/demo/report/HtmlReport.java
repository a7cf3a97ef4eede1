package dev.sluice.demo.report;

import static dev.sluice.demo.report.Svg.escape;
import static dev.sluice.demo.report.TextReport.number;
import static dev.sluice.demo.report.TextReport.part;

import dev.sluice.demo.check.Invariants;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The report for people: one file without any reference to the network. Holds nothing. */
public final class HtmlReport {
  /** Shares of the width, in percent, that the longest bars take, with their values behind them. */
  private static final int STACKED = 54;

  private static final int PLAIN = 76;

  private HtmlReport() {}

  /**
   * Prints a report.
   *
   * @param report the report
   * @return a page
   */
  public static String print(Report report) {
    List<StepResult> steps = report.steps();
    return template()
        .replace("{{setting}}", escape(report.plan().setting()))
        .replace("{{verdict}}", verdict(report))
        .replace("{{tiles}}", tiles(report))
        .replace("{{statements}}", statements(steps))
        .replace(
            "{{commits}}",
            bars(steps, "Commits a second on the primary", NodeRates::commitsPerSecond, 1, ""))
        .replace(
            "{{busy}}", bars(steps, "Busy time of the primary", NodeRates::busyShare, 100, " %"))
        .replace("{{latency}}", latency(steps))
        .replace(
            "{{checked}}",
            "%,d writes and %,d reads".formatted(report.writesChecked(), report.readsChecked()))
        .replace("{{checks}}", checks(report.invariants()))
        .replace("{{problems}}", problems(report.invariants()))
        .replace("{{table}}", table(steps))
        .replace(
            "{{story}}",
            steps.stream()
                .map(
                    step ->
                        "<li value=\"%d\"><b>%s.</b> %s</li>"
                            .formatted(
                                step.label().number(),
                                escape(sentence(step.label().name())),
                                escape(step.label().story())))
                .collect(Collectors.joining()));
  }

  private static String sentence(String text) {
    return Character.toUpperCase(text.charAt(0)) + text.substring(1);
  }

  private static String verdict(Report report) {
    String troubles = String.join("; ", report.troubles());
    if (!report.invariants().held()) {
      return "<p class=\"verdict bad\">&#10007; Invariants were broken: see below.</p>";
    }
    if (!troubles.isEmpty()) {
      return "<p class=\"verdict bad\">&#10007; The run failed: %s.</p>"
          .formatted(escape(troubles));
    }
    if (report.steps().isEmpty()) {
      return "<p class=\"verdict bad\">&#10007; Stopped before anything was measured.</p>";
    }
    return report.stopped()
        ? "<p class=\"verdict cut\">Stopped by the user %s; what was measured held all invariants.</p>"
            .formatted(report.progress())
        : "<p class=\"verdict good\">&#10003; All invariants held: nothing lost, nothing doubled, nothing stale, no stock below zero.</p>";
  }

  private static String tiles(Report report) {
    if (report.steps().isEmpty()) {
      return "";
    }
    StepResult first = report.steps().get(0);
    StepResult last = report.steps().get(report.steps().size() - 1);
    return tile(
            "Statements/s on the primary",
            first,
            last,
            step -> step.primary().statementsPerSecond())
        + tile("Commits/s on the primary", first, last, step -> step.primary().commitsPerSecond())
        + tile(
            "Rows written/s on the primary",
            first,
            last,
            step -> step.primary().rowsWrittenPerSecond())
        + "<div class=\"tile\"><span>Completed of offered, last step</span><b>%s</b><span>%s of %s a second</span></div>"
            .formatted(
                percent((double) last.load().completed() / last.load().offered()),
                number(last.load().completedPerSecond()),
                number(last.load().offeredPerSecond()));
  }

  private static String percent(double share) {
    return "%.1f %%".formatted(share * 100);
  }

  private static String tile(
      String name, StepResult first, StepResult last, ToDoubleFunction<StepResult> value) {
    double from = value.applyAsDouble(first);
    double to = value.applyAsDouble(last);
    return first == last
        ? "<div class=\"tile\"><span>%s</span><b>%s</b></div>".formatted(name, number(from))
        : "<div class=\"tile\"><span>%s</span><b>%s &#8594; %s</b><span>%s of the first step's</span></div>"
            .formatted(name, number(from), number(to), part(to, from));
  }

  private static String label(StepResult step) {
    return step.label().number() + "  " + step.label().name();
  }

  private static String statements(List<StepResult> steps) {
    List<Svg.Bar> bars =
        steps.stream()
            .map(
                step -> {
                  List<Double> parts =
                      Stream.concat(Stream.of(step.primary()), step.replicas().stream())
                          .map(NodeRates::statementsPerSecond)
                          .toList();
                  String value =
                      parts.stream()
                          .filter(part -> part >= 0.5)
                          .map(part -> String.format(Locale.ROOT, "%,.0f", part))
                          .collect(Collectors.joining(" + "));
                  return new Svg.Bar(label(step), parts, value);
                })
            .toList();
    int replicas = steps.isEmpty() ? 0 : steps.get(0).replicas().size();
    List<String> names =
        IntStream.rangeClosed(0, replicas)
            .mapToObj(i -> i == 0 ? "primary" : "replica" + i)
            .toList();
    String legend =
        names.stream()
            .map(
                name ->
                    "<li><i class=\"b-%s\"></i>%s</li>"
                        .formatted(name, name.replace("replica", "replica ")))
            .collect(Collectors.joining("", "<ul class=\"legend\">", "</ul>"));
    return legend
        + Svg.bars(
            STACKED,
            "Statements a second on the primary and the replicas, by step",
            bars,
            names.stream().map(name -> "f-" + name).toList());
  }

  private static String bars(
      List<StepResult> steps,
      String title,
      ToDoubleFunction<NodeRates> value,
      double factor,
      String unit) {
    List<Svg.Bar> bars =
        steps.stream()
            .map(
                step -> {
                  double number = value.applyAsDouble(step.primary()) * factor;
                  return new Svg.Bar(label(step), List.of(number), number(number) + unit);
                })
            .toList();
    return Svg.bars(PLAIN, title + ", by step", bars, List.of("f-primary"));
  }

  private static String latency(List<StepResult> steps) {
    return "<ul class=\"legend\"><li><i class=\"b-read\"></i>reads</li><li><i class=\"b-write\"></i>writes</li><li>dot: median, tick and number: 99th percentile</li></ul>"
        + Svg.ranges(
            "Latency of reads and writes by step, median and 99th percentile",
            steps.stream()
                .map(step -> new Svg.Range(label(step), step.readMillis(), step.writeMillis()))
                .toList());
  }

  private static String checks(Invariants invariants) {
    return check(
            invariants.lostWrites(),
            "No write lost",
            "Every accepted order and every counted page view is in the final state, in the books on every server and in the hot tables.")
        + check(
            invariants.doubledWrites(),
            "No write doubled",
            "Each is there once; each product changed once for each of its orders.")
        + check(
            invariants.staleReads(),
            "No stale read",
            "No session was shown anything older than what it had written or seen, or other orders than its own.")
        + check(
            invariants.negativeStock(),
            "No negative stock",
            "Nothing was sold that was not there: stock is what was delivered minus what was ordered.");
  }

  private static String check(long count, String name, String text) {
    return "<li><span class=\"mark %s\">%s</span><div><b>%s%s</b><p class=\"quiet small\">%s</p></div></li>"
        .formatted(
            count == 0 ? "good" : "bad",
            count == 0 ? "&#10003;" : "&#10007;",
            name,
            count == 0 ? "" : ": %,d violations".formatted(count),
            text);
  }

  private static String problems(Invariants invariants) {
    return invariants.problems().isEmpty()
        ? ""
        : invariants.problems().stream()
            .map(problem -> "<li>" + escape(problem) + "</li>")
            .collect(Collectors.joining("", "<ul class=\"problems small\">", "</ul>"));
  }

  private static String table(List<StepResult> steps) {
    StringBuilder table =
        new StringBuilder(
            "<table><thead><tr><th scope=\"col\">Step</th><th scope=\"col\">Completed<br>of offered/s</th><th scope=\"col\">Dropped,<br>failed</th>"
                + "<th scope=\"col\">Primary<br>stmt/s</th><th scope=\"col\">Primary<br>commits/s</th><th scope=\"col\">Primary<br>rows/s</th>"
                + "<th scope=\"col\">Replicas<br>stmt/s</th><th scope=\"col\">Busy<br>of each, %</th>"
                + "<th scope=\"col\">Reads<br>p50 / p99 ms</th>"
                + "<th scope=\"col\">Writes<br>p50 / p99 ms</th><th scope=\"col\">Cache<br>hits</th>"
                + "<th scope=\"col\">Queue<br>depth</th></tr></thead><tbody>");
    for (StepResult step : steps) {
      Double hits = step.cacheHitRatio();
      Long depth = step.queueDepth();
      List<String> cells =
          List.of(
              number(step.load().completedPerSecond())
                  + " of "
                  + number(step.load().offeredPerSecond()),
              "%,d, %,d".formatted(step.load().notStarted(), step.load().failed()),
              number(step.primary().statementsPerSecond()),
              number(step.primary().commitsPerSecond()),
              number(step.primary().rowsWrittenPerSecond()),
              step.replicas().stream()
                  .map(replica -> "%.0f".formatted(replica.statementsPerSecond()))
                  .collect(Collectors.joining(" + ")),
              busy(step),
              pair(step.readMillis()),
              pair(step.writeMillis()),
              hits == null ? "&#8211;" : "%.0f %%".formatted(hits * 100),
              depth == null ? "&#8211;" : Long.toString(depth));
      table.append("<tr><th scope=\"row\">").append(escape(label(step)));
      if (step.load().cut()) {
        table.append(" (stopped after %.1f s)".formatted(step.load().seconds()));
      }
      table.append("</th>");
      cells.forEach(cell -> table.append("<td>").append(cell).append("</td>"));
      table.append("</tr>");
    }
    return table.append("</tbody></table>").toString();
  }

  private static String busy(StepResult step) {
    return Stream.concat(Stream.of(step.primary()), step.replicas().stream())
        .map(node -> "%.1f".formatted(node.busyShare() * 100))
        .collect(Collectors.joining(" + "));
  }

  private static String pair(Percentiles percentiles) {
    return number(percentiles.p50()) + " / " + number(percentiles.p99());
  }

  private static String template() {
    try (InputStream in =
        Objects.requireNonNull(HtmlReport.class.getResourceAsStream("report.html"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("report: the template cannot be read", e);
    }
  }
}
