package dev.sluice.queue;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to apply received packs of a lane, in one transaction: lock the lane, take the packs
 * into the ledger, apply their writes, commit. Effect and membership commit together; membership is
 * read after the lock is held. Any exception means roll back, and at the commit that the outcome is
 * not known.
 *
 * <p>A fast attempt executes everything at once and parks nothing. A careful one, after that failed
 * for a reason in the writes, puts a savepoint before each part, halves a part that fails, and
 * parks a single write that does.
 */
final class BatchTransaction {
  /** How to apply. */
  enum Mode {
    FAST,
    CAREFUL,
    /** Careful, and writes that may succeed later are parked, too. */
    LAST
  }

  /** What was committed. */
  static final class Outcome {
    /** To be deleted. */
    final List<QueueMessage> done = new ArrayList<>();

    /** To be left in the queue. */
    final List<QueueMessage> left = new ArrayList<>();

    @Nullable PackId gap;
    int packs;
    int writes;
    int statements;
    int duplicates;
    int parked;
  }

  private record Entry(PackId id, int index, Write write) {}

  private final LaneContext context;
  private final Connection connection;
  private final Ledger ledger;
  private final StepRunner sql;
  private final Mode mode;
  private final int most;
  private final Consumer<CrashPoint> crash;
  private final Outcome outcome = new Outcome();
  private final Set<String> blocked = new HashSet<>();
  private final Sinks.Batch deltas;
  private boolean blockedMore;

  /**
   * An attempt.
   *
   * @param most writes to execute together in a careful attempt
   */
  BatchTransaction(LaneContext context, Connection connection, Mode mode, int most) {
    this.context = context;
    this.connection = connection;
    this.mode = mode;
    this.most = most;
    this.crash = context.crash();
    deltas = context.sinks().batch();
    ledger = new Ledger(connection, context.dialect(), context.queue(), context.lane());
    sql = new StepRunner(connection, context.dialect(), context.mostBytes());
  }

  Outcome run(List<Received> batch) throws SQLException {
    int blockedWrites = ledger.lock();
    crash.accept(CrashPoint.AFTER_LOCK);
    if (blockedWrites > 0) {
      blocked.addAll(ledger.blockedKeys());
    }
    List<Received> packs = new ArrayList<>();
    for (Received each : batch) {
      if (each.pack() == null) {
        park(
            new Ledger.Parking(
                context.lane(), null, -1, null, false, "unreadable", null, each.message().body()));
        outcome.done.add(each.message());
      } else if (!each.pack().queue().equals(context.queue())) {
        park(
            new Ledger.Parking(
                context.lane(), null, -1, null, false, "other-queue", null, each.message().body()));
        outcome.done.add(each.message());
      } else if (each.pack().lanes() != context.lanes() || each.pack().lane() != context.lane()) {
        // not taken into the ledger: its number is one of another lane
        park(message(each, "lanes-mismatch"));
        outcome.done.add(each.message());
      } else {
        packs.add(each);
      }
    }
    List<Entry> entries = packs.isEmpty() ? List.of() : forDatabase(take(packs));
    crash.accept(CrashPoint.AFTER_LEDGER);
    if (mode == Mode.FAST) {
      execute(unblocked(entries));
    } else {
      applyCarefully(entries);
    }
    if (blockedMore) {
      ledger.countBlocked();
    }
    deltas.offer(context.lane());
    crash.accept(CrashPoint.AFTER_APPLY);
    return outcome;
  }

  /** Takes packs into the ledger; their writes to apply, in order. */
  private List<Entry> take(List<Received> packs) throws SQLException {
    List<PackId> ids = packs.stream().map(p -> pack(p).id()).toList();
    PackId first = ids.get(0);
    List<Entry> entries = new ArrayList<>();
    if (first.sequence() > 1
        && consecutive(ids)
        && ledger.advance(first.producer(), first.sequence(), ids.size())) {
      for (Received each : packs) {
        apply(each, entries);
      }
      return entries;
    }
    Set<String> producers = new TreeSet<>();
    ids.forEach(id -> producers.add(id.producer()));
    LaneSequencer.Decision decision = LaneSequencer.classify(ledger.streams(producers), ids);
    Map<String, Long> reached = new LinkedHashMap<>();
    for (int i : decision.apply()) {
      apply(packs.get(i), entries);
      reached.merge(ids.get(i).producer(), ids.get(i).sequence(), Math::max);
    }
    for (int i : decision.duplicates()) {
      outcome.done.add(packs.get(i).message());
      outcome.duplicates++;
    }
    for (int i : decision.unknown()) {
      park(message(packs.get(i), "unknown-history"));
      outcome.done.add(packs.get(i).message());
    }
    decision.halted().forEach(i -> outcome.left.add(packs.get(i).message()));
    outcome.gap = decision.gap();
    if (!reached.isEmpty()) {
      ledger.record(reached);
    }
    return entries;
  }

  /** The rest, after what is for a sink was taken out: adds change places with anything. */
  private List<Entry> forDatabase(List<Entry> entries) {
    if (context.sinks().isEmpty()) {
      return entries;
    }
    List<Entry> rest = new ArrayList<>();
    for (Entry entry : entries) {
      if (deltas.take(entry.id, entry.write)) {
        outcome.writes++;
      } else {
        rest.add(entry);
      }
    }
    return rest;
  }

  private static boolean consecutive(List<PackId> ids) {
    for (int i = 1; i < ids.size(); i++) {
      if (!ids.get(i).equals(new PackId(ids.get(0).producer(), ids.get(0).sequence() + i))) {
        return false;
      }
    }
    return true;
  }

  private void apply(Received received, List<Entry> entries) {
    Pack pack = pack(received);
    outcome.done.add(received.message());
    outcome.packs++;
    for (int i = 0; i < pack.writes().size(); i++) {
      entries.add(new Entry(pack.id(), i, pack.writes().get(i)));
    }
  }

  private static Pack pack(Received received) {
    Pack pack = received.pack();
    if (pack == null) {
      throw new IllegalStateException("a message without a pack");
    }
    return pack;
  }

  private static Ledger.Parking message(Received received, String reason) {
    return new Ledger.Parking(
        pack(received).lane(),
        pack(received).id(),
        -1,
        null,
        false,
        reason,
        null,
        received.message().body());
  }

  private void execute(List<Entry> entries) throws SQLException {
    if (entries.isEmpty()) {
      return;
    }
    List<Write> writes = entries.stream().map(Entry::write).toList();
    Map<String, TableFacts> facts = new HashMap<>();
    for (Write write : writes) {
      context.sinks().check(write);
      read(write, facts);
    }
    List<Planner.Step> steps =
        Planner.plan(writes, t -> facts.getOrDefault(t, TableFacts.UNKNOWN), context.dialect());
    outcome.statements += sql.execute(steps);
    outcome.writes += entries.size();
  }

  private void read(Write write, Map<String, TableFacts> facts) throws SQLException {
    if (write instanceof RowWrite row && !facts.containsKey(row.table())) {
      facts.put(row.table(), context.facts(connection, row.table()));
    } else if (write instanceof WriteGroup group) {
      for (Write part : group.writes()) {
        read(part, facts);
      }
    }
  }

  private void applyCarefully(List<Entry> part) throws SQLException {
    List<Entry> entries = unblocked(part);
    if (entries.isEmpty()) {
      return;
    }
    if (entries.size() > most) {
      halves(entries);
      return;
    }
    Savepoint before = connection.setSavepoint();
    int statements = outcome.statements;
    int writes = outcome.writes;
    try {
      execute(entries);
      sql.checkDeferred();
      connection.releaseSavepoint(before);
    } catch (SQLException e) {
      ErrorPolicy.Kind kind = ErrorPolicy.classify(context.dialect(), e);
      boolean ofTheWrite = kind == ErrorPolicy.Kind.PERMANENT || kind == ErrorPolicy.Kind.LATER;
      boolean single = entries.size() == 1;
      if (!ofTheWrite || (single && kind == ErrorPolicy.Kind.LATER && mode != Mode.LAST)) {
        throw e;
      }
      sql.rollback(before, e);
      outcome.statements = statements;
      outcome.writes = writes;
      if (single) {
        boolean later = kind == ErrorPolicy.Kind.LATER;
        park(entries.get(0), later ? "foreign-key" : "rejected", e);
      } else {
        halves(entries);
      }
    }
  }

  private void halves(List<Entry> entries) throws SQLException {
    applyCarefully(entries.subList(0, entries.size() / 2));
    applyCarefully(entries.subList(entries.size() / 2, entries.size()));
  }

  /** Parks what has to wait behind a parked write; the rest. */
  private List<Entry> unblocked(List<Entry> entries) throws SQLException {
    if (blocked.isEmpty()) {
      return entries;
    }
    List<Entry> rest = new ArrayList<>();
    for (Entry entry : entries) {
      if (blocked.contains(LaneSender.hash(entry.write.orderingKey()))) {
        park(entry, "behind", null);
      } else {
        rest.add(entry);
      }
    }
    return rest;
  }

  private void park(Entry entry, String reason, @Nullable SQLException error) throws SQLException {
    boolean blocking = context.poison() == PoisonPolicy.BLOCK_KEY || reason.equals("behind");
    String key = entry.write.orderingKey();
    park(
        new Ledger.Parking(
            context.lane(),
            entry.id,
            entry.index,
            key,
            blocking,
            reason,
            error,
            JsonText.of(entry.write)));
    if (blocking) {
      blocked.add(LaneSender.hash(key));
      blockedMore = true;
    }
  }

  private void park(Ledger.Parking parking) throws SQLException {
    if (ledger.park(parking)) {
      outcome.parked++;
    }
  }
}
