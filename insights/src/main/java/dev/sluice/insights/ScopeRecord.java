package dev.sluice.insights;

import dev.sluice.sql.StatementKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The statements of one scope in their order. Confined to the thread that opened the scope. */
final class ScopeRecord {
  private static final int MOST_STATEMENTS = 200;
  private static final int MOST_BINDINGS = 1_000;
  private static final int CALL_SITE_AT = 3;

  /** What stands between the application's code and its statements. */
  private static final List<String> FOREIGN =
      List.of(
          "java.",
          "jdk.",
          "sun.",
          "com.sun.",
          "com.zaxxer.",
          "dev.sluice.jdbc.",
          "org.apache.ibatis.",
          "org.hibernate.",
          "org.jdbi.",
          "org.jooq.",
          "org.springframework.");

  private static final Set<String> OWN =
      Stream.of(
              DelegatingConnection.class,
              DelegatingStatement.class,
              DelegatingPreparedStatement.class,
              DelegatingCallableStatement.class,
              ObservedConnection.class,
              ObservedStatement.class,
              ObservedPreparedStatement.class,
              ObservedCallableStatement.class,
              Insights.class,
              ScopeRecord.class,
              StatementRecorder.class,
              Timing.class)
          .map(Class::getName)
          .collect(Collectors.toUnmodifiableSet());

  final String name;
  final @Nullable ScopeRecord outer;
  private final Map<StatementRecorder, Runs> runs = new HashMap<>();
  private long nanos;
  private int order;

  /** Executions of one statement in this scope. */
  static final class Runs {
    final StatementRecorder recorder;
    final boolean first;
    final Set<Long> bindings = new HashSet<>();
    int count;
    long nanos;
    String callSite = "";

    /** Some binding is not known, so that they cannot be called the same or different. */
    boolean unknown;

    boolean found;

    Runs(StatementRecorder recorder, boolean first) {
      this.recorder = recorder;
      this.first = first;
    }
  }

  ScopeRecord(String name, @Nullable ScopeRecord outer) {
    this.name = name;
    this.outer = outer;
  }

  void executed(StatementRecorder recorder, long elapsedNanos, long bindingHash) {
    nanos += elapsedNanos;
    order++;
    Runs known = runs.get(recorder);
    if (known == null) {
      if (runs.size() >= MOST_STATEMENTS) {
        return;
      }
      known = new Runs(recorder, order == 1);
      runs.put(recorder, known);
    }
    known.count++;
    known.nanos += elapsedNanos;
    if (bindingHash == 0) {
      known.unknown = true;
    } else if (known.bindings.size() < MOST_BINDINGS) {
      known.bindings.add(bindingHash);
    }
    if (known.count == CALL_SITE_AT) {
      known.callSite = callSite();
    }
  }

  /** Takes what an inner scope did, but for what was found there. */
  void absorb(ScopeRecord inner) {
    for (Runs each : inner.runs.values()) {
      nanos += each.nanos;
      order += each.count;
      Runs known = runs.get(each.recorder);
      if (each.found || (known == null && runs.size() >= MOST_STATEMENTS)) {
        continue;
      }
      if (known == null) {
        known = new Runs(each.recorder, each.first && order == each.count);
        runs.put(each.recorder, known);
      }
      known.count += each.count;
      known.nanos += each.nanos;
      known.unknown |= each.unknown;
      for (Long binding : each.bindings) {
        if (known.bindings.size() < MOST_BINDINGS) {
          known.bindings.add(binding);
        }
      }
      if (known.callSite.isEmpty()) {
        known.callSite = each.callSite;
      }
    }
  }

  /** The innermost frame that belongs neither to a driver, a pool, the JDK nor to Sluice. */
  private static String callSite() {
    return StackWalker.getInstance()
        .walk(
            frames ->
                frames
                    .filter(f -> !isPlumbing(f.getClassName()))
                    .findFirst()
                    .map(f -> f.getClassName() + "." + f.getMethodName() + ":" + f.getLineNumber())
                    .orElse(""));
  }

  private static boolean isPlumbing(String type) {
    if (type.startsWith("dev.sluice.insights.")) {
      int nested = type.indexOf('$');
      return OWN.contains(nested < 0 ? type : type.substring(0, nested));
    }
    return FOREIGN.stream().anyMatch(type::startsWith);
  }

  /** What stands out, by the limits given. */
  List<Finding> findings(int minimumRuns, long minimumNanos, double minimumShare) {
    List<Finding> found = new ArrayList<>();
    for (Runs each : runs.values()) {
      if (each.count < minimumRuns
          || (each.nanos < minimumNanos && each.nanos < nanos * minimumShare)) {
        continue;
      }
      Finding.Kind kind = kind(each, minimumRuns);
      if (kind != null) {
        each.found = true;
        found.add(
            new Finding(
                kind,
                name,
                each.recorder.statement.normalized(),
                each.count,
                each.nanos,
                each.callSite));
      }
    }
    return found;
  }

  private static Finding.@Nullable Kind kind(Runs each, int minimumRuns) {
    StatementKind kind = each.recorder.statement.kind();
    boolean distinct = !each.unknown && each.bindings.size() >= minimumRuns;
    boolean same = !each.unknown && each.bindings.size() == 1;
    if (kind == StatementKind.SELECT) {
      String text = each.recorder.statement.normalized().toLowerCase(Locale.ROOT);
      if (text.contains("skip locked")) {
        return null;
      }
      if (distinct) {
        // Without a statement before it, nothing gave the bindings: pages, for instance.
        return each.first ? null : Finding.Kind.N_PLUS_ONE;
      }
      return same ? Finding.Kind.REDUNDANT_READ : null;
    }
    boolean write =
        kind == StatementKind.INSERT
            || kind == StatementKind.UPDATE
            || kind == StatementKind.DELETE;
    return write && distinct ? Finding.Kind.UNBATCHED_WRITES : null;
  }
}
