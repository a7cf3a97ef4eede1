package dev.sluice.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.causality.Position;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReadingsTest {
  private static MariaDbReading mariaPrimary(long server, String position) {
    return new MariaDbReading(false, null, server, 0, MariaDbReading.parse(position), Map.of());
  }

  private static MariaDbReading mariaReplica(long server, String applied) {
    return new MariaDbReading(
        true, null, server, 0, new HashMap<>(), MariaDbReading.parse(applied));
  }

  private static MySqlReading mysql(boolean readOnly, String uuid, String executed, String owned) {
    return new MySqlReading(readOnly, null, uuid, GtidSet.parse(executed), GtidSet.parse(owned));
  }

  private static PostgresReading postgres(boolean standby, int branch, long at, long flushed) {
    return new PostgresReading(standby, "7", branch, at, flushed, "p");
  }

  @Test
  void mariaDbComparesEveryDomain() {
    MariaDbReading primary = mariaPrimary(1, "0-1-10,5-1-3");
    assertThat(mariaReplica(2, "0-1-10,5-1-3").covers(primary)).isTrue();
    assertThat(mariaReplica(2, "0-1-11").covers(primary)).isFalse();
    assertThat(mariaReplica(2, "0-1-11,5-1-2").covers(primary)).isFalse();
  }

  @Test
  void mariaDbNumbersOfAnotherServerSayNothing() {
    MariaDbReading primary = mariaPrimary(1, "0-1-10");
    assertThat(mariaReplica(2, "0-3-99").covers(primary)).isFalse();
    assertThat(mariaReplica(2, "0-3-99").lowerBound(primary)).isNull();
  }

  @Test
  void mariaDbReplicaThatFollowsAPromotedPrimaryHasWhatCameBefore() {
    MariaDbReading before = mariaPrimary(2, "0-1-10");
    assertThat(mariaReplica(3, "0-1-10").covers(before)).isTrue();
    assertThat(mariaReplica(3, "0-2-11").covers(before)).isTrue();
    assertThat(mariaReplica(3, "0-1-12").lowerBound(before)).isEqualTo(new Position("0-2", 10));
  }

  @Test
  void mariaDbGivesNoPositionOnceOtherDomainsMove() {
    MariaDbReading first = mariaPrimary(1, "0-1-10,5-1-3");
    assertThat(mariaPrimary(1, "0-1-12,5-1-3").upperBound(first))
        .isEqualTo(new Position("0-1", 12));
    assertThat(mariaPrimary(1, "0-1-12,5-1-4").upperBound(first)).isNull();
  }

  @Test
  void mySqlCountsWhatIsVisibleButNotYetExecutedOnThePrimary() {
    MySqlReading primary = mysql(false, "aa", "aa:1-5", "aa:6#77");
    assertThat(mysql(true, "bb", "aa:1-5", "").covers(primary)).isFalse();
    assertThat(mysql(true, "bb", "aa:1-6", "").covers(primary)).isTrue();
    assertThat(primary.upperBound(primary)).isEqualTo(new Position("aa", 6));
  }

  @Test
  void mySqlReplicaIsWhereItsGapFreeNumbersEnd() {
    MySqlReading primary = mysql(false, "aa", "aa:1-9", "");
    assertThat(mysql(true, "bb", "aa:1-5:7-9", "").lowerBound(primary))
        .isEqualTo(new Position("aa", 5));
  }

  @Test
  void mySqlReplicaWithoutTheHistoryBeforeThePrimaryHasNoPosition() {
    MySqlReading primary = mysql(false, "aa", "aa:1-9,old:1-100", "");
    assertThat(mysql(true, "bb", "aa:1-9,old:1-99", "").lowerBound(primary)).isNull();
    assertThat(primary.provesPast(new Position("old", 100))).isTrue();
    assertThat(primary.provesPast(new Position("new", 1))).isFalse();
    assertThat(primary.provesPast(new Position("aa", 1))).isFalse();
  }

  @Test
  void postgresComparesOnlyOnOneTimelineOfOneSystem() {
    PostgresReading primary = postgres(false, 2, 100, 90);
    assertThat(postgres(true, 2, 100, 100).covers(primary)).isTrue();
    assertThat(postgres(true, 2, 99, 99).covers(primary)).isFalse();
    assertThat(postgres(true, 1, 500, 500).covers(primary)).isFalse();
    assertThat(postgres(true, 0, 500, 500).covers(primary)).isFalse();
    assertThat(postgres(true, 0, 500, 500).unfit()).isNotNull();
    assertThat(new PostgresReading(true, "8", 2, 500, 500, "p").covers(primary)).isFalse();
  }

  @Test
  void postgresReplicaIsNotBehindForWhatThePrimaryHasNotFlushed() {
    PostgresReading primary = postgres(false, 2, 100, 90);
    assertThat(postgres(true, 2, 90, 90).covers(primary)).isFalse();
    assertThat(postgres(true, 2, 90, 90).coversDelivered(primary)).isTrue();
    assertThat(postgres(true, 2, 89, 89).coversDelivered(primary)).isFalse();
  }

  @Test
  void postgresTimelinesBeforeThisOneArePast() {
    PostgresReading primary = postgres(false, 2, 100, 90);
    assertThat(primary.provesPast(new Position("7-1", 1_000))).isTrue();
    assertThat(primary.provesPast(new Position("7-2", 1_000))).isFalse();
    assertThat(primary.provesPast(new Position("7-3", 1))).isFalse();
    assertThat(primary.provesPast(new Position("8-1", 1))).isFalse();
    assertThat(primary.provesPast(new Position("7-x", 1))).isFalse();
  }

  @Test
  void positionsOfCommitsAreThoseOfOneTransaction() {
    assertThat(CommitPositions.position("AA-bb:57")).isEqualTo(new Position("aa-bb", 57));
    assertThat(CommitPositions.position("aa:tag:57")).isNull();
    assertThat(CommitPositions.position("aa:5-7")).isNull();
    assertThat(CommitPositions.position("")).isNull();
  }
}
