package dev.sluice.benchmarks;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Measurements as ratios to the baseline of their group: absolute times are not stable. */
final class RatioTable {
  private final List<Comparison> comparisons;
  private final Predicate<String> chosen;

  /**
   * A table.
   *
   * @param comparisons in this order
   * @param chosen whether a benchmark, {@code Class.method}, was asked for
   */
  RatioTable(List<Comparison> comparisons, Predicate<String> chosen) {
    this.comparisons = comparisons;
    this.chosen = chosen;
  }

  /** What was asked for and has no measurement, by key, in the order of the table. */
  List<String> missing(Map<String, Measurement> measured) {
    return comparisons.stream()
        .flatMap(each -> Stream.concat(Stream.of(each.baseline()), each.others().stream()))
        .filter(key -> chosen.test(key.split(" ")[0]) && !measured.containsKey(key))
        .distinct()
        .toList();
  }

  /**
   * The text: a line for everything that was measured, without a ratio where the baseline is
   * absent, and one for everything that was asked for and is absent.
   */
  String print(Map<String, Measurement> measured) {
    List<String> missing = missing(measured);
    StringBuilder text = new StringBuilder(1024);
    for (Comparison comparison : comparisons) {
      List<String> keys =
          Stream.concat(Stream.of(comparison.baseline()), comparison.others().stream())
              .filter(key -> measured.containsKey(key) || missing.contains(key))
              .toList();
      if (keys.isEmpty()) {
        continue;
      }
      Measurement baseline = measured.get(comparison.baseline());
      text.append(
          String.format(
              "%n%-44s %8s %15s %12s %10s%n",
              comparison.title(), "ratio", "spread", unit(keys, measured), "B/op"));
      for (String key : keys) {
        line(text, key, measured.get(key), baseline);
      }
    }
    return text.toString();
  }

  private static String unit(List<String> keys, Map<String, Measurement> measured) {
    return keys.stream()
        .filter(measured::containsKey)
        .map(key -> measured.get(key).unit())
        .findFirst()
        .orElse("");
  }

  private static void line(
      StringBuilder text, String key, @Nullable Measurement each, @Nullable Measurement baseline) {
    String name = key.substring(key.indexOf('.') + 1);
    if (each == null) {
      text.append(String.format("  %-42s NOT MEASURED%n", name));
      return;
    }
    text.append(
        String.format(
            Locale.ROOT,
            "  %-42s %8s %15s %,12.1f %,10.0f  %s%n",
            name,
            baseline == null ? "?" : ratio(each.median(), baseline),
            baseline == null
                ? "?"
                : ratio(each.least(), baseline) + "-" + ratio(each.most(), baseline),
            each.median(),
            each.bytes(),
            each.extra()));
  }

  private static String ratio(double value, Measurement baseline) {
    return String.format(Locale.ROOT, "%.2f", value / baseline.median());
  }
}
