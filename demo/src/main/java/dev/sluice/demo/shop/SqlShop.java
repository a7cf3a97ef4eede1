package dev.sluice.demo.shop;

import dev.sluice.demo.check.OrderLine;
import dev.sluice.demo.check.ProductRow;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** The shop as it was before: plain SQL, whatever the data source does with it. */
public final class SqlShop implements Shop {
  private static final String PRODUCT =
      "SELECT id, name, description, price_cents, stock, version FROM product WHERE id = ?";
  private static final String ORDERS =
      "SELECT order_no, customer, product, quantity FROM orders WHERE customer = ?"
          + " ORDER BY order_no DESC LIMIT "
          + ORDERS_SHOWN;

  private final DataSource source;

  /**
   * A shop on a data source.
   *
   * @param source a pool
   */
  public SqlShop(DataSource source) {
    this.source = source;
  }

  @Override
  public ProductRow product(Customer customer, int product) throws SQLException {
    try (Connection connection = source.getConnection();
        PreparedStatement statement = connection.prepareStatement(PRODUCT)) {
      statement.setInt(1, product);
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next()) {
          throw new SQLException("product " + product + " is not there");
        }
        return new ProductRow(row.getInt("id"), row.getInt("stock"), row.getLong("version"));
      }
    }
  }

  @Override
  public List<OrderLine> orders(Customer customer) throws SQLException {
    try (Connection connection = source.getConnection();
        PreparedStatement statement = connection.prepareStatement(ORDERS)) {
      statement.setLong(1, customer.id());
      List<OrderLine> orders = new ArrayList<>();
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          orders.add(new OrderLine(row.getLong(1), row.getLong(2), row.getInt(3), row.getInt(4)));
        }
      }
      return orders;
    }
  }

  @Override
  public boolean order(Customer customer, OrderLine order) throws SQLException {
    try (Connection connection = source.getConnection()) {
      connection.setAutoCommit(false);
      boolean accepted = false;
      try {
        accepted = take(connection, order);
        if (accepted) {
          insert(connection, order);
          connection.commit();
        }
      } finally {
        if (!accepted) {
          connection.rollback();
        }
        connection.setAutoCommit(true);
      }
      return accepted;
    }
  }

  private static boolean take(Connection connection, OrderLine order) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement("SELECT stock FROM product WHERE id = ? FOR UPDATE")) {
      select.setInt(1, order.product());
      try (ResultSet row = select.executeQuery()) {
        if (!row.next() || row.getInt(1) < order.quantity()) {
          return false;
        }
      }
    }
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE product SET stock = stock - ?, version = version + 1 WHERE id = ?")) {
      update.setInt(1, order.quantity());
      update.setInt(2, order.product());
      update.executeUpdate();
    }
    return true;
  }

  private static void insert(Connection connection, OrderLine order) throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO orders (order_no, customer, product, quantity) VALUES (?, ?, ?, ?)")) {
      insert.setLong(1, order.number());
      insert.setLong(2, order.customer());
      insert.setInt(3, order.product());
      insert.setInt(4, order.quantity());
      insert.executeUpdate();
    }
  }

  @Override
  public void view(int product) throws SQLException {
    try (Connection connection = source.getConnection();
        PreparedStatement statement =
            connection.prepareStatement(
                "UPDATE page_view SET views = views + 1 WHERE product = ?")) {
      statement.setInt(1, product);
      statement.executeUpdate();
    }
  }
}
