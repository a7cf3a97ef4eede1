package dev.sluice.insights;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LatencyHistogramTest {
  @Test
  void everyDurationIsWithinItsBucketAndNearItsBound() {
    for (long nanos = 1; nanos < 1L << 41; nanos = nanos * 17 / 16 + 1) {
      int bucket = LatencyHistogram.bucket(nanos);
      long bound = LatencyHistogram.upperBound(bucket);
      assertThat(bound).as("bound of %d", nanos).isGreaterThanOrEqualTo(nanos);
      assertThat(bound - nanos).as("error at %d", nanos).isLessThanOrEqualTo(nanos / 4 + 1);
    }
  }

  @Test
  void bucketsGrow() {
    int last = -1;
    for (long nanos = 4; nanos < 1L << 45; nanos += nanos / 4 + 1) {
      int bucket = LatencyHistogram.bucket(nanos);
      assertThat(bucket).isGreaterThanOrEqualTo(last);
      last = bucket;
    }
  }

  @Test
  void percentilesAreThoseOfTheRecords() {
    LatencyHistogram histogram = new LatencyHistogram();
    for (int i = 1; i <= 1000; i++) {
      histogram.record(i * 1000L);
    }
    assertThat(histogram.percentile(0.5)).isBetween(500_000L, 625_000L);
    assertThat(histogram.percentile(0.99)).isBetween(990_000L, 1_240_000L);
    assertThat(new LatencyHistogram().percentile(0.99)).isZero();
  }
}
