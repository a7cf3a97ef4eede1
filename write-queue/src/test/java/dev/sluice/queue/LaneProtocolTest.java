package dev.sluice.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.queue.LaneModel.Faults;
import dev.sluice.queue.LaneModel.Mutant;
import dev.sluice.queue.LaneModel.Setup;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

class LaneProtocolTest {
  private static final Logger LOG = LoggerFactory.getLogger(LaneProtocolTest.class);

  /** All reachable states: how many, how many steps between them, the first thing wrong. */
  private record Exploration(int states, int steps, @Nullable String violation, int stuck) {}

  /** More faults at once, in about a minute, with {@code -Psoak}. */
  static Stream<Setup> setups() {
    Stream<Setup> always =
        Stream.of(
            new Setup(2, 2, 2, new Faults(0, 0, 0, 1, 1, 0, 0), Mutant.NONE),
            new Setup(2, 1, 2, new Faults(1, 1, 1, 1, 0, 1, 0), Mutant.NONE),
            new Setup(1, 3, 2, new Faults(1, 0, 1, 1, 1, 0, 0), Mutant.NONE),
            new Setup(1, 2, 2, new Faults(1, 0, 1, 1, 0, 0, 1), Mutant.NONE),
            new Setup(1, 2, 3, new Faults(1, 0, 1, 1, 0, 0, 0), Mutant.NONE));
    return Boolean.getBoolean("sluice.soak") ? Stream.concat(always, deeper()) : always;
  }

  private static Stream<Setup> deeper() {
    return Stream.of(
        new Setup(1, 2, 2, new Faults(1, 1, 1, 1, 1, 1, 1), Mutant.NONE),
        new Setup(2, 2, 2, new Faults(1, 0, 1, 0, 0, 0, 0), Mutant.NONE),
        new Setup(1, 3, 2, new Faults(1, 1, 1, 1, 1, 1, 0), Mutant.NONE),
        new Setup(1, 2, 3, new Faults(1, 1, 1, 1, 0, 1, 0), Mutant.NONE),
        new Setup(1, 3, 2, new Faults(1, 0, 1, 1, 0, 0, 1), Mutant.NONE),
        new Setup(2, 2, 2, new Faults(0, 0, 0, 0, 0, 0, 1), Mutant.NONE));
  }

  @ParameterizedTest
  @MethodSource("setups")
  void everyScheduleAppliesEachPackOnceInOrderAndLosesNone(Setup setup) {
    Exploration all = explore(setup, 3_000_000);
    LOG.info("lane protocol: {} states, {} steps, {}", all.states, all.steps, setup);
    assertThat(all.violation).isNull();
    assertThat(all.stuck).as("states from which not everything can be applied any more").isZero();
    assertThat(all.states).isGreaterThan(1000);
  }

  @ParameterizedTest
  @EnumSource(value = Mutant.class, mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void aWrongProtocolIsFound(Mutant mutant) {
    Setup setup = new Setup(1, 3, 2, new Faults(1, 1, 1, 1, 1, 1, 1), mutant);
    Exploration all = explore(setup, 3_000_000);
    LOG.info(
        "lane protocol: mutant {} found after {} states: {}", mutant, all.states, all.violation);
    assertThat(all.violation).isNotNull();
  }

  @Test
  void aMissingPredecessorHaltsInsteadOfBeingPassedOver() {
    LaneSequencer.Decision decision =
        LaneSequencer.classify(
            Map.of("p", 3L, "q", 1L),
            List.of(
                new PackId("p", 4), new PackId("p", 6), new PackId("q", 2), new PackId("p", 3)));
    assertThat(decision.apply()).containsExactly(0);
    assertThat(decision.halted()).containsExactly(1, 2, 3);
    assertThat(decision.gap()).isEqualTo(new PackId("p", 6));
  }

  @Test
  void aPackReceivedBeforeItsPredecessorWaitsForIt() {
    LaneSequencer.Decision decision =
        LaneSequencer.classify(
            Map.of("p", 3L), List.of(new PackId("p", 5), new PackId("q", 1), new PackId("p", 4)));
    assertThat(decision.apply()).containsExactly(1, 2, 0);
    assertThat(decision.halted()).isEmpty();
  }

  @Test
  void anUnknownStreamIsParkedUnlessItBegins() {
    LaneSequencer.Decision decision =
        LaneSequencer.classify(Map.of(), List.of(new PackId("p", 7), new PackId("q", 1)));
    assertThat(decision.unknown()).containsExactly(0);
    assertThat(decision.apply()).containsExactly(1);
  }

  private static Exploration explore(Setup setup, int most) {
    Map<String, Integer> numbers = new HashMap<>();
    List<LaneModel> open = new ArrayList<>();
    List<int[]> edges = new ArrayList<>();
    BitSet complete = new BitSet();
    BitSet excused = new BitSet();
    LaneModel first = new LaneModel(setup);
    numbers.put(first.key(), 0);
    open.add(first);
    int at = 0;
    while (at < open.size()) {
      LaneModel state = open.get(at);
      open.set(at, first);
      if (state.complete()) {
        complete.set(at);
      }
      if (state.redriven()) {
        excused.set(at);
      }
      List<LaneModel> next = state.next();
      int[] targets = new int[next.size()];
      for (int i = 0; i < targets.length; i++) {
        LaneModel to = next.get(i);
        String key = to.key();
        Integer number = numbers.get(key);
        if (number == null) {
          number = numbers.size();
          numbers.put(key, number);
          open.add(to);
          String violation = to.violation();
          if (violation != null) {
            return new Exploration(numbers.size(), edges.size(), violation, 0);
          }
          assertThat(number).as("states of the model").isLessThan(most);
        }
        targets[i] = number;
      }
      edges.add(targets);
      at++;
    }
    int steps = edges.stream().mapToInt(e -> e.length).sum();
    return new Exploration(numbers.size(), steps, null, stuck(edges, complete, excused));
  }

  /**
   * States that cannot reach a complete one, other than after a redrive, where halting is right.
   */
  private static int stuck(List<int[]> edges, BitSet good, BitSet excused) {
    boolean grew = true;
    while (grew) {
      grew = false;
      for (int i = edges.size() - 1; i >= 0; i--) {
        if (good.get(i)) {
          continue;
        }
        for (int to : edges.get(i)) {
          if (good.get(to)) {
            good.set(i);
            grew = true;
            break;
          }
        }
      }
    }
    BitSet bad = (BitSet) good.clone();
    bad.flip(0, edges.size());
    bad.andNot(excused);
    return bad.cardinality();
  }
}
