package dev.sluice.cache;

import dev.sluice.cache.ExploredState.Packed;
import dev.sluice.cache.ExploredState.Reader;
import dev.sluice.cache.ExploredState.Reading;
import dev.sluice.cache.ExploredState.Writer;
import dev.sluice.cache.ExploredState.Writing;
import dev.sluice.cache.Model.Mutation;
import java.util.ArrayDeque;
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
 *   <li>S4: the fence of a hit, where complete, covers what the value shows;
 *   <li>S5: a fill that is accepted is not older than what was acknowledged before: readers who
 *       wait for it may take its value.
 * </ul>
 */
final class Explorer {
  /**
   * What may go wrong beside what always may.
   *
   * @param writersCrash anywhere
   * @param serverForgets everything at once
   * @param intentsEvicted one entry at a time
   * @param serverUnreachable to a writer that has committed: it acknowledges, and the server is
   *     told later. What is acknowledged so counts at once where the server forgets nothing by
   *     halves; else when the server was told, and until then the writer's process does not read
   */
  record Faults(
      boolean writersCrash,
      boolean serverForgets,
      boolean intentsEvicted,
      boolean serverUnreachable) {}

  final Model model;
  final Faults faults;
  final boolean tableWriter;
  final int writerCount;
  final int readerCount;
  private final Set<Packed> seen = new HashSet<>();
  private final ArrayDeque<ExploredState> open = new ArrayDeque<>();
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
    ExploredState start = new ExploredState(this);
    if (faults.serverUnreachable) {
      start.found(ModelEntry.absent(0).settled(1));
    }
    offer(start);
    while (!open.isEmpty() && violation == null) {
      ExploredState s = open.removeLast();
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

  private void writer(ExploredState s, int i) {
    switch (s.writers[i].at()) {
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
      case COMMITTED -> committed(s, i);
      case UNTOLD -> {
        go(
            s,
            "POST late" + i,
            n -> n.touch(i, model.postUnknown(n.entry(i), i, n.v, n.fresh(i)), Writing.POSTED));
        crash(s, i);
      }
      case CONFIRMED -> {
        go(s, "POST" + i, n -> n.post(i, n.writers[i].position()));
        go(s, "POST sample" + i, n -> n.post(i, n.v));
        crash(s, i);
      }
      case POSTED ->
          go(
              s,
              "POST again" + i,
              n -> {
                n.post(i, n.writers[i].position());
                n.writers[i] = new Writer(Writing.REPOSTED, n.writers[i].position());
              });
      default -> {}
    }
  }

  private void committed(ExploredState s, int i) {
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
          n.post(i, n.writers[i].position());
          n.acknowledge(i);
        });
    go(
        s,
        "POST unknown" + i,
        n -> {
          n.touch(i, model.postUnknown(n.entry(i), i, n.v, n.fresh(i)), Writing.POSTED);
          n.acknowledge(i);
        });
    if (faults.serverUnreachable) {
      go(
          s,
          "acknowledge unconfirmed" + i,
          n -> {
            n.writers[i] = new Writer(Writing.UNTOLD, n.writers[i].position());
            n.acknowledge(i);
          });
    }
    crash(s, i);
  }

  private void crash(ExploredState s, int i) {
    if (faults.writersCrash) {
      go(s, "crash" + i, n -> n.writers[i] = new Writer(Writing.CRASHED, n.writers[i].position()));
    }
  }

  private void reader(ExploredState s, int j) {
    Reader reader = s.readers[j];
    switch (reader.at()) {
      case IDLE -> go(s, "LEASE by " + j, n -> lease(n, j));
      case LEASED, BUSY -> {
        go(s, "load from primary by " + j, n -> loaded(n, j, n.v));
        if (!reader.primary() && s.r >= reader.fence()) {
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
            n -> n.readers[j] = new Reader(Reading.SAMPLED, reader.generation(), n.v, false, 0, 0));
        go(s, "give up " + j, n -> n.readers[j] = Reader.IDLE);
      }
      case SAMPLED ->
          go(
              s,
              "RAISE by " + j,
              n -> {
                n.key = model.raise(n.key, 'V', j + 1, 1, reader.fence());
                n.table = model.raise(n.table, 'G', reader.generation(), 1, reader.fence());
                n.readers[j] = Reader.IDLE;
              });
      default -> throw new IllegalStateException();
    }
  }

  private void lease(ExploredState n, int j) {
    Model.Leased leased = model.lease(n.key, n.table(), j + 1, n.freshGeneration(), n.v);
    n.found(leased.table());
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
            n.owed(),
            0);
  }

  private static void loaded(ExploredState n, int j, int value) {
    Reader reader = n.readers[j];
    if (value < reader.since()) {
      n.wrong = "S1: loaded version " + value + ", acknowledged was " + reader.since();
    }
    n.readers[j] =
        reader.at() == Reading.BUSY
            ? Reader.IDLE
            : new Reader(
                Reading.LOADED, reader.generation(), reader.fence(), reader.primary(), 0, value);
  }

  private void fill(ExploredState n, int j) {
    Reader reader = n.readers[j];
    ModelEntry filled = model.fill(n.key, n.table, j + 1, reader.generation(), reader.value());
    if (filled == null) {
      n.readers[j] = Reader.IDLE;
    } else {
      if (filled.value() < n.owed()) {
        n.wrong = "S5: filled version " + filled.value() + ", acknowledged is " + n.owed();
      }
      n.key = filled;
      n.readers[j] = new Reader(Reading.FILLED, reader.generation(), 0, false, 0, 0);
    }
  }

  private void world(ExploredState s) {
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

  private void entry(ExploredState s, @Nullable ModelEntry e, Setter set, String name) {
    if (e == null) {
      return;
    }
    if (e.open() && s.r >= e.due()) {
      go(s, "floor passes: " + name, n -> set.to(n, e.floor(false, 0)));
    }
    if (e.kind() == 'L' && !e.late()) {
      go(s, "lease expires: " + name, n -> set.to(n, e.expiredLease()));
    }
    if (e.kind() != 'I' || faults.intentsEvicted) {
      go(s, "evicted: " + name, n -> set.to(n, null));
    }
    if (e.lost() != 0 && !s.underWay(e.lost() >> 1)) {
      go(s, "quarantine is over: " + name, n -> set.to(n, model.expireLost(e, n.v)));
    }
    for (int i = 0; i < writerCount; i++) {
      int tx = i;
      if (e.kind() == 'I' && e.count(i) > 0 && s.writers[i].at() != Writing.PRED) {
        go(s, "intent expires: " + name, n -> set.to(n, model.expireIntent(e, tx, n.v)));
      }
    }
  }

  private void go(
      ExploredState from, String action, java.util.function.Consumer<ExploredState> change) {
    if (violation != null) {
      return;
    }
    ExploredState next = new ExploredState(from, action);
    change.accept(next);
    transitions++;
    offer(next);
  }

  private void offer(ExploredState s) {
    if (s.wrong == null) {
      s.wrong = s.check();
    }
    if (s.wrong != null) {
      violation = s.wrong + s.path();
    } else if (seen.add(s.pack())) {
      open.addLast(s);
    }
  }

  @FunctionalInterface
  private interface Setter {
    void to(ExploredState state, @Nullable ModelEntry entry);
  }
}
