package dev.sluice.benchmarks;

import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * {@link RoutingOverhead} over a database in this process. Without the AWS wrapper, which refuses
 * the statements of a driver that names another connection than its own.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RoutingInMemory {
  private final RoutingOverhead operations = new RoutingOverhead();

  /** Who routes. */
  @Param({"hikari", "springLazy", "sluice", "shardingsphere"})
  public String peer = "";

  /** Starts the peer. */
  @Setup
  public void start(BenchmarkParams benchmark) throws SQLException {
    operations.start(Peers.named(peer, NoOpDriver.IN_MEMORY + "-"), benchmark);
  }

  /** Stops it. */
  @TearDown
  public void stop() throws Exception {
    operations.stop();
  }

  /** An autocommit read. */
  @Benchmark
  public long read() throws SQLException {
    return operations.read();
  }

  /** An autocommit write. */
  @Benchmark
  public long write() throws SQLException {
    return operations.write();
  }

  /** A read-only transaction of one read. */
  @Benchmark
  public long readOnlyTransaction() throws SQLException {
    return operations.readOnlyTransaction();
  }

  /** A transaction of a read and a write. */
  @Benchmark
  public long readWriteTransaction() throws SQLException {
    return operations.readWriteTransaction();
  }
}
