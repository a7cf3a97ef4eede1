package dev.sluice.benchmarks;

import com.zaxxer.hikari.HikariDataSource;
import dev.sluice.insights.Insights;
import dev.sluice.insights.ObservedDataSource;
import dev.sluice.sql.Dialect;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What watching adds to one operation: HikariCP over the driver that does nothing, with and without
 * the observer.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class InsightsOverhead {
  /** Who watches. */
  @Param({"nobody", "insights"})
  public String observer = "";

  private HikariDataSource pool;
  private DataSource source;

  /** Opens the pool. */
  @Setup
  public void start() {
    pool = RoutingOverhead.pool("primary");
    source =
        observer.equals("nobody")
            ? pool
            : new ObservedDataSource(pool, Dialect.MYSQL, Insights.builder().build());
  }

  /** Closes it. */
  @TearDown
  public void stop() {
    pool.close();
  }

  /** An autocommit read. */
  @Benchmark
  public long read() throws SQLException {
    return RoutingOverhead.read(source);
  }

  /** An autocommit write. */
  @Benchmark
  public long write() throws SQLException {
    return RoutingOverhead.write(source);
  }
}
