package dev.sluice.insights;

import dev.sluice.sql.SqlStatement;
import dev.sluice.sql.StatementObserver;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * All executions of one fingerprint. Safe for use by several threads; records without locks and
 * without allocation.
 */
final class StatementRecorder implements StatementObserver.Recorder {
  private static final int FIRST = 16;
  private static final int SAMPLE = 64;
  private static final int REMEMBERED = 256;

  private final Insights insights;
  final SqlStatement statement;
  final long fingerprint;
  final LatencyHistogram latencies = new LatencyHistogram();
  final Windows windows;
  final LongAdder count = new LongAdder();
  final LongAdder errors = new LongAdder();
  final LongAdder nanos = new LongAdder();
  final LongAdder rows = new LongAdder();
  final LongAdder uncounted = new LongAdder();
  final LongAdder inTransaction = new LongAdder();
  final LongAdder onReplica = new LongAdder();
  final LongAdder sampled = new LongAdder();
  final LongAdder repeated = new LongAdder();
  private final AtomicLongArray bindings = new AtomicLongArray(REMEMBERED);
  private volatile boolean young = true;

  StatementRecorder(Insights insights, SqlStatement statement, int windows) {
    this.insights = insights;
    this.statement = statement;
    this.fingerprint = statement.fingerprint();
    this.windows = new Windows(windows);
  }

  @Override
  public boolean wantsBindingHash() {
    return young
        || insights.scopeOfThread() != null
        || (ThreadLocalRandom.current().nextInt() & (SAMPLE - 1)) == 0;
  }

  @Override
  public void executed(
      long elapsedNanos,
      long affected,
      long bindingHash,
      StatementObserver.Where node,
      @Nullable Throwable error) {
    count.increment();
    nanos.add(elapsedNanos);
    latencies.record(elapsedNanos);
    long window = insights.window();
    windows.add(window, elapsedNanos);
    insights.total(window, elapsedNanos);
    if (error != null) {
      errors.increment();
    }
    if (affected > 0) {
      rows.add(affected);
    } else if (affected < 0 && !statement.isRead()) {
      uncounted.increment();
    }
    switch (node) {
      case PRIMARY -> {}
      case PRIMARY_IN_TRANSACTION -> inTransaction.increment();
      case REPLICA -> onReplica.increment();
      case REPLICA_IN_TRANSACTION -> {
        inTransaction.increment();
        onReplica.increment();
      }
    }
    if (bindingHash != 0) {
      sample(bindingHash);
    }
    ScopeRecord scope = insights.scopeOfThread();
    if (scope != null && error == null) {
      scope.executed(this, elapsedNanos, bindingHash);
    }
  }

  private void sample(long bindingHash) {
    int slot = (int) ((bindingHash ^ (bindingHash >>> 32)) & (REMEMBERED - 1));
    if (bindings.getAndSet(slot, bindingHash) == bindingHash) {
      repeated.increment();
    }
    sampled.increment();
    if (young && sampled.sum() >= FIRST) {
      young = false;
    }
  }

  /**
   * Share of the sampled executions whose binding was among the last ones sampled; an
   * underestimate.
   */
  double repeatRatio() {
    long all = sampled.sum();
    return all == 0 ? 0 : (double) repeated.sum() / all;
  }
}
