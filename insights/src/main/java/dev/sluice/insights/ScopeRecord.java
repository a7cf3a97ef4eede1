package dev.sluice.insights;

import dev.sluice.sql.StatementKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The statements of one scope in their order. Confined to the thread that opened the scope. */
final class ScopeRecord {
  private static final int MOST_STATEMENTS = 200;
  private static final int MOST_BINDINGS = 1_000;
  private static final int CALL_SITE_AT = 3;

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
    if (known.bindings.size() < MOST_BINDINGS) {
      known.bindings.add(bindingHash);
    }
    if (known.count == CALL_SITE_AT) {
      known.callSite = callSite();
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
    return type.startsWith("java.")
        || type.startsWith("jdk.")
        || type.startsWith("com.zaxxer.")
        || type.startsWith("dev.sluice.jdbc.")
        || type.startsWith("dev.sluice.insights.Observed")
        || type.startsWith("dev.sluice.insights.ScopeRecord")
        || type.startsWith("dev.sluice.insights.StatementRecorder");
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
    boolean distinct = each.bindings.size() >= minimumRuns;
    boolean same = each.bindings.size() == 1;
    if (kind == StatementKind.SELECT) {
      if (each.first
          || each.recorder
              .statement
              .normalized()
              .toLowerCase(Locale.ROOT)
              .contains("skip locked")) {
        return null;
      }
      return distinct ? Finding.Kind.N_PLUS_ONE : same ? Finding.Kind.REDUNDANT_READ : null;
    }
    boolean write =
        kind == StatementKind.INSERT
            || kind == StatementKind.UPDATE
            || kind == StatementKind.DELETE;
    return write && distinct ? Finding.Kind.UNBATCHED_WRITES : null;
  }
}
