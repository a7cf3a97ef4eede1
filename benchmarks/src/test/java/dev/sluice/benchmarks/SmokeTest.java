package dev.sluice.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.sluice.jdbc.RoutingDataSource;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;

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
}
