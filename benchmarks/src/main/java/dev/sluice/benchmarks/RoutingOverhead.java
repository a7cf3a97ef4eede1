package dev.sluice.benchmarks;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
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
import org.openjdk.jmh.infra.BenchmarkParams;

/**
 * What a routing layer adds to one operation: borrow, prepare, bind, execute, read one row, close
 * all. Below is a driver that does nothing, behind HikariCP, which alone is the baseline.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RoutingOverhead {
  static final String READ = "SELECT price, name FROM product WHERE id = ?";
  static final String WRITE = "UPDATE product SET price = ? WHERE id = ?";

  private static final int WARM_UP_OPERATIONS = 200_000;
  private static final int WARM_UP_SECONDS = 60;

  /** Who routes. */
  @Param({"hikari", "springLazy", "sluice", "shardingsphere", "awsSetReadOnly", "awsAuto"})
  public String peer = "";

  private DataSource source;
  private AutoCloseable closing;

  /**
   * Starts the peer and runs the operation until it is compiled. JMH warms up for a time, in which
   * a peer that takes seconds for its first statement has hardly begun; this counts operations.
   */
  @Setup
  public void start(BenchmarkParams benchmark) throws SQLException {
    start(Peers.named(peer, ""), benchmark);
  }

  void start(Peers.Peer made, BenchmarkParams benchmark) throws SQLException {
    source = made.source();
    closing = made.closing();
    String name = benchmark.getBenchmark();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(WARM_UP_SECONDS);
    for (int i = 0; i < WARM_UP_OPERATIONS && System.nanoTime() - end < 0; i++) {
      operation(name.substring(name.lastIndexOf('.') + 1));
    }
  }

  private long operation(String name) throws SQLException {
    return switch (name) {
      case "read" -> read();
      case "write" -> write();
      case "readOnlyTransaction" -> readOnlyTransaction();
      case "readWriteTransaction" -> readWriteTransaction();
      default -> throw new IllegalArgumentException("unknown operation " + name);
    };
  }

  /** Stops it. */
  @TearDown
  public void stop() throws Exception {
    closing.close();
  }

  static HikariDataSource pool(String database) {
    HikariConfig config = new HikariConfig();
    config.setDriverClassName(NoOpDriver.class.getName());
    config.setJdbcUrl(NoOpDriver.URL + database);
    config.setMaximumPoolSize(4);
    config.setMinimumIdle(4);
    return new HikariDataSource(config);
  }

  /** An autocommit read. */
  @Benchmark
  public long read() throws SQLException {
    return read(source);
  }

  static long read(DataSource source) throws SQLException {
    try (Connection connection = source.getConnection();
        PreparedStatement statement = connection.prepareStatement(READ)) {
      statement.setLong(1, 7);
      try (ResultSet result = statement.executeQuery()) {
        result.next();
        return result.getLong(1);
      }
    }
  }

  /** An autocommit write. */
  @Benchmark
  public long write() throws SQLException {
    return write(source);
  }

  static long write(DataSource source) throws SQLException {
    try (Connection connection = source.getConnection();
        PreparedStatement statement = connection.prepareStatement(WRITE)) {
      statement.setLong(1, 7);
      statement.setLong(2, 7);
      return statement.executeUpdate();
    }
  }

  /**
   * A read-only transaction of one read; the way that peers which do not read SQL are told to use a
   * replica.
   */
  @Benchmark
  public long readOnlyTransaction() throws SQLException {
    try (Connection connection = source.getConnection()) {
      connection.setReadOnly(true);
      connection.setAutoCommit(false);
      long value;
      try (PreparedStatement statement = connection.prepareStatement(READ)) {
        statement.setLong(1, 7);
        try (ResultSet result = statement.executeQuery()) {
          result.next();
          value = result.getLong(1);
        }
      }
      connection.commit();
      connection.setAutoCommit(true);
      connection.setReadOnly(false);
      return value;
    }
  }

  /** A transaction of a read and a write. */
  @Benchmark
  public long readWriteTransaction() throws SQLException {
    try (Connection connection = source.getConnection()) {
      connection.setAutoCommit(false);
      long value;
      try (PreparedStatement statement = connection.prepareStatement(READ)) {
        statement.setLong(1, 7);
        try (ResultSet result = statement.executeQuery()) {
          result.next();
          value = result.getLong(1);
        }
      }
      try (PreparedStatement statement = connection.prepareStatement(WRITE)) {
        statement.setLong(1, value);
        statement.setLong(2, 7);
        value = statement.executeUpdate();
      }
      connection.commit();
      connection.setAutoCommit(true);
      return value;
    }
  }
}
