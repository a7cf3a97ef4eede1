package dev.sluice.benchmarks;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** Two H2 databases in this process, which hold the one row that the routing benchmarks use. */
final class InMemory {
  private InMemory() {}

  static boolean runs(String sql) {
    return sql.equals(RoutingOverhead.READ) || sql.equals(RoutingOverhead.WRITE);
  }

  /** A connection to the database of a node; made when it is first asked for. */
  static Connection connect(String node) throws SQLException {
    Connection connection =
        DriverManager.getConnection("jdbc:h2:mem:" + node + ";DB_CLOSE_DELAY=-1");
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE IF NOT EXISTS product (id BIGINT PRIMARY KEY, price BIGINT, name VARCHAR(20))");
      statement.execute("MERGE INTO product VALUES (7, 7, '" + node + "')");
    }
    return connection;
  }
}
