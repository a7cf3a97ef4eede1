package dev.sluice.testkit;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The testkit's one connection to a node, opened again when it broke. Thread-safe. */
final class Monitor implements AutoCloseable {
  interface Question<T> {
    T ask(Connection connection) throws SQLException;
  }

  interface Order {
    void give(Connection connection) throws SQLException;
  }

  private final String node;
  private final DataSource source;
  private @Nullable Connection connection;

  Monitor(String node, DataSource source) {
    this.node = node;
    this.source = source;
  }

  synchronized <T> T ask(String what, Question<T> question) {
    try {
      return question.ask(open());
    } catch (SQLException e) {
      close();
      throw new TestServerException(node + ": cannot " + what, e);
    }
  }

  synchronized void order(String what, Order order) {
    try {
      order.give(open());
    } catch (SQLException e) {
      close();
      throw new TestServerException(node + ": cannot " + what, e);
    }
  }

  private Connection open() throws SQLException {
    Connection current = connection;
    if (current == null || !current.isValid(5)) {
      close();
      current = source.getConnection();
      connection = current;
    }
    return current;
  }

  /** Forgets the connection, as a server that restarts does. */
  @Override
  public synchronized void close() {
    Connection current = connection;
    connection = null;
    if (current != null) {
      try {
        current.close();
      } catch (SQLException e) {
        // It was broken, which is why it is closed.
      }
    }
  }
}
