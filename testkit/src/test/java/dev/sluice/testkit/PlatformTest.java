package dev.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlatformTest {
  @ParameterizedTest
  @CsvSource({"linux, arm64", "darwin, amd64", "windows, amd64"})
  void pointsToDockerWhereMariaDbHasNoArtifact(String os, String architecture) {
    assertThatThrownBy(() -> EmbeddedMariaDb.unpack(new Platform(os, architecture)))
        .isInstanceOf(TestServerException.class)
        .hasMessage(
            "MariaDB: there is no embedded server for %s %s on the class path; use the docker"
                + " backend",
            os, architecture);
  }
}
