package dev.sluice.demo.report;

import java.util.List;
import java.util.Locale;

/** Draws charts as inline SVG, in the colours of the page's style sheet. Holds nothing. */
final class Svg {
  /** Left end of the logarithmic axis. */
  private static final double LEAST_MILLIS = 0.1;

  /** One row of a bar chart. */
  record Bar(String label, List<Double> parts, String value) {}

  /** A range from the median to the 99th percentile. */
  record Range(String label, Percentiles reads, Percentiles writes) {}

  private Svg() {}

  /**
   * Horizontal bars, each with its label above it and its value behind it. Lengths are shares of
   * the width that there is and letters keep their size, so that a phone shows the same as a
   * screen.
   *
   * @param widest share of the width, in percent, that the longest bar may take
   * @param fills class names of the parts of a bar
   */
  static String bars(int widest, String title, List<Bar> bars, List<String> fills) {
    int row = 44;
    double most =
        bars.stream()
            .mapToDouble(bar -> bar.parts.stream().mapToDouble(d -> d).sum())
            .max()
            .orElse(0);
    double scale = most <= 0 ? 0 : widest / most;
    StringBuilder svg =
        open(
            bars.size() * row,
            title,
            bars.stream().map(bar -> "%s: %s".formatted(bar.label, bar.value)).toList());
    for (int i = 0; i < bars.size(); i++) {
      Bar bar = bars.get(i);
      int top = i * row;
      svg.append(text(0, 0, top + 13, "q", bar.label));
      double x = 0;
      for (int part = 0; part < bar.parts.size(); part++) {
        double length = bar.parts.get(part) * scale;
        if (length > 0) {
          svg.append(
              "<rect class=\"%s bar\" x=\"%s%%\" y=\"%d\" width=\"%s%%\" height=\"16\"/>"
                  .formatted(fills.get(part), digits(x), top + 19, digits(Math.max(0.4, length))));
        }
        x += length;
      }
      svg.append(text(x, 7, top + 32, "v", bar.value));
    }
    return svg.append("</svg>").toString();
  }

  /** Ranges of reads and writes on one logarithmic axis in milliseconds. */
  static String ranges(String title, List<Range> ranges) {
    int row = 58;
    double most = 10;
    for (Range range : ranges) {
      most = Math.max(most, Math.max(range.reads.p99(), range.writes.p99()));
    }
    most = Math.pow(10, Math.ceil(Math.log10(most) - 0.02));
    int height = ranges.size() * row + 26;
    StringBuilder svg = open(height, title, ranges.stream().map(Svg::words).toList());
    for (double tick = LEAST_MILLIS; tick <= most * 1.01; tick *= 10) {
      String x = digits(percent(tick, most));
      svg.append(
          "<line class=\"rule\" x1=\"%s%%\" x2=\"%s%%\" y1=\"20\" y2=\"%d\"/>"
              .formatted(x, x, height - 22));
      String label =
          tick >= 999 ? "%.0f s".formatted(tick / 1_000) : "%s ms".formatted(plain(tick));
      svg.append(
          "<text class=\"q\" text-anchor=\"middle\" x=\"%s%%\" y=\"%d\">%s</text>"
              .formatted(x, height - 5, label));
    }
    for (int i = 0; i < ranges.size(); i++) {
      Range range = ranges.get(i);
      int top = i * row;
      // The label covers the rules behind it.
      svg.append(
          "<text class=\"q halo\" x=\"0\" y=\"%d\">%s</text>"
              .formatted(top + 14, escape(range.label)));
      svg.append(range(range.reads, "read", top + 28, most));
      svg.append(range(range.writes, "write", top + 46, most));
    }
    return svg.append("</svg>").toString();
  }

  private static String range(Percentiles range, String kind, int y, double most) {
    if (range.p99() <= 0) {
      return text(0, 0, y + 4, "q", "no " + kind + "s");
    }
    String from = digits(percent(range.p50(), most));
    String to = digits(percent(range.p99(), most));
    return "<line class=\"s-%s\" stroke-width=\"6\" x1=\"%s%%\" x2=\"%s%%\" y1=\"%d\" y2=\"%d\" opacity=\".5\"/>"
            .formatted(kind, from, to, y, y)
        + "<circle class=\"f-%s\" cx=\"%s%%\" cy=\"%d\" r=\"5\"/>".formatted(kind, from, y)
        + "<rect class=\"f-%s\" x=\"%s%%\" y=\"%d\" width=\"4\" height=\"14\" rx=\"1\"/>"
            .formatted(kind, to, y - 7)
        + text(percent(range.p99(), most), 10, y + 5, "v", TextReport.number(range.p99()));
  }

  private static double percent(double millis, double most) {
    double share =
        Math.log(Math.max(millis, LEAST_MILLIS) / LEAST_MILLIS) / Math.log(most / LEAST_MILLIS);
    return 7 + share * 75;
  }

  private static String words(Range range) {
    return "%s: reads %s to %s ms, writes %s to %s ms"
        .formatted(
            range.label,
            TextReport.number(range.reads.p50()),
            TextReport.number(range.reads.p99()),
            TextReport.number(range.writes.p50()),
            TextReport.number(range.writes.p99()));
  }

  /** An image hides its text from who cannot see it, so its label says all of it. */
  private static StringBuilder open(int height, String title, List<String> rows) {
    return new StringBuilder(
        "<svg height=\"%d\" role=\"img\" aria-label=\"%s. %s\">"
            .formatted(height, escape(title), escape(String.join("; ", rows))));
  }

  private static String text(double x, int right, int y, String style, String text) {
    return "<text class=\"%s\" x=\"%s%%\" dx=\"%d\" y=\"%d\">%s</text>"
        .formatted(style, digits(x), right, y, escape(text));
  }

  private static String digits(double number) {
    return String.format(Locale.ROOT, "%.2f", number);
  }

  private static String plain(double number) {
    return number < 1 ? "0.1" : String.format(Locale.ROOT, "%.0f", number);
  }

  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
