package dev.sluice.insights;

import dev.sluice.sql.StatementObserver;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.Date;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A prepared statement whose executions are observed. */
final class ObservedPreparedStatement extends DelegatingPreparedStatement {
  private final ObservedConnection owner;
  private final StatementObserver.Recorder recorder;
  private long[] hashes = new long[4];

  ObservedPreparedStatement(PreparedStatement statement, ObservedConnection owner, String sql) {
    super(statement);
    this.owner = owner;
    this.recorder = owner.observation.recorder(sql);
  }

  @Override
  public Connection getConnection() {
    return owner;
  }

  private Timing start() {
    long hash = 0;
    if (recorder.wantsBindingHash()) {
      hash = 1;
      for (long each : hashes) {
        hash = hash * 31 + each;
      }
    }
    return new Timing(recorder, owner.where(), hash);
  }

  private void bound(int index, long hash) {
    if (index >= hashes.length) {
      if (index > 65_535) {
        return;
      }
      hashes = Arrays.copyOf(hashes, Math.max(index + 1, hashes.length * 2));
    }
    if (index >= 0) {
      hashes[index] = (hash + 1) * 0x9E3779B97F4A7C15L;
    }
  }

  @Override
  public void setLong(int index, long value) throws SQLException {
    prepared.setLong(index, value);
    bound(index, value);
  }

  @Override
  public void setInt(int index, int value) throws SQLException {
    prepared.setInt(index, value);
    bound(index, value);
  }

  @Override
  public void setShort(int index, short value) throws SQLException {
    prepared.setShort(index, value);
    bound(index, value);
  }

  @Override
  public void setByte(int index, byte value) throws SQLException {
    prepared.setByte(index, value);
    bound(index, value);
  }

  @Override
  public void setBoolean(int index, boolean value) throws SQLException {
    prepared.setBoolean(index, value);
    bound(index, value ? 1 : 0);
  }

  @Override
  public void setDouble(int index, double value) throws SQLException {
    prepared.setDouble(index, value);
    bound(index, Double.doubleToLongBits(value));
  }

  @Override
  public void setFloat(int index, float value) throws SQLException {
    prepared.setFloat(index, value);
    bound(index, Float.floatToIntBits(value));
  }

  @Override
  public void setString(int index, @Nullable String value) throws SQLException {
    prepared.setString(index, value);
    bound(index, Objects.hashCode(value));
  }

  @Override
  public void setBigDecimal(int index, @Nullable BigDecimal value) throws SQLException {
    prepared.setBigDecimal(index, value);
    bound(index, Objects.hashCode(value));
  }

  @Override
  public void setDate(int index, @Nullable Date value) throws SQLException {
    prepared.setDate(index, value);
    bound(index, Objects.hashCode(value));
  }

  @Override
  public void setTimestamp(int index, @Nullable Timestamp value) throws SQLException {
    prepared.setTimestamp(index, value);
    bound(index, Objects.hashCode(value));
  }

  @Override
  public void setBytes(int index, byte @Nullable [] value) throws SQLException {
    prepared.setBytes(index, value);
    bound(index, Arrays.hashCode(value));
  }

  @Override
  public void setObject(int index, @Nullable Object value) throws SQLException {
    prepared.setObject(index, value);
    bound(index, Objects.hashCode(value));
  }

  @Override
  public void setObject(int index, @Nullable Object value, int type) throws SQLException {
    prepared.setObject(index, value, type);
    bound(index, Objects.hashCode(value));
  }

  @Override
  public ResultSet executeQuery() throws SQLException {
    Timing timing = start();
    try {
      ResultSet result = prepared.executeQuery();
      timing.succeeded(-1);
      return result;
    } catch (SQLException | RuntimeException e) {
      timing.failed(e);
      throw e;
    }
  }

  @Override
  public boolean execute() throws SQLException {
    Timing timing = start();
    try {
      boolean result = prepared.execute();
      timing.succeeded(-1);
      return result;
    } catch (SQLException | RuntimeException e) {
      timing.failed(e);
      throw e;
    }
  }

  @Override
  public int executeUpdate() throws SQLException {
    Timing timing = start();
    try {
      int result = prepared.executeUpdate();
      timing.succeeded(result);
      return result;
    } catch (SQLException | RuntimeException e) {
      timing.failed(e);
      throw e;
    }
  }

  @Override
  public long executeLargeUpdate() throws SQLException {
    Timing timing = start();
    try {
      long result = prepared.executeLargeUpdate();
      timing.succeeded(result);
      return result;
    } catch (SQLException | RuntimeException e) {
      timing.failed(e);
      throw e;
    }
  }

  @Override
  public int[] executeBatch() throws SQLException {
    Timing timing = start();
    try {
      int[] result = prepared.executeBatch();
      timing.succeeded(Timing.sum(result));
      return result;
    } catch (SQLException | RuntimeException e) {
      timing.failed(e);
      throw e;
    }
  }

  @Override
  public long[] executeLargeBatch() throws SQLException {
    Timing timing = start();
    try {
      long[] result = prepared.executeLargeBatch();
      timing.succeeded(Timing.sum(result));
      return result;
    } catch (SQLException | RuntimeException e) {
      timing.failed(e);
      throw e;
    }
  }
}
