package dev.sluice.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** A result that tells its statement when it is closed, and of rows written through it. */
final class RoutedResultSet extends DelegatingResultSet {
  private static final int CLOSED = Integer.MIN_VALUE;

  private final RoutedStatement statement;

  /** Of the statement's executions; says also that this is closed. */
  private int generation;

  RoutedResultSet(ResultSet delegate, RoutedStatement statement, int generation) {
    super(delegate);
    this.statement = statement;
    this.generation = generation;
  }

  @Override
  public boolean next() throws SQLException {
    try {
      return delegate.next();
    } catch (SQLException e) {
      statement.readingFailed(e);
      throw e;
    }
  }

  @Override
  public void close() throws SQLException {
    int ofGeneration = generation;
    if (ofGeneration != CLOSED) {
      generation = CLOSED;
      try {
        delegate.close();
      } finally {
        statement.resultClosed(ofGeneration);
      }
    }
  }

  @Override
  public boolean isClosed() throws SQLException {
    return generation == CLOSED || delegate.isClosed();
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
