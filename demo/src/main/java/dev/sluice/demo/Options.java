package dev.sluice.demo;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the user asked for.
 *
 * @param help whether only the explanation is wanted
 * @param docker whether the servers run in Docker
 * @param rate operations offered per second, 10 to 20,000
 * @param duration measured load of each step, 1 second to 10 minutes
 * @param steps numbers of the steps to run, ascending, at least one
 * @param out folder of the reports
 */
record Options(
    boolean help, boolean docker, int rate, Duration duration, List<Integer> steps, Path out) {
  static final int DEFAULT_RATE = 400;

  /** LocalStack is the slowest of all servers, and every step is offered the same. */
  static final int DEFAULT_DOCKER_RATE = 200;

  /** Until all options are read. */
  private static final int NOT_GIVEN = 0;

  static final Duration DEFAULT_DURATION = Duration.ofSeconds(15);
  private static final Pattern DURATION = Pattern.compile("(\\d{1,6})(s|m|)");
  private static final Pattern RANGE = Pattern.compile("(\\d)(?:-(\\d))?");

  static Options parse(List<String> arguments) throws BadOptionException {
    Options options =
        new Options(
            false, false, NOT_GIVEN, DEFAULT_DURATION, Step.numbers(), Path.of("sluice-report"));
    for (int i = 0; i < arguments.size(); i++) {
      String argument = arguments.get(i);
      int equals = argument.indexOf('=');
      String name = equals < 0 ? argument : argument.substring(0, equals);
      if (name.equals("--help") || name.equals("-h")) {
        options = options.withHelp();
        continue;
      }
      if (!List.of("--backend", "--rate", "--duration", "--steps", "--out").contains(name)) {
        throw new BadOptionException("unknown option '" + name + "'");
      }
      String value;
      if (equals >= 0) {
        value = argument.substring(equals + 1);
      } else if (++i < arguments.size()) {
        value = arguments.get(i);
      } else {
        throw new BadOptionException(name + " needs a value");
      }
      options = options.with(name, value);
    }
    return options.rate == NOT_GIVEN
        ? options.withRate(options.docker ? DEFAULT_DOCKER_RATE : DEFAULT_RATE)
        : options;
  }

  private Options withRate(int value) {
    return new Options(help, docker, value, duration, steps, out);
  }

  private Options withHelp() {
    return new Options(true, docker, rate, duration, steps, out);
  }

  private Options with(String name, String value) throws BadOptionException {
    return switch (name) {
      case "--backend" -> new Options(help, docker(value), rate, duration, steps, out);
      case "--rate" -> withRate(rate(value));
      case "--duration" -> new Options(help, docker, rate, duration(value), steps, out);
      case "--steps" -> new Options(help, docker, rate, duration, steps(value), out);
      default -> new Options(help, docker, rate, duration, steps, out(value));
    };
  }

  private static boolean docker(String value) throws BadOptionException {
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "embedded" -> false;
      case "docker" -> true;
      default ->
          throw new BadOptionException("--backend must be embedded or docker, not '" + value + "'");
    };
  }

  private static int rate(String value) throws BadOptionException {
    if (value.matches("\\d{1,6}")) {
      int rate = Integer.parseInt(value);
      if (rate >= 10 && rate <= 20_000) {
        return rate;
      }
    }
    throw new BadOptionException(
        "--rate must be a whole number of operations per second from 10 to 20000, not '"
            + value
            + "'");
  }

  private static Duration duration(String value) throws BadOptionException {
    Matcher matcher = DURATION.matcher(value);
    if (matcher.matches()) {
      long number = Long.parseLong(matcher.group(1));
      Duration duration =
          matcher.group(2).equals("m") ? Duration.ofMinutes(number) : Duration.ofSeconds(number);
      if (!duration.isZero() && duration.compareTo(Duration.ofMinutes(10)) <= 0) {
        return duration;
      }
    }
    throw new BadOptionException(
        "--duration must be the load of each step, 1s to 10m (such as 20 or 20s or 2m), not '"
            + value
            + "'");
  }

  private static List<Integer> steps(String value) throws BadOptionException {
    SortedSet<Integer> steps = new TreeSet<>();
    for (String part : value.split(",", -1)) {
      Matcher matcher = RANGE.matcher(part.trim());
      int last = Step.numbers().size();
      if (matcher.matches()) {
        int from = Integer.parseInt(matcher.group(1));
        int to = matcher.group(2) == null ? from : Integer.parseInt(matcher.group(2));
        if (from >= 1 && to <= last && from <= to) {
          for (int i = from; i <= to; i++) {
            steps.add(i);
          }
          continue;
        }
      }
      throw new BadOptionException(
          "--steps must name steps from 1 to %d, such as 1,%d or 1-3, not '%s'"
              .formatted(last, last, value));
    }
    return List.copyOf(steps);
  }

  private static Path out(String value) throws BadOptionException {
    if (value.isBlank()) {
      throw new BadOptionException("--out must name a folder");
    }
    return Path.of(value);
  }

  static String usage() {
    StringBuilder text = new StringBuilder();
    text.append(
        """
        A small shop under a flash sale, offered the same load step by step, on real servers.

        Options:
          --backend embedded|docker  where the servers run (default embedded: MariaDB, Redis, ElasticMQ,
                                     DynamoDB Local; docker: MySQL 9.7, Redis 8, LocalStack)
          --rate N                   operations offered per second, 10 to 20000 (default %d, in Docker %d)
          --duration TIME            measured load of each step, 1s to 10m (default %ds)
          --steps LIST               steps to run, such as 1,5 or 1-3 (default all)
          --out FOLDER               folder for report.json and report.html (default sluice-report)
          --help                     this text

        Steps, each with all that the steps before it brought:
        """
            .formatted(DEFAULT_RATE, DEFAULT_DOCKER_RATE, DEFAULT_DURATION.toSeconds()));
    for (Step step : Step.values()) {
      text.append("  %d  %s%n".formatted(step.number(), step.title()));
    }
    text.append(
        """

        Exit code: 0 all invariants held; 1 an invariant was broken, or a step completed less than
        95 % or failed more than 1 % of what was offered; 2 bad options; 130 stopped by Ctrl-C (the
        reports hold what was measured until then).
        """);
    return text.toString();
  }
}
