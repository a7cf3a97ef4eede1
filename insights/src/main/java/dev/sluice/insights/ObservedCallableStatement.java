package dev.sluice.insights;

import dev.sluice.sql.StatementObserver;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;

/** A call whose executions are observed. */
final class ObservedCallableStatement extends DelegatingCallableStatement {
  private final ObservedConnection owner;
  private final StatementObserver.Recorder recorder;

  ObservedCallableStatement(CallableStatement statement, ObservedConnection owner, String sql) {
    super(statement);
    this.owner = owner;
    this.recorder = owner.observation.recorder(sql);
  }

  @Override
  public Connection getConnection() {
    return owner;
  }

  @Override
  public ResultSet executeQuery() throws SQLException {
    Timing timing = new Timing(recorder, owner.where(), 0);
    try {
      ResultSet result = callable.executeQuery();
      timing.succeeded(-1);
      return result;
    } catch (SQLException | RuntimeException e) {
      timing.failed(e);
      throw e;
    }
  }

  @Override
  public boolean execute() throws SQLException {
    Timing timing = new Timing(recorder, owner.where(), 0);
    try {
      boolean result = callable.execute();
      timing.succeeded(-1);
      return result;
    } catch (SQLException | RuntimeException e) {
      timing.failed(e);
      throw e;
    }
  }

  @Override
  public int executeUpdate() throws SQLException {
    Timing timing = new Timing(recorder, owner.where(), 0);
    try {
      int result = callable.executeUpdate();
      timing.succeeded(result);
      return result;
    } catch (SQLException | RuntimeException e) {
      timing.failed(e);
      throw e;
    }
  }

  @Override
  public long executeLargeUpdate() throws SQLException {
    Timing timing = new Timing(recorder, owner.where(), 0);
    try {
      long result = callable.executeLargeUpdate();
      timing.succeeded(result);
      return result;
    } catch (SQLException | RuntimeException e) {
      timing.failed(e);
      throw e;
    }
  }

  @Override
  public int[] executeBatch() throws SQLException {
    Timing timing = new Timing(recorder, owner.where(), 0);
    try {
      int[] result = callable.executeBatch();
      timing.succeeded(Timing.sum(result));
      return result;
    } catch (SQLException | RuntimeException e) {
      timing.failed(e);
      throw e;
    }
  }

  @Override
  public long[] executeLargeBatch() throws SQLException {
    Timing timing = new Timing(recorder, owner.where(), 0);
    try {
      long[] result = callable.executeLargeBatch();
      timing.succeeded(Timing.sum(result));
      return result;
    } catch (SQLException | RuntimeException e) {
      timing.failed(e);
      throw e;
    }
  }
}
