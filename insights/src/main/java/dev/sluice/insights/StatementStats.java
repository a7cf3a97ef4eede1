package dev.sluice.insights;

import dev.sluice.sql.StatementKind;
import java.util.List;

/**
 * What was recorded of one statement. Counts are since the start of recording.
 *
 * @param fingerprint identifies the normalised text
 * @param statement the normalised text
 * @param kind what it is
 * @param read whether it is proven to be a plain read
 * @param tables the tables it reads or writes
 * @param calls executions
 * @param errors executions that failed
 * @param totalNanos sum of their times
 * @param p50Nanos half of them were not slower
 * @param p99Nanos 99 of 100 were not slower
 * @param rowsAffected sum of the rows written
 * @param inTransaction executions inside a transaction
 * @param onReplica executions on a replica
 * @param repeatRatio estimated share of executions with a binding that had been used shortly
 *     before, 0 to 1
 * @param keyed whether the text shows a key for every row that it touches
 * @param peakCallsInWindow most executions in one window
 * @param load average active sessions by window, oldest first; the last window is not over
 */
public record StatementStats(
    long fingerprint,
    String statement,
    StatementKind kind,
    boolean read,
    List<String> tables,
    long calls,
    long errors,
    long totalNanos,
    long p50Nanos,
    long p99Nanos,
    long rowsAffected,
    long inTransaction,
    long onReplica,
    double repeatRatio,
    boolean keyed,
    long peakCallsInWindow,
    List<Double> load) {
  /** Copies the lists. */
  public StatementStats {
    tables = List.copyOf(tables);
    load = List.copyOf(load);
  }

  StatementStats(StatementRecorder r, long peakCallsInWindow, List<Double> load) {
    this(
        r.statement.fingerprint(),
        r.statement.normalized(),
        r.statement.kind(),
        r.statement.isRead(),
        r.statement.tablesWritten().isEmpty()
            ? r.statement.tablesRead()
            : r.statement.tablesWritten(),
        r.count.sum(),
        r.errors.sum(),
        r.nanos.sum(),
        r.latencies.percentile(0.5),
        r.latencies.percentile(0.99),
        r.rows.sum(),
        r.inTransaction.sum(),
        r.onReplica.sum(),
        r.repeatRatio(),
        !r.statement.columnValues().isEmpty(),
        peakCallsInWindow,
        load);
  }
}
