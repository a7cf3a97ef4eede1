package dev.sluice.queue;

import java.util.concurrent.atomic.LongAdder;

/** Counts what a lane does. */
final class LaneCounters {
  private final LongAdder transactions = new LongAdder();
  private final LongAdder packs = new LongAdder();
  private final LongAdder writes = new LongAdder();
  private final LongAdder statements = new LongAdder();
  private final LongAdder duplicates = new LongAdder();
  private final LongAdder parked = new LongAdder();
  private final LongAdder gaps = new LongAdder();
  private final LongAdder retries = new LongAdder();
  private final LongAdder nanos = new LongAdder();
  private volatile LaneState state = LaneState.IDLE;

  void state(LaneState now) {
    state = now;
  }

  LaneState state() {
    return state;
  }

  void retried() {
    retries.increment();
  }

  void gap() {
    gaps.increment();
  }

  void committed(BatchTransaction.Outcome outcome, long elapsedNanos) {
    if (outcome.packs > 0) {
      transactions.increment();
      nanos.add(elapsedNanos);
    }
    packs.add(outcome.packs);
    writes.add(outcome.writes);
    statements.add(outcome.statements);
    duplicates.add(outcome.duplicates);
    parked.add(outcome.parked);
  }

  LaneStats stats(int lane, boolean paused) {
    return new LaneStats(
        lane,
        paused ? LaneState.PAUSED : state,
        transactions.sum(),
        packs.sum(),
        writes.sum(),
        statements.sum(),
        duplicates.sum(),
        parked.sum(),
        gaps.sum(),
        retries.sum(),
        nanos.sum());
  }
}
