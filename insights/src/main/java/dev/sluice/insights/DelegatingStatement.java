package dev.sluice.insights;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;

/** Passes every call on. */
class DelegatingStatement implements Statement {
  final Statement statement;

  DelegatingStatement(Statement statement) {
    this.statement = statement;
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    return type.isInstance(statement) ? type.cast(statement) : statement.unwrap(type);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) throws SQLException {
    return type.isInstance(statement) || statement.isWrapperFor(type);
  }

  @Override
  public void addBatch(String sql) throws SQLException {
    statement.addBatch(sql);
  }

  @Override
  public void cancel() throws SQLException {
    statement.cancel();
  }

  @Override
  public void clearBatch() throws SQLException {
    statement.clearBatch();
  }

  @Override
  public void clearWarnings() throws SQLException {
    statement.clearWarnings();
  }

  @Override
  public void close() throws SQLException {
    statement.close();
  }

  @Override
  public void closeOnCompletion() throws SQLException {
    statement.closeOnCompletion();
  }

  @Override
  public String enquoteIdentifier(String name, boolean on) throws SQLException {
    return statement.enquoteIdentifier(name, on);
  }

  @Override
  public String enquoteLiteral(String name) throws SQLException {
    return statement.enquoteLiteral(name);
  }

  @Override
  public String enquoteNCharLiteral(String name) throws SQLException {
    return statement.enquoteNCharLiteral(name);
  }

  @Override
  public boolean execute(String sql) throws SQLException {
    return statement.execute(sql);
  }

  @Override
  public boolean execute(String sql, int number) throws SQLException {
    return statement.execute(sql, number);
  }

  @Override
  public boolean execute(String sql, int[] indexes) throws SQLException {
    return statement.execute(sql, indexes);
  }

  @Override
  public boolean execute(String sql, String[] names) throws SQLException {
    return statement.execute(sql, names);
  }

  @Override
  public int[] executeBatch() throws SQLException {
    return statement.executeBatch();
  }

  @Override
  public long[] executeLargeBatch() throws SQLException {
    return statement.executeLargeBatch();
  }

  @Override
  public long executeLargeUpdate(String sql) throws SQLException {
    return statement.executeLargeUpdate(sql);
  }

  @Override
  public long executeLargeUpdate(String sql, int number) throws SQLException {
    return statement.executeLargeUpdate(sql, number);
  }

  @Override
  public long executeLargeUpdate(String sql, int[] indexes) throws SQLException {
    return statement.executeLargeUpdate(sql, indexes);
  }

  @Override
  public long executeLargeUpdate(String sql, String[] names) throws SQLException {
    return statement.executeLargeUpdate(sql, names);
  }

  @Override
  public ResultSet executeQuery(String sql) throws SQLException {
    return statement.executeQuery(sql);
  }

  @Override
  public int executeUpdate(String sql) throws SQLException {
    return statement.executeUpdate(sql);
  }

  @Override
  public int executeUpdate(String sql, int number) throws SQLException {
    return statement.executeUpdate(sql, number);
  }

  @Override
  public int executeUpdate(String sql, int[] indexes) throws SQLException {
    return statement.executeUpdate(sql, indexes);
  }

  @Override
  public int executeUpdate(String sql, String[] names) throws SQLException {
    return statement.executeUpdate(sql, names);
  }

  @Override
  public Connection getConnection() throws SQLException {
    return statement.getConnection();
  }

  @Override
  public int getFetchDirection() throws SQLException {
    return statement.getFetchDirection();
  }

  @Override
  public int getFetchSize() throws SQLException {
    return statement.getFetchSize();
  }

  @Override
  public ResultSet getGeneratedKeys() throws SQLException {
    return statement.getGeneratedKeys();
  }

  @Override
  public long getLargeMaxRows() throws SQLException {
    return statement.getLargeMaxRows();
  }

  @Override
  public long getLargeUpdateCount() throws SQLException {
    return statement.getLargeUpdateCount();
  }

  @Override
  public int getMaxFieldSize() throws SQLException {
    return statement.getMaxFieldSize();
  }

  @Override
  public int getMaxRows() throws SQLException {
    return statement.getMaxRows();
  }

  @Override
  public boolean getMoreResults() throws SQLException {
    return statement.getMoreResults();
  }

  @Override
  public boolean getMoreResults(int number) throws SQLException {
    return statement.getMoreResults(number);
  }

  @Override
  public int getQueryTimeout() throws SQLException {
    return statement.getQueryTimeout();
  }

  @Override
  public ResultSet getResultSet() throws SQLException {
    return statement.getResultSet();
  }

  @Override
  public int getResultSetConcurrency() throws SQLException {
    return statement.getResultSetConcurrency();
  }

  @Override
  public int getResultSetHoldability() throws SQLException {
    return statement.getResultSetHoldability();
  }

  @Override
  public int getResultSetType() throws SQLException {
    return statement.getResultSetType();
  }

  @Override
  public int getUpdateCount() throws SQLException {
    return statement.getUpdateCount();
  }

  @Override
  public SQLWarning getWarnings() throws SQLException {
    return statement.getWarnings();
  }

  @Override
  public boolean isCloseOnCompletion() throws SQLException {
    return statement.isCloseOnCompletion();
  }

  @Override
  public boolean isClosed() throws SQLException {
    return statement.isClosed();
  }

  @Override
  public boolean isPoolable() throws SQLException {
    return statement.isPoolable();
  }

  @Override
  public boolean isSimpleIdentifier(String name) throws SQLException {
    return statement.isSimpleIdentifier(name);
  }

  @Override
  public void setCursorName(String name) throws SQLException {
    statement.setCursorName(name);
  }

  @Override
  public void setEscapeProcessing(boolean on) throws SQLException {
    statement.setEscapeProcessing(on);
  }

  @Override
  public void setFetchDirection(int number) throws SQLException {
    statement.setFetchDirection(number);
  }

  @Override
  public void setFetchSize(int number) throws SQLException {
    statement.setFetchSize(number);
  }

  @Override
  public void setLargeMaxRows(long number) throws SQLException {
    statement.setLargeMaxRows(number);
  }

  @Override
  public void setMaxFieldSize(int number) throws SQLException {
    statement.setMaxFieldSize(number);
  }

  @Override
  public void setMaxRows(int number) throws SQLException {
    statement.setMaxRows(number);
  }

  @Override
  public void setPoolable(boolean on) throws SQLException {
    statement.setPoolable(on);
  }

  @Override
  public void setQueryTimeout(int number) throws SQLException {
    statement.setQueryTimeout(number);
  }
}
