package dev.sluice.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** One question to a node, which must be answered within a limit. Stateless. */
final class TopologyQuery {
  private static final int LIMIT_MILLIS = 2_000;

  private TopologyQuery() {}

  /** What is asked on the connection. */
  interface Question<T> {
    T ask(Statement statement) throws SQLException;
  }

  static <T> T ask(DataSource node, Question<T> question) throws SQLException {
    try (Connection connection = node.getConnection()) {
      int before = connection.getNetworkTimeout();
      connection.setNetworkTimeout(Runnable::run, LIMIT_MILLIS);
      T answer;
      try (Statement statement = connection.createStatement()) {
        answer = question.ask(statement);
      }
      connection.setNetworkTimeout(Runnable::run, before);
      return answer;
    }
  }
}
