package dev.sluice.cache;

import dev.sluice.cache.Model.Mutation;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Visits every state that a few writers and readers can reach. Properties, checked in each state:
 *
 * <ul>
 *   <li>S1: a read that starts after a write was acknowledged does not return an older version;
 *   <li>S2: what the cache answers when no write is under way is what the database holds;
 *   <li>S3: finished writers leave no intent behind;
 *   <li>S4: the fence of a hit, where complete, covers what the value shows.
 * </ul>
 */
final class Explorer {
  /** What may go wrong beside what always may. */
  record Faults(boolean writersCrash, boolean serverForgets) {}

  private final Model model;
  private final Faults faults;
  private final boolean tableWriter;
  private final int writerCount;
  private final int readerCount;
  private final Set<Packed> seen = new HashSet<>();
  private final ArrayDeque<State> open = new ArrayDeque<>();
  private long transitions;
  private @Nullable String violation;

  /** The last writer writes the table entry where that is asked for, all others the key. */
  Explorer(Model model, Faults faults, boolean tableWriter, int writers, int readers) {
    this.writerCount = writers;
    this.readerCount = readers;
    this.model = model;
    this.faults = faults;
    this.tableWriter = tableWriter;
  }

  /**
   * Explores; null when all properties hold, else the way to the first state where one does not.
   */
  @Nullable String run() {
    offer(new State());
    while (!open.isEmpty() && violation == null) {
      State s = open.removeLast();
      for (int i = 0; i < writerCount && violation == null; i++) {
        writer(s, i);
      }
      for (int i = 0; i < readerCount && violation == null; i++) {
        reader(s, i);
      }
      world(s);
    }
    return violation;
  }

  int states() {
    return seen.size();
  }

  long transitions() {
    return transitions;
  }

  private void writer(State s, int i) {
    switch (s.writers[i].at) {
      case IDLE -> go(s, "PRE" + i, n -> n.touch(i, model.pre(n.entry(i), i, n.v), Writing.PRED));
      case PRED -> {
        go(s, "PRE again" + i, n -> n.touch(i, model.pre(n.entry(i), i, n.v), Writing.PRED));
        go(
            s,
            "COMMIT" + i,
            n -> {
              n.v++;
              n.writers[i] = new Writer(Writing.COMMITTED, n.v);
            });
        go(
            s,
            "ABORT" + i,
            n -> n.touch(i, model.abort(n.entry(i), i, n.v, n.fresh(i)), Writing.ABORTED));
        crash(s, i);
      }
      case COMMITTED -> {
        go(
            s,
            "CONFIRM" + i,
            n -> {
              n.touch(i, model.confirm(n.entry(i), i, n.v, n.fresh(i)), Writing.CONFIRMED);
              n.acknowledge(i);
            });
        go(
            s,
            "POST at once" + i,
            n -> {
              n.post(i, n.writers[i].position);
              n.acknowledge(i);
            });
        go(
            s,
            "POST unknown" + i,
            n -> {
              n.touch(i, model.postUnknown(n.entry(i), i, n.v, n.fresh(i)), Writing.POSTED);
              n.acknowledge(i);
            });
        crash(s, i);
      }
      case CONFIRMED -> {
        go(s, "POST" + i, n -> n.post(i, n.writers[i].position));
        go(s, "POST sample" + i, n -> n.post(i, n.v));
        crash(s, i);
      }
      case POSTED ->
          go(
              s,
              "POST again" + i,
              n -> {
                n.post(i, n.writers[i].position);
                n.writers[i] = new Writer(Writing.REPOSTED, n.writers[i].position);
              });
      default -> {}
    }
  }

  private void crash(State s, int i) {
    if (faults.writersCrash) {
      go(s, "crash" + i, n -> n.writers[i] = new Writer(Writing.CRASHED, n.writers[i].position));
    }
  }

  private void reader(State s, int j) {
    Reader reader = s.readers[j];
    switch (reader.at) {
      case IDLE -> go(s, "LEASE by " + j, n -> lease(n, j));
      case LEASED, BUSY -> {
        go(s, "load from primary by " + j, n -> loaded(n, j, n.v));
        if (!reader.primary && s.r >= reader.fence) {
          go(s, "load from replica by " + j, n -> loaded(n, j, n.r));
        }
        go(s, "give up " + j, n -> n.readers[j] = Reader.IDLE);
      }
      case LOADED -> {
        go(s, "FILL by " + j, n -> fill(n, j));
        go(s, "give up " + j, n -> n.readers[j] = Reader.IDLE);
      }
      case FILLED -> {
        go(
            s,
            "sample by " + j,
            n -> n.readers[j] = new Reader(Reading.SAMPLED, reader.generation, n.v, false, 0, 0));
        go(s, "give up " + j, n -> n.readers[j] = Reader.IDLE);
      }
      case SAMPLED ->
          go(
              s,
              "RAISE by " + j,
              n -> {
                n.key = Model.raise(n.key, 'V', j + 1, 1, reader.fence);
                n.table = Model.raise(n.table, 'G', reader.generation, 1, reader.fence);
                n.readers[j] = Reader.IDLE;
              });
      default -> throw new IllegalStateException();
    }
  }

  private void lease(State n, int j) {
    Model.Leased leased = model.lease(n.key, n.table, j + 1, n.freshGeneration(), n.v);
    n.table = leased.table();
    if (leased.answer() != 'L' && leased.answer() != 'B') {
      return;
    }
    ModelEntry key = leased.key();
    ModelEntry table = leased.table();
    if (key == null || table == null) {
      throw new IllegalStateException();
    }
    if (leased.answer() == 'L') {
      n.key = key;
    }
    boolean blind =
        model.broken.contains(Mutation.NO_FENCE) || model.broken.contains(Mutation.DOUBLE_DELETE);
    n.readers[j] =
        new Reader(
            leased.answer() == 'L' ? Reading.LEASED : Reading.BUSY,
            table.generation(),
            blind ? 0 : Math.max(key.fence(), table.fence()),
            !blind && (key.open() || table.open()),
            n.acknowledged,
            0);
  }

  private static void loaded(State n, int j, int value) {
    Reader reader = n.readers[j];
    if (value < reader.since) {
      n.wrong = "S1: loaded version " + value + ", acknowledged was " + reader.since;
    }
    n.readers[j] =
        reader.at == Reading.BUSY
            ? Reader.IDLE
            : new Reader(Reading.LOADED, reader.generation, reader.fence, reader.primary, 0, value);
  }

  private void fill(State n, int j) {
    Reader reader = n.readers[j];
    ModelEntry filled = model.fill(n.key, n.table, j + 1, reader.generation, reader.value);
    if (filled == null) {
      n.readers[j] = Reader.IDLE;
    } else {
      n.key = filled;
      n.readers[j] = new Reader(Reading.FILLED, reader.generation, 0, false, 0, 0);
    }
  }

  private void world(State s) {
    if (s.r < s.v) {
      go(s, "replica applies", n -> n.r++);
    }
    entry(s, s.key, (n, e) -> n.key = e, "key");
    entry(s, s.table, (n, e) -> n.table = e, "table");
    if (faults.serverForgets) {
      go(
          s,
          "server restarts",
          n -> {
            n.key = null;
            n.table = null;
          });
    }
  }

  private void entry(State s, @Nullable ModelEntry e, Setter set, String name) {
    if (e == null) {
      return;
    }
    if (e.open() && s.r >= e.due()) {
      go(s, "floor passes: " + name, n -> set.to(n, e.floor(false, 0)));
    }
    if (e.kind() == 'L' && !e.late()) {
      go(s, "lease expires: " + name, n -> set.to(n, e.expiredLease()));
    }
    if (e.kind() != 'I' || faults.serverForgets) {
      go(s, "evicted: " + name, n -> set.to(n, null));
    }
    for (int i = 0; i < writerCount; i++) {
      int tx = i;
      if (e.kind() == 'I' && e.count(i) > 0 && s.writers[i].at != Writing.PRED) {
        go(s, "intent expires: " + name, n -> set.to(n, model.expireIntent(e, tx, n.v)));
      }
    }
  }

  private void go(State from, String action, java.util.function.Consumer<State> change) {
    if (violation != null) {
      return;
    }
    State next = new State(from, action);
    change.accept(next);
    transitions++;
    offer(next);
  }

  private void offer(State s) {
    if (s.wrong == null) {
      s.wrong = check(s);
    }
    if (s.wrong != null) {
      violation = s.wrong + s.path();
    } else if (seen.add(s.pack())) {
      open.addLast(s);
    }
  }

  private @Nullable String check(State s) {
    if (model.hit(s.key, s.table) && s.key != null) {
      if (s.key.value() < s.acknowledged) {
        return "S1: hit of version " + s.key.value() + ", acknowledged is " + s.acknowledged;
      }
      if (s.quiet(true) && s.key.value() != s.v) {
        return "S2: version " + s.key.value() + " is left, the database has " + s.v;
      }
      // An intent that the server lost cannot keep a commit secret until it is confirmed.
      boolean secret = !faults.serverForgets || s.confirmed();
      if (secret && s.table != null && !s.key.open() && !s.table.open()) {
        int fence = Math.max(s.key.fence(), s.table.fence());
        if (s.key.value() > Math.max(fence, s.r)) {
          return "S4: fence " + fence + " of version " + s.key.value();
        }
      }
    }
    if (s.quiet(false)
        && ((s.key != null && s.key.ids() != 0) || (s.table != null && s.table.ids() != 0))) {
      return "S3: an intent is left";
    }
    return null;
  }

  @FunctionalInterface
  private interface Setter {
    void to(State state, @Nullable ModelEntry entry);
  }

  enum Writing {
    IDLE,
    PRED,
    COMMITTED,
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

  private final class State {
    final @Nullable State from;
    final String action;
    int v;
    int r;
    int acknowledged;
    @Nullable ModelEntry key;
    @Nullable ModelEntry table;
    final Writer[] writers;
    final Reader[] readers;
    @Nullable String wrong;

    State() {
      from = null;
      action = "start";
      writers = new Writer[writerCount];
      Arrays.fill(writers, new Writer(Writing.IDLE, 0));
      readers = new Reader[readerCount];
      Arrays.fill(readers, Reader.IDLE);
    }

    State(State from, String action) {
      this.from = from;
      this.action = action;
      v = from.v;
      r = from.r;
      acknowledged = from.acknowledged;
      key = from.key;
      table = from.table;
      writers = from.writers.clone();
      readers = from.readers.clone();
    }

    boolean ofTable(int writer) {
      return tableWriter && writer == writerCount - 1;
    }

    @Nullable ModelEntry entry(int writer) {
      return ofTable(writer) ? table : key;
    }

    void touch(int writer, @Nullable ModelEntry entry, Writing at) {
      if (ofTable(writer)) {
        table = entry;
      } else {
        key = entry;
      }
      writers[writer] = new Writer(at, writers[writer].position);
    }

    void post(int writer, int position) {
      touch(
          writer, model.post(entry(writer), writer, 1, position, v, fresh(writer)), Writing.POSTED);
    }

    void acknowledge(int writer) {
      acknowledged = Math.max(acknowledged, writers[writer].position);
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
          used |= reader.generation == g;
        }
        if (!used) {
          return g;
        }
      }
    }

    boolean quiet(boolean crashesToo) {
      for (Writer writer : writers) {
        boolean done =
            switch (writer.at) {
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
        if (writer.at == Writing.COMMITTED) {
          return false;
        }
      }
      return true;
    }

    Packed pack() {
      long actors = v << 4 | r << 2 | acknowledged;
      for (Writer writer : writers) {
        actors = actors << 5 | (long) writer.at.ordinal() << 2 | writer.position;
      }
      for (Reader reader : readers) {
        actors = actors << 3 | reader.at.ordinal();
        actors = actors << 3 | reader.generation;
        actors = actors << 2 | reader.fence;
        actors = actors << 1 | (reader.primary ? 1 : 0);
        actors = actors << 2 | reader.since;
        actors = actors << 2 | reader.value;
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
      return bits << 2 | e.value();
    }

    String path() {
      StringBuilder path = new StringBuilder();
      for (State s = this; s.from != null; s = s.from) {
        path.insert(0, " > " + s.action);
      }
      return path.toString();
    }
  }
}
