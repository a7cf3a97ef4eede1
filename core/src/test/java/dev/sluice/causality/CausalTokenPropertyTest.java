package dev.sluice.causality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;

class CausalTokenPropertyTest {
  @Property
  void isReadBackAsItWasPrinted(@ForAll("entries") List<CausalToken.Entry> entries) {
    CausalToken token = CausalToken.of(entries);
    assertThat(CausalToken.parse(token.toString())).isEqualTo(token);
  }

  @Property
  void needsNoEscapingInACookie(@ForAll("entries") List<CausalToken.Entry> entries) {
    assertThat(CausalToken.of(entries).toString())
        .matches("[\\x21\\x23-\\x2b\\x2d-\\x3a\\x3c-\\x5b\\x5d-\\x7e]*");
  }

  @Property
  void refusesWhatIsNoTokenWithOneKindOfException(@ForAll String text) {
    try {
      CausalToken.parse(text);
    } catch (IllegalArgumentException e) {
      assertThat(e.getMessage())
          .startsWith("token")
          .satisfiesAnyOf(
              m -> assertThat(text).isEmpty(),
              m -> assertThat(text.length()).isLessThan(6),
              m -> assertThat(m).doesNotContain(text));
    }
  }

  @Property
  void refusesDamagedTokensWithOneKindOfException(
      @ForAll("entries") List<CausalToken.Entry> entries,
      @ForAll @LongRange(min = 0, max = 500) long at,
      @ForAll char instead) {
    StringBuilder text = new StringBuilder(CausalToken.of(entries).toString());
    text.setCharAt((int) (at % text.length()), instead);
    try {
      CausalToken.parse(text.toString());
    } catch (IllegalArgumentException e) {
      assertThat(e).hasMessageNotContaining(text.toString());
    }
  }

  @Property
  void theUnionAsksForWhatBothAskFor(
      @ForAll("entries") List<CausalToken.Entry> one,
      @ForAll("entries") List<CausalToken.Entry> other) {
    CausalToken both = CausalToken.of(one).and(CausalToken.of(other));
    for (List<CausalToken.Entry> each : List.of(one, other)) {
      for (CausalToken.Entry entry : each) {
        assertThat(both.entries())
            .anyMatch(
                e ->
                    e.source().equals(entry.source())
                        && e.table().equals(entry.table())
                        && e.position().includes(entry.position()));
      }
    }
  }

  @Property(tries = 200)
  void isAlwaysReadableAndAsksForNoLess(@ForAll("manyEntries") List<CausalToken.Entry> entries) {
    CausalToken token = CausalToken.of(entries);
    assertThat(CausalToken.parse(token.toString())).isEqualTo(token);
    assertThat(token.entries().stream().map(e -> e.source() + e.table() + e.position().timeline()))
        .doesNotHaveDuplicates();
    for (CausalToken.Entry entry : entries) {
      assertThat(token.entries())
          .anyMatch(
              e ->
                  e.source().equals(entry.source())
                      && (e.table().equals(entry.table()) || e.table().equals(TableWrite.ANY_TABLE))
                      && e.position().includes(entry.position()));
    }
  }

  @Property
  void positionsOfOneTimelineAreOrderedAndOthersAreNot(
      @ForAll @LongRange(min = 0) long a, @ForAll @LongRange(min = 0) long b) {
    assertThat(new Position("t", a).includes(new Position("t", b))).isEqualTo(a >= b);
    assertThat(new Position("t", a).includes(new Position("u", b))).isFalse();
  }

  @Example
  void staysBelowTwoHundredCharactersInTheUsualCase() {
    String uuid = "3e11fa47-71ca-11e1-9e33-c80aa9429562";
    CausalToken token =
        CausalToken.of(
            List.of("orders", "order_items", "customers", "payments", "stock", TableWrite.ANY_TABLE)
                .stream()
                .map(t -> new CausalToken.Entry("shop", t, new Position(uuid, 123_456_789_012L)))
                .toList());
    assertThat(token.toString().length()).isLessThan(200);
  }

  @Example
  void refusesSourcesThatDoNotFit() {
    List<CausalToken.Entry> entries =
        IntStream.range(0, 500)
            .mapToObj(i -> new CausalToken.Entry("source" + i, "t", new Position("t", 1)))
            .toList();
    assertThatThrownBy(() -> CausalToken.of(entries))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("500");
  }

  @Example
  void refusesATokenThatIsTooLong() {
    assertThatThrownBy(() -> CausalToken.parse("s1" + "!".repeat(5_000)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("longer");
  }

  /** Of few sources and timelines, with tables so many and so long that they may not fit. */
  @Provide
  Arbitrary<List<CausalToken.Entry>> manyEntries() {
    Arbitrary<String> tables =
        Arbitraries.strings().withCharRange('a', 'c').ofMinLength(1).ofMaxLength(64);
    Arbitrary<Position> positions =
        Combinators.combine(Arbitraries.of("t", "u"), Arbitraries.longs().greaterOrEqual(0))
            .as(Position::new);
    return Combinators.combine(Arbitraries.of("db", "other"), tables, positions)
        .as(CausalToken.Entry::new)
        .list()
        .ofMaxSize(150);
  }

  @Provide
  Arbitrary<List<CausalToken.Entry>> entries() {
    Arbitrary<String> names =
        Arbitraries.strings()
            .withCharRange('a', 'z')
            .withChars('_', '-', '$', '*', '.', ':')
            .ofMinLength(1)
            .ofMaxLength(12);
    Arbitrary<Position> positions =
        Combinators.combine(names, Arbitraries.longs().greaterOrEqual(0)).as(Position::new);
    return Combinators.combine(names, names, positions)
        .as(CausalToken.Entry::new)
        .list()
        .ofMaxSize(8);
  }
}
