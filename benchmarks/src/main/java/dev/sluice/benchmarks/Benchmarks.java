package dev.sluice.benchmarks;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/**
 * Runs the benchmarks and prints ratios; the raw results go to a file. The quick profile takes
 * about ten minutes on an idle machine, {@code --full} some hours.
 */
public final class Benchmarks {
  private static final String USAGE =
      """
      Options:
        --full          5 forks of 5 + 10 seconds each instead of 1 fork of 3 + 5, and all benchmarks
        --only <regex>  only benchmarks whose class and method match, for example RoutingOverhead.read
        --out <file>    raw results, JSON of JMH; default benchmarks/results/<date>.json
        --help          this text
      and of JMH's own, in place of what the profile says:
        -t <n>          threads; with more than one without the queue, whose producer is one thread
        -f <n>          forks
        -wi <n> -w <s>  iterations of the warm-up, and seconds of each
        -i <n> -r <s>   measured iterations, and seconds of each
      Ends with 1 if a benchmark failed or one that was asked for was not measured, with 2 on a wrong option.
      """;

  private static final List<String> OF_JMH = List.of("-t", "-f", "-wi", "-w", "-i", "-r");

  private boolean full;
  private String only = "";
  private Path out = Path.of("benchmarks", "results", LocalDate.now() + ".json");
  private final List<String> jmh = new ArrayList<>();
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
    try {
      run.run(new CommandLineOptions(run.jmh.toArray(new String[0])));
    } catch (CommandLineOptionException e) {
      System.out.println(e.getMessage() + System.lineSeparator() + USAGE);
      System.exit(2);
    }
  }

  /** Null if all is well, else what is wrong, or empty for who asks for help. */
  private @Nullable String read(String[] args) {
    for (int i = 0; i < args.length; i++) {
      String option = args[i];
      if (option.equals("--full")) {
        full = true;
        continue;
      }
      if (option.equals("--help")) {
        return "";
      }
      if (!option.equals("--only") && !option.equals("--out") && !OF_JMH.contains(option)) {
        return "unknown option: " + option;
      }
      if (++i == args.length) {
        return option + ": needs a value";
      }
      switch (option) {
        case "--only" -> only = args[i];
        case "--out" -> out = Path.of(args[i]);
        default -> jmh.addAll(List.of(option, args[i]));
      }
    }
    return null;
  }

  private void run(CommandLineOptions given) throws RunnerException, IOException {
    Path folder = out.toAbsolutePath().getParent();
    if (folder != null) {
      Files.createDirectories(folder);
    }
    String include = only.isEmpty() ? "dev\\.sluice\\.benchmarks\\." : only;
    List<String> exclude = new ArrayList<>();
    if (!full && only.isEmpty()) {
      exclude.add("readWriteTransaction");
    }
    int threads = given.getThreads().orElse(1);
    if (threads != 1) {
      exclude.add("(Queue|Sqs)Batch");
    }
    ChainedOptionsBuilder options = new OptionsBuilder();
    options
        .threads(threads)
        .forks(given.getForkCount().orElse(full ? 5 : 1))
        .warmupTime(given.getWarmupTime().orElse(TimeValue.seconds(1)))
        .measurementTime(given.getMeasurementTime().orElse(TimeValue.seconds(1)))
        .warmupIterations(given.getWarmupIterations().orElse(full ? 5 : 3))
        .measurementIterations(given.getMeasurementIterations().orElse(full ? 10 : 5))
        .timeout(TimeValue.minutes(2))
        .jvmArgs("-Xmx512m", "-XX:+UseSerialGC")
        .addProfiler(GCProfiler.class)
        .shouldFailOnError(false)
        .resultFormat(ResultFormatType.JSON)
        .result(out.toString())
        .include(include);
    exclude.forEach(options::exclude);
    long start = System.nanoTime();
    System.out.println("Running" + (full ? " all benchmarks" : " the quick profile"));
    Map<String, Measurement> measured = new LinkedHashMap<>();
    for (RunResult each : new Runner(options.build(), progress()).run()) {
      Measurement measurement = Measurement.of(each);
      measured.put(measurement.key(), measurement);
    }
    if (Files.exists(out)) {
      // Where Java lies on this machine is nobody's business in a file that is kept.
      String raw = Files.readString(out);
      Files.writeString(out, raw.replaceAll("(\"jvm\" : )\"[^\"]*\"", "$1\"java\""));
    }
    RatioTable table = new RatioTable(Comparison.all(), name -> chosen(name, include, exclude));
    System.out.print(table.print(measured));
    System.out.printf(
        "%n%d benchmarks in %d s. Ratio: median of the iterations to the baseline's median; spread: least and most iteration"
            + " to the same; B/op: allocated by an operation. Raw results: %s%n",
        measured.size(), TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start), out);
    List<String> missing = table.missing(measured);
    missing.forEach(each -> System.out.println("NOT MEASURED: " + each));
    if (failed || !missing.isEmpty()) {
      System.exit(1);
    }
  }

  /** As JMH chooses: by the full name of class and method, a part of which must match. */
  private static boolean chosen(String benchmark, String include, List<String> exclude) {
    String name = Benchmarks.class.getPackageName() + "." + benchmark;
    return Pattern.compile(include).matcher(name).find()
        && exclude.stream().noneMatch(each -> Pattern.compile(each).matcher(name).find());
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
