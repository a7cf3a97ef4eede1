package dev.sluice.demo.shop;

import dev.sluice.demo.check.Journal;
import dev.sluice.demo.load.Zipf;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** The shop's tables and goods, made with plain JDBC before anybody comes. Holds nothing. */
public final class Catalogue {
  /** Number of products; their ids are from 1 on, the most popular first. */
  public static final int PRODUCTS = 1_000;

  /** The products of the sale: so many of the most popular have so little in stock. */
  static final int SALE_PRODUCTS = 8;

  static final int SALE_STOCK = 40;
  static final int STOCK = 100_000;
  static final Zipf POPULARITY = new Zipf(PRODUCTS, 0.9);

  private static final String[] TABLES = {
    """
    CREATE TABLE product (
      id INT NOT NULL PRIMARY KEY, name VARCHAR(80) NOT NULL, description VARCHAR(400) NOT NULL,
      price_cents INT NOT NULL, stock INT NOT NULL, version BIGINT NOT NULL)""",
    // An order that is applied twice shows in the product's version, which counts its orders.
    """
    CREATE TABLE orders (
      order_no BIGINT NOT NULL PRIMARY KEY, customer BIGINT NOT NULL, product INT NOT NULL,
      quantity INT NOT NULL, KEY of_customer (customer, order_no))""",
    "CREATE TABLE page_view (product INT NOT NULL PRIMARY KEY, views BIGINT NOT NULL)"
  };

  private Catalogue() {}

  /**
   * Makes tables and goods.
   *
   * @param primary the server itself
   * @param journal the checker's record
   * @throws SQLException if the server does not answer
   */
  public static void create(DataSource primary, Journal journal) throws SQLException {
    try (Connection connection = primary.getConnection();
        Statement statement = connection.createStatement()) {
      for (String table : TABLES) {
        statement.executeUpdate(table);
      }
      connection.setAutoCommit(false);
      try (PreparedStatement product =
              connection.prepareStatement("INSERT INTO product VALUES (?, ?, ?, ?, ?, 1)");
          PreparedStatement views =
              connection.prepareStatement("INSERT INTO page_view VALUES (?, 0)")) {
        for (int id = 1; id <= PRODUCTS; id++) {
          int stock = id <= SALE_PRODUCTS ? SALE_STOCK : STOCK;
          product.setInt(1, id);
          product.setString(2, "Product " + id);
          product.setString(
              3, "What everybody should know of product %d. ".formatted(id).repeat(6));
          product.setInt(4, 100 + id * 7 % 9_000);
          product.setInt(5, stock);
          product.addBatch();
          views.setInt(1, id);
          views.addBatch();
          journal.delivered(id, stock);
        }
        product.executeBatch();
        views.executeBatch();
      }
      connection.commit();
    }
  }

  /**
   * Puts the products of the sale in stock again, each as a write of its own, as the shop's back
   * office does.
   *
   * @param source the step's way to the database
   * @param journal the checker's record
   * @throws SQLException if the database does not answer
   */
  public static void restock(DataSource source, Journal journal) throws SQLException {
    try (Connection connection = source.getConnection();
        PreparedStatement statement =
            connection.prepareStatement(
                "UPDATE product SET stock = stock + ?, version = version + 1 WHERE id = ?")) {
      for (int id = 1; id <= SALE_PRODUCTS; id++) {
        statement.setInt(1, SALE_STOCK);
        statement.setInt(2, id);
        statement.executeUpdate();
        journal.delivered(id, SALE_STOCK);
      }
    }
  }
}
