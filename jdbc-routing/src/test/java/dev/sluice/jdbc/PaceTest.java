package dev.sluice.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceTest {
  private static final long FAST = 50;
  private static final long SLOW = 1_000;

  private final Pace pace = new Pace(Duration.ofNanos(FAST), Duration.ofNanos(SLOW));

  private long round(boolean needed, boolean changed) {
    pace.starting();
    if (needed) {
      pace.needed();
    }
    return pace.next(changed);
  }

  @Test
  void isSlowWhenNobodyNeedsASample() {
    assertThat(round(false, true)).isEqualTo(SLOW);
  }

  @Test
  void isFastWhileThePositionMovesAndSamplesAreNeeded() {
    for (int i = 0; i < 100; i++) {
      assertThat(round(true, true)).isEqualTo(FAST);
    }
  }

  @Test
  void getsSlowWhenReadersFindNothingNew() {
    for (int i = 0; i < Pace.LINGER; i++) {
      assertThat(round(true, false)).isEqualTo(FAST);
    }
    assertThat(round(true, false)).isEqualTo(SLOW);
    assertThat(pace.needed()).isFalse();
  }

  @Test
  void theFirstUseOfThePrimaryEndsASlowPhase() {
    for (int i = 0; i <= Pace.LINGER; i++) {
      round(true, false);
    }
    pace.starting();
    pace.next(false);
    assertThat(pace.used()).isTrue();
    assertThat(pace.used()).isFalse();
    assertThat(round(true, false)).isEqualTo(FAST);
  }

  @Test
  void theFirstNeedEndsASlowPhaseSoonAfterAChange() {
    round(false, true);
    assertThat(pace.needed()).isTrue();
    assertThat(pace.needed()).isFalse();
  }
}
