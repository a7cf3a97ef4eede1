package dev.sluice.insights;

import dev.sluice.sql.StatementKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Turns figures into advice by fixed thresholds, which are printed beside the evidence. A pure
 * function.
 */
final class Advisor {
  static final double CACHE_CALLS_PER_SECOND = 20;
  static final double CACHE_REPEAT_RATIO = 0.8;
  static final double CACHE_WRITES_PER_READ = 0.1;
  static final double REPLICA_READ_SHARE = 0.6;
  static final double QUEUE_WRITES_PER_SECOND = 50;
  static final double DYNAMODB_WRITES_PER_SECOND = 500;
  static final double DYNAMODB_SINGLE_KEY_SHARE = 0.9;
  static final double BATCH_ROWS_PER_STATEMENT = 1.5;

  private final double seconds;
  private final List<StatementStats> statements;
  private final int patternRuns;
  private final double totalNanos;
  private final Map<String, Double> writesByTable = new HashMap<>();
  private final Map<String, Double> readsByTable = new HashMap<>();
  private final List<Advice> advice = new ArrayList<>();

  private Advisor(Duration span, List<StatementStats> statements, int patternRuns) {
    this.patternRuns = patternRuns;
    this.seconds = Math.max(1, span.toNanos() / 1e9);
    this.statements = statements;
    this.totalNanos =
        Math.max(1, statements.stream().mapToDouble(StatementStats::recentNanos).sum());
    for (StatementStats each : statements) {
      for (String table : each.tables()) {
        (each.read() ? readsByTable : writesByTable)
            .merge(table, (double) each.recentCalls(), Double::sum);
      }
    }
  }

  static List<Advice> advise(
      Duration span, List<StatementStats> statements, List<Finding> findings, int patternRuns) {
    Advisor advisor = new Advisor(span, statements, patternRuns);
    findings.forEach(advisor::pattern);
    statements.forEach(advisor::cache);
    advisor.replica();
    statements.forEach(advisor::queue);
    advisor.writesByTable.keySet().stream().sorted().forEach(advisor::dynamoDb);
    if (advisor.advice.isEmpty()) {
      advisor.advice.add(
          new Advice(
              Remedy.DO_NOTHING,
              "",
              text(
                  "%d statements, %.2f sessions active on average; no threshold is passed",
                  statements.size(), advisor.load()),
              0,
              "a report over a longer time or a busier hour",
              "",
              ""));
    }
    advisor.advice.sort(
        Comparator.comparing(Advice::remedy)
            .thenComparing(Advice::estimate, Comparator.reverseOrder()));
    return List.copyOf(advisor.advice);
  }

  private double load() {
    return totalNanos / 1e9 / seconds;
  }

  private static String text(String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }

  private double share(double nanos) {
    return Math.min(1, nanos / totalNanos);
  }

  private void pattern(Finding finding) {
    double nanos =
        statements.stream()
            .filter(s -> s.statement().equals(finding.statement()))
            .mapToDouble(StatementStats::recentNanos)
            .sum();
    boolean write = finding.kind() == Finding.Kind.UNBATCHED_WRITES;
    String site = finding.callSite().isEmpty() ? "" : " at " + finding.callSite();
    advice.add(
        new Advice(
            write ? Remedy.BATCH_WRITES : Remedy.FIX_N_PLUS_ONE,
            finding.statement(),
            text(
                "%d runs in one scope \"%s\" (at least %d), %.1f ms (at least %d, or %.0f %% of the scope)%s%s",
                finding.runs(),
                finding.scope(),
                patternRuns,
                finding.nanos() / 1e6,
                Insights.PATTERN_NANOS / 1_000_000,
                Insights.PATTERN_SHARE * 100,
                site,
                finding.kind() == Finding.Kind.REDUNDANT_READ
                    ? ", with the same parameters each time"
                    : ""),
            share(nanos * (1 - 1.0 / finding.runs())),
            "the loop waits between its statements for something else on purpose",
            "the old loop",
            ""));
  }

  private void cache(StatementStats s) {
    double rate = s.recentCalls() / seconds;
    double writes = s.tables().stream().mapToDouble(t -> writesByTable.getOrDefault(t, 0.0)).sum();
    double perRead = writes / Math.max(1, s.recentCalls());
    if (s.read()
        && s.kind() == StatementKind.SELECT
        && !s.tables().isEmpty()
        && rate >= CACHE_CALLS_PER_SECOND
        && s.repeatRatio() >= CACHE_REPEAT_RATIO
        && perRead <= CACHE_WRITES_PER_READ) {
      advice.add(
          new Advice(
              Remedy.CACHE,
              s.statement(),
              text(
                  "%.0f calls/s (at least %.0f), %.0f %% repeat a recent parameter (at least %.0f %%), %.3f writes a read (at most"
                      + " %.1f)",
                  rate,
                  CACHE_CALLS_PER_SECOND,
                  s.repeatRatio() * 100,
                  CACHE_REPEAT_RATIO * 100,
                  perRead,
                  CACHE_WRITES_PER_READ),
              share(s.recentNanos() * s.repeatRatio()),
              "a hit ratio below " + text("%.0f %%", s.repeatRatio() * 50) + " after a day",
              "read through the DataSource again; nothing else changes",
              text(
                  "CacheAside.builder(\"%1$s\")...invalidatedBy(\"%1$s\", \"id\")",
                  s.tables().get(0))));
    }
  }

  private void replica() {
    double candidates = 0;
    double onReplica = 0;
    for (StatementStats s : statements) {
      if (s.read()) {
        double outside = 1 - s.each(s.inTransaction());
        double there = s.each(s.onReplica());
        candidates += s.recentNanos() * Math.max(0, outside - there);
        onReplica += s.recentNanos() * there;
      }
    }
    double share = share(candidates);
    if (share >= REPLICA_READ_SHARE && load() >= 0.5) {
      advice.add(
          new Advice(
              Remedy.REPLICA,
              "",
              text(
                  "%.0f %% of the time goes to reads outside transactions on the primary (at least %.0f %%); %.1f sessions active on"
                      + " average (at least 0.5); %.0f %% runs on replicas already",
                  share * 100, REPLICA_READ_SHARE * 100, load(), share(onReplica) * 100),
              share,
              "replicas that lag behind more than readers can bear",
              "remove the replicas from the builder",
              "RoutingDataSource.builder().primary(...).replica(...)"));
    }
  }

  private void queue(StatementStats s) {
    double rate = s.recentCalls() / seconds;
    double inTransaction = s.each(s.inTransaction());
    boolean write =
        s.kind() == StatementKind.INSERT
            || s.kind() == StatementKind.UPDATE
            || s.kind() == StatementKind.DELETE;
    double rowsEach = s.each(s.rowsAffected());
    // What gives rows back, or depends on more than its key, is a question with an answer.
    boolean asked = s.guarded() || s.each(s.uncounted()) > 0.1 || !s.otherTables().isEmpty();
    if (write
        && !asked
        && inTransaction <= 0.1
        && rate >= QUEUE_WRITES_PER_SECOND
        && rowsEach <= BATCH_ROWS_PER_STATEMENT) {
      advice.add(
          new Advice(
              Remedy.QUEUE,
              s.statement(),
              text(
                  "%.0f writes/s (at least %.0f), %.1f rows each (at most %.1f), %.0f %% inside a transaction (at most 10 %%: nothing"
                      + " that was read before), no condition but its key",
                  rate,
                  QUEUE_WRITES_PER_SECOND,
                  rowsEach,
                  BATCH_ROWS_PER_STATEMENT,
                  inTransaction * 100),
              share(s.recentNanos() * 0.9),
              "the result is read in the same request, or a decision depends on the number of rows",
              "execute the statement directly once the queue is drained",
              "writeQueue.submit(Write...)"));
    }
  }

  private void dynamoDb(String table) {
    double writes = writesByTable.getOrDefault(table, 0.0) / seconds;
    List<StatementStats> users =
        statements.stream()
            .filter(s -> s.tables().contains(table) || s.otherTables().contains(table))
            .filter(s -> s.recentCalls() > 0)
            .toList();
    double all = users.stream().mapToDouble(StatementStats::recentCalls).sum();
    String key = commonKey(users);
    double keyed =
        users.stream()
            .filter(s -> s.keyColumns().contains(key))
            .filter(s -> s.each(s.rowsAffected()) <= BATCH_ROWS_PER_STATEMENT)
            .mapToDouble(StatementStats::recentCalls)
            .sum();
    double inTransaction =
        users.stream().mapToDouble(s -> s.recentCalls() * s.each(s.inTransaction())).sum();
    boolean alone =
        users.stream().allMatch(s -> s.tables().size() == 1 && s.otherTables().isEmpty());
    if (writes >= DYNAMODB_WRITES_PER_SECOND
        && alone
        && keyed / all >= DYNAMODB_SINGLE_KEY_SHARE
        && inTransaction / all <= 0.1) {
      advice.add(
          new Advice(
              Remedy.DYNAMODB,
              table,
              text(
                  "%.0f writes/s (at least %.0f), %.0f %% of the accesses by one row's \"%s\" (at least %.0f %%), never joined,"
                      + " %.0f %% in transactions (at most 10 %%)",
                  writes,
                  DYNAMODB_WRITES_PER_SECOND,
                  keyed / all * 100,
                  key,
                  DYNAMODB_SINGLE_KEY_SHARE * 100,
                  inTransaction / all * 100),
              share(users.stream().mapToDouble(StatementStats::recentNanos).sum()),
              "queries by anything but the key, or rows that must change together with others",
              "until the last phase of the migration every step goes back",
              "DynamoDbHotStore.builder(...)"));
    }
  }

  /** The column that most accesses name. */
  private static String commonKey(List<StatementStats> users) {
    Map<String, Long> calls = new HashMap<>();
    for (StatementStats each : users) {
      for (String column : each.keyColumns()) {
        calls.merge(column, each.recentCalls(), Long::sum);
      }
    }
    return calls.entrySet().stream()
        .max(Map.Entry.<String, Long>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
        .map(Map.Entry::getKey)
        .orElse("");
  }
}
