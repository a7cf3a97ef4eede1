package dev.sluice.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.sluice.jdbc.RoutingDataSource;
import java.io.IOException;
import java.io.InputStream;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;

/** That the benchmarks measure what they say; none is run here. */
class SmokeTest {
  @Test
  void routesReadsToTheReplica() throws SQLException {
    try (HikariDataSource primary = RoutingOverhead.pool("primary");
        HikariDataSource replica = RoutingOverhead.pool("replica");
        RoutingDataSource routing = Peers.sluice(primary, replica)) {
      assertThat(Peers.node(routing)).isEqualTo("replica");
      assertThat(RoutingOverhead.write(routing)).isEqualTo(1);
    }
  }

  @Test
  void comparesWithABaselineThatIsNotAmongTheOthers() {
    List<Comparison> all = Comparison.all();
    assertThat(all).hasSizeGreaterThan(10);
    assertThat(all)
        .allSatisfy(each -> assertThat(each.others()).isNotEmpty().doesNotContain(each.baseline()));
  }

  @Test
  void comparesEveryBenchmarkThatIsThere() throws IOException {
    Set<String> compared =
        Comparison.all().stream()
            .flatMap(each -> Stream.concat(Stream.of(each.baseline()), each.others().stream()))
            .map(key -> "dev.sluice.benchmarks." + key.split(" ")[0])
            .collect(Collectors.toSet());
    try (InputStream list = SmokeTest.class.getResourceAsStream(BenchmarkList.BENCHMARK_LIST)) {
      assertThat(BenchmarkList.readBenchmarkList(list))
          .extracting(BenchmarkListEntry::getUsername)
          .containsExactlyInAnyOrderElementsOf(compared);
    }
  }
}
