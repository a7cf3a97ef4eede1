package dev.sluice.cache;

import java.util.concurrent.atomic.LongAdder;

/** Counts of one cache. */
final class Counters {
  final LongAdder hits = new LongAdder();
  final LongAdder misses = new LongAdder();
  final LongAdder fills = new LongAdder();
  final LongAdder refused = new LongAdder();
  final LongAdder intents = new LongAdder();
  final LongAdder unfilled = new LongAdder();
  final LongAdder bypassed = new LongAdder();
  final LongAdder shared = new LongAdder();
  final LongAdder undecodable = new LongAdder();
  final LongAdder failures = new LongAdder();
  final LongAdder primary = new LongAdder();

  CacheStats stats(CacheTables tables, CacheStore store) {
    return new CacheStats(
        hits.sum(),
        misses.sum(),
        fills.sum(),
        refused.sum(),
        intents.sum(),
        unfilled.sum(),
        bypassed.sum(),
        shared.sum(),
        undecodable.sum(),
        failures.sum(),
        primary.sum(),
        tables.keyWrites.sum(),
        tables.tableWrites.sum(),
        store.failures(),
        store.mailbox().dropped.get(),
        tables.untold.count(),
        store.available());
  }
}
