package dev.sluice.demo.check;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;

/** Reads what is there with plain JDBC from one server. Holds nothing but its source. */
public final class StateReader {
  private final DataSource server;

  /**
   * A reader.
   *
   * @param server the server itself, not through any library
   */
  public StateReader(DataSource server) {
    this.server = server;
  }

  /**
   * Reads all in one transaction.
   *
   * @return the state
   * @throws SQLException if the server does not answer
   */
  public SqlState read() throws SQLException {
    try (Connection connection = server.getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      SqlState state = new SqlState(orders(statement), products(statement), views(statement));
      connection.rollback();
      return state;
    }
  }

  private static List<OrderLine> orders(Statement statement) throws SQLException {
    List<OrderLine> orders = new ArrayList<>();
    try (ResultSet row =
        statement.executeQuery("SELECT order_no, customer, product, quantity FROM orders")) {
      while (row.next()) {
        orders.add(new OrderLine(row.getLong(1), row.getLong(2), row.getInt(3), row.getInt(4)));
      }
    }
    return orders;
  }

  private static List<ProductRow> products(Statement statement) throws SQLException {
    List<ProductRow> products = new ArrayList<>();
    try (ResultSet row = statement.executeQuery("SELECT id, stock, version FROM product")) {
      while (row.next()) {
        products.add(new ProductRow(row.getInt(1), row.getInt(2), row.getLong(3)));
      }
    }
    return products;
  }

  private static Map<Integer, Long> views(Statement statement) throws SQLException {
    Map<Integer, Long> views = new HashMap<>();
    try (ResultSet row = statement.executeQuery("SELECT product, views FROM page_view")) {
      while (row.next()) {
        views.put(row.getInt(1), row.getLong(2));
      }
    }
    return views;
  }
}
