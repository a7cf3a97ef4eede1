package dev.sluice.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class GtidSetPropertyTest {
  private record Gtid(String source, int number) {}

  private static GtidSet set(Set<Gtid> gtids) {
    return GtidSet.parse(
        gtids.stream().map(g -> g.source() + ":" + g.number()).collect(Collectors.joining(",\n")));
  }

  @Property
  void containmentIsThatOfSets(@ForAll("gtids") Set<Gtid> a, @ForAll("gtids") Set<Gtid> b) {
    assertThat(set(a).contains(set(b))).isEqualTo(a.containsAll(b));
  }

  @Property
  void unionIsThatOfSets(@ForAll("gtids") Set<Gtid> a, @ForAll("gtids") Set<Gtid> b) {
    Set<Gtid> all = new HashSet<>(a);
    all.addAll(b);
    GtidSet union = set(a).union(set(b));
    assertThat(union).isEqualTo(set(all)).hasSameHashCodeAs(set(all));
  }

  @Property
  void isReadBackAsItWasPrinted(@ForAll("gtids") Set<Gtid> a) {
    assertThat(GtidSet.parse(set(a).toString())).isEqualTo(set(a));
  }

  @Property
  void theGapFreeEndIsTheLastNumberBeforeTheFirstThatIsMissing(@ForAll("gtids") Set<Gtid> a) {
    int end = 0;
    while (a.contains(new Gtid("aa", end + 1))) {
      end++;
    }
    assertThat(set(a).gapFreeEnd("aa")).isEqualTo(end);
  }

  @Example
  void readsWhatServersPrint() {
    GtidSet executed =
        GtidSet.parse(
            "3E11FA47-71CA-11E1-9E33-C80AA9429562:1-5:11-18:tag_1:1-3:7,\n"
                + "4350f323-7565-4e59-8763-4b1b83a0ce0e:1");
    assertThat(executed)
        .hasToString(
            "3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5:11-18,"
                + "3e11fa47-71ca-11e1-9e33-c80aa9429562:tag_1:1-3:7,"
                + "4350f323-7565-4e59-8763-4b1b83a0ce0e:1");
    assertThat(GtidSet.parse("aa:6#12:7#13#14").union(GtidSet.parse("aa:1-5")))
        .hasToString("aa:1-7");
    assertThat(GtidSet.parse("")).isEqualTo(GtidSet.EMPTY);
  }

  @Example
  void refusesWhatIsNoSet() {
    for (String text : List.of("aa", "aa:", "aa:5-3", "aa:0", ":1", "aa:1-", "aa:1:")) {
      assertThatThrownBy(() -> GtidSet.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Provide
  Arbitrary<Set<Gtid>> gtids() {
    return Combinators.combine(
            Arbitraries.of("aa", "bb", "bb:x"), Arbitraries.integers().between(1, 12))
        .as(Gtid::new)
        .set()
        .ofMaxSize(20);
  }
}
