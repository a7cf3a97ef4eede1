package dev.sluice.cache;

import org.jspecify.annotations.Nullable;

/**
 * One entry on the server as the protocol sees it, for the exploration and for the comparison with
 * the scripts. An absent entry is null. What depends on time is symbolic: a lease or an intent
 * expires, and a floor passes, when the explorer says so.
 *
 * @param kind one of V L T I G
 * @param timeline timeline of the fence, 0 for none
 * @param fence highest position posted
 * @param open the fence may be incomplete: the floor has not passed
 * @param due position of the primary when the floor was set; replicas are there when it passes
 * @param late the lease has expired
 * @param ids number of occurrences of each transaction, two bits each
 * @param token of a lease, and of the value that it led to
 * @param generation of the table entry
 * @param value version of the value
 * @param lost 0, or 1 for an intent of nobody, and the transactions that were under way when it was
 *     put there: those that the server may have forgotten
 */
record ModelEntry(
    char kind,
    int timeline,
    int fence,
    boolean open,
    int due,
    boolean late,
    int ids,
    int token,
    int generation,
    int value,
    int lost) {

  static ModelEntry absent(int due) {
    return new ModelEntry('T', 0, 0, true, due, false, 0, 0, 0, 0, 0);
  }

  /** A table entry that was there before and is gone. */
  static ModelEntry lost(int due, int underWay) {
    return new ModelEntry('I', 0, 0, true, due, false, 0, 0, 0, 0, 1 | underWay << 1);
  }

  static ModelEntry orAbsent(@Nullable ModelEntry entry, int due) {
    return entry == null ? absent(due) : entry;
  }

  ModelEntry intent(int newIds) {
    return new ModelEntry('I', timeline, fence, open, due, false, newIds, 0, 0, 0, lost);
  }

  /** What is left when the last intent has gone: a tombstone, or a table entry's new generation. */
  ModelEntry settled(int newGeneration) {
    return new ModelEntry(
        newGeneration == 0 ? 'T' : 'G',
        timeline,
        fence,
        open,
        due,
        false,
        0,
        0,
        newGeneration,
        0,
        0);
  }

  ModelEntry lease(int newToken) {
    return new ModelEntry('L', timeline, fence, open, due, false, 0, newToken, 0, 0, 0);
  }

  ModelEntry filled(int newGeneration, int newValue) {
    return new ModelEntry(
        'V', timeline, fence, open, due, false, 0, token, newGeneration, newValue, 0);
  }

  ModelEntry fenced(int newTimeline, int newFence) {
    return new ModelEntry(
        kind, newTimeline, newFence, open, due, late, ids, token, generation, value, lost);
  }

  ModelEntry floor(boolean nowOpen, int newDue) {
    return new ModelEntry(
        kind, timeline, fence, nowOpen, newDue, late, ids, token, generation, value, lost);
  }

  ModelEntry expiredLease() {
    return new ModelEntry(
        kind, timeline, fence, open, due, true, ids, token, generation, value, lost);
  }

  ModelEntry withoutLost() {
    return new ModelEntry(kind, timeline, fence, open, due, late, ids, token, generation, value, 0);
  }

  int count(int tx) {
    return ids >> 2 * tx & 3;
  }

  int without(int tx) {
    return ids & ~(3 << 2 * tx);
  }
}
