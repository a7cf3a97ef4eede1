package dev.sluice.insights;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A statement whose executions are observed. A batch of texts counts as one execution of its first
 * text.
 */
final class ObservedStatement extends DelegatingStatement {
  private final ObservedConnection owner;
  private String firstOfBatch = "";

  ObservedStatement(Statement statement, ObservedConnection owner) {
    super(statement);
    this.owner = owner;
  }

  @Override
  public Connection getConnection() {
    return owner;
  }

  @Override
  public void addBatch(String sql) throws SQLException {
    statement.addBatch(sql);
    if (firstOfBatch.isEmpty()) {
      firstOfBatch = sql;
    }
  }

  @Override
  public void clearBatch() throws SQLException {
    statement.clearBatch();
    firstOfBatch = "";
  }

  private Timing start(String sql) {
    return new Timing(owner.observation.recorder(sql), owner.where(), sql.hashCode());
  }

  private Timing startBatch() {
    String sql = firstOfBatch;
    firstOfBatch = "";
    return start(sql);
  }

  @Override
  public ResultSet executeQuery(String sql) throws SQLException {
    Timing timing = start(sql);
    try {
      ResultSet result = statement.executeQuery(sql);
      timing.succeeded(-1);
      return result;
    } catch (SQLException | RuntimeException e) {
      timing.failed(e);
      throw e;
    }
  }

  @Override
  public boolean execute(String sql) throws SQLException {
    Timing timing = start(sql);
    try {
      boolean result = statement.execute(sql);
      timing.succeeded(-1);
      return result;
    } catch (SQLException | RuntimeException e) {
      timing.failed(e);
      throw e;
    }
  }

  @Override
  public boolean execute(String sql, int keys) throws SQLException {
    Timing timing = start(sql);
    try {
      boolean result = statement.execute(sql, keys);
      timing.succeeded(-1);
      return result;
    } catch (SQLException | RuntimeException e) {
      timing.failed(e);
      throw e;
    }
  }

  @Override
  public boolean execute(String sql, int[] indexes) throws SQLException {
    Timing timing = start(sql);
    try {
      boolean result = statement.execute(sql, indexes);
      timing.succeeded(-1);
      return result;
    } catch (SQLException | RuntimeException e) {
      timing.failed(e);
      throw e;
    }
  }

  @Override
  public boolean execute(String sql, String[] names) throws SQLException {
    Timing timing = start(sql);
    try {
      boolean result = statement.execute(sql, names);
      timing.succeeded(-1);
      return result;
    } catch (SQLException | RuntimeException e) {
      timing.failed(e);
      throw e;
    }
  }

  @Override
  public int executeUpdate(String sql) throws SQLException {
    Timing timing = start(sql);
    try {
      int result = statement.executeUpdate(sql);
      timing.succeeded(result);
      return result;
    } catch (SQLException | RuntimeException e) {
      timing.failed(e);
      throw e;
    }
  }

  @Override
  public int executeUpdate(String sql, int keys) throws SQLException {
    Timing timing = start(sql);
    try {
      int result = statement.executeUpdate(sql, keys);
      timing.succeeded(result);
      return result;
    } catch (SQLException | RuntimeException e) {
      timing.failed(e);
      throw e;
    }
  }

  @Override
  public int executeUpdate(String sql, int[] indexes) throws SQLException {
    Timing timing = start(sql);
    try {
      int result = statement.executeUpdate(sql, indexes);
      timing.succeeded(result);
      return result;
    } catch (SQLException | RuntimeException e) {
      timing.failed(e);
      throw e;
    }
  }

  @Override
  public int executeUpdate(String sql, String[] names) throws SQLException {
    Timing timing = start(sql);
    try {
      int result = statement.executeUpdate(sql, names);
      timing.succeeded(result);
      return result;
    } catch (SQLException | RuntimeException e) {
      timing.failed(e);
      throw e;
    }
  }

  @Override
  public long executeLargeUpdate(String sql) throws SQLException {
    Timing timing = start(sql);
    try {
      long result = statement.executeLargeUpdate(sql);
      timing.succeeded(result);
      return result;
    } catch (SQLException | RuntimeException e) {
      timing.failed(e);
      throw e;
    }
  }

  @Override
  public long executeLargeUpdate(String sql, int keys) throws SQLException {
    Timing timing = start(sql);
    try {
      long result = statement.executeLargeUpdate(sql, keys);
      timing.succeeded(result);
      return result;
    } catch (SQLException | RuntimeException e) {
      timing.failed(e);
      throw e;
    }
  }

  @Override
  public long executeLargeUpdate(String sql, int[] indexes) throws SQLException {
    Timing timing = start(sql);
    try {
      long result = statement.executeLargeUpdate(sql, indexes);
      timing.succeeded(result);
      return result;
    } catch (SQLException | RuntimeException e) {
      timing.failed(e);
      throw e;
    }
  }

  @Override
  public long executeLargeUpdate(String sql, String[] names) throws SQLException {
    Timing timing = start(sql);
    try {
      long result = statement.executeLargeUpdate(sql, names);
      timing.succeeded(result);
      return result;
    } catch (SQLException | RuntimeException e) {
      timing.failed(e);
      throw e;
    }
  }

  @Override
  public int[] executeBatch() throws SQLException {
    Timing timing = startBatch();
    try {
      int[] result = statement.executeBatch();
      timing.succeeded(Timing.sum(result));
      return result;
    } catch (SQLException | RuntimeException e) {
      timing.failed(e);
      throw e;
    }
  }

  @Override
  public long[] executeLargeBatch() throws SQLException {
    Timing timing = startBatch();
    try {
      long[] result = statement.executeLargeBatch();
      timing.succeeded(Timing.sum(result));
      return result;
    } catch (SQLException | RuntimeException e) {
      timing.failed(e);
      throw e;
    }
  }
}
