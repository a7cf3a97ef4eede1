package dev.sluice.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.jdbc.Standing.Following;
import dev.sluice.jdbc.WriterElection.Claim;
import dev.sluice.jdbc.WriterElection.Kind;
import dev.sluice.jdbc.WriterElection.Outcome;
import dev.sluice.jdbc.WriterElection.Reign;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What the exploration does not begin with: a process that knows nothing yet, and real positions.
 */
class WriterElectionTest {
  private static Claim postgres(String node, boolean writable, int branch) {
    return new Claim(
        node, new Standing(writable, node, "7", branch, GtidSet.EMPTY, Following.UNKNOWN), false);
  }

  private static Claim mysql(String node, boolean writable, String history, Following following) {
    return new Claim(
        node, new Standing(writable, node, "", 0, GtidSet.parse(history), following), false);
  }

  private static Claim silent(String node) {
    return new Claim(node, null, false);
  }

  private static Outcome first(Claim... claims) {
    return WriterElection.decide(Reign.configured("a"), List.of(claims));
  }

  @Test
  void aProcessThatStartsAfterThePromotionFindsThePrimary() {
    Outcome postgres = first(silent("a"), postgres("b", true, 2), postgres("c", false, 1));
    assertThat(postgres.kind()).isEqualTo(Kind.CHANGED);
    assertThat(postgres.reign().writer()).isEqualTo("b");
    Outcome mysql =
        first(
            mysql("a", false, "a:1-5", Following.YES), mysql("b", true, "a:1-5,b:1", Following.NO));
    assertThat(mysql.kind()).isEqualTo(Kind.CHANGED);
  }

  @Test
  void aProcessThatStartsDoesNotTakeAReplicaThatForgotToBeReadOnly() {
    assertThat(first(silent("a"), mysql("b", true, "a:1-5", Following.YES)).kind())
        .isEqualTo(Kind.VACANT);
    assertThat(first(silent("a"), mysql("b", true, "a:1-5", Following.UNKNOWN)).kind())
        .isEqualTo(Kind.VACANT);
  }

  @Test
  void aReplicaThatSomebodyWroteToByMistakeStopsNothing() {
    Outcome outcome =
        first(
            mysql("a", true, "a:1-9", Following.NO), mysql("b", true, "a:1-5,b:1", Following.YES));
    assertThat(outcome.kind()).isEqualTo(Kind.STAYS);
    Outcome gone =
        WriterElection.decide(
            outcome.reign(), List.of(silent("a"), mysql("b", true, "a:1-9,b:1", Following.YES)));
    assertThat(gone.kind()).isEqualTo(Kind.VACANT);
    assertThat(
            first(
                    mysql("a", true, "a:1-9", Following.NO),
                    mysql("b", true, "a:1-5,b:1", Following.NO))
                .kind())
        .isEqualTo(Kind.CONTESTED);
  }

  @Test
  void aProcessThatStartsDoesNotTakeOneThatLacksWhatOthersHave() {
    assertThat(
            first(
                    silent("a"),
                    mysql("b", true, "a:1-5", Following.NO),
                    mysql("c", false, "a:1-6", Following.YES))
                .kind())
        .isEqualTo(Kind.VACANT);
  }

  @Test
  void anOldTimelineIsNotUsedWhereANewerOneIsKnown() {
    Outcome outcome = first(silent("a"), postgres("b", true, 2), postgres("c", false, 3));
    assertThat(outcome.kind()).isEqualTo(Kind.VACANT);
  }

  @Test
  void theConfiguredPrimaryIsNotUsedBesideANewerTimelineUnlessNobodyKnowsWhichIsRight() {
    assertThat(first(postgres("a", true, 1), postgres("b", true, 2)).kind())
        .isEqualTo(Kind.CONTESTED);
    Outcome witnessed =
        first(postgres("a", true, 1), postgres("b", true, 2), postgres("c", false, 2));
    assertThat(witnessed.kind()).isEqualTo(Kind.CHANGED);
    assertThat(witnessed.reign().writer()).isEqualTo("b");
  }

  @Test
  void aPrimaryRestoredToAnOlderTimelineIsRefused() {
    Reign reign = first(postgres("a", true, 3)).reign();
    Outcome outcome = WriterElection.decide(reign, List.of(postgres("a", true, 2)));
    assertThat(outcome.kind()).isEqualTo(Kind.CONTESTED);
    assertThat(outcome.reason()).contains("a has gone back");
  }

  @Test
  void aServerListedTwiceIsOne() {
    Standing same = new Standing(true, "s", "", 0, GtidSet.parse("s:1-5"), Following.NO);
    assertThat(first(new Claim("a", same, true), new Claim("b", same, true)).kind())
        .isEqualTo(Kind.STAYS);
  }

  @Test
  void anotherDatabaseIsNoRival() {
    Claim other =
        new Claim("b", new Standing(true, "x", "8", 5, GtidSet.EMPTY, Following.UNKNOWN), true);
    assertThat(first(postgres("a", true, 1), other).kind()).isEqualTo(Kind.STAYS);
  }

  @Test
  void writesOfTheWriterThatCameBetweenTwoAnswersAreNotARivals() {
    Standing writer = new Standing(true, "a", "", 0, GtidSet.parse("a:1-5"), Following.NO);
    Standing replica = new Standing(true, "b", "", 0, GtidSet.parse("a:1-9"), Following.YES);
    assertThat(replica.to(writer)).isEqualTo(Lineage.WITHIN);
    Standing errant = new Standing(true, "b", "", 0, GtidSet.parse("a:1-5,b:1"), Following.YES);
    assertThat(errant.to(writer)).isEqualTo(Lineage.LATER);
    Standing lost = new Standing(true, "a", "", 0, GtidSet.parse("a:1-6"), Following.NO);
    assertThat(errant.to(lost)).isEqualTo(Lineage.DIVERGED);
  }

  @Test
  void mariaDbTellsOfEachServerTheLast() {
    Standing before = mariaDb(1, "0-1-10");
    Standing promoted = mariaDb(2, "0-1-9,0-2-11");
    assertThat(promoted.to(before)).isEqualTo(Lineage.DIVERGED);
    assertThat(mariaDb(2, "0-1-10,0-2-11").to(before)).isEqualTo(Lineage.LATER);
    assertThat(mariaDb(3, "0-1-10").strayed(mariaDb(2, "0-1-9"))).isTrue();
    assertThat(mariaDb(3, "0-1-9,0-2-12,0-3-1").strayed(mariaDb(2, "0-1-9"))).isFalse();
  }

  private static Standing mariaDb(int server, String state) {
    return new Standing(
        true, String.valueOf(server), "", 0, Standing.mariaDb(state, ""), Following.NO);
  }
}
