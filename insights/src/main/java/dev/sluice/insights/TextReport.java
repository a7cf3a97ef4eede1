package dev.sluice.insights;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** The report as plain lines. */
final class TextReport {
  private static final int WIDTH = 120;

  private TextReport() {}

  static String of(InsightsReport report) {
    StringBuilder out = new StringBuilder();
    long total =
        Math.max(1, report.statements().stream().mapToLong(StatementStats::totalNanos).sum());
    line(
        out,
        "Load over %s: %.2f sessions active on average, %d statements",
        span(report.span()),
        total / 1e9 / Math.max(1e-9, report.span().toNanos() / 1e9),
        report.statements().size());
    line(out, "");
    line(
        out, "%5s %9s %9s %9s %6s  %s", "time", "calls", "p50 ms", "p99 ms", "errors", "statement");
    for (StatementStats s : head(report.statements(), 14)) {
      line(
          out,
          "%4.0f%% %9d %9.3f %9.3f %6d  %s",
          100.0 * s.totalNanos() / total,
          s.calls(),
          s.p50Nanos() / 1e6,
          s.p99Nanos() / 1e6,
          s.errors(),
          s.statement());
    }
    line(out, "");
    line(out, "Advice");
    for (Advice a : head(report.advice(), 10)) {
      line(out, "* %s %s", a.remedy(), a.subject());
      String gain = gain(a);
      line(out, "    %s%s", a.evidence(), gain.isEmpty() ? "" : "; " + gain);
    }
    return out.toString();
  }

  /** What an advice promises, as a part of a sentence; empty if it promises nothing. */
  static String gain(Advice advice) {
    if (advice.estimate() <= 0) {
      return "";
    }
    return advice.estimate() < 0.005
        ? "takes off less than 1 % of the time"
        : String.format(
            Locale.ROOT, "takes off up to %.0f %% of the time", advice.estimate() * 100);
  }

  static String span(Duration span) {
    long seconds = span.toSeconds();
    return seconds < 120 ? seconds + " s" : seconds / 60 + " min";
  }

  private static <T> List<T> head(List<T> list, int most) {
    return list.subList(0, Math.min(most, list.size()));
  }

  private static void line(StringBuilder out, String format, Object... arguments) {
    String text = String.format(Locale.ROOT, format, arguments);
    out.append(text.length() <= WIDTH ? text : text.substring(0, WIDTH - 1) + "…").append('\n');
  }
}
