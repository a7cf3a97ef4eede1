package dev.sluice.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class LagGateTest {
  private final LagGate gate = new LagGate(Duration.ofNanos(100));

  @Test
  void ejectsAboveTheLimitAndReadmitsBelowHalfOfIt() {
    assertThat(gate.lagging(100)).isFalse();
    assertThat(gate.lagging(101)).isTrue();
    assertThat(gate.lagging(60)).isTrue();
    assertThat(gate.lagging(51)).isTrue();
    assertThat(gate.lagging(50)).isFalse();
    assertThat(gate.lagging(99)).isFalse();
    assertThat(gate.lagging(0)).isFalse();
  }
}
