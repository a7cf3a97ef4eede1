package dev.sluice.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Measurements as ratios to the baseline of their group: absolute times are not stable. */
final class RatioTable {
  private final Map<String, Measurement> measured;

  /**
   * A table.
   *
   * @param measured by key
   */
  RatioTable(Map<String, Measurement> measured) {
    this.measured = measured;
  }

  /** The text, with a line for each benchmark that was measured together with its baseline. */
  String print(List<Comparison> comparisons) {
    StringBuilder text = new StringBuilder(1024);
    for (Comparison comparison : comparisons) {
      Measurement baseline = measured.get(comparison.baseline());
      if (baseline == null) {
        continue;
      }
      text.append(
          String.format(
              "%n%-44s %8s %15s %12s %10s%n",
              comparison.title(), "ratio", "spread", baseline.unit(), "B/op"));
      line(text, baseline, baseline);
      for (String key : comparison.others()) {
        Measurement other = measured.get(key);
        if (other != null) {
          line(text, other, baseline);
        }
      }
    }
    return text.toString();
  }

  private static void line(StringBuilder text, Measurement each, Measurement baseline) {
    String name = each.key().substring(each.key().indexOf('.') + 1);
    double one = baseline.median();
    text.append(
        String.format(
            Locale.ROOT,
            "  %-42s %8.2f %15s %,12.1f %,10.0f  %s%n",
            name,
            each.median() / one,
            String.format(Locale.ROOT, "%.2f-%.2f", each.least() / one, each.most() / one),
            each.median(),
            each.bytes(),
            each.extra()));
  }
}
