package dev.sluice.benchmarks;

import java.util.Locale;
import java.util.stream.Collectors;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.util.Statistics;

/**
 * What one benchmark has shown.
 *
 * @param key class, method and parameters: {@code RoutingOverhead.read sluice}
 * @param median of the iterations; of all measures the one that a busy machine disturbs least
 * @param least of the iterations
 * @param most of the iterations
 * @param unit of time of these three
 * @param bytes allocated by an operation, in all threads of the process
 * @param extra what else was counted, for the table
 */
record Measurement(
    String key, double median, double least, double most, String unit, double bytes, String extra) {

  static String key(BenchmarkParams benchmark) {
    String name = benchmark.getBenchmark();
    int method = name.lastIndexOf('.');
    return name.substring(name.lastIndexOf('.', method - 1) + 1)
        + benchmark.getParamsKeys().stream()
            .map(parameter -> " " + benchmark.getParam(parameter))
            .collect(Collectors.joining());
  }

  static Measurement of(RunResult run) {
    Statistics times = run.getPrimaryResult().getStatistics();
    Result<?> allocation = run.getSecondaryResults().get("gc.alloc.rate.norm");
    String extra =
        run.getSecondaryResults().entrySet().stream()
            .filter(each -> !each.getKey().startsWith("gc."))
            .map(
                each ->
                    String.format(
                        Locale.ROOT,
                        "%,.0f %s",
                        each.getValue().getStatistics().getPercentile(50),
                        each.getKey()))
            .collect(Collectors.joining(", "));
    return new Measurement(
        key(run.getParams()),
        times.getPercentile(50),
        times.getMin(),
        times.getMax(),
        run.getPrimaryResult().getScoreUnit().replace("/op", ""),
        allocation == null ? Double.NaN : allocation.getScore(),
        extra);
  }
}
