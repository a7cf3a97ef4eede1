package dev.sluice.insights;

import java.io.InputStream;
import java.io.Reader;
import java.math.BigDecimal;
import java.net.URL;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
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
import java.sql.Time;
import java.sql.Timestamp;
import java.util.Calendar;

/** Passes every call on. */
class DelegatingPreparedStatement extends DelegatingStatement implements PreparedStatement {
  final PreparedStatement prepared;

  DelegatingPreparedStatement(PreparedStatement prepared) {
    super(prepared);
    this.prepared = prepared;
  }

  @Override
  public void addBatch() throws SQLException {
    prepared.addBatch();
  }

  @Override
  public void clearParameters() throws SQLException {
    prepared.clearParameters();
  }

  @Override
  public boolean execute() throws SQLException {
    return prepared.execute();
  }

  @Override
  public long executeLargeUpdate() throws SQLException {
    return prepared.executeLargeUpdate();
  }

  @Override
  public ResultSet executeQuery() throws SQLException {
    return prepared.executeQuery();
  }

  @Override
  public int executeUpdate() throws SQLException {
    return prepared.executeUpdate();
  }

  @Override
  public ResultSetMetaData getMetaData() throws SQLException {
    return prepared.getMetaData();
  }

  @Override
  public ParameterMetaData getParameterMetaData() throws SQLException {
    return prepared.getParameterMetaData();
  }

  @Override
  public void setArray(int index, Array array) throws SQLException {
    prepared.setArray(index, array);
  }

  @Override
  public void setAsciiStream(int index, InputStream stream) throws SQLException {
    prepared.setAsciiStream(index, stream);
  }

  @Override
  public void setAsciiStream(int index, InputStream stream, int number) throws SQLException {
    prepared.setAsciiStream(index, stream, number);
  }

  @Override
  public void setAsciiStream(int index, InputStream stream, long number) throws SQLException {
    prepared.setAsciiStream(index, stream, number);
  }

  @Override
  public void setBigDecimal(int index, BigDecimal bigDecimal) throws SQLException {
    prepared.setBigDecimal(index, bigDecimal);
  }

  @Override
  public void setBinaryStream(int index, InputStream stream) throws SQLException {
    prepared.setBinaryStream(index, stream);
  }

  @Override
  public void setBinaryStream(int index, InputStream stream, int number) throws SQLException {
    prepared.setBinaryStream(index, stream, number);
  }

  @Override
  public void setBinaryStream(int index, InputStream stream, long number) throws SQLException {
    prepared.setBinaryStream(index, stream, number);
  }

  @Override
  public void setBlob(int index, InputStream stream) throws SQLException {
    prepared.setBlob(index, stream);
  }

  @Override
  public void setBlob(int index, Blob blob) throws SQLException {
    prepared.setBlob(index, blob);
  }

  @Override
  public void setBlob(int index, InputStream stream, long number) throws SQLException {
    prepared.setBlob(index, stream, number);
  }

  @Override
  public void setBoolean(int index, boolean on) throws SQLException {
    prepared.setBoolean(index, on);
  }

  @Override
  public void setByte(int index, byte number) throws SQLException {
    prepared.setByte(index, number);
  }

  @Override
  public void setBytes(int index, byte[] bytes) throws SQLException {
    prepared.setBytes(index, bytes);
  }

  @Override
  public void setCharacterStream(int index, Reader reader) throws SQLException {
    prepared.setCharacterStream(index, reader);
  }

  @Override
  public void setCharacterStream(int index, Reader reader, int number) throws SQLException {
    prepared.setCharacterStream(index, reader, number);
  }

  @Override
  public void setCharacterStream(int index, Reader reader, long number) throws SQLException {
    prepared.setCharacterStream(index, reader, number);
  }

  @Override
  public void setClob(int index, Reader reader) throws SQLException {
    prepared.setClob(index, reader);
  }

  @Override
  public void setClob(int index, Clob clob) throws SQLException {
    prepared.setClob(index, clob);
  }

  @Override
  public void setClob(int index, Reader reader, long number) throws SQLException {
    prepared.setClob(index, reader, number);
  }

  @Override
  public void setDate(int index, Date date) throws SQLException {
    prepared.setDate(index, date);
  }

  @Override
  public void setDate(int index, Date date, Calendar calendar) throws SQLException {
    prepared.setDate(index, date, calendar);
  }

  @Override
  public void setDouble(int index, double number) throws SQLException {
    prepared.setDouble(index, number);
  }

  @Override
  public void setFloat(int index, float number) throws SQLException {
    prepared.setFloat(index, number);
  }

  @Override
  public void setInt(int index, int number) throws SQLException {
    prepared.setInt(index, number);
  }

  @Override
  public void setLong(int index, long number) throws SQLException {
    prepared.setLong(index, number);
  }

  @Override
  public void setNCharacterStream(int index, Reader reader) throws SQLException {
    prepared.setNCharacterStream(index, reader);
  }

  @Override
  public void setNCharacterStream(int index, Reader reader, long number) throws SQLException {
    prepared.setNCharacterStream(index, reader, number);
  }

  @Override
  public void setNClob(int index, Reader reader) throws SQLException {
    prepared.setNClob(index, reader);
  }

  @Override
  public void setNClob(int index, NClob nClob) throws SQLException {
    prepared.setNClob(index, nClob);
  }

  @Override
  public void setNClob(int index, Reader reader, long number) throws SQLException {
    prepared.setNClob(index, reader, number);
  }

  @Override
  public void setNString(int index, String text) throws SQLException {
    prepared.setNString(index, text);
  }

  @Override
  public void setNull(int index, int number) throws SQLException {
    prepared.setNull(index, number);
  }

  @Override
  public void setNull(int index, int number, String text) throws SQLException {
    prepared.setNull(index, number, text);
  }

  @Override
  public void setObject(int index, Object value) throws SQLException {
    prepared.setObject(index, value);
  }

  @Override
  public void setObject(int index, Object value, int number) throws SQLException {
    prepared.setObject(index, value, number);
  }

  @Override
  public void setObject(int index, Object value, SQLType type) throws SQLException {
    prepared.setObject(index, value, type);
  }

  @Override
  public void setObject(int index, Object value, int number, int number2) throws SQLException {
    prepared.setObject(index, value, number, number2);
  }

  @Override
  public void setObject(int index, Object value, SQLType type, int number) throws SQLException {
    prepared.setObject(index, value, type, number);
  }

  @Override
  public void setRef(int index, Ref ref) throws SQLException {
    prepared.setRef(index, ref);
  }

  @Override
  public void setRowId(int index, RowId rowId) throws SQLException {
    prepared.setRowId(index, rowId);
  }

  @Override
  public void setSQLXML(int index, SQLXML sQLXML) throws SQLException {
    prepared.setSQLXML(index, sQLXML);
  }

  @Override
  public void setShort(int index, short number) throws SQLException {
    prepared.setShort(index, number);
  }

  @Override
  public void setString(int index, String text) throws SQLException {
    prepared.setString(index, text);
  }

  @Override
  public void setTime(int index, Time time) throws SQLException {
    prepared.setTime(index, time);
  }

  @Override
  public void setTime(int index, Time time, Calendar calendar) throws SQLException {
    prepared.setTime(index, time, calendar);
  }

  @Override
  public void setTimestamp(int index, Timestamp timestamp) throws SQLException {
    prepared.setTimestamp(index, timestamp);
  }

  @Override
  public void setTimestamp(int index, Timestamp timestamp, Calendar calendar) throws SQLException {
    prepared.setTimestamp(index, timestamp, calendar);
  }

  @Override
  public void setURL(int index, URL uRL) throws SQLException {
    prepared.setURL(index, uRL);
  }

  @Override
  @Deprecated
  public void setUnicodeStream(int index, InputStream stream, int number) throws SQLException {
    prepared.setUnicodeStream(index, stream, number);
  }
}
