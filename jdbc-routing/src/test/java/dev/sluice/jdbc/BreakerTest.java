package dev.sluice.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.ManualTicker;
import java.time.Duration;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class BreakerTest {
  private static final Duration SECOND = Duration.ofSeconds(1);

  private final ManualTicker ticker = new ManualTicker();
  private final RandomGenerator middle =
      new RandomGenerator() {
        @Override
        public long nextLong() {
          return 1L << 63;
        }
      };
  private final Breaker breaker =
      new Breaker(new ClusterConfig.Ejection(3, SECOND, SECOND.multipliedBy(5)), middle);

  private long now() {
    return ticker.nanos();
  }

  @Test
  void opensAtTheLimitOfFailuresInARow() {
    breaker.requestFailed(now());
    breaker.requestFailed(now());
    breaker.requestSucceeded();
    breaker.requestFailed(now());
    breaker.requestFailed(now());
    assertThat(breaker.open()).isFalse();
    breaker.requestFailed(now());
    assertThat(breaker.open()).isTrue();
  }

  @Test
  void opensAtOnceWhenAProbeFails() {
    breaker.probeFailed(now());
    assertThat(breaker.open()).isTrue();
  }

  @Test
  void closesByAProbeOnlyWhenItsTimeIsOver() {
    breaker.probeFailed(now());
    assertThat(breaker.untilProbe(now())).isEqualTo(SECOND.toNanos());
    breaker.probeSucceeded(now());
    assertThat(breaker.open()).isTrue();
    ticker.advance(SECOND);
    breaker.probeSucceeded(now());
    assertThat(breaker.open()).isFalse();
  }

  @Test
  void staysOpenTwiceAsLongEachTimeUpToTheMaximum() {
    for (int seconds : new int[] {1, 2, 4, 5, 5}) {
      breaker.probeFailed(now());
      assertThat(breaker.untilProbe(now())).isEqualTo(SECOND.multipliedBy(seconds).toNanos());
      ticker.advance(SECOND.multipliedBy(seconds));
    }
  }

  @Test
  void forgetsOnceItHasBeenWellForAsLongAsItWasOut() {
    breaker.probeFailed(now());
    ticker.advance(SECOND);
    breaker.probeSucceeded(now());
    ticker.advance(SECOND.multipliedBy(2));
    breaker.probeSucceeded(now());
    breaker.probeFailed(now());
    assertThat(breaker.untilProbe(now())).isEqualTo(SECOND.toNanos());
  }

  @Test
  void jitterStaysWithinAFifth() {
    for (int i = 0; i < 200; i++) {
      Breaker any = new Breaker(ClusterConfig.Ejection.DEFAULTS, new java.util.SplittableRandom(i));
      any.probeFailed(0);
      assertThat(any.untilProbe(0)).isBetween(800_000_000L, 1_200_000_000L);
    }
  }
}
