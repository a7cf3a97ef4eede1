package dev.sluice.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class MySqlVariablesTest {
  private static MySqlVariables of(String... pairs) {
    Map<String, String> values = new java.util.HashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      values.put(pairs[i], pairs[i + 1]);
    }
    return new MySqlVariables(values);
  }

  @Test
  void parallelAppliersMustKeepTheOrder() {
    assertThat(of("replica_parallel_workers", "4").unordered())
        .contains("replica_preserve_commit_order");
    assertThat(of("slave_parallel_workers", "4", "slave_preserve_commit_order", "OFF").unordered())
        .isNotNull();
    assertThat(
            of("replica_parallel_workers", "4", "replica_preserve_commit_order", "ON").unordered())
        .isNull();
    assertThat(of("slave_parallel_workers", "0").unordered()).isNull();
    assertThat(of().unordered()).isNotNull();
  }

  @Test
  void storageThatIsSharedIsAppliedInOrderAndHasNoPosition() {
    assertThat(of("aurora_version", "3.04").unordered()).isNull();
    assertThat(of("aurora_version", "3.04", "innodb_read_only", "ON").auroraReader()).isTrue();
    assertThat(of("aurora_version", "3.04", "innodb_read_only", "OFF").auroraReader()).isFalse();
    assertThat(of("innodb_read_only", "ON").auroraReader()).isFalse();
  }
}
