package dev.sluice.insights;

import dev.sluice.sql.SqlStatement;
import dev.sluice.sql.StatementObserver;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.Date;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLType;
import java.sql.Time;
import java.sql.Timestamp;
import java.util.Arrays;
import java.util.Calendar;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A prepared statement whose executions are observed. Parameters that cannot be hashed, such as
 * streams, leave the binding unknown: neither the same as another nor different.
 */
final class ObservedPreparedStatement extends DelegatingPreparedStatement {
  private final ObservedConnection owner;
  private final StatementObserver.Recorder recorder;
  private final int text;
  private final int parameters;

  /** By parameter, 0 for one that is not bound or cannot be hashed; null while not wanted. */
  private long @Nullable [] hashes;

  private boolean asked;

  ObservedPreparedStatement(PreparedStatement statement, ObservedConnection owner, String sql) {
    super(statement);
    this.owner = owner;
    this.text = sql.hashCode();
    SqlStatement scanned = owner.observation.statement(sql);
    this.parameters = scanned.questionMarks();
    this.recorder = owner.observation.observer().prepared(scanned);
  }

  @Override
  public Connection getConnection() {
    return owner;
  }

  private Timing start() {
    ask();
    asked = false;
    return new Timing(recorder, owner.where(), hash());
  }

  /** Asked once an execution, before the first parameter. */
  private void ask() {
    if (!asked) {
      asked = true;
      boolean wanted = recorder.wantsBindingHash();
      if (!wanted) {
        hashes = null;
      } else if (hashes == null) {
        hashes = new long[parameters + 1];
      }
    }
  }

  /** 0 where it is not wanted, or not all parameters are known. */
  private long hash() {
    if (hashes == null) {
      return 0;
    }
    long hash = text;
    for (int i = 1; i < hashes.length; i++) {
      if (hashes[i] == 0) {
        return 0;
      }
      hash = hash * 31 + hashes[i];
    }
    return hash;
  }

  private void bound(int index, long hash) {
    ask();
    if (hashes != null && index >= 1 && index < hashes.length) {
      hashes[index] = ((hash + 1) * 0x9E3779B97F4A7C15L) | 1;
    }
  }

  private void bound(int index, @Nullable Object value) {
    bound(index, (long) Objects.hashCode(value));
  }

  @Override
  public void clearParameters() throws SQLException {
    prepared.clearParameters();
    if (hashes != null) {
      Arrays.fill(hashes, 0);
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
    bound(index, (long) value);
  }

  @Override
  public void setShort(int index, short value) throws SQLException {
    prepared.setShort(index, value);
    bound(index, (long) value);
  }

  @Override
  public void setByte(int index, byte value) throws SQLException {
    prepared.setByte(index, value);
    bound(index, (long) value);
  }

  @Override
  public void setBoolean(int index, boolean value) throws SQLException {
    prepared.setBoolean(index, value);
    bound(index, value ? 1L : 0L);
  }

  @Override
  public void setDouble(int index, double value) throws SQLException {
    prepared.setDouble(index, value);
    bound(index, Double.doubleToLongBits(value));
  }

  @Override
  public void setFloat(int index, float value) throws SQLException {
    prepared.setFloat(index, value);
    bound(index, (long) Float.floatToIntBits(value));
  }

  @Override
  public void setString(int index, @Nullable String value) throws SQLException {
    prepared.setString(index, value);
    bound(index, value);
  }

  @Override
  public void setBigDecimal(int index, @Nullable BigDecimal value) throws SQLException {
    prepared.setBigDecimal(index, value);
    bound(index, value);
  }

  @Override
  public void setDate(int index, @Nullable Date value) throws SQLException {
    prepared.setDate(index, value);
    bound(index, value);
  }

  @Override
  public void setTimestamp(int index, @Nullable Timestamp value) throws SQLException {
    prepared.setTimestamp(index, value);
    bound(index, value);
  }

  @Override
  public void setBytes(int index, byte @Nullable [] value) throws SQLException {
    prepared.setBytes(index, value);
    bound(index, (long) Arrays.hashCode(value));
  }

  @Override
  public void setObject(int index, @Nullable Object value) throws SQLException {
    prepared.setObject(index, value);
    bound(index, value);
  }

  @Override
  public void setObject(int index, @Nullable Object value, int type) throws SQLException {
    prepared.setObject(index, value, type);
    bound(index, value);
  }

  @Override
  public void setObject(int index, @Nullable Object value, int type, int scale)
      throws SQLException {
    prepared.setObject(index, value, type, scale);
    bound(index, value);
  }

  @Override
  public void setObject(int index, @Nullable Object value, SQLType type) throws SQLException {
    prepared.setObject(index, value, type);
    bound(index, value);
  }

  @Override
  public void setObject(int index, @Nullable Object value, SQLType type, int scale)
      throws SQLException {
    prepared.setObject(index, value, type, scale);
    bound(index, value);
  }

  @Override
  public void setNull(int index, int type) throws SQLException {
    prepared.setNull(index, type);
    bound(index, 0L);
  }

  @Override
  public void setNull(int index, int type, String name) throws SQLException {
    prepared.setNull(index, type, name);
    bound(index, 0L);
  }

  @Override
  public void setNString(int index, @Nullable String value) throws SQLException {
    prepared.setNString(index, value);
    bound(index, value);
  }

  @Override
  public void setTime(int index, @Nullable Time value) throws SQLException {
    prepared.setTime(index, value);
    bound(index, value);
  }

  @Override
  public void setTime(int index, @Nullable Time value, @Nullable Calendar calendar)
      throws SQLException {
    prepared.setTime(index, value, calendar);
    bound(index, value);
  }

  @Override
  public void setDate(int index, @Nullable Date value, @Nullable Calendar calendar)
      throws SQLException {
    prepared.setDate(index, value, calendar);
    bound(index, value);
  }

  @Override
  public void setTimestamp(int index, @Nullable Timestamp value, @Nullable Calendar calendar)
      throws SQLException {
    prepared.setTimestamp(index, value, calendar);
    bound(index, value);
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
