package dev.sluice.insights;

import dev.sluice.sql.StatementObserver;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;

/** A connection whose statements are observed. Confined to one thread like any connection. */
final class ObservedConnection extends DelegatingConnection {
  final Observation observation;
  private boolean autoCommit;

  ObservedConnection(Connection connection, Observation observation) throws SQLException {
    super(connection);
    this.observation = observation;
    this.autoCommit = connection.getAutoCommit();
  }

  StatementObserver.Where where() {
    return autoCommit
        ? StatementObserver.Where.PRIMARY
        : StatementObserver.Where.PRIMARY_IN_TRANSACTION;
  }

  @Override
  public void setAutoCommit(boolean on) throws SQLException {
    connection.setAutoCommit(on);
    autoCommit = on;
  }

  @Override
  public Statement createStatement() throws SQLException {
    return new ObservedStatement(connection.createStatement(), this);
  }

  @Override
  public Statement createStatement(int type, int concurrency) throws SQLException {
    return new ObservedStatement(connection.createStatement(type, concurrency), this);
  }

  @Override
  public Statement createStatement(int type, int concurrency, int holdability) throws SQLException {
    return new ObservedStatement(connection.createStatement(type, concurrency, holdability), this);
  }

  @Override
  public PreparedStatement prepareStatement(String sql) throws SQLException {
    return new ObservedPreparedStatement(connection.prepareStatement(sql), this, sql);
  }

  @Override
  public PreparedStatement prepareStatement(String sql, int keys) throws SQLException {
    return new ObservedPreparedStatement(connection.prepareStatement(sql, keys), this, sql);
  }

  @Override
  public PreparedStatement prepareStatement(String sql, int[] indexes) throws SQLException {
    return new ObservedPreparedStatement(connection.prepareStatement(sql, indexes), this, sql);
  }

  @Override
  public PreparedStatement prepareStatement(String sql, String[] names) throws SQLException {
    return new ObservedPreparedStatement(connection.prepareStatement(sql, names), this, sql);
  }

  @Override
  public PreparedStatement prepareStatement(String sql, int type, int concurrency)
      throws SQLException {
    return new ObservedPreparedStatement(
        connection.prepareStatement(sql, type, concurrency), this, sql);
  }

  @Override
  public PreparedStatement prepareStatement(String sql, int type, int concurrency, int holdability)
      throws SQLException {
    return new ObservedPreparedStatement(
        connection.prepareStatement(sql, type, concurrency, holdability), this, sql);
  }

  @Override
  public CallableStatement prepareCall(String sql) throws SQLException {
    return new ObservedCallableStatement(connection.prepareCall(sql), this, sql);
  }

  @Override
  public CallableStatement prepareCall(String sql, int type, int concurrency) throws SQLException {
    return new ObservedCallableStatement(connection.prepareCall(sql, type, concurrency), this, sql);
  }

  @Override
  public CallableStatement prepareCall(String sql, int type, int concurrency, int holdability)
      throws SQLException {
    return new ObservedCallableStatement(
        connection.prepareCall(sql, type, concurrency, holdability), this, sql);
  }
}
