package dev.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class BuilderTest {
  @Test
  void refusesWhatIsOutOfBoundsByTheOptionsName() {
    assertThatThrownBy(() -> ReplicatedDatabase.builder().replicas(6).start())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("replicas");
    assertThatThrownBy(() -> ReplicatedDatabase.builder().databaseName("x'; --").start())
        .hasMessageContaining("databaseName");
    assertThatThrownBy(() -> ReplicatedDatabase.builder().memoryMegabytes(64).start())
        .hasMessageContaining("memoryMegabytes");
    assertThatThrownBy(() -> ReplicatedDatabase.builder().startTimeout(Duration.ZERO).start())
        .hasMessageContaining("startTimeout");
    assertThatThrownBy(() -> RedisServer.builder().memoryMegabytes(1).start())
        .hasMessageContaining("memoryMegabytes");
    assertThatThrownBy(() -> RedisServer.builder().image(RedisImage.VALKEY_8_1).start())
        .hasMessageContaining("image");
    assertThatThrownBy(() -> Fault.status(200)).hasMessageContaining("status");
    assertThatThrownBy(() -> FaultProxy.http(URI.create("https://localhost:1")))
        .hasMessageContaining("target");
  }

  @Test
  void namesAccessorsThatWereNotAskedFor() {
    SluiceServers servers = SluiceServers.builder().build();
    assertThatThrownBy(servers::redis)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("redis");
  }

  @Test
  void countsTheTransactionsOfGtidSets() {
    assertThat(MySqlDialect.transactions("")).isZero();
    assertThat(MySqlDialect.transactions("3e11fa47-71ca-11e1-9e33-c80aa9429562:1-5")).isEqualTo(5);
    assertThat(
            MySqlDialect.transactions(
                "3e11fa47-71ca-11e1-9e33-c80aa9429562:1-3:7:tag:1-2,4e11fa47-71ca-11e1-9e33-c80aa9429562:9"))
        .isEqualTo(7);
  }

  @Test
  void roundsDelaysUpToWholeSeconds() {
    assertThat(MariaDbDialect.wholeSeconds(Duration.ZERO)).isZero();
    assertThat(MariaDbDialect.wholeSeconds(Duration.ofMillis(1))).isEqualTo(1);
    assertThat(MariaDbDialect.wholeSeconds(Duration.ofSeconds(2))).isEqualTo(2);
  }

  @Test
  void saysThatAPlatformHasNoEmbeddedServer() {
    assertThat(new Platform("darwin", "riscv").without("MariaDB"))
        .hasMessageContaining("darwin riscv")
        .hasMessageContaining("use the docker backend");
  }

  @Test
  void countersSubtract() {
    assertThat(new NodeCounters(10, 8, 6, 4).minus(new NodeCounters(1, 2, 3, 4)))
        .isEqualTo(new NodeCounters(9, 6, 3, 0));
  }
}
