package dev.sluice.benchmarks;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Runs the benchmarks and prints ratios; the raw results go to a file. The quick profile takes
 * about ten minutes, {@code --full} some hours.
 */
public final class Benchmarks {
  private static final String USAGE =
      """
      Options:
        --full          5 forks of 5 + 10 seconds each instead of 1 fork of 3 + 5, and all benchmarks
        --only <regex>  only benchmarks whose class and method match, for example RoutingOverhead.read
        --out <file>    raw results of JMH; default benchmarks/results/<date>.json
        --help          this text
      """;

  private boolean full;
  private String only = "";
  private Path out = Path.of("benchmarks", "results", LocalDate.now() + ".json");

  private boolean failed;

  private Benchmarks() {}

  /**
   * The command.
   *
   * @param args see {@code --help}
   */
  public static void main(String[] args) throws RunnerException, IOException {
    Benchmarks run = new Benchmarks();
    String wrong = run.read(args);
    if (wrong != null) {
      System.out.println(wrong.isEmpty() ? USAGE : wrong + System.lineSeparator() + USAGE);
      System.exit(wrong.isEmpty() ? 0 : 2);
    }
    run.run();
  }

  /** Null if all is well, else what is wrong, or empty for who asks for help. */
  private @Nullable String read(String[] args) {
    for (int i = 0; i < args.length; i++) {
      switch (args[i]) {
        case "--full" -> full = true;
        case "--help" -> {
          return "";
        }
        case "--only", "--out" -> {
          if (i + 1 == args.length) {
            return args[i] + ": needs a value";
          }
          if (args[i++].equals("--only")) {
            only = args[i];
          } else {
            out = Path.of(args[i]);
          }
        }
        default -> {
          return "unknown option: " + args[i];
        }
      }
    }
    return null;
  }

  private void run() throws RunnerException, IOException {
    Path folder = out.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    ChainedOptionsBuilder options = new OptionsBuilder();
    options
        .forks(full ? 5 : 1)
        .warmupTime(TimeValue.seconds(1))
        .measurementTime(TimeValue.seconds(1))
        .warmupIterations(full ? 5 : 3)
        .measurementIterations(full ? 10 : 5)
        .timeout(TimeValue.minutes(2))
        .jvmArgs("-Xmx512m", "-XX:+UseSerialGC")
        .addProfiler(GCProfiler.class)
        .shouldFailOnError(false)
        .resultFormat(ResultFormatType.JSON)
        .result(out.toString())
        .include(only.isEmpty() ? "dev\\.sluice\\.benchmarks\\." : only);
    if (!full && only.isEmpty()) {
      options.exclude("readWriteTransaction");
    }
    long start = System.nanoTime();
    System.out.println("Running" + (full ? " all benchmarks" : " the quick profile"));
    Map<String, Measurement> measured = new LinkedHashMap<>();
    for (RunResult each : new Runner(options.build(), progress()).run()) {
      Measurement measurement = Measurement.of(each);
      measured.put(measurement.key(), measurement);
    }
    System.out.print(new RatioTable(measured).print(Comparison.all()));
    System.out.printf(
        "%n%d benchmarks in %d s. Ratio: median of the iterations to the baseline's median; spread: least and most iteration"
            + " to the same. Raw results: %s%n",
        measured.size(), TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start), out);
    if (failed) {
      System.exit(1);
    }
  }

  /** A line for each benchmark that starts, and what fails. */
  private OutputFormat progress() {
    return (OutputFormat)
        Proxy.newProxyInstance(
            Benchmarks.class.getClassLoader(),
            new Class<?>[] {OutputFormat.class},
            (proxy, method, args) -> {
              if (method.getName().equals("startBenchmark")) {
                System.out.println("  " + Measurement.key((BenchmarkParams) args[0]));
              } else if (method.getName().equals("println")
                  && String.valueOf(args[0]).contains("Exception")) {
                failed = true;
                System.out.println(args[0]);
              }
              return null;
            });
  }
}
