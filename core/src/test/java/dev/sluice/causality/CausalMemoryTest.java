package dev.sluice.causality;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CausalMemoryTest {
  private static final List<String> ORDERS = List.of("orders");
  private static final List<String> ITEMS = List.of("items");
  private static final List<String> ANY = List.of();

  private final SourceAtEpoch source = new SourceAtEpoch("db");
  private final CausalMemory memory = new CausalMemory(source, null);
  private final Object a = new Object();
  private final Object b = new Object();

  @Test
  void admitsAnyNodeToACallerThatHasSeenNothing() {
    assertThat(memory.isEmpty()).isTrue();
    assertThat(memory.admits(a, ANY, 0, null)).isTrue();
  }

  @Test
  void admitsOnlyNodesThatHaveReachedTheEpochOfAWrite() {
    memory.wrote(ORDERS, 7, null);
    assertThat(memory.isEmpty()).isFalse();
    assertThat(memory.admits(a, ORDERS, 6, null)).isFalse();
    assertThat(memory.admits(a, ORDERS, 7, null)).isTrue();
  }

  @Test
  void asksNothingOfReadsOfOtherTables() {
    memory.wrote(ORDERS, 7, null);
    assertThat(memory.admits(a, ITEMS, 0, null)).isTrue();
  }

  @Test
  void countsAllWritesWhereTheTablesReadAreNotKnown() {
    memory.wrote(ORDERS, 7, null);
    assertThat(memory.admits(a, ANY, 6, null)).isFalse();
  }

  @Test
  void countsAWriteOfUnknownTablesForEveryTable() {
    memory.wrote(ANY, 7, null);
    memory.wrote(List.of("x", TableWrite.ANY_TABLE), 8, null);
    assertThat(memory.admits(a, ITEMS, 7, null)).isFalse();
    assertThat(memory.admits(a, ITEMS, 8, null)).isTrue();
  }

  @Test
  void takesTheExactPositionOfAWriteInsteadOfItsEpoch() {
    memory.wrote(ORDERS, 7, new Position("t", 100));
    assertThat(memory.admits(a, ORDERS, 0, new Position("t", 99))).isFalse();
    assertThat(memory.admits(a, ORDERS, 0, new Position("other", 200))).isFalse();
    assertThat(memory.admits(a, ORDERS, 0, new Position("t", 100))).isTrue();
  }

  @Test
  void fallsBackToTheEpochWhereOneOfTwoWritesHasNoPosition() {
    memory.wrote(ORDERS, 7, new Position("t", 100));
    memory.wrote(ORDERS, 8, null);
    assertThat(memory.admits(a, ORDERS, 7, new Position("t", 500))).isFalse();
    assertThat(memory.admits(a, ORDERS, 8, null)).isTrue();
  }

  @Test
  void asksForBothAWriteAndAPositionFromElsewhere() {
    memory.wrote(ORDERS, 7, null);
    memory.require(ORDERS, new Position("t", 50));
    assertThat(memory.admits(a, ORDERS, 7, null)).isFalse();
    assertThat(memory.admits(a, ORDERS, 7, new Position("t", 49))).isFalse();
    assertThat(memory.admits(a, ORDERS, 6, new Position("t", 50))).isFalse();
    assertThat(memory.admits(a, ORDERS, 7, new Position("t", 50))).isTrue();
  }

  @Test
  void letsTheNodeThatAnsweredAnswerAgainAndOthersOnceTheyHaveReachedIt() {
    memory.saw(a, 4, 0);
    assertThat(memory.admits(a, ORDERS, 0, null)).isTrue();
    assertThat(memory.admits(b, ORDERS, 3, null)).isFalse();
    assertThat(memory.admits(b, ORDERS, 4, null)).isTrue();
  }

  @Test
  void prefersNoNodeWhenAnotherAnsweredThatMayLackWhatTheFirstHadShown() {
    memory.saw(a, 4, 0);
    memory.saw(b, 5, 3);
    assertThat(memory.admits(a, ORDERS, 4, null)).isFalse();
    assertThat(memory.admits(b, ORDERS, 4, null)).isFalse();
    assertThat(memory.admits(b, ORDERS, 5, null)).isTrue();
  }

  @Test
  void prefersTheOtherNodeOnceItHasWhatTheFirstHadShown() {
    memory.saw(a, 4, 0);
    memory.saw(b, 5, 4);
    assertThat(memory.admits(b, ORDERS, 0, null)).isTrue();
    assertThat(memory.admits(a, ORDERS, 4, null)).isFalse();
  }

  @Test
  void asksTheOuterMemoryTooAndTellsIt() {
    CausalMemory inner = new CausalMemory(source, memory);
    memory.wrote(ORDERS, 3, null);
    assertThat(inner.isEmpty()).isFalse();
    assertThat(inner.admits(a, ORDERS, 2, null)).isFalse();
    inner.wrote(ITEMS, 9, null);
    inner.saw(a, 9, 0);
    assertThat(memory.admits(b, ITEMS, 8, null)).isFalse();
    assertThat(memory.admits(b, ITEMS, 9, null)).isTrue();
  }

  @Test
  void countsManyTablesAsAnyTableAndForgetsNone() {
    IntStream.range(0, 100).forEach(i -> memory.wrote(List.of("t" + i), i + 1L, null));
    assertThat(memory.admits(a, List.of("t3"), 3, null)).isFalse();
    assertThat(memory.admits(a, List.of("never"), 100, null)).isTrue();
    assertThat(memory.needs()).hasSizeLessThan(40);
  }

  @Test
  void asksForThePresentEpochInsteadOfAPositionOfThePast() {
    memory.require(ORDERS, new Position("old", 50));
    source.epoch = 12;
    memory.rebase("new");
    assertThat(memory.admits(a, ORDERS, 11, new Position("new", 1))).isFalse();
    assertThat(memory.admits(a, ORDERS, 12, new Position("new", 1))).isTrue();
  }

  @Test
  void keepsAPositionThatIsNotProvenToBeOfThePast() {
    memory.require(ORDERS, new Position("future", 50));
    memory.rebase(position -> position.timeline().equals("old"));
    assertThat(memory.admits(a, ORDERS, Long.MAX_VALUE, new Position("new", 100))).isFalse();
  }

  @Test
  void leavesOutOnlyWritesThatWouldChangeNothing() {
    List<Optional<Position>> positions =
        List.of(
            Optional.empty(),
            Optional.of(new Position("t", 1)),
            Optional.of(new Position("t", 2)),
            Optional.of(new Position("u", 1)));
    int leftOut = 0;
    for (long epoch = 0; epoch < 4; epoch++) {
      for (Optional<Position> instead : positions) {
        for (Optional<Position> also : positions) {
          CausalMemory.Need known =
              new CausalMemory.Need(epoch, instead.orElse(null), also.orElse(null));
          for (long written = 0; written < 4; written++) {
            for (Optional<Position> at : positions) {
              if (known.containsWrite(written, at.orElse(null))) {
                leftOut++;
                CausalMemory.Need write = new CausalMemory.Need(written, at.orElse(null), null);
                assertThat(memory.both(known, write)).isEqualTo(known);
              }
            }
          }
        }
      }
    }
    assertThat(leftOut).isPositive();
  }

  @Test
  void asksForTheNewestOfManyWritesOfOneSample() {
    memory.wrote(ORDERS, 7, null);
    memory.wrote(ORDERS, 7, null);
    memory.wrote(List.of("orders", "items"), 7, null);
    memory.wrote(ORDERS, 8, null);
    memory.wrote(ORDERS, 7, null);
    assertThat(memory.admits(a, ITEMS, 6, null)).isFalse();
    assertThat(memory.admits(a, ORDERS, 7, null)).isFalse();
    assertThat(memory.admits(a, ORDERS, 8, null)).isTrue();
  }

  @Test
  void anOpenWriteStaysUntilAsManyHaveEnded() {
    memory.writing(ORDERS);
    memory.writing(List.of("items", "lines"));
    memory.writing(ORDERS);
    memory.settled(ORDERS);
    assertThat(memory.isWriting(ORDERS)).isTrue();
    assertThat(memory.isWriting(List.of("lines"))).isTrue();
    memory.settled(ORDERS);
    assertThat(memory.isWriting(ORDERS)).isFalse();
    assertThat(memory.isWriting(ITEMS)).isTrue();
    memory.writing(ANY);
    assertThat(memory.isWriting(ORDERS)).isTrue();
    memory.settled(ANY);
    memory.settled(ORDERS);
    assertThat(memory.isWriting(ANY)).isTrue();
    memory.settled(List.of("items", "lines"));
    assertThat(memory.isWriting(ANY)).isFalse();
  }

  @Test
  void anOpenWriteDoesNotFollowTheListThatItWasToldWith() {
    List<String> tables = new ArrayList<>(ORDERS);
    memory.writing(tables);
    tables.set(0, "items");
    assertThat(memory.isWriting(ORDERS)).isTrue();
    assertThat(memory.isWriting(ITEMS)).isFalse();
  }
}
