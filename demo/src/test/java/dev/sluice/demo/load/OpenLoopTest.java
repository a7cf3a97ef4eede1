package dev.sluice.demo.load;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.ManualTicker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class OpenLoopTest {
  private final ManualTicker ticker = new ManualTicker();

  /** Waits by moving the time to the moment. */
  private final Waiting jump =
      (reading, t, stop) -> ticker.advance(Duration.ofNanos(Math.max(0, reading - t.nanos())));

  private interface Body {
    void run(long arrival) throws Exception;
  }

  private static Operation each(OperationKind kind, Body body) {
    return new Operation() {
      @Override
      public OperationKind kind(long arrival) {
        return kind;
      }

      @Override
      public void perform(long arrival) throws Exception {
        body.run(arrival);
      }
    };
  }

  private OpenLoop oneWorker(int perSecond, Duration latest) {
    return new OpenLoop(perSecond, 1, latest, ticker, jump);
  }

  @Test
  void arrivalsKeepTheirRateAndNumbers() throws Exception {
    List<Long> numbers = new ArrayList<>();
    List<Long> moments = new ArrayList<>();
    LoadResult result =
        oneWorker(100, Duration.ofSeconds(1))
            .run(
                40,
                Duration.ofMillis(50),
                each(
                    OperationKind.READ,
                    arrival -> {
                      numbers.add(arrival);
                      moments.add(ticker.nanos() / 1_000_000);
                    }),
                () -> false);
    assertThat(numbers).containsExactly(40L, 41L, 42L, 43L, 44L);
    assertThat(moments).containsExactly(0L, 10L, 20L, 30L, 40L);
    assertThat(result.offered()).isEqualTo(5);
    assertThat(result.completed()).isEqualTo(5);
    assertThat(result.reads().count()).isEqualTo(5);
    assertThat(result.writes().count()).isZero();
  }

  @Test
  void chargesTheWaitForASlowOperationToThoseBehindIt() throws Exception {
    // Every 10 ms one arrives, each takes 25 ms: the n-th has waited 15 ms more than the one
    // before.
    LoadResult result =
        oneWorker(100, Duration.ofSeconds(1))
            .run(
                0,
                Duration.ofMillis(50),
                each(
                    OperationKind.WRITE,
                    arrival -> {
                      ticker.advance(Duration.ofMillis(25));
                    }),
                () -> false);
    assertThat(result.writes().millis(0)).isBetween(24.9, 25.1);
    assertThat(result.writes().millis(50)).isBetween(54.5, 55.5);
    assertThat(result.writes().millis(100)).isBetween(84.5, 85.5);
    // Only those that ended while the load lasted count as completed.
    assertThat(result.offered()).isEqualTo(5);
    assertThat(result.completed()).isEqualTo(2);
    assertThat(result.late()).isEqualTo(3);
    assertThat(result.notStarted()).isZero();
  }

  @Test
  void dropsAndCountsArrivalsThatCannotBeStartedInTime() throws Exception {
    AtomicInteger started = new AtomicInteger();
    LoadResult result =
        oneWorker(100, Duration.ofMillis(20))
            .run(
                0,
                Duration.ofMillis(100),
                each(
                    OperationKind.READ,
                    arrival -> {
                      started.incrementAndGet();
                      ticker.advance(Duration.ofMillis(50));
                    }),
                () -> false);
    // Started at 0, 50 and 100 ms, with the arrivals due at 0, 30 and 80 ms.
    assertThat(started).hasValue(3);
    assertThat(result.offered()).isEqualTo(10);
    assertThat(result.notStarted()).isEqualTo(7);
    assertThat(result.completed()).isEqualTo(2);
    assertThat(result.late()).isEqualTo(1);
    assertThat(result.seconds()).isEqualTo(0.1);
    // Those that were dropped have waited, too: 40, 30 and 20 ms each time, and 50 at the end.
    assertThat(result.reads().count()).isEqualTo(10);
    assertThat(result.reads().millis(50)).isBetween(29.9, 50.1);
  }

  @Test
  void countsFailuresAndMeasuresThemLikeAnyOther() throws Exception {
    LoadResult result =
        oneWorker(100, Duration.ofSeconds(1))
            .run(
                0,
                Duration.ofMillis(50),
                each(
                    OperationKind.READ,
                    arrival -> {
                      if (arrival % 2 == 1) {
                        ticker.advance(Duration.ofMillis(7));
                        throw new IllegalStateException("arrival " + arrival);
                      }
                    }),
                () -> false);
    assertThat(result.failed()).isEqualTo(2);
    assertThat(result.completed()).isEqualTo(3);
    assertThat(result.reads().count()).isEqualTo(5);
    assertThat(result.reads().millis(100)).isBetween(6.9, 7.1);
    assertThat(result.firstFailure()).hasMessage("arrival 1");
  }

  @Test
  void aHangIsInThePercentilesOfAllWhoWaitedForIt() throws Exception {
    LoadResult result =
        oneWorker(100, Duration.ofSeconds(1))
            .run(
                0,
                Duration.ofSeconds(15),
                each(
                    OperationKind.READ,
                    arrival -> ticker.advance(Duration.ofSeconds(arrival == 0 ? 9 : 0))),
                () -> false);
    assertThat(result.offered()).isEqualTo(1_500);
    assertThat(result.reads().count()).isEqualTo(1_500);
    assertThat(result.notStarted()).isEqualTo(799);
    assertThat(result.reads().millis(50)).isGreaterThanOrEqualTo(1_000);
    assertThat(result.reads().millis(99)).isGreaterThanOrEqualTo(8_000);
  }

  @Test
  void whoHadComeBeforeTheStopCounts() throws Exception {
    AtomicInteger started = new AtomicInteger();
    LoadResult result =
        oneWorker(100, Duration.ofSeconds(1))
            .run(
                0,
                Duration.ofSeconds(15),
                each(
                    OperationKind.WRITE,
                    arrival -> {
                      started.incrementAndGet();
                      ticker.advance(Duration.ofSeconds(9));
                    }),
                () -> started.get() == 1);
    assertThat(result.cut()).isTrue();
    assertThat(result.notStarted()).isEqualTo(799);
    assertThat(result.offered()).isEqualTo(800);
    assertThat(result.writes().count()).isEqualTo(800);
    assertThat(result.seconds()).isEqualTo(9);
  }

  @Test
  void endsEarlyWhenAskedTo() throws Exception {
    AtomicInteger done = new AtomicInteger();
    LoadResult result =
        oneWorker(10, Duration.ofSeconds(1))
            .run(
                0,
                Duration.ofMinutes(10),
                each(
                    OperationKind.READ,
                    arrival -> {
                      done.incrementAndGet();
                    }),
                () -> done.get() == 30);
    assertThat(result.offered()).isEqualTo(30);
    assertThat(result.seconds()).isBetween(2.9, 3.1);
    assertThat(result.cut()).isTrue();
  }

  @Test
  void neverHasMoreUnderWayThanWorkers() throws Exception {
    AtomicInteger underWay = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch full = new CountDownLatch(4);
    OpenLoop loop = new OpenLoop(10_000, 4, Duration.ofSeconds(10));
    LoadResult result =
        loop.run(
            0,
            Duration.ofMillis(100),
            each(
                OperationKind.READ,
                arrival -> {
                  most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
                  full.countDown();
                  assertThat(full.await(30, TimeUnit.SECONDS)).isTrue();
                  underWay.decrementAndGet();
                }),
            () -> false);
    assertThat(most).hasValue(4);
    assertThat(result.reads().count()).isEqualTo(1_000);
  }

  @Test
  void popularityFallsWithTheRank() {
    Zipf zipf = new Zipf(3, 1);
    // 1, 1/2 and 1/3 of 11/6
    assertThat(zipf.rank(0)).isZero();
    assertThat(zipf.rank(0.54)).isZero();
    assertThat(zipf.rank(0.55)).isEqualTo(1);
    assertThat(zipf.rank(0.81)).isEqualTo(1);
    assertThat(zipf.rank(0.82)).isEqualTo(2);
    assertThat(zipf.rank(Math.nextDown(1.0))).isEqualTo(2);
  }
}
