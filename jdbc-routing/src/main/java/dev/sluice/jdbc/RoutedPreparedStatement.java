package dev.sluice.jdbc;

import dev.sluice.sql.SqlStatement;
import dev.sluice.sql.StatementObserver;
import java.io.InputStream;
import java.io.Reader;
import java.math.BigDecimal;
import java.net.URL;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Connection;
import java.sql.Date;
import java.sql.NClob;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.Ref;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.RowId;
import java.sql.SQLException;
import java.sql.SQLType;
import java.sql.SQLXML;
import java.sql.Statement;
import java.sql.Time;
import java.sql.Timestamp;
import java.util.Calendar;
import org.jspecify.annotations.Nullable;

/**
 * The JDBC methods of a prepared statement. It is prepared on the node where it executes, with the
 * recorded parameters.
 */
@SuppressWarnings("deprecation")
class RoutedPreparedStatement extends Parameters implements PreparedStatement {
  // A null keeps the type of its setter, by which a server may tell what a parameter is.
  private static final Argument NULL_STRING = (s, i) -> s.setString(i, null);
  private static final Argument NULL_BIG_DECIMAL = (s, i) -> s.setBigDecimal(i, null);
  private static final Argument NULL_BYTES = (s, i) -> s.setBytes(i, null);
  private static final Argument NULL_DATE = (s, i) -> s.setDate(i, null);
  private static final Argument NULL_TIME = (s, i) -> s.setTime(i, null);
  private static final Argument NULL_TIMESTAMP = (s, i) -> s.setTimestamp(i, null);

  private final StatementObserver.@Nullable Recorder recorder;

  RoutedPreparedStatement(
      RoutedConnection session, SqlStatement statement, int shape, @Nullable Keys keys) {
    super(session, statement, shape);
    keys(keys);
    StatementObserver observer = session.router.observer;
    this.recorder = observer == null ? null : observer.prepared(statement);
  }

  final String sql() {
    return statement.sql();
  }

  PreparedStatement prepare(Connection physical) throws SQLException {
    Keys wanted = keys();
    return wanted == null
        ? Shape.prepare(physical, statement.sql(), shape)
        : wanted.prepare(physical, statement.sql());
  }

  @Override
  final Statement open(Connection physical) throws SQLException {
    return prepare(physical);
  }

  void bindParameters(PreparedStatement physical) throws SQLException {
    bind(physical);
  }

  @Override
  final StatementObserver.@Nullable Recorder recorder(SqlStatement executed) {
    return recorder;
  }

  @Override
  final long invoke(Operation operation, Statement attached, SqlStatement executed)
      throws SQLException {
    PreparedStatement physical = (PreparedStatement) attached;
    if (operation.batch()) {
      physical.clearBatch();
      bindBatch(physical);
      return executed(operation, physical);
    }
    bindParameters(physical);
    return switch (operation) {
      case QUERY -> result(physical.executeQuery());
      case UPDATE -> count(physical.executeUpdate());
      case LARGE_UPDATE -> count(physical.executeLargeUpdate());
      default -> resultOrCount(physical.execute());
    };
  }

  @Override
  final @Nullable Batch runBatch(Operation operation) throws SQLException {
    checkOpen();
    Batch all = batch;
    try {
      if (all == null) {
        runNothing();
      } else {
        all.running = true;
        run(operation, statement);
      }
      return all;
    } finally {
      batch = null;
    }
  }

  @Override
  public ResultSet executeQuery() throws SQLException {
    run(Operation.QUERY, statement);
    return resultOfQuery();
  }

  @Override
  public int executeUpdate() throws SQLException {
    return (int) run(Operation.UPDATE, statement);
  }

  @Override
  public long executeLargeUpdate() throws SQLException {
    return run(Operation.LARGE_UPDATE, statement);
  }

  @Override
  public boolean execute() throws SQLException {
    return run(Operation.ANY, statement) == 1;
  }

  @Override
  public void addBatch() throws SQLException {
    checkOpen();
    addRow();
  }

  @Override
  public void clearParameters() throws SQLException {
    checkOpen();
    forgetParameters();
    Statement physical = attached();
    if (physical != null) {
      ((PreparedStatement) physical).clearParameters();
    }
  }

  @Override
  public ResultSetMetaData getMetaData() throws SQLException {
    checkOpen();
    return ((PreparedStatement) attachedAnywhere()).getMetaData();
  }

  @Override
  public ParameterMetaData getParameterMetaData() throws SQLException {
    checkOpen();
    return ((PreparedStatement) attachedAnywhere()).getParameterMetaData();
  }

  private void set(int index, @Nullable Object value) throws SQLException {
    if (closed || session.closed) {
      checkOpen();
    }
    record(index, value);
  }

  private void set(int index, @Nullable Object value, Parameters.Argument argument)
      throws SQLException {
    checkOpen();
    record(index, value, argument);
  }

  private void once(int index, Parameters.Argument argument) throws SQLException {
    checkOpen();
    recordOnce(index, argument);
  }

  @Override
  public void setNull(int index, int sqlType) throws SQLException {
    set(index, null, (s, i) -> s.setNull(i, sqlType));
  }

  @Override
  public void setBoolean(int index, boolean value) throws SQLException {
    set(index, value);
  }

  @Override
  public void setByte(int index, byte value) throws SQLException {
    set(index, value);
  }

  @Override
  public void setShort(int index, short value) throws SQLException {
    set(index, value);
  }

  @Override
  public void setInt(int index, int value) throws SQLException {
    set(index, value);
  }

  @Override
  public void setLong(int index, long value) throws SQLException {
    set(index, value);
  }

  @Override
  public void setFloat(int index, float value) throws SQLException {
    set(index, value);
  }

  @Override
  public void setDouble(int index, double value) throws SQLException {
    set(index, value);
  }

  @Override
  public void setBigDecimal(int index, BigDecimal value) throws SQLException {
    set(index, value == null ? NULL_BIG_DECIMAL : value);
  }

  @Override
  public void setString(int index, String value) throws SQLException {
    set(index, value == null ? NULL_STRING : value);
  }

  @Override
  public void setBytes(int index, byte[] value) throws SQLException {
    set(index, value == null ? NULL_BYTES : value);
  }

  @Override
  public void setDate(int index, Date value) throws SQLException {
    set(index, value == null ? NULL_DATE : value);
  }

  @Override
  public void setTime(int index, Time value) throws SQLException {
    set(index, value == null ? NULL_TIME : value);
  }

  @Override
  public void setTimestamp(int index, Timestamp value) throws SQLException {
    set(index, value == null ? NULL_TIMESTAMP : value);
  }

  @Override
  public void setAsciiStream(int index, InputStream value, int length) throws SQLException {
    once(index, (s, i) -> s.setAsciiStream(i, value, length));
  }

  @Deprecated
  @Override
  public void setUnicodeStream(int index, InputStream value, int length) throws SQLException {
    once(index, (s, i) -> s.setUnicodeStream(i, value, length));
  }

  @Override
  public void setBinaryStream(int index, InputStream value, int length) throws SQLException {
    once(index, (s, i) -> s.setBinaryStream(i, value, length));
  }

  @Override
  public void setObject(int index, Object value, int sqlType) throws SQLException {
    set(index, value, (s, i) -> s.setObject(i, value, sqlType));
  }

  @Override
  public void setObject(int index, Object value) throws SQLException {
    set(index, value);
  }

  @Override
  public void setCharacterStream(int index, Reader value, int length) throws SQLException {
    once(index, (s, i) -> s.setCharacterStream(i, value, length));
  }

  @Override
  public void setRef(int index, Ref value) throws SQLException {
    set(index, value, (s, i) -> s.setRef(i, value));
  }

  @Override
  public void setBlob(int index, Blob value) throws SQLException {
    set(index, value, (s, i) -> s.setBlob(i, value));
  }

  @Override
  public void setClob(int index, Clob value) throws SQLException {
    set(index, value, (s, i) -> s.setClob(i, value));
  }

  @Override
  public void setArray(int index, Array value) throws SQLException {
    set(index, value, (s, i) -> s.setArray(i, value));
  }

  @Override
  public void setDate(int index, Date value, Calendar calendar) throws SQLException {
    set(index, value, (s, i) -> s.setDate(i, value, calendar));
  }

  @Override
  public void setTime(int index, Time value, Calendar calendar) throws SQLException {
    set(index, value, (s, i) -> s.setTime(i, value, calendar));
  }

  @Override
  public void setTimestamp(int index, Timestamp value, Calendar calendar) throws SQLException {
    set(index, value, (s, i) -> s.setTimestamp(i, value, calendar));
  }

  @Override
  public void setNull(int index, int sqlType, String typeName) throws SQLException {
    set(index, null, (s, i) -> s.setNull(i, sqlType, typeName));
  }

  @Override
  public void setURL(int index, URL value) throws SQLException {
    set(index, value, (s, i) -> s.setURL(i, value));
  }

  @Override
  public void setRowId(int index, RowId value) throws SQLException {
    set(index, value, (s, i) -> s.setRowId(i, value));
  }

  @Override
  public void setNString(int index, String value) throws SQLException {
    set(index, value, (s, i) -> s.setNString(i, value));
  }

  @Override
  public void setNCharacterStream(int index, Reader value, long length) throws SQLException {
    once(index, (s, i) -> s.setNCharacterStream(i, value, length));
  }

  @Override
  public void setNClob(int index, NClob value) throws SQLException {
    set(index, value, (s, i) -> s.setNClob(i, value));
  }

  @Override
  public void setClob(int index, Reader value, long length) throws SQLException {
    once(index, (s, i) -> s.setClob(i, value, length));
  }

  @Override
  public void setBlob(int index, InputStream value, long length) throws SQLException {
    once(index, (s, i) -> s.setBlob(i, value, length));
  }

  @Override
  public void setNClob(int index, Reader value, long length) throws SQLException {
    once(index, (s, i) -> s.setNClob(i, value, length));
  }

  @Override
  public void setSQLXML(int index, SQLXML value) throws SQLException {
    set(index, value, (s, i) -> s.setSQLXML(i, value));
  }

  @Override
  public void setObject(int index, Object value, int sqlType, int scaleOrLength)
      throws SQLException {
    set(index, value, (s, i) -> s.setObject(i, value, sqlType, scaleOrLength));
  }

  @Override
  public void setAsciiStream(int index, InputStream value, long length) throws SQLException {
    once(index, (s, i) -> s.setAsciiStream(i, value, length));
  }

  @Override
  public void setBinaryStream(int index, InputStream value, long length) throws SQLException {
    once(index, (s, i) -> s.setBinaryStream(i, value, length));
  }

  @Override
  public void setCharacterStream(int index, Reader value, long length) throws SQLException {
    once(index, (s, i) -> s.setCharacterStream(i, value, length));
  }

  @Override
  public void setAsciiStream(int index, InputStream value) throws SQLException {
    once(index, (s, i) -> s.setAsciiStream(i, value));
  }

  @Override
  public void setBinaryStream(int index, InputStream value) throws SQLException {
    once(index, (s, i) -> s.setBinaryStream(i, value));
  }

  @Override
  public void setCharacterStream(int index, Reader value) throws SQLException {
    once(index, (s, i) -> s.setCharacterStream(i, value));
  }

  @Override
  public void setNCharacterStream(int index, Reader value) throws SQLException {
    once(index, (s, i) -> s.setNCharacterStream(i, value));
  }

  @Override
  public void setClob(int index, Reader value) throws SQLException {
    once(index, (s, i) -> s.setClob(i, value));
  }

  @Override
  public void setBlob(int index, InputStream value) throws SQLException {
    once(index, (s, i) -> s.setBlob(i, value));
  }

  @Override
  public void setNClob(int index, Reader value) throws SQLException {
    once(index, (s, i) -> s.setNClob(i, value));
  }

  @Override
  public void setObject(int index, Object value, SQLType sqlType, int scaleOrLength)
      throws SQLException {
    set(index, value, (s, i) -> s.setObject(i, value, sqlType, scaleOrLength));
  }

  @Override
  public void setObject(int index, Object value, SQLType sqlType) throws SQLException {
    set(index, value, (s, i) -> s.setObject(i, value, sqlType));
  }
}
