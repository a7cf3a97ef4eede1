package dev.sluice.insights;

import dev.sluice.sql.StatementObserver;

/** One execution under way. Lives in one method, so the compiler can keep it off the heap. */
final class Timing {
  private final StatementObserver.Recorder recorder;
  private final StatementObserver.Where where;
  private final long bindingHash;
  private final long started = System.nanoTime();

  Timing(StatementObserver.Recorder recorder, StatementObserver.Where where, long bindingHash) {
    this.recorder = recorder;
    this.where = where;
    this.bindingHash = bindingHash;
  }

  void succeeded(long rows) {
    recorder.executed(System.nanoTime() - started, rows, bindingHash, where, null);
  }

  void failed(Exception error) {
    recorder.executed(System.nanoTime() - started, -1, bindingHash, where, error);
  }

  static long sum(int[] counts) {
    long sum = 0;
    for (int count : counts) {
      sum += Math.max(0, count);
    }
    return sum;
  }

  static long sum(long[] counts) {
    long sum = 0;
    for (long count : counts) {
      sum += Math.max(0, count);
    }
    return sum;
  }
}
