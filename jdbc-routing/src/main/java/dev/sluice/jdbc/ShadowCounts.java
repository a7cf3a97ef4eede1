package dev.sluice.jdbc;

import dev.sluice.sql.SqlStatement;
import java.time.Duration;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Counts what shadow mode finds. Bounded; safe for use by several threads. */
final class ShadowCounts {
  static final int MOST_STATEMENTS = 1000;

  private final Map<Long, Entry> statements = new ConcurrentHashMap<>();
  private final Entry others = new Entry(0, "(all other statements)", "");
  private final LongAdder[] reasons = new LongAdder[RouteReason.values().length];
  private final Map<String, LongAdder> refusals = new ConcurrentHashMap<>();
  private final LongAdder unjudged = new LongAdder();

  ShadowCounts() {
    for (int i = 0; i < reasons.length; i++) {
      reasons[i] = new LongAdder();
    }
  }

  private static final class Entry {
    private final long fingerprint;
    private final String text;
    private final String rule;
    private final LongAdder executions = new LongAdder();
    private final LongAdder nanos = new LongAdder();
    private final LongAdder toReplicas = new LongAdder();
    private final LongAdder nanosOnReplicas = new LongAdder();
    private final LongAdder refused = new LongAdder();

    Entry(long fingerprint, String text, String rule) {
      this.fingerprint = fingerprint;
      this.text = text;
      this.rule = rule;
    }

    ShadowReport.Statement toStatement() {
      return new ShadowReport.Statement(
          fingerprint,
          text,
          rule,
          executions.sum(),
          Duration.ofNanos(nanos.sum()),
          toReplicas.sum(),
          Duration.ofNanos(nanosOnReplicas.sum()),
          refused.sum());
    }
  }

  void unjudged() {
    unjudged.increment();
  }

  /**
   * An execution.
   *
   * @param reason why it would have run where
   * @param refusal what it would have been refused with; null if it would not
   */
  void count(
      SqlStatement statement, RouteReason reason, @Nullable String refusal, long elapsedNanos) {
    Entry entry = entry(statement);
    entry.executions.increment();
    entry.nanos.add(elapsedNanos);
    if (refusal != null) {
      entry.refused.increment();
      refusals.computeIfAbsent(refusal, key -> new LongAdder()).increment();
      return;
    }
    reasons[reason.ordinal()].increment();
    if (reason.onReplica()) {
      entry.toReplicas.increment();
      entry.nanosOnReplicas.add(elapsedNanos);
    }
  }

  /** By races a few more than the most are kept. */
  private Entry entry(SqlStatement statement) {
    Long fingerprint = statement.fingerprint();
    Entry known = statements.get(fingerprint);
    if (known != null) {
      return known;
    }
    return statements.size() >= MOST_STATEMENTS
        ? others
        : statements.computeIfAbsent(
            fingerprint, key -> new Entry(key, statement.normalized(), statement.rule()));
  }

  ShadowReport report() {
    List<ShadowReport.Statement> all =
        Stream.concat(statements.values().stream(), Stream.of(others))
            .map(Entry::toStatement)
            .filter(each -> each.executions() > 0)
            .sorted(
                Comparator.comparing(ShadowReport.Statement::timeOnReplicas)
                    .reversed()
                    .thenComparing(ShadowReport.Statement::text))
            .toList();
    Map<RouteReason, Long> byReason = new EnumMap<>(RouteReason.class);
    for (RouteReason each : RouteReason.values()) {
      long count = reasons[each.ordinal()].sum();
      if (count > 0) {
        byReason.put(each, count);
      }
    }
    Map<String, Long> refused = new HashMap<>();
    refusals.forEach((what, count) -> refused.put(what, count.sum()));
    return new ShadowReport(
        all.stream().mapToLong(ShadowReport.Statement::executions).sum(),
        unjudged.sum(),
        sum(all.stream().map(ShadowReport.Statement::time)),
        all.stream().mapToLong(ShadowReport.Statement::toReplicas).sum(),
        sum(all.stream().map(ShadowReport.Statement::timeOnReplicas)),
        byReason,
        refused,
        all);
  }

  private static Duration sum(Stream<Duration> all) {
    return all.reduce(Duration.ZERO, Duration::plus);
  }
}
