package dev.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LeakCheckTest {
  private interface Resource extends AutoCloseable {
    @Override
    void close();
  }

  @Test
  void passesWhenAllIsClosed() {
    AtomicInteger closes = new AtomicInteger();
    LeakCheck leaks = new LeakCheck();
    try (Resource resource = leaks.track(Resource.class, closes::incrementAndGet)) {
      assertThat(leaks.leaks()).hasSize(1);
      assertThat(List.of(resource)).contains(resource);
    }
    leaks.close();
    assertThat(closes).hasValue(1);
  }

  @Test
  void failsWithThePlaceAndClosesWhatWasLeftOpen() {
    AtomicInteger closes = new AtomicInteger();
    LeakCheck leaks = new LeakCheck();
    leaks.track(Resource.class, closes::incrementAndGet);
    assertThatThrownBy(leaks::close)
        .isInstanceOf(AssertionError.class)
        .satisfies(
            failure ->
                assertThat(failure.getSuppressed()[0].getStackTrace()[1].getMethodName())
                    .isEqualTo("failsWithThePlaceAndClosesWhatWasLeftOpen"));
    assertThat(closes).hasValue(1);
  }
}
