package dev.sluice.cache;

import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The scripts as pure functions, and ways to break them that the exploration must notice. */
final class Model {
  /** A protocol with one rule left out. */
  enum Mutation {
    /** Loads from any replica, whatever the fence says. */
    NO_FENCE,
    /** An absent entry's fence counts as complete. */
    NO_FLOOR,
    /** Writers invalidate after the commit only. */
    NO_PRE,
    /** A value is written whatever became of the lease. */
    FILL_WITHOUT_TOKEN,
    /** Hits do not look at the generation, and fills do not either. */
    NO_GENERATION,
    /** A repeated PRE appends its transaction again. */
    PRE_WITHOUT_DEDUP,
    /** POST sets the fence to its position, even if that is lower. */
    FENCE_NOT_MAXIMUM,
    /** POST of one transaction clears the intents of all. */
    POST_CLEARS_ALL,
    /** The commit is acknowledged without a look whether its intent has survived. */
    NO_CONFIRM,
    /** An expired intent leaves the fence as it was, as if complete. */
    NO_FLOOR_AFTER_EXPIRY,
    /** Classic: delete before and after the write; a fill is a plain SET. */
    DOUBLE_DELETE,
    /** A lease is granted over an intent. */
    LEASE_OVER_INTENT,
    /** A table entry that the server has lost is made anew at once. */
    NO_QUARANTINE,
    /** After an acknowledged commit that could not be confirmed, its process goes on to read. */
    ACK_WITHOUT_CONFIRM,
    /** A sample completes the fence of whatever value is there. */
    RAISE_WITHOUT_MARK,
    /** A fill does not look whether the table entry has changed. */
    FILL_WITHOUT_GENERATION,
    /** A fill does not look whether the entry is its lease. */
    FILL_WITHOUT_KIND
  }

  final Set<Mutation> broken;

  Model(Set<Mutation> broken) {
    this.broken = broken.isEmpty() ? EnumSet.noneOf(Mutation.class) : EnumSet.copyOf(broken);
  }

  private boolean is(Mutation mutation) {
    return broken.contains(mutation);
  }

  /**
   * The table entry as it counts; the exploration knows which transactions a lost one may hide.
   *
   * @param met whether it was there before
   */
  @Nullable ModelEntry found(@Nullable ModelEntry table, boolean met, int underWay, int due) {
    return table == null && met && !is(Mutation.NO_QUARANTINE)
        ? ModelEntry.lost(due, underWay)
        : table;
  }

  @Nullable ModelEntry pre(@Nullable ModelEntry entry, int tx, int due) {
    if (is(Mutation.NO_PRE)) {
      return entry;
    }
    if (is(Mutation.DOUBLE_DELETE)) {
      return null;
    }
    ModelEntry e = ModelEntry.orAbsent(entry, due);
    int ids = e.kind() == 'I' ? e.ids() : 0;
    int count = is(Mutation.PRE_WITHOUT_DEDUP) ? Math.min(3, (ids >> 2 * tx & 3) + 1) : 1;
    return e.intent(ids & ~(3 << 2 * tx) | count << 2 * tx);
  }

  /** The position is known: it goes into the fence. */
  @Nullable ModelEntry post(
      @Nullable ModelEntry entry, int tx, int timeline, int position, int due, int generation) {
    if (is(Mutation.DOUBLE_DELETE)) {
      return null;
    }
    ModelEntry e = ModelEntry.orAbsent(entry, due);
    if (e.timeline() == 0 || e.timeline() == timeline) {
      int fence = is(Mutation.FENCE_NOT_MAXIMUM) ? position : Math.max(e.fence(), position);
      e = e.fenced(timeline, fence);
    } else {
      e = e.fenced(timeline, position).floor(true, due);
    }
    return remove(e, tx, generation);
  }

  /** The position is not known: the primary must be asked for a while. */
  @Nullable ModelEntry postUnknown(@Nullable ModelEntry entry, int tx, int due, int generation) {
    if (is(Mutation.DOUBLE_DELETE)) {
      return null;
    }
    return remove(ModelEntry.orAbsent(entry, due).floor(true, due), tx, generation);
  }

  /** Nothing was written. */
  @Nullable ModelEntry abort(@Nullable ModelEntry entry, int tx, int due, int generation) {
    if (is(Mutation.DOUBLE_DELETE)) {
      return null;
    }
    return remove(ModelEntry.orAbsent(entry, due), tx, generation);
  }

  /** Committed: the intent must still be there, else the entry is invalidated. */
  @Nullable ModelEntry confirm(@Nullable ModelEntry entry, int tx, int due, int generation) {
    if (is(Mutation.NO_CONFIRM) || is(Mutation.NO_PRE)) {
      return entry;
    }
    if (is(Mutation.DOUBLE_DELETE)) {
      return null;
    }
    if (entry != null && entry.kind() == 'I' && entry.count(tx) > 0) {
      return entry;
    }
    return postUnknown(entry, tx, due, generation);
  }

  private ModelEntry remove(ModelEntry e, int tx, int generation) {
    int count = e.count(tx);
    int ids = e.without(tx);
    if (is(Mutation.PRE_WITHOUT_DEDUP) && count > 1) {
      ids |= count - 1 << 2 * tx;
    }
    if (e.kind() == 'I' && (ids != 0 || e.lost() != 0) && !is(Mutation.POST_CLEARS_ALL)) {
      return e.intent(ids);
    }
    return e.settled(generation);
  }

  /** The time of an intent is over: its transaction may have committed before. */
  ModelEntry expireIntent(ModelEntry e, int tx, int due) {
    ModelEntry floored = is(Mutation.NO_FLOOR_AFTER_EXPIRY) ? e : e.floor(true, due);
    int ids = e.without(tx);
    return ids == 0 && e.lost() == 0 ? floored.settled(0) : floored.intent(ids);
  }

  /** All that the server may have forgotten is over. */
  ModelEntry expireLost(ModelEntry e, int due) {
    ModelEntry floored = e.floor(true, due).withoutLost();
    return e.ids() == 0 ? floored.settled(0) : floored;
  }

  /**
   * What became of the two entries, and the answer.
   *
   * @param answer V hit, I intent, B busy, L granted
   */
  record Leased(char answer, @Nullable ModelEntry key, @Nullable ModelEntry table) {}

  Leased lease(
      @Nullable ModelEntry key, @Nullable ModelEntry table, int token, int generation, int due) {
    boolean granting = is(Mutation.LEASE_OVER_INTENT);
    if (table != null && table.kind() == 'I' && !granting) {
      return new Leased('I', key, table);
    }
    ModelEntry t = table;
    if (t == null || t.kind() != 'G') {
      t = ModelEntry.orAbsent(table, due).settled(generation);
      if (is(Mutation.NO_FLOOR) && table == null) {
        t = t.floor(false, 0);
      }
    }
    ModelEntry e = ModelEntry.orAbsent(key, due);
    if (is(Mutation.NO_FLOOR) && key == null) {
      e = e.floor(false, 0);
    }
    if (e.kind() == 'V' && (e.generation() == t.generation() || is(Mutation.NO_GENERATION))) {
      return new Leased('V', e, t);
    }
    if (e.kind() == 'I' && !granting) {
      return new Leased('I', e, t);
    }
    if (e.kind() == 'L' && !e.late()) {
      return new Leased('B', e, t);
    }
    return new Leased('L', e.lease(token), t);
  }

  /** The key's new entry, or null where the fill is refused. */
  @Nullable ModelEntry fill(
      @Nullable ModelEntry key, @Nullable ModelEntry table, int token, int generation, int value) {
    if (is(Mutation.FILL_WITHOUT_TOKEN) || is(Mutation.DOUBLE_DELETE)) {
      return ModelEntry.orAbsent(key, 0).lease(token).filled(generation, value);
    }
    if (is(Mutation.FILL_WITHOUT_KIND) && key != null && key.kind() == 'T') {
      return key.lease(token).filled(generation, value);
    }
    if (key == null || key.kind() != 'L' || key.token() != token) {
      return null;
    }
    if (!is(Mutation.NO_GENERATION)
        && !is(Mutation.FILL_WITHOUT_GENERATION)
        && (table == null || table.kind() != 'G' || table.generation() != generation)) {
      return null;
    }
    return key.filled(generation, value);
  }

  /** A later sample of the primary completes the fence of the same value or generation. */
  @Nullable ModelEntry raise(
      @Nullable ModelEntry entry, char kind, int mark, int timeline, int position) {
    if (entry == null
        || entry.kind() != kind
        || ((kind == 'V' ? entry.token() : entry.generation()) != mark
            && !is(Mutation.RAISE_WITHOUT_MARK))
        || (entry.timeline() != 0 && entry.timeline() != timeline)) {
      return entry;
    }
    return entry.fenced(timeline, Math.max(entry.fence(), position)).floor(false, 0);
  }

  boolean hit(@Nullable ModelEntry key, @Nullable ModelEntry table) {
    if (key == null || key.kind() != 'V') {
      return false;
    }
    if (is(Mutation.NO_GENERATION)) {
      return true;
    }
    return table != null && table.kind() == 'G' && table.generation() == key.generation();
  }
}
