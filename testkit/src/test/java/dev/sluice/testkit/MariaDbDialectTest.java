package dev.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MariaDbDialectTest {
  @Test
  void positionIsWithinOneThatIsAsFarForEachServer() {
    assertThat(MariaDbDialect.within("", "")).isTrue();
    assertThat(MariaDbDialect.within("", "0-1-5")).isTrue();
    assertThat(MariaDbDialect.within("0-1-5", "0-1-5")).isTrue();
    assertThat(MariaDbDialect.within("0-1-5", "0-2-9,0-1-6")).isTrue();
  }

  @Test
  void equalSequenceNumbersOfTwoServersAreNotTheSameTransaction() {
    assertThat(MariaDbDialect.within("0-1-5", "")).isFalse();
    assertThat(MariaDbDialect.within("0-1-5", "0-1-4,0-2-5")).isFalse();
    assertThat(MariaDbDialect.within("0-1-4,0-2-5", "0-1-9")).isFalse();
    assertThat(MariaDbDialect.within("1-1-4", "0-1-9")).isFalse();
  }
}
