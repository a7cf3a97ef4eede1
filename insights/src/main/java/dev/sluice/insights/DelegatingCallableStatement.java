package dev.sluice.insights;

import java.io.InputStream;
import java.io.Reader;
import java.math.BigDecimal;
import java.net.URL;
import java.sql.Array;
import java.sql.Blob;
import java.sql.CallableStatement;
import java.sql.Clob;
import java.sql.Date;
import java.sql.NClob;
import java.sql.Ref;
import java.sql.RowId;
import java.sql.SQLException;
import java.sql.SQLType;
import java.sql.SQLXML;
import java.sql.Time;
import java.sql.Timestamp;
import java.util.Calendar;
import java.util.Map;

/** Passes every call on. */
class DelegatingCallableStatement extends DelegatingPreparedStatement implements CallableStatement {
  final CallableStatement callable;

  DelegatingCallableStatement(CallableStatement callable) {
    super(callable);
    this.callable = callable;
  }

  @Override
  public Array getArray(int number) throws SQLException {
    return callable.getArray(number);
  }

  @Override
  public Array getArray(String name) throws SQLException {
    return callable.getArray(name);
  }

  @Override
  public BigDecimal getBigDecimal(int number) throws SQLException {
    return callable.getBigDecimal(number);
  }

  @Override
  public BigDecimal getBigDecimal(String name) throws SQLException {
    return callable.getBigDecimal(name);
  }

  @Override
  @Deprecated
  public BigDecimal getBigDecimal(int index, int number) throws SQLException {
    return callable.getBigDecimal(index, number);
  }

  @Override
  public Blob getBlob(int number) throws SQLException {
    return callable.getBlob(number);
  }

  @Override
  public Blob getBlob(String name) throws SQLException {
    return callable.getBlob(name);
  }

  @Override
  public boolean getBoolean(int number) throws SQLException {
    return callable.getBoolean(number);
  }

  @Override
  public boolean getBoolean(String name) throws SQLException {
    return callable.getBoolean(name);
  }

  @Override
  public byte getByte(int number) throws SQLException {
    return callable.getByte(number);
  }

  @Override
  public byte getByte(String name) throws SQLException {
    return callable.getByte(name);
  }

  @Override
  public byte[] getBytes(int number) throws SQLException {
    return callable.getBytes(number);
  }

  @Override
  public byte[] getBytes(String name) throws SQLException {
    return callable.getBytes(name);
  }

  @Override
  public Reader getCharacterStream(int number) throws SQLException {
    return callable.getCharacterStream(number);
  }

  @Override
  public Reader getCharacterStream(String name) throws SQLException {
    return callable.getCharacterStream(name);
  }

  @Override
  public Clob getClob(int number) throws SQLException {
    return callable.getClob(number);
  }

  @Override
  public Clob getClob(String name) throws SQLException {
    return callable.getClob(name);
  }

  @Override
  public Date getDate(int number) throws SQLException {
    return callable.getDate(number);
  }

  @Override
  public Date getDate(String name) throws SQLException {
    return callable.getDate(name);
  }

  @Override
  public Date getDate(int index, Calendar calendar) throws SQLException {
    return callable.getDate(index, calendar);
  }

  @Override
  public Date getDate(String name, Calendar calendar) throws SQLException {
    return callable.getDate(name, calendar);
  }

  @Override
  public double getDouble(int number) throws SQLException {
    return callable.getDouble(number);
  }

  @Override
  public double getDouble(String name) throws SQLException {
    return callable.getDouble(name);
  }

  @Override
  public float getFloat(int number) throws SQLException {
    return callable.getFloat(number);
  }

  @Override
  public float getFloat(String name) throws SQLException {
    return callable.getFloat(name);
  }

  @Override
  public int getInt(int number) throws SQLException {
    return callable.getInt(number);
  }

  @Override
  public int getInt(String name) throws SQLException {
    return callable.getInt(name);
  }

  @Override
  public long getLong(int number) throws SQLException {
    return callable.getLong(number);
  }

  @Override
  public long getLong(String name) throws SQLException {
    return callable.getLong(name);
  }

  @Override
  public Reader getNCharacterStream(int number) throws SQLException {
    return callable.getNCharacterStream(number);
  }

  @Override
  public Reader getNCharacterStream(String name) throws SQLException {
    return callable.getNCharacterStream(name);
  }

  @Override
  public NClob getNClob(int number) throws SQLException {
    return callable.getNClob(number);
  }

  @Override
  public NClob getNClob(String name) throws SQLException {
    return callable.getNClob(name);
  }

  @Override
  public String getNString(int number) throws SQLException {
    return callable.getNString(number);
  }

  @Override
  public String getNString(String name) throws SQLException {
    return callable.getNString(name);
  }

  @Override
  public Object getObject(int number) throws SQLException {
    return callable.getObject(number);
  }

  @Override
  public Object getObject(String name) throws SQLException {
    return callable.getObject(name);
  }

  @Override
  public <T> T getObject(int index, Class<T> type) throws SQLException {
    return callable.getObject(index, type);
  }

  @Override
  public <T> T getObject(String name, Class<T> type) throws SQLException {
    return callable.getObject(name, type);
  }

  @Override
  public Object getObject(int index, Map<String, Class<?>> map) throws SQLException {
    return callable.getObject(index, map);
  }

  @Override
  public Object getObject(String name, Map<String, Class<?>> map) throws SQLException {
    return callable.getObject(name, map);
  }

  @Override
  public Ref getRef(int number) throws SQLException {
    return callable.getRef(number);
  }

  @Override
  public Ref getRef(String name) throws SQLException {
    return callable.getRef(name);
  }

  @Override
  public RowId getRowId(int number) throws SQLException {
    return callable.getRowId(number);
  }

  @Override
  public RowId getRowId(String name) throws SQLException {
    return callable.getRowId(name);
  }

  @Override
  public SQLXML getSQLXML(int number) throws SQLException {
    return callable.getSQLXML(number);
  }

  @Override
  public SQLXML getSQLXML(String name) throws SQLException {
    return callable.getSQLXML(name);
  }

  @Override
  public short getShort(int number) throws SQLException {
    return callable.getShort(number);
  }

  @Override
  public short getShort(String name) throws SQLException {
    return callable.getShort(name);
  }

  @Override
  public String getString(int number) throws SQLException {
    return callable.getString(number);
  }

  @Override
  public String getString(String name) throws SQLException {
    return callable.getString(name);
  }

  @Override
  public Time getTime(int number) throws SQLException {
    return callable.getTime(number);
  }

  @Override
  public Time getTime(String name) throws SQLException {
    return callable.getTime(name);
  }

  @Override
  public Time getTime(int index, Calendar calendar) throws SQLException {
    return callable.getTime(index, calendar);
  }

  @Override
  public Time getTime(String name, Calendar calendar) throws SQLException {
    return callable.getTime(name, calendar);
  }

  @Override
  public Timestamp getTimestamp(int number) throws SQLException {
    return callable.getTimestamp(number);
  }

  @Override
  public Timestamp getTimestamp(String name) throws SQLException {
    return callable.getTimestamp(name);
  }

  @Override
  public Timestamp getTimestamp(int index, Calendar calendar) throws SQLException {
    return callable.getTimestamp(index, calendar);
  }

  @Override
  public Timestamp getTimestamp(String name, Calendar calendar) throws SQLException {
    return callable.getTimestamp(name, calendar);
  }

  @Override
  public URL getURL(int number) throws SQLException {
    return callable.getURL(number);
  }

  @Override
  public URL getURL(String name) throws SQLException {
    return callable.getURL(name);
  }

  @Override
  public void registerOutParameter(int index, int number) throws SQLException {
    callable.registerOutParameter(index, number);
  }

  @Override
  public void registerOutParameter(String name, int number) throws SQLException {
    callable.registerOutParameter(name, number);
  }

  @Override
  public void registerOutParameter(int index, SQLType type) throws SQLException {
    callable.registerOutParameter(index, type);
  }

  @Override
  public void registerOutParameter(String name, SQLType type) throws SQLException {
    callable.registerOutParameter(name, type);
  }

  @Override
  public void registerOutParameter(int index, int number, int number2) throws SQLException {
    callable.registerOutParameter(index, number, number2);
  }

  @Override
  public void registerOutParameter(int index, int number, String text) throws SQLException {
    callable.registerOutParameter(index, number, text);
  }

  @Override
  public void registerOutParameter(String name, int number, int number2) throws SQLException {
    callable.registerOutParameter(name, number, number2);
  }

  @Override
  public void registerOutParameter(String name, int number, String text) throws SQLException {
    callable.registerOutParameter(name, number, text);
  }

  @Override
  public void registerOutParameter(int index, SQLType type, int number) throws SQLException {
    callable.registerOutParameter(index, type, number);
  }

  @Override
  public void registerOutParameter(int index, SQLType type, String text) throws SQLException {
    callable.registerOutParameter(index, type, text);
  }

  @Override
  public void registerOutParameter(String name, SQLType type, int number) throws SQLException {
    callable.registerOutParameter(name, type, number);
  }

  @Override
  public void registerOutParameter(String name, SQLType type, String text) throws SQLException {
    callable.registerOutParameter(name, type, text);
  }

  @Override
  public void setAsciiStream(String name, InputStream stream) throws SQLException {
    callable.setAsciiStream(name, stream);
  }

  @Override
  public void setAsciiStream(String name, InputStream stream, int number) throws SQLException {
    callable.setAsciiStream(name, stream, number);
  }

  @Override
  public void setAsciiStream(String name, InputStream stream, long number) throws SQLException {
    callable.setAsciiStream(name, stream, number);
  }

  @Override
  public void setBigDecimal(String name, BigDecimal bigDecimal) throws SQLException {
    callable.setBigDecimal(name, bigDecimal);
  }

  @Override
  public void setBinaryStream(String name, InputStream stream) throws SQLException {
    callable.setBinaryStream(name, stream);
  }

  @Override
  public void setBinaryStream(String name, InputStream stream, int number) throws SQLException {
    callable.setBinaryStream(name, stream, number);
  }

  @Override
  public void setBinaryStream(String name, InputStream stream, long number) throws SQLException {
    callable.setBinaryStream(name, stream, number);
  }

  @Override
  public void setBlob(String name, InputStream stream) throws SQLException {
    callable.setBlob(name, stream);
  }

  @Override
  public void setBlob(String name, Blob blob) throws SQLException {
    callable.setBlob(name, blob);
  }

  @Override
  public void setBlob(String name, InputStream stream, long number) throws SQLException {
    callable.setBlob(name, stream, number);
  }

  @Override
  public void setBoolean(String name, boolean on) throws SQLException {
    callable.setBoolean(name, on);
  }

  @Override
  public void setByte(String name, byte number) throws SQLException {
    callable.setByte(name, number);
  }

  @Override
  public void setBytes(String name, byte[] bytes) throws SQLException {
    callable.setBytes(name, bytes);
  }

  @Override
  public void setCharacterStream(String name, Reader reader) throws SQLException {
    callable.setCharacterStream(name, reader);
  }

  @Override
  public void setCharacterStream(String name, Reader reader, int number) throws SQLException {
    callable.setCharacterStream(name, reader, number);
  }

  @Override
  public void setCharacterStream(String name, Reader reader, long number) throws SQLException {
    callable.setCharacterStream(name, reader, number);
  }

  @Override
  public void setClob(String name, Reader reader) throws SQLException {
    callable.setClob(name, reader);
  }

  @Override
  public void setClob(String name, Clob clob) throws SQLException {
    callable.setClob(name, clob);
  }

  @Override
  public void setClob(String name, Reader reader, long number) throws SQLException {
    callable.setClob(name, reader, number);
  }

  @Override
  public void setDate(String name, Date date) throws SQLException {
    callable.setDate(name, date);
  }

  @Override
  public void setDate(String name, Date date, Calendar calendar) throws SQLException {
    callable.setDate(name, date, calendar);
  }

  @Override
  public void setDouble(String name, double number) throws SQLException {
    callable.setDouble(name, number);
  }

  @Override
  public void setFloat(String name, float number) throws SQLException {
    callable.setFloat(name, number);
  }

  @Override
  public void setInt(String name, int number) throws SQLException {
    callable.setInt(name, number);
  }

  @Override
  public void setLong(String name, long number) throws SQLException {
    callable.setLong(name, number);
  }

  @Override
  public void setNCharacterStream(String name, Reader reader) throws SQLException {
    callable.setNCharacterStream(name, reader);
  }

  @Override
  public void setNCharacterStream(String name, Reader reader, long number) throws SQLException {
    callable.setNCharacterStream(name, reader, number);
  }

  @Override
  public void setNClob(String name, Reader reader) throws SQLException {
    callable.setNClob(name, reader);
  }

  @Override
  public void setNClob(String name, NClob nClob) throws SQLException {
    callable.setNClob(name, nClob);
  }

  @Override
  public void setNClob(String name, Reader reader, long number) throws SQLException {
    callable.setNClob(name, reader, number);
  }

  @Override
  public void setNString(String name, String text) throws SQLException {
    callable.setNString(name, text);
  }

  @Override
  public void setNull(String name, int number) throws SQLException {
    callable.setNull(name, number);
  }

  @Override
  public void setNull(String name, int number, String text) throws SQLException {
    callable.setNull(name, number, text);
  }

  @Override
  public void setObject(String name, Object value) throws SQLException {
    callable.setObject(name, value);
  }

  @Override
  public void setObject(String name, Object value, int number) throws SQLException {
    callable.setObject(name, value, number);
  }

  @Override
  public void setObject(String name, Object value, SQLType type) throws SQLException {
    callable.setObject(name, value, type);
  }

  @Override
  public void setObject(String name, Object value, int number, int number2) throws SQLException {
    callable.setObject(name, value, number, number2);
  }

  @Override
  public void setObject(String name, Object value, SQLType type, int number) throws SQLException {
    callable.setObject(name, value, type, number);
  }

  @Override
  public void setRowId(String name, RowId rowId) throws SQLException {
    callable.setRowId(name, rowId);
  }

  @Override
  public void setSQLXML(String name, SQLXML sQLXML) throws SQLException {
    callable.setSQLXML(name, sQLXML);
  }

  @Override
  public void setShort(String name, short number) throws SQLException {
    callable.setShort(name, number);
  }

  @Override
  public void setString(String name, String text) throws SQLException {
    callable.setString(name, text);
  }

  @Override
  public void setTime(String name, Time time) throws SQLException {
    callable.setTime(name, time);
  }

  @Override
  public void setTime(String name, Time time, Calendar calendar) throws SQLException {
    callable.setTime(name, time, calendar);
  }

  @Override
  public void setTimestamp(String name, Timestamp timestamp) throws SQLException {
    callable.setTimestamp(name, timestamp);
  }

  @Override
  public void setTimestamp(String name, Timestamp timestamp, Calendar calendar)
      throws SQLException {
    callable.setTimestamp(name, timestamp, calendar);
  }

  @Override
  public void setURL(String name, URL uRL) throws SQLException {
    callable.setURL(name, uRL);
  }

  @Override
  public boolean wasNull() throws SQLException {
    return callable.wasNull();
  }
}
