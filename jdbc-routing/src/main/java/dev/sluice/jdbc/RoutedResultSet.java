package dev.sluice.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** A result that tells its statement when it is closed, and of rows written through it. */
final class RoutedResultSet extends DelegatingResultSet {
  private final RoutedStatement statement;
  private final int generation;
  private boolean closed;

  RoutedResultSet(ResultSet delegate, RoutedStatement statement, int generation) {
    super(delegate);
    this.statement = statement;
    this.generation = generation;
  }

  @Override
  public void close() throws SQLException {
    if (!closed) {
      closed = true;
      try {
        delegate.close();
      } finally {
        statement.resultClosed(generation);
      }
    }
  }

  @Override
  public boolean isClosed() throws SQLException {
    return closed || delegate.isClosed();
  }

  @Override
  public Statement getStatement() {
    return statement;
  }

  @Override
  public void insertRow() throws SQLException {
    statement.rowWritten(delegate::insertRow);
  }

  @Override
  public void updateRow() throws SQLException {
    statement.rowWritten(delegate::updateRow);
  }

  @Override
  public void deleteRow() throws SQLException {
    statement.rowWritten(delegate::deleteRow);
  }
}
