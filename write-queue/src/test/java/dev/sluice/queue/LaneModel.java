package dev.sluice.queue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One lane as a state machine: producers that lose answers and resend, a FIFO group, consumers, the
 * database with its lane lock. The classification is the real {@link LaneSequencer}. Each {@link
 * #next} returns all states one step away.
 */
final class LaneModel {
  /** A way to get the protocol wrong. */
  enum Mutant {
    NONE,
    NO_LANE_LOCK,
    BARE_HIGH_WATER_MARK,
    DELETE_BEFORE_COMMIT,
    MEMBERSHIP_APART,
    LATER_AFTER_FAILED,
    LOST_COMMIT_TAKEN_AS_DONE
  }

  /** What may go wrong, how often. */
  record Faults(
      int lostSends,
      int expiredDedups,
      int crashes,
      int lostCommits,
      int failures,
      int lostDeletes,
      int redrives) {}

  record Setup(int producers, int packs, int consumers, Faults faults, Mutant mutant) {}

  private static final int IDLE = 0;
  private static final int HELD = 1;
  private static final int LOCKED = 2;
  private static final int READY = 3;
  private static final int EFFECT_ONLY = 4;
  private static final int COMMITTED = 5;

  private final Setup setup;
  // queue entries: pack, unique number, in flight
  private final List<int[]> queue = new ArrayList<>();
  private final List<Integer> stored = new ArrayList<>();
  private final int[] sending;
  private final int[] phase;
  private final List<List<int[]>> held = new ArrayList<>();
  private final List<List<Integer>> effects = new ArrayList<>();
  private final List<List<Integer>> parking = new ArrayList<>();
  private final List<List<Integer>> done = new ArrayList<>();
  private int[] last;
  private final int[][] newLast;
  private final List<Integer> log = new ArrayList<>();
  private final List<Integer> parked = new ArrayList<>();
  private int lock = -1;
  // a transaction whose client is gone or does not know, still to be decided by the server
  private @Nullable List<Integer> doubtEffects;
  private @Nullable List<Integer> doubtParking;
  private int[] doubtLast = new int[0];
  private int numbers;
  private final int[] left;

  LaneModel(Setup setup) {
    this.setup = setup;
    sending = new int[setup.producers];
    phase = new int[setup.consumers];
    last = new int[setup.producers];
    newLast = new int[setup.consumers][setup.producers];
    for (int c = 0; c < setup.consumers; c++) {
      held.add(new ArrayList<>());
      effects.add(new ArrayList<>());
      parking.add(new ArrayList<>());
      done.add(new ArrayList<>());
    }
    Faults f = setup.faults;
    left =
        new int[] {
          f.lostSends,
          f.expiredDedups,
          f.crashes,
          f.lostCommits,
          f.failures,
          f.lostDeletes,
          f.redrives
        };
  }

  private LaneModel copy() {
    LaneModel m = new LaneModel(setup);
    queue.forEach(e -> m.queue.add(e.clone()));
    m.stored.addAll(stored);
    System.arraycopy(sending, 0, m.sending, 0, sending.length);
    System.arraycopy(phase, 0, m.phase, 0, phase.length);
    for (int c = 0; c < setup.consumers; c++) {
      m.held.get(c).addAll(held.get(c));
      m.effects.get(c).addAll(effects.get(c));
      m.parking.get(c).addAll(parking.get(c));
      m.done.get(c).addAll(done.get(c));
      m.newLast[c] = newLast[c].clone();
    }
    m.last = last.clone();
    m.log.addAll(log);
    m.parked.addAll(parked);
    m.lock = lock;
    m.doubtEffects = doubtEffects;
    m.doubtParking = doubtParking;
    m.doubtLast = doubtLast;
    m.numbers = numbers;
    System.arraycopy(left, 0, m.left, 0, left.length);
    return m;
  }

  /** Equal for states with the same future. */
  String key() {
    StringBuilder s = new StringBuilder(96);
    // entry numbers only tell entries apart: named by their place
    Map<Integer, Integer> place = new HashMap<>();
    for (int[] e : queue) {
      place.put(e[1], place.size());
      s.append((char) ('a' + e[0])).append(e[2]);
    }
    // consumers are alike: sorted
    List<String> consumers = new ArrayList<>();
    for (int c = 0; c < setup.consumers; c++) {
      StringBuilder each = new StringBuilder().append(phase[c]).append(lock == c ? 'L' : '-');
      for (int[] e : held.get(c)) {
        each.append((char) ('a' + e[0])).append(place.getOrDefault(e[1], 9));
      }
      each.append(effects.get(c)).append(parking.get(c));
      for (int entry : done.get(c)) {
        each.append(place.getOrDefault(entry, 9));
      }
      for (int n : newLast[c]) {
        each.append('.').append(n);
      }
      consumers.add(each.toString());
    }
    consumers.sort(null);
    s.append(consumers).append(lock == 99);
    s.append('|').append(stored).append(log).append(parked);
    s.append(doubtEffects).append(doubtParking);
    for (int[] each : new int[][] {sending, last, doubtLast, left}) {
      s.append('|');
      for (int n : each) {
        s.append(n).append(',');
      }
    }
    return s.toString();
  }

  private int pack(int producer, int sequence) {
    return producer * setup.packs + sequence - 1;
  }

  private int producerOf(int pack) {
    return pack / setup.packs;
  }

  private int sequenceOf(int pack) {
    return pack % setup.packs + 1;
  }

  /** What is wrong with this state; null if nothing is. */
  @Nullable String violation() {
    for (int i = 0; i < log.size(); i++) {
      if (log.indexOf(log.get(i)) != i) {
        return "applied twice";
      }
    }
    int[] expected = new int[setup.producers];
    for (int p : log) {
      if (sequenceOf(p) != ++expected[producerOf(p)]) {
        return "applied out of order";
      }
    }
    for (int p : stored) {
      if (!log.contains(p) && !parked.contains(p) && queue.stream().noneMatch(e -> e[0] == p)) {
        return "lost";
      }
    }
    boolean redriven = left[6] < setup.faults.redrives;
    if (!redriven) {
      if (!parked.isEmpty()) {
        return "parked without cause";
      }
      for (int i = 0; i < log.size(); i++) {
        if (!stored.get(i).equals(log.get(i))) {
          return "applied in another order than stored";
        }
      }
    }
    return null;
  }

  /** Everything sent, applied and gone from the queue. */
  boolean complete() {
    return queue.isEmpty()
        && log.size() + parked.size() == setup.producers * setup.packs
        && lock < 0;
  }

  boolean redriven() {
    return left[6] < setup.faults.redrives;
  }

  List<LaneModel> next() {
    List<LaneModel> all = new ArrayList<>();
    for (int p = 0; p < setup.producers; p++) {
      if (sending[p] < setup.packs) {
        all.add(send(p, true, false));
        if (left[0] > 0) {
          all.add(send(p, false, false));
        }
        if (left[1] > 0) {
          all.add(send(p, true, true));
        }
      }
    }
    for (int i = 0; i < queue.size(); i++) {
      if (queue.get(i)[2] == 1) {
        LaneModel m = copy();
        m.queue.get(i)[2] = 0;
        all.add(m);
      }
      if (left[6] > 0 && i < queue.size() - 1) {
        LaneModel m = copy();
        m.left[6]--;
        int[] e = m.queue.remove(i);
        m.queue.add(new int[] {e[0], m.numbers++, 0});
        all.add(m);
      }
    }
    if (doubtEffects != null) {
      all.add(resolveDoubt(true));
      all.add(resolveDoubt(false));
    }
    for (int c = 0; c < setup.consumers; c++) {
      consumer(c, all);
    }
    return all;
  }

  private LaneModel send(int p, boolean answered, boolean forgotten) {
    LaneModel m = copy();
    int pack = pack(p, sending[p] + 1);
    if (!m.stored.contains(pack) || forgotten) {
      m.queue.add(new int[] {pack, m.numbers++, 0});
      if (!m.stored.contains(pack)) {
        m.stored.add(pack);
      }
    }
    if (answered) {
      m.sending[p]++;
    } else {
      m.left[0]--;
    }
    if (forgotten) {
      m.left[1]--;
    }
    return m;
  }

  private LaneModel resolveDoubt(boolean commit) {
    LaneModel m = copy();
    if (commit) {
      m.log.addAll(m.doubtEffects == null ? List.of() : m.doubtEffects);
      m.parked.addAll(m.doubtParking == null ? List.of() : m.doubtParking);
      m.last = doubtLast.clone();
    }
    m.doubtEffects = null;
    m.doubtParking = null;
    m.doubtLast = new int[0];
    m.lock = -1;
    return m;
  }

  private void consumer(int c, List<LaneModel> all) {
    switch (phase[c]) {
      case IDLE -> receive(c, all);
      case HELD -> {
        if (setup.mutant == Mutant.NO_LANE_LOCK || lock < 0) {
          LaneModel m = copy();
          m.lock = c;
          m.phase[c] = LOCKED;
          all.add(m);
        }
      }
      case LOCKED -> {
        apply(c, -1, all);
        if (left[4] > 0) {
          for (int i = 0; i < held.get(c).size(); i++) {
            apply(c, i, all);
          }
        }
      }
      case READY -> commit(c, all);
      case EFFECT_ONLY -> {
        LaneModel m = copy();
        m.last = newLast[c].clone();
        m.lock = -1;
        m.phase[c] = COMMITTED;
        all.add(m);
      }
      default -> {
        all.add(delete(c));
        if (left[5] > 0) {
          LaneModel m = copy();
          m.left[5]--;
          m.forget(c);
          all.add(m);
        }
      }
    }
    if (phase[c] != IDLE && left[2] > 0) {
      LaneModel m = copy();
      m.left[2]--;
      if (m.lock == c) {
        m.lock = -1;
      }
      m.forget(c);
      all.add(m);
    }
  }

  private void forget(int c) {
    phase[c] = IDLE;
    held.get(c).clear();
    effects.get(c).clear();
    parking.get(c).clear();
    done.get(c).clear();
    newLast[c] = new int[setup.producers];
  }

  private void receive(int c, List<LaneModel> all) {
    for (int size = 1; size <= 2; size++) {
      if (queue.size() < size || queue.get(size - 1)[2] == 1) {
        return;
      }
      LaneModel m = copy();
      for (int i = 0; i < size; i++) {
        m.queue.get(i)[2] = 1;
        m.held.get(c).add(new int[] {queue.get(i)[0], queue.get(i)[1]});
      }
      m.phase[c] = HELD;
      all.add(m);
    }
  }

  private void apply(int c, int failing, List<LaneModel> all) {
    LaneModel m = copy();
    if (failing >= 0) {
      m.left[4]--;
    }
    List<Integer> order = new ArrayList<>();
    int[] known = last.clone();
    if (setup.mutant == Mutant.BARE_HIGH_WATER_MARK) {
      for (int i = 0; i < held.get(c).size(); i++) {
        int p = held.get(c).get(i)[0];
        if (sequenceOf(p) > known[producerOf(p)]) {
          order.add(i);
          known[producerOf(p)] = sequenceOf(p);
        }
        m.done.get(c).add(held.get(c).get(i)[1]);
      }
    } else {
      LaneSequencer.Decision decision = classify(c);
      order.addAll(decision.apply());
      for (int i : decision.unknown()) {
        int p = held.get(c).get(i)[0];
        if (!parked.contains(p)) {
          m.parking.get(c).add(p);
        }
        m.done.get(c).add(held.get(c).get(i)[1]);
      }
      for (int i : decision.duplicates()) {
        m.done.get(c).add(held.get(c).get(i)[1]);
      }
      for (int i : order) {
        m.done.get(c).add(held.get(c).get(i)[1]);
      }
    }
    for (int i : order) {
      int p = held.get(c).get(i)[0];
      if (i == failing) {
        if (setup.mutant == Mutant.LATER_AFTER_FAILED) {
          m.done.get(c).remove((Integer) held.get(c).get(i)[1]);
          continue;
        }
        m.rollback(c);
        all.add(m);
        return;
      }
      m.effects.get(c).add(p);
      known[producerOf(p)] = sequenceOf(p);
    }
    if (failing >= 0 && !order.contains(failing)) {
      return;
    }
    m.newLast[c] = known;
    m.phase[c] = READY;
    if (setup.mutant == Mutant.DELETE_BEFORE_COMMIT) {
      List<Integer> gone = m.done.get(c);
      m.queue.removeIf(e -> gone.contains(e[1]));
    }
    all.add(m);
  }

  /** Back to what was received; the transaction is gone. */
  private void rollback(int c) {
    effects.get(c).clear();
    parking.get(c).clear();
    done.get(c).clear();
    newLast[c] = new int[setup.producers];
    phase[c] = HELD;
    if (lock == c) {
      lock = -1;
    }
  }

  private LaneSequencer.Decision classify(int c) {
    Map<String, Long> known = new HashMap<>();
    for (int p = 0; p < setup.producers; p++) {
      if (last[p] > 0) {
        known.put("p" + p, (long) last[p]);
      }
    }
    List<PackId> ids = new ArrayList<>();
    for (int[] e : held.get(c)) {
      ids.add(new PackId("p" + producerOf(e[0]), sequenceOf(e[0])));
    }
    return LaneSequencer.classify(known, ids);
  }

  private void commit(int c, List<LaneModel> all) {
    LaneModel m = copy();
    m.log.addAll(effects.get(c));
    m.parked.addAll(parking.get(c));
    if (setup.mutant == Mutant.MEMBERSHIP_APART) {
      m.phase[c] = EFFECT_ONLY;
    } else {
      m.last = newLast[c].clone();
      m.phase[c] = COMMITTED;
      m.lock = -1;
    }
    all.add(m);
    if (left[3] > 0 && doubtEffects == null) {
      LaneModel lost = copy();
      lost.left[3]--;
      lost.doubtEffects = List.copyOf(effects.get(c));
      lost.doubtParking = List.copyOf(parking.get(c));
      lost.doubtLast = newLast[c].clone();
      List<Integer> toDelete = List.copyOf(done.get(c));
      lost.rollback(c);
      lost.lock = 99;
      if (setup.mutant == Mutant.LOST_COMMIT_TAKEN_AS_DONE) {
        lost.phase[c] = COMMITTED;
        lost.done.get(c).addAll(toDelete);
      }
      all.add(lost);
    }
  }

  private LaneModel delete(int c) {
    LaneModel m = copy();
    List<Integer> gone = done.get(c);
    m.queue.removeIf(e -> gone.contains(e[1]));
    m.forget(c);
    return m;
  }
}
