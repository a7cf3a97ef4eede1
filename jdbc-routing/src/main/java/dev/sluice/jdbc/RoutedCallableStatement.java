package dev.sluice.jdbc;

import dev.sluice.sql.SqlStatement;
import java.io.InputStream;
import java.io.Reader;
import java.math.BigDecimal;
import java.net.URL;
import java.sql.Array;
import java.sql.Blob;
import java.sql.CallableStatement;
import java.sql.Clob;
import java.sql.Connection;
import java.sql.Date;
import java.sql.NClob;
import java.sql.PreparedStatement;
import java.sql.Ref;
import java.sql.RowId;
import java.sql.SQLException;
import java.sql.SQLType;
import java.sql.SQLXML;
import java.sql.Time;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.Calendar;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A call of a procedure or function. Named parameters and registrations are recorded and repeated
 * on the statement that executes; results are read from the statement that executed.
 */
@SuppressWarnings("deprecation")
final class RoutedCallableStatement extends RoutedPreparedStatement implements CallableStatement {
  private final List<Step> steps = new ArrayList<>(4);

  /** Something to do on the physical statement before it executes. */
  private interface Step {
    void apply(CallableStatement physical) throws SQLException;
  }

  RoutedCallableStatement(RoutedConnection session, SqlStatement statement, int shape) {
    super(session, statement, shape, null);
  }

  @Override
  PreparedStatement prepare(Connection physical) throws SQLException {
    return Shape.call(physical, sql(), shape);
  }

  @Override
  void bindParameters(PreparedStatement physical) throws SQLException {
    super.bindParameters(physical);
    CallableStatement call = (CallableStatement) physical;
    for (Step step : steps) {
      step.apply(call);
    }
  }

  @Override
  public void clearParameters() throws SQLException {
    super.clearParameters();
    steps.clear();
  }

  private void step(Step step) throws SQLException {
    checkOpen();
    steps.add(step);
  }

  /** The statement that has executed. */
  private CallableStatement executed() throws SQLException {
    checkOpen();
    @Nullable CallableStatement physical = (CallableStatement) attached();
    if (physical == null) {
      throw new SQLException(
          session.router.name()
              + ": the call has not been executed, or its connection was given back",
          "24000");
    }
    return physical;
  }

  @Override
  public void registerOutParameter(int index, int sqlType) throws SQLException {
    step(s -> s.registerOutParameter(index, sqlType));
  }

  @Override
  public void registerOutParameter(int index, int sqlType, int scale) throws SQLException {
    step(s -> s.registerOutParameter(index, sqlType, scale));
  }

  @Override
  public boolean wasNull() throws SQLException {
    return executed().wasNull();
  }

  @Override
  public String getString(int index) throws SQLException {
    return executed().getString(index);
  }

  @Override
  public boolean getBoolean(int index) throws SQLException {
    return executed().getBoolean(index);
  }

  @Override
  public byte getByte(int index) throws SQLException {
    return executed().getByte(index);
  }

  @Override
  public short getShort(int index) throws SQLException {
    return executed().getShort(index);
  }

  @Override
  public int getInt(int index) throws SQLException {
    return executed().getInt(index);
  }

  @Override
  public long getLong(int index) throws SQLException {
    return executed().getLong(index);
  }

  @Override
  public float getFloat(int index) throws SQLException {
    return executed().getFloat(index);
  }

  @Override
  public double getDouble(int index) throws SQLException {
    return executed().getDouble(index);
  }

  @Deprecated
  @Override
  public BigDecimal getBigDecimal(int index, int scale) throws SQLException {
    return executed().getBigDecimal(index, scale);
  }

  @Override
  public byte[] getBytes(int index) throws SQLException {
    return executed().getBytes(index);
  }

  @Override
  public Date getDate(int index) throws SQLException {
    return executed().getDate(index);
  }

  @Override
  public Time getTime(int index) throws SQLException {
    return executed().getTime(index);
  }

  @Override
  public Timestamp getTimestamp(int index) throws SQLException {
    return executed().getTimestamp(index);
  }

  @Override
  public Object getObject(int index) throws SQLException {
    return executed().getObject(index);
  }

  @Override
  public BigDecimal getBigDecimal(int index) throws SQLException {
    return executed().getBigDecimal(index);
  }

  @Override
  public Object getObject(int index, Map<String, Class<?>> map) throws SQLException {
    return executed().getObject(index, map);
  }

  @Override
  public Ref getRef(int index) throws SQLException {
    return executed().getRef(index);
  }

  @Override
  public Blob getBlob(int index) throws SQLException {
    return executed().getBlob(index);
  }

  @Override
  public Clob getClob(int index) throws SQLException {
    return executed().getClob(index);
  }

  @Override
  public Array getArray(int index) throws SQLException {
    return executed().getArray(index);
  }

  @Override
  public Date getDate(int index, Calendar calendar) throws SQLException {
    return executed().getDate(index, calendar);
  }

  @Override
  public Time getTime(int index, Calendar calendar) throws SQLException {
    return executed().getTime(index, calendar);
  }

  @Override
  public Timestamp getTimestamp(int index, Calendar calendar) throws SQLException {
    return executed().getTimestamp(index, calendar);
  }

  @Override
  public void registerOutParameter(int index, int sqlType, String typeName) throws SQLException {
    step(s -> s.registerOutParameter(index, sqlType, typeName));
  }

  @Override
  public void registerOutParameter(String name, int sqlType) throws SQLException {
    step(s -> s.registerOutParameter(name, sqlType));
  }

  @Override
  public void registerOutParameter(String name, int sqlType, int scale) throws SQLException {
    step(s -> s.registerOutParameter(name, sqlType, scale));
  }

  @Override
  public void registerOutParameter(String name, int sqlType, String typeName) throws SQLException {
    step(s -> s.registerOutParameter(name, sqlType, typeName));
  }

  @Override
  public URL getURL(int index) throws SQLException {
    return executed().getURL(index);
  }

  @Override
  public void setURL(String name, URL value) throws SQLException {
    step(s -> s.setURL(name, value));
  }

  @Override
  public void setNull(String name, int sqlType) throws SQLException {
    step(s -> s.setNull(name, sqlType));
  }

  @Override
  public void setBoolean(String name, boolean value) throws SQLException {
    step(s -> s.setBoolean(name, value));
  }

  @Override
  public void setByte(String name, byte value) throws SQLException {
    step(s -> s.setByte(name, value));
  }

  @Override
  public void setShort(String name, short value) throws SQLException {
    step(s -> s.setShort(name, value));
  }

  @Override
  public void setInt(String name, int value) throws SQLException {
    step(s -> s.setInt(name, value));
  }

  @Override
  public void setLong(String name, long value) throws SQLException {
    step(s -> s.setLong(name, value));
  }

  @Override
  public void setFloat(String name, float value) throws SQLException {
    step(s -> s.setFloat(name, value));
  }

  @Override
  public void setDouble(String name, double value) throws SQLException {
    step(s -> s.setDouble(name, value));
  }

  @Override
  public void setBigDecimal(String name, BigDecimal value) throws SQLException {
    step(s -> s.setBigDecimal(name, value));
  }

  @Override
  public void setString(String name, String value) throws SQLException {
    step(s -> s.setString(name, value));
  }

  @Override
  public void setBytes(String name, byte[] value) throws SQLException {
    step(s -> s.setBytes(name, value));
  }

  @Override
  public void setDate(String name, Date value) throws SQLException {
    step(s -> s.setDate(name, value));
  }

  @Override
  public void setTime(String name, Time value) throws SQLException {
    step(s -> s.setTime(name, value));
  }

  @Override
  public void setTimestamp(String name, Timestamp value) throws SQLException {
    step(s -> s.setTimestamp(name, value));
  }

  @Override
  public void setAsciiStream(String name, InputStream value, int length) throws SQLException {
    step(s -> s.setAsciiStream(name, value, length));
  }

  @Override
  public void setBinaryStream(String name, InputStream value, int length) throws SQLException {
    step(s -> s.setBinaryStream(name, value, length));
  }

  @Override
  public void setObject(String name, Object value, int sqlType, int scaleOrLength)
      throws SQLException {
    step(s -> s.setObject(name, value, sqlType, scaleOrLength));
  }

  @Override
  public void setObject(String name, Object value, int sqlType) throws SQLException {
    step(s -> s.setObject(name, value, sqlType));
  }

  @Override
  public void setObject(String name, Object value) throws SQLException {
    step(s -> s.setObject(name, value));
  }

  @Override
  public void setCharacterStream(String name, Reader value, int length) throws SQLException {
    step(s -> s.setCharacterStream(name, value, length));
  }

  @Override
  public void setDate(String name, Date value, Calendar calendar) throws SQLException {
    step(s -> s.setDate(name, value, calendar));
  }

  @Override
  public void setTime(String name, Time value, Calendar calendar) throws SQLException {
    step(s -> s.setTime(name, value, calendar));
  }

  @Override
  public void setTimestamp(String name, Timestamp value, Calendar calendar) throws SQLException {
    step(s -> s.setTimestamp(name, value, calendar));
  }

  @Override
  public void setNull(String name, int sqlType, String typeName) throws SQLException {
    step(s -> s.setNull(name, sqlType, typeName));
  }

  @Override
  public String getString(String name) throws SQLException {
    return executed().getString(name);
  }

  @Override
  public boolean getBoolean(String name) throws SQLException {
    return executed().getBoolean(name);
  }

  @Override
  public byte getByte(String name) throws SQLException {
    return executed().getByte(name);
  }

  @Override
  public short getShort(String name) throws SQLException {
    return executed().getShort(name);
  }

  @Override
  public int getInt(String name) throws SQLException {
    return executed().getInt(name);
  }

  @Override
  public long getLong(String name) throws SQLException {
    return executed().getLong(name);
  }

  @Override
  public float getFloat(String name) throws SQLException {
    return executed().getFloat(name);
  }

  @Override
  public double getDouble(String name) throws SQLException {
    return executed().getDouble(name);
  }

  @Override
  public byte[] getBytes(String name) throws SQLException {
    return executed().getBytes(name);
  }

  @Override
  public Date getDate(String name) throws SQLException {
    return executed().getDate(name);
  }

  @Override
  public Time getTime(String name) throws SQLException {
    return executed().getTime(name);
  }

  @Override
  public Timestamp getTimestamp(String name) throws SQLException {
    return executed().getTimestamp(name);
  }

  @Override
  public Object getObject(String name) throws SQLException {
    return executed().getObject(name);
  }

  @Override
  public BigDecimal getBigDecimal(String name) throws SQLException {
    return executed().getBigDecimal(name);
  }

  @Override
  public Object getObject(String name, Map<String, Class<?>> map) throws SQLException {
    return executed().getObject(name, map);
  }

  @Override
  public Ref getRef(String name) throws SQLException {
    return executed().getRef(name);
  }

  @Override
  public Blob getBlob(String name) throws SQLException {
    return executed().getBlob(name);
  }

  @Override
  public Clob getClob(String name) throws SQLException {
    return executed().getClob(name);
  }

  @Override
  public Array getArray(String name) throws SQLException {
    return executed().getArray(name);
  }

  @Override
  public Date getDate(String name, Calendar calendar) throws SQLException {
    return executed().getDate(name, calendar);
  }

  @Override
  public Time getTime(String name, Calendar calendar) throws SQLException {
    return executed().getTime(name, calendar);
  }

  @Override
  public Timestamp getTimestamp(String name, Calendar calendar) throws SQLException {
    return executed().getTimestamp(name, calendar);
  }

  @Override
  public URL getURL(String name) throws SQLException {
    return executed().getURL(name);
  }

  @Override
  public RowId getRowId(int index) throws SQLException {
    return executed().getRowId(index);
  }

  @Override
  public RowId getRowId(String name) throws SQLException {
    return executed().getRowId(name);
  }

  @Override
  public void setRowId(String name, RowId value) throws SQLException {
    step(s -> s.setRowId(name, value));
  }

  @Override
  public void setNString(String name, String value) throws SQLException {
    step(s -> s.setNString(name, value));
  }

  @Override
  public void setNCharacterStream(String name, Reader value, long length) throws SQLException {
    step(s -> s.setNCharacterStream(name, value, length));
  }

  @Override
  public void setNClob(String name, NClob value) throws SQLException {
    step(s -> s.setNClob(name, value));
  }

  @Override
  public void setClob(String name, Reader value, long length) throws SQLException {
    step(s -> s.setClob(name, value, length));
  }

  @Override
  public void setBlob(String name, InputStream value, long length) throws SQLException {
    step(s -> s.setBlob(name, value, length));
  }

  @Override
  public void setNClob(String name, Reader value, long length) throws SQLException {
    step(s -> s.setNClob(name, value, length));
  }

  @Override
  public NClob getNClob(int index) throws SQLException {
    return executed().getNClob(index);
  }

  @Override
  public NClob getNClob(String name) throws SQLException {
    return executed().getNClob(name);
  }

  @Override
  public void setSQLXML(String name, SQLXML value) throws SQLException {
    step(s -> s.setSQLXML(name, value));
  }

  @Override
  public SQLXML getSQLXML(int index) throws SQLException {
    return executed().getSQLXML(index);
  }

  @Override
  public SQLXML getSQLXML(String name) throws SQLException {
    return executed().getSQLXML(name);
  }

  @Override
  public String getNString(int index) throws SQLException {
    return executed().getNString(index);
  }

  @Override
  public String getNString(String name) throws SQLException {
    return executed().getNString(name);
  }

  @Override
  public Reader getNCharacterStream(int index) throws SQLException {
    return executed().getNCharacterStream(index);
  }

  @Override
  public Reader getNCharacterStream(String name) throws SQLException {
    return executed().getNCharacterStream(name);
  }

  @Override
  public Reader getCharacterStream(int index) throws SQLException {
    return executed().getCharacterStream(index);
  }

  @Override
  public Reader getCharacterStream(String name) throws SQLException {
    return executed().getCharacterStream(name);
  }

  @Override
  public void setBlob(String name, Blob value) throws SQLException {
    step(s -> s.setBlob(name, value));
  }

  @Override
  public void setClob(String name, Clob value) throws SQLException {
    step(s -> s.setClob(name, value));
  }

  @Override
  public void setAsciiStream(String name, InputStream value, long length) throws SQLException {
    step(s -> s.setAsciiStream(name, value, length));
  }

  @Override
  public void setBinaryStream(String name, InputStream value, long length) throws SQLException {
    step(s -> s.setBinaryStream(name, value, length));
  }

  @Override
  public void setCharacterStream(String name, Reader value, long length) throws SQLException {
    step(s -> s.setCharacterStream(name, value, length));
  }

  @Override
  public void setAsciiStream(String name, InputStream value) throws SQLException {
    step(s -> s.setAsciiStream(name, value));
  }

  @Override
  public void setBinaryStream(String name, InputStream value) throws SQLException {
    step(s -> s.setBinaryStream(name, value));
  }

  @Override
  public void setCharacterStream(String name, Reader value) throws SQLException {
    step(s -> s.setCharacterStream(name, value));
  }

  @Override
  public void setNCharacterStream(String name, Reader value) throws SQLException {
    step(s -> s.setNCharacterStream(name, value));
  }

  @Override
  public void setClob(String name, Reader value) throws SQLException {
    step(s -> s.setClob(name, value));
  }

  @Override
  public void setBlob(String name, InputStream value) throws SQLException {
    step(s -> s.setBlob(name, value));
  }

  @Override
  public void setNClob(String name, Reader value) throws SQLException {
    step(s -> s.setNClob(name, value));
  }

  @Override
  public <T> T getObject(int index, Class<T> type) throws SQLException {
    return executed().getObject(index, type);
  }

  @Override
  public <T> T getObject(String name, Class<T> type) throws SQLException {
    return executed().getObject(name, type);
  }

  @Override
  public void setObject(String name, Object value, SQLType sqlType, int scaleOrLength)
      throws SQLException {
    step(s -> s.setObject(name, value, sqlType, scaleOrLength));
  }

  @Override
  public void setObject(String name, Object value, SQLType sqlType) throws SQLException {
    step(s -> s.setObject(name, value, sqlType));
  }

  @Override
  public void registerOutParameter(int index, SQLType sqlType) throws SQLException {
    step(s -> s.registerOutParameter(index, sqlType));
  }

  @Override
  public void registerOutParameter(int index, SQLType sqlType, int scale) throws SQLException {
    step(s -> s.registerOutParameter(index, sqlType, scale));
  }

  @Override
  public void registerOutParameter(int index, SQLType sqlType, String typeName)
      throws SQLException {
    step(s -> s.registerOutParameter(index, sqlType, typeName));
  }

  @Override
  public void registerOutParameter(String name, SQLType sqlType) throws SQLException {
    step(s -> s.registerOutParameter(name, sqlType));
  }

  @Override
  public void registerOutParameter(String name, SQLType sqlType, int scale) throws SQLException {
    step(s -> s.registerOutParameter(name, sqlType, scale));
  }

  @Override
  public void registerOutParameter(String name, SQLType sqlType, String typeName)
      throws SQLException {
    step(s -> s.registerOutParameter(name, sqlType, typeName));
  }
}
