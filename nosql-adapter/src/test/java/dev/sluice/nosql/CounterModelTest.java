package dev.sluice.nosql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every interleaving of a small model of {@link ShardedCounters}: two streams that share an item,
 * one with three batches over two counters, one with two batches over one; messages are lost,
 * arrive twice and late; owners crash at any point and begin their last unacknowledged batch again;
 * a reader may look at any time. What an item does is the condition of the store; what the owner
 * does with an answer is {@link StreamOrder}.
 */
class CounterModelTest {
  /** Wrong versions of the protocol. */
  enum Mutant {
    NONE,
    NO_CONDITION,
    COMPARES_LAST,
    SEQUENCE_IN_ANOTHER_ITEM,
    NUMBERS_START_AGAIN,
    SKIPS_A_BATCH,
    ONE_SEQUENCE_FOR_ALL_STREAMS
  }

  private static final int STREAMS = 2;
  private static final int COUNTERS = 2;

  /** deltas[stream][batch][counter]; powers of 10, so that a sum shows what it is made of. */
  private static final long[][][] DELTAS = {
    {{1, 100}, {10, 0}, {1000, 10_000}},
    {{100_000, 0}, {1_000_000, 0}},
  };

  /** Batches cover more than one number: 1-2, 3-4, 5-6. */
  private long first(int batch) {
    return current[0] == Mutant.NUMBERS_START_AGAIN ? 1 : 2L * batch + 1;
  }

  private long last(int batch) {
    return first(batch) + 1;
  }

  /**
   * One state.
   *
   * @param sums by counter
   * @param sequences by counter and stream
   * @param batch by stream: the batch not yet acknowledged
   * @param part by stream: its counter not yet answered
   * @param flying by stream, batch and counter: copies of the message on their way, at most two
   * @param crashes left
   */
  private record State(
      List<Long> sums,
      List<Long> sequences,
      List<Integer> batch,
      List<Integer> part,
      List<Integer> flying,
      int crashes) {}

  private final Mutant[] current = {Mutant.NONE};
  private final List<String> violations = new ArrayList<>();

  private int explore(Mutant mutant) {
    current[0] = mutant;
    State start =
        new State(
            filled(COUNTERS, 0L),
            filled(COUNTERS * STREAMS, 0L),
            filled(STREAMS, mutant == Mutant.SKIPS_A_BATCH ? 1 : 0),
            filled(STREAMS, 0),
            filled(STREAMS * 3 * COUNTERS, 0),
            2);
    Set<State> seen = new HashSet<>(Set.of(start));
    Deque<State> open = new ArrayDeque<>(seen);
    while (!open.isEmpty() && violations.isEmpty()) {
      State state = open.poll();
      check(state);
      for (State next : next(state)) {
        if (seen.add(next)) {
          open.add(next);
        }
      }
    }
    return seen.size();
  }

  private static <T> List<T> filled(int size, T value) {
    return new ArrayList<>(java.util.Collections.nCopies(size, value));
  }

  private List<State> next(State s) {
    List<State> all = new ArrayList<>();
    for (int stream = 0; stream < STREAMS; stream++) {
      int batch = s.batch.get(stream);
      if (batch < DELTAS[stream].length) {
        owner(s, stream, batch, all);
        if (s.crashes > 0) {
          // Begins the batch again, remembering nothing of its parts.
          all.add(
              new State(
                  s.sums, s.sequences, s.batch, set(s.part, stream, 0), s.flying, s.crashes - 1));
        }
      }
      for (int b = 0; b < DELTAS[stream].length; b++) {
        for (int counter = 0; counter < COUNTERS; counter++) {
          int message = (stream * 3 + b) * COUNTERS + counter;
          if (s.flying.get(message) > 0) {
            State gone = with(s, set(s.flying, message, s.flying.get(message) - 1));
            all.add(gone); // lost, or answered to nobody
            all.add(arrive(gone, stream, b, counter).state);
          }
        }
      }
    }
    return all;
  }

  private void owner(State s, int stream, int batch, List<State> all) {
    int counter = s.part.get(stream);
    if (counter == COUNTERS) {
      all.add(
          new State(
              s.sums,
              s.sequences,
              set(s.batch, stream, batch + 1),
              set(s.part, stream, 0),
              s.flying,
              s.crashes));
      return;
    }
    if (DELTAS[stream][batch][counter] == 0) {
      all.add(answered(s, stream));
      return;
    }
    int message = (stream * 3 + batch) * COUNTERS + counter;
    if (s.flying.get(message) < 2) {
      all.add(with(s, set(s.flying, message, s.flying.get(message) + 1))); // no answer: stays
    }
    Arrival arrival = arrive(s, stream, batch, counter);
    if (arrival.added || StreamOrder.has(arrival.stored, first(batch), last(batch))) {
      all.add(answered(arrival.state, stream));
    }
    all.add(arrival.state); // the answer is lost
  }

  private record Arrival(State state, boolean added, long stored) {}

  private Arrival arrive(State s, int stream, int batch, int counter) {
    Mutant mutant = current[0];
    int place = counter * STREAMS + stream;
    if (mutant == Mutant.ONE_SEQUENCE_FOR_ALL_STREAMS) {
      place = counter * STREAMS;
    }
    long first = first(batch);
    long last = last(batch);
    long stored = s.sequences.get(place);
    boolean takes =
        switch (mutant) {
          case NO_CONDITION -> true;
          case COMPARES_LAST -> stored <= last;
          default -> stored < first;
        };
    if (!takes) {
      return new Arrival(s, false, Math.max(stored, first));
    }
    List<Long> sums = set(s.sums, counter, s.sums.get(counter) + DELTAS[stream][batch][counter]);
    List<Long> sequences =
        mutant == Mutant.SEQUENCE_IN_ANOTHER_ITEM ? s.sequences : set(s.sequences, place, last);
    return new Arrival(
        new State(sums, sequences, s.batch, s.part, s.flying, s.crashes), true, stored);
  }

  private State answered(State s, int stream) {
    // An item of its own is written by a second call, once the first was answered.
    int place = s.part.get(stream) * STREAMS + stream;
    return new State(
        s.sums,
        current[0] == Mutant.SEQUENCE_IN_ANOTHER_ITEM
            ? set(s.sequences, place, Math.max(s.sequences.get(place), last(s.batch.get(stream))))
            : s.sequences,
        s.batch,
        set(s.part, stream, s.part.get(stream) + 1),
        s.flying,
        s.crashes);
  }

  private static State with(State s, List<Integer> flying) {
    return new State(s.sums, s.sequences, s.batch, s.part, flying, s.crashes);
  }

  private static <T> List<T> set(List<T> list, int index, T value) {
    List<T> copy = new ArrayList<>(list);
    copy.set(index, value);
    return copy;
  }

  /**
   * A reader sees every acknowledged batch once, and of the one in flight each part at most once.
   */
  private void check(State s) {
    for (int counter = 0; counter < COUNTERS; counter++) {
      long rest = s.sums.get(counter);
      for (int stream = 0; stream < STREAMS; stream++) {
        for (int batch = 0; batch < DELTAS[stream].length; batch++) {
          long delta = DELTAS[stream][batch][counter];
          if (delta == 0) {
            continue;
          }
          long times = s.sums.get(counter) / delta % 10;
          boolean acknowledged = batch < s.batch.get(stream);
          boolean begun = batch <= s.batch.get(stream);
          if (times > (begun ? 1 : 0) || (acknowledged && times == 0)) {
            violations.add(
                "counter " + counter + " has batch " + batch + " " + times + " times: " + s);
          }
          rest -= times * delta;
        }
      }
      if (rest != 0) {
        violations.add("counter " + counter + " has something else: " + s);
      }
    }
  }

  @Test
  void countsEveryBatchExactlyOnce() {
    int states = explore(Mutant.NONE);
    System.out.println("counter model: " + states + " states");
    assertThat(violations).isEmpty();
    assertThat(states).isGreaterThan(10_000);
  }

  @ParameterizedTest
  @EnumSource(value = Mutant.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  void findsTheMutant(Mutant mutant) {
    int states = explore(mutant);
    System.out.println("counter model, mutant " + mutant + ": found after " + states + " states");
    assertThat(violations).isNotEmpty();
  }

  @Test
  void refusesABatchThatDoesNotFollow() {
    StreamOrder order = new StreamOrder();
    assertThat(order.offer(8, 9)).isEqualTo(StreamOrder.Step.ADD);
    assertThat(order.offer(10, 10)).isEqualTo(StreamOrder.Step.REFUSE);
    order.done(9);
    assertThat(order.offer(8, 9)).isEqualTo(StreamOrder.Step.DONE);
    assertThat(order.offer(9, 10)).isEqualTo(StreamOrder.Step.REFUSE);
    assertThat(order.offer(11, 12)).isEqualTo(StreamOrder.Step.REFUSE);
    assertThat(order.offer(10, 12)).isEqualTo(StreamOrder.Step.ADD);
    assertThat(Arrays.asList(StreamOrder.has(12, 10, 12), StreamOrder.has(11, 10, 12)))
        .containsExactly(true, false);
  }
}
