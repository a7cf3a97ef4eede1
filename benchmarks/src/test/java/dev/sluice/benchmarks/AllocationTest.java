package dev.sluice.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import com.zaxxer.hikari.HikariDataSource;
import dev.sluice.jdbc.RoutingDataSource;
import java.lang.management.ManagementFactory;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * How many bytes an operation allocates through the routing data source beyond what it does through
 * HikariCP alone. Unlike time this is the same on every machine, so that the build can hold it.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AllocationTest {
  private static final int ROUNDS = 60;
  private static final int OPERATIONS = 5_000;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private HikariDataSource primary;
  private HikariDataSource replica;
  private RoutingDataSource routing;

  @BeforeAll
  void start() throws SQLException {
    primary = RoutingOverhead.pool("primary");
    replica = RoutingOverhead.pool("replica");
    routing = Peers.sluice(primary, replica);
  }

  @AfterAll
  void stop() {
    routing.close();
    primary.close();
    replica.close();
  }

  private interface Operation {
    long run(DataSource source) throws SQLException;
  }

  /** Bytes of one operation once it is compiled; the least of many rounds. */
  private long bytes(DataSource source, Operation operation) throws SQLException {
    long least = Long.MAX_VALUE;
    long sum = 0;
    for (int round = 0; round < ROUNDS; round++) {
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int i = 0; i < OPERATIONS; i++) {
        sum += operation.run(source);
      }
      least = Math.min(least, (threads.getCurrentThreadAllocatedBytes() - before) / OPERATIONS);
    }
    assertThat(sum).isPositive();
    return least;
  }

  private long added(Operation operation) throws SQLException {
    return bytes(routing, operation) - bytes(primary, operation);
  }

  @Test
  void readAddsAtMost200Bytes() throws SQLException {
    assertThat(added(RoutingOverhead::read)).isLessThanOrEqualTo(200);
  }

  @Test
  void writeAddsAtMost200Bytes() throws SQLException {
    assertThat(added(RoutingOverhead::write)).isLessThanOrEqualTo(200);
  }
}
