package dev.sluice.insights;

import dev.sluice.sql.ColumnValues;
import dev.sluice.sql.SqlStatement;
import dev.sluice.sql.StatementKind;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What was recorded of one statement. Counts are since the start of recording.
 *
 * @param fingerprint identifies the normalised text
 * @param statement the normalised text
 * @param kind what it is
 * @param read whether it is proven to be a plain read
 * @param tables the tables it writes, or those it reads where it writes none
 * @param otherTables what else it reads
 * @param calls executions
 * @param errors executions that failed
 * @param totalNanos sum of their times
 * @param p50Nanos half of them were not slower
 * @param p99Nanos 99 of 100 were not slower
 * @param rowsAffected sum of the rows written
 * @param uncounted executions of a write that told no count of rows: it gave rows back, or failed
 * @param inTransaction executions inside a transaction
 * @param onReplica executions on a replica
 * @param repeatRatio estimated share of executions with a binding that had been used shortly
 *     before, 0 to 1
 * @param keyColumns the columns that the text compares with or sets to a value for every row that
 *     it touches
 * @param guarded whether a write depends on more than its key, so that its outcome is a decision
 * @param recentCalls executions in the windows that are kept
 * @param recentNanos sum of their times
 * @param peakCallsInWindow most executions in one window
 * @param load average active sessions by window, oldest first; the last window is not over
 */
public record StatementStats(
    long fingerprint,
    String statement,
    StatementKind kind,
    boolean read,
    List<String> tables,
    List<String> otherTables,
    long calls,
    long errors,
    long totalNanos,
    long p50Nanos,
    long p99Nanos,
    long rowsAffected,
    long uncounted,
    long inTransaction,
    long onReplica,
    double repeatRatio,
    List<String> keyColumns,
    boolean guarded,
    long recentCalls,
    long recentNanos,
    long peakCallsInWindow,
    List<Double> load) {
  private static final Pattern WHERE = Pattern.compile("\\bwhere\\b", Pattern.CASE_INSENSITIVE);
  private static final Pattern ONLY_KEYS =
      Pattern.compile(
          "\\s*[^\\s=<>()]+\\s*=\\s*\\?(\\s+and\\s+[^\\s=<>()]+\\s*=\\s*\\?)*\\s*;?\\s*",
          Pattern.CASE_INSENSITIVE);

  /** Copies the lists. */
  public StatementStats {
    tables = List.copyOf(tables);
    otherTables = List.copyOf(otherTables);
    keyColumns = List.copyOf(keyColumns);
    load = List.copyOf(load);
  }

  StatementStats(
      StatementRecorder r,
      long recentCalls,
      long recentNanos,
      long peakCallsInWindow,
      List<Double> load) {
    this(
        r.statement.fingerprint(),
        r.statement.normalized(),
        r.statement.kind(),
        r.statement.isRead(),
        r.statement.tablesWritten().isEmpty()
            ? r.statement.tablesRead()
            : r.statement.tablesWritten(),
        others(r.statement),
        r.count.sum(),
        r.errors.sum(),
        r.nanos.sum(),
        r.latencies.percentile(0.5),
        r.latencies.percentile(0.99),
        r.rows.sum(),
        r.uncounted.sum(),
        r.inTransaction.sum(),
        r.onReplica.sum(),
        r.repeatRatio(),
        r.statement.columnValues().stream().map(ColumnValues::column).distinct().toList(),
        guarded(r.statement.normalized()),
        recentCalls,
        recentNanos,
        peakCallsInWindow,
        load);
  }

  private static List<String> others(SqlStatement statement) {
    if (statement.tablesWritten().isEmpty()) {
      return List.of();
    }
    return statement.tablesRead().stream()
        .filter(table -> !statement.tablesWritten().contains(table))
        .toList();
  }

  /** Whether a condition is more than equality of columns with values. */
  private static boolean guarded(String normalized) {
    Matcher where = WHERE.matcher(normalized);
    return where.find() && !ONLY_KEYS.matcher(normalized.substring(where.end())).matches();
  }

  /** Executions a second, average rows written each, and the like never divide by zero. */
  double each(long sum) {
    return (double) sum / Math.max(1, calls);
  }
}
