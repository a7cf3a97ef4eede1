package dev.sluice.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.causality.Position;
import org.junit.jupiter.api.Test;

class WatermarksTest {
  private final Watermarks marks = new Watermarks();
  private final Watermarks.Track track = marks.track();
  private long clock;

  private static PostgresReading primary(long at) {
    return new PostgresReading(false, "7", 1, at, at, "p");
  }

  private static PostgresReading replica(long at) {
    return new PostgresReading(true, "7", 1, at, at, "r");
  }

  private long sample(PostgresReading reading) {
    clock += 100;
    long number = marks.start(clock);
    marks.finish(number, reading);
    return number;
  }

  @Test
  void theEpochIsTheNumberOfTheNextSample() {
    assertThat(marks.epoch()).isEqualTo(1);
    assertThat(marks.start(0)).isEqualTo(1);
    assertThat(marks.epoch()).isEqualTo(2);
  }

  @Test
  void aReplicaHasReachedTheLastSampleThatItCovers() {
    sample(primary(10));
    sample(primary(20));
    sample(primary(30));
    assertThat(marks.reached(track, replica(25), false).progress().reachedEpoch()).isEqualTo(2);
    assertThat(marks.progress(track).position()).isEqualTo(new Position("7-1", 25));
    assertThat(marks.progress(track).behind()).isTrue();
    assertThat(marks.progress(track).behindNanos()).isEqualTo(300);
  }

  @Test
  void samplesOfAQuietPrimaryAreReachedWithoutAskingTheReplicaAgain() {
    sample(primary(10));
    marks.reached(track, replica(10), false);
    long last = sample(primary(10));
    assertThat(marks.progress(track).reachedEpoch()).isEqualTo(last);
    assertThat(marks.progress(track).reachedNanos()).isEqualTo(200);
    assertThat(marks.progress(track).behind()).isFalse();
  }

  @Test
  void aReplicaIsBehindSinceTheFirstSampleItLacks() {
    sample(primary(10));
    marks.reached(track, replica(10), false);
    sample(primary(20));
    sample(primary(20));
    sample(primary(30));
    assertThat(marks.progress(track).behindNanos()).isEqualTo(200);
  }

  @Test
  void aReplicaIsNotBehindWhileThePrimaryDoesNotAnswer() {
    sample(primary(10));
    marks.reached(track, replica(10), false);
    marks.start(1_000_000);
    marks.start(2_000_000);
    assertThat(marks.progress(track).behind()).isFalse();
    assertThat(marks.progress(track).reachedEpoch()).isEqualTo(1);
  }

  @Test
  void anotherTimelineDropsWhatWasKnown() {
    sample(primary(10));
    marks.reached(track, replica(10), false);
    clock += 100;
    long number = marks.start(clock);
    assertThat(marks.finish(number, new PostgresReading(false, "7", 2, 5, 5, "p"))).isTrue();
    assertThat(marks.progress(track).reachedEpoch()).isZero();
    assertThat(marks.progress(track).position()).isNull();
    assertThat(marks.covering(1)).isNotNull();
    assertThat(marks.covering(number + 1)).isNull();
  }

  @Test
  void aReplicaThatWentBackOrWasRestartedStartsAnew() {
    sample(primary(10));
    sample(primary(20));
    assertThat(marks.reached(track, replica(20), false).wentBack()).isFalse();
    Watermarks.Update back = marks.reached(track, replica(15), false);
    assertThat(back.wentBack()).isTrue();
    assertThat(back.progress().reachedEpoch()).isEqualTo(1);
    assertThat(marks.reached(track, replica(20), true).wentBack()).isTrue();
  }

  @Test
  void olderSamplesGetSparseButNeverTooHigh() {
    for (int i = 1; i <= 5 * Watermarks.MOST_SAMPLES; i++) {
      sample(primary(i));
    }
    for (int at = 1; at <= 5 * Watermarks.MOST_SAMPLES; at += 7) {
      Progress progress = marks.reached(track, replica(at), true).progress();
      assertThat(progress.reachedEpoch()).isLessThanOrEqualTo(at);
      if (at > 4 * Watermarks.MOST_SAMPLES + Watermarks.MOST_SAMPLES / 2) {
        assertThat(progress.reachedEpoch()).isEqualTo(at);
      }
    }
  }
}
