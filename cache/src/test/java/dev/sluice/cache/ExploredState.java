package dev.sluice.cache;

import dev.sluice.cache.Model.Mutation;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One state of the world that {@link Explorer} visits, and how it was reached. */
final class ExploredState {
  enum Writing {
    IDLE,
    PRED,
    COMMITTED,
    UNTOLD,
    CONFIRMED,
    POSTED,
    REPOSTED,
    ABORTED,
    CRASHED
  }

  record Writer(Writing at, int position) {}

  enum Reading {
    IDLE,
    LEASED,
    BUSY,
    LOADED,
    FILLED,
    SAMPLED
  }

  record Reader(Reading at, int generation, int fence, boolean primary, int since, int value) {
    static final Reader IDLE = new Reader(Reading.IDLE, 0, 0, false, 0, 0);
  }

  record Packed(long entries, long actors) {}

  private final Explorer explorer;
  final @Nullable ExploredState from;
  final String action;
  int v;
  int r;
  int acknowledged;
  boolean met;
  @Nullable ModelEntry key;
  @Nullable ModelEntry table;
  final Writer[] writers;
  final Reader[] readers;
  @Nullable String wrong;

  ExploredState(Explorer explorer) {
    this.explorer = explorer;
    from = null;
    action = "start";
    writers = new Writer[explorer.writerCount];
    Arrays.fill(writers, new Writer(Writing.IDLE, 0));
    readers = new Reader[explorer.readerCount];
    Arrays.fill(readers, Reader.IDLE);
  }

  ExploredState(ExploredState from, String action) {
    explorer = from.explorer;
    this.from = from;
    this.action = action;
    v = from.v;
    r = from.r;
    acknowledged = from.acknowledged;
    met = from.met;
    key = from.key;
    table = from.table;
    writers = from.writers.clone();
    readers = from.readers.clone();
  }

  boolean ofTable(int writer) {
    return explorer.tableWriter && writer == explorer.writerCount - 1;
  }

  @Nullable ModelEntry entry(int writer) {
    return ofTable(writer) ? table() : key;
  }

  @Nullable ModelEntry table() {
    int underWay = 0;
    for (int i = 0; i < explorer.writerCount; i++) {
      underWay |= writers[i].at() == Writing.PRED ? 1 << i : 0;
    }
    return explorer.model.found(table, met, underWay, v);
  }

  void found(@Nullable ModelEntry newTable) {
    table = newTable;
    met |= newTable != null && explorer.faults.serverUnreachable();
  }

  boolean underWay(int transactions) {
    for (int i = 0; i < explorer.writerCount; i++) {
      if (writers[i].at() == Writing.PRED && (transactions >> i & 1) != 0) {
        return true;
      }
    }
    return false;
  }

  /** What a read from the cache must show, at least. */
  int owed() {
    boolean bypassed =
        explorer.faults.intentsEvicted()
            && !explorer.model.broken.contains(Mutation.ACK_WITHOUT_CONFIRM)
            && Arrays.stream(writers).anyMatch(writer -> writer.at() == Writing.UNTOLD);
    return bypassed ? 0 : acknowledged;
  }

  void touch(int writer, @Nullable ModelEntry entry, Writing at) {
    if (ofTable(writer)) {
      found(entry);
    } else {
      key = entry;
    }
    writers[writer] = new Writer(at, writers[writer].position());
  }

  void post(int writer, int position) {
    touch(
        writer,
        explorer.model.post(entry(writer), writer, 1, position, v, fresh(writer)),
        Writing.POSTED);
  }

  void acknowledge(int writer) {
    acknowledged = Math.max(acknowledged, writers[writer].position());
  }

  int fresh(int writer) {
    return ofTable(writer) ? freshGeneration() : 0;
  }

  int freshGeneration() {
    for (int generation = 1; ; generation++) {
      int g = generation;
      boolean used =
          (key != null && key.generation() == g) || (table != null && table.generation() == g);
      for (Reader reader : readers) {
        used |= reader.generation() == g;
      }
      if (!used) {
        return g;
      }
    }
  }

  @Nullable String check() {
    if (explorer.model.hit(key, table) && key != null) {
      if (key.value() < owed()) {
        return "S1: hit of version " + key.value() + ", acknowledged is " + owed();
      }
      if (quiet(true) && key.value() != v) {
        return "S2: version " + key.value() + " is left, the database has " + v;
      }
      // An intent that the server lost cannot keep a commit secret until it is confirmed.
      boolean secret = !explorer.faults.serverForgets() || confirmed();
      if (secret && table != null && !key.open() && !table.open()) {
        int fence = Math.max(key.fence(), table.fence());
        if (key.value() > Math.max(fence, r)) {
          return "S4: fence " + fence + " of version " + key.value();
        }
      }
    }
    if (quiet(false) && ((key != null && key.ids() != 0) || (table != null && table.ids() != 0))) {
      return "S3: an intent is left";
    }
    return null;
  }

  boolean quiet(boolean crashesToo) {
    for (Writer writer : writers) {
      boolean done =
          switch (writer.at()) {
            case IDLE, POSTED, REPOSTED, ABORTED -> true;
            case CRASHED -> crashesToo;
            default -> false;
          };
      if (!done) {
        return false;
      }
    }
    return true;
  }

  boolean confirmed() {
    for (Writer writer : writers) {
      if (writer.at() == Writing.COMMITTED || writer.at() == Writing.UNTOLD) {
        return false;
      }
    }
    return true;
  }

  Packed pack() {
    long actors = v << 5 | r << 3 | acknowledged << 1 | (met ? 1 : 0);
    for (Writer writer : writers) {
      actors = actors << 6 | (long) writer.at().ordinal() << 2 | writer.position();
    }
    for (Reader reader : readers) {
      actors = actors << 3 | reader.at().ordinal();
      actors = actors << 3 | reader.generation();
      actors = actors << 2 | reader.fence();
      actors = actors << 1 | (reader.primary() ? 1 : 0);
      actors = actors << 2 | reader.since();
      actors = actors << 2 | reader.value();
    }
    return new Packed(pack(key) << 30 | pack(table), actors);
  }

  private static long pack(@Nullable ModelEntry e) {
    if (e == null) {
      return 0;
    }
    long bits = 1 + "VLTIG".indexOf(e.kind());
    bits = bits << 1 | e.timeline();
    bits = bits << 2 | e.fence();
    bits = bits << 1 | (e.open() ? 1 : 0);
    bits = bits << 2 | e.due();
    bits = bits << 1 | (e.late() ? 1 : 0);
    bits = bits << 4 | e.ids();
    bits = bits << 2 | e.token();
    bits = bits << 3 | e.generation();
    bits = bits << 2 | e.value();
    return bits << 3 | e.lost();
  }

  String path() {
    StringBuilder path = new StringBuilder();
    for (ExploredState s = this; s.from != null; s = s.from) {
      path.insert(0, " > " + s.action);
    }
    return path.toString();
  }
}
