package dev.sluice.insights;

import java.sql.Array;
import java.sql.Blob;
import java.sql.CallableStatement;
import java.sql.Clob;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.NClob;
import java.sql.PreparedStatement;
import java.sql.SQLClientInfoException;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.SQLXML;
import java.sql.Savepoint;
import java.sql.ShardingKey;
import java.sql.Statement;
import java.sql.Struct;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Executor;

/** Passes every call on. */
class DelegatingConnection implements Connection {
  final Connection connection;

  DelegatingConnection(Connection connection) {
    this.connection = connection;
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    return type.isInstance(connection) ? type.cast(connection) : connection.unwrap(type);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) throws SQLException {
    return type.isInstance(connection) || connection.isWrapperFor(type);
  }

  @Override
  public void abort(Executor executor) throws SQLException {
    connection.abort(executor);
  }

  @Override
  public void beginRequest() throws SQLException {
    connection.beginRequest();
  }

  @Override
  public void clearWarnings() throws SQLException {
    connection.clearWarnings();
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }

  @Override
  public void commit() throws SQLException {
    connection.commit();
  }

  @Override
  public Array createArrayOf(String name, Object[] elements) throws SQLException {
    return connection.createArrayOf(name, elements);
  }

  @Override
  public Blob createBlob() throws SQLException {
    return connection.createBlob();
  }

  @Override
  public Clob createClob() throws SQLException {
    return connection.createClob();
  }

  @Override
  public NClob createNClob() throws SQLException {
    return connection.createNClob();
  }

  @Override
  public SQLXML createSQLXML() throws SQLException {
    return connection.createSQLXML();
  }

  @Override
  public Statement createStatement() throws SQLException {
    return connection.createStatement();
  }

  @Override
  public Statement createStatement(int index, int number) throws SQLException {
    return connection.createStatement(index, number);
  }

  @Override
  public Statement createStatement(int index, int number, int number2) throws SQLException {
    return connection.createStatement(index, number, number2);
  }

  @Override
  public Struct createStruct(String name, Object[] elements) throws SQLException {
    return connection.createStruct(name, elements);
  }

  @Override
  public void endRequest() throws SQLException {
    connection.endRequest();
  }

  @Override
  public boolean getAutoCommit() throws SQLException {
    return connection.getAutoCommit();
  }

  @Override
  public String getCatalog() throws SQLException {
    return connection.getCatalog();
  }

  @Override
  public Properties getClientInfo() throws SQLException {
    return connection.getClientInfo();
  }

  @Override
  public String getClientInfo(String name) throws SQLException {
    return connection.getClientInfo(name);
  }

  @Override
  public int getHoldability() throws SQLException {
    return connection.getHoldability();
  }

  @Override
  public DatabaseMetaData getMetaData() throws SQLException {
    return connection.getMetaData();
  }

  @Override
  public int getNetworkTimeout() throws SQLException {
    return connection.getNetworkTimeout();
  }

  @Override
  public String getSchema() throws SQLException {
    return connection.getSchema();
  }

  @Override
  public int getTransactionIsolation() throws SQLException {
    return connection.getTransactionIsolation();
  }

  @Override
  public Map<String, Class<?>> getTypeMap() throws SQLException {
    return connection.getTypeMap();
  }

  @Override
  public SQLWarning getWarnings() throws SQLException {
    return connection.getWarnings();
  }

  @Override
  public boolean isClosed() throws SQLException {
    return connection.isClosed();
  }

  @Override
  public boolean isReadOnly() throws SQLException {
    return connection.isReadOnly();
  }

  @Override
  public boolean isValid(int number) throws SQLException {
    return connection.isValid(number);
  }

  @Override
  public String nativeSQL(String sql) throws SQLException {
    return connection.nativeSQL(sql);
  }

  @Override
  public CallableStatement prepareCall(String sql) throws SQLException {
    return connection.prepareCall(sql);
  }

  @Override
  public CallableStatement prepareCall(String sql, int number, int number2) throws SQLException {
    return connection.prepareCall(sql, number, number2);
  }

  @Override
  public CallableStatement prepareCall(String sql, int number, int number2, int number3)
      throws SQLException {
    return connection.prepareCall(sql, number, number2, number3);
  }

  @Override
  public PreparedStatement prepareStatement(String sql) throws SQLException {
    return connection.prepareStatement(sql);
  }

  @Override
  public PreparedStatement prepareStatement(String sql, int number) throws SQLException {
    return connection.prepareStatement(sql, number);
  }

  @Override
  public PreparedStatement prepareStatement(String sql, int[] indexes) throws SQLException {
    return connection.prepareStatement(sql, indexes);
  }

  @Override
  public PreparedStatement prepareStatement(String sql, String[] names) throws SQLException {
    return connection.prepareStatement(sql, names);
  }

  @Override
  public PreparedStatement prepareStatement(String sql, int number, int number2)
      throws SQLException {
    return connection.prepareStatement(sql, number, number2);
  }

  @Override
  public PreparedStatement prepareStatement(String sql, int number, int number2, int number3)
      throws SQLException {
    return connection.prepareStatement(sql, number, number2, number3);
  }

  @Override
  public void releaseSavepoint(Savepoint savepoint) throws SQLException {
    connection.releaseSavepoint(savepoint);
  }

  @Override
  public void rollback() throws SQLException {
    connection.rollback();
  }

  @Override
  public void rollback(Savepoint savepoint) throws SQLException {
    connection.rollback(savepoint);
  }

  @Override
  public void setAutoCommit(boolean on) throws SQLException {
    connection.setAutoCommit(on);
  }

  @Override
  public void setCatalog(String name) throws SQLException {
    connection.setCatalog(name);
  }

  @Override
  public void setClientInfo(Properties properties) throws SQLClientInfoException {
    connection.setClientInfo(properties);
  }

  @Override
  public void setClientInfo(String name, String text) throws SQLClientInfoException {
    connection.setClientInfo(name, text);
  }

  @Override
  public void setHoldability(int number) throws SQLException {
    connection.setHoldability(number);
  }

  @Override
  public void setNetworkTimeout(Executor executor, int number) throws SQLException {
    connection.setNetworkTimeout(executor, number);
  }

  @Override
  public void setReadOnly(boolean on) throws SQLException {
    connection.setReadOnly(on);
  }

  @Override
  public Savepoint setSavepoint() throws SQLException {
    return connection.setSavepoint();
  }

  @Override
  public Savepoint setSavepoint(String name) throws SQLException {
    return connection.setSavepoint(name);
  }

  @Override
  public void setSchema(String name) throws SQLException {
    connection.setSchema(name);
  }

  @Override
  public void setShardingKey(ShardingKey key) throws SQLException {
    connection.setShardingKey(key);
  }

  @Override
  public void setShardingKey(ShardingKey key, ShardingKey key2) throws SQLException {
    connection.setShardingKey(key, key2);
  }

  @Override
  public boolean setShardingKeyIfValid(ShardingKey key, int number) throws SQLException {
    return connection.setShardingKeyIfValid(key, number);
  }

  @Override
  public boolean setShardingKeyIfValid(ShardingKey key, ShardingKey key2, int number)
      throws SQLException {
    return connection.setShardingKeyIfValid(key, key2, number);
  }

  @Override
  public void setTransactionIsolation(int number) throws SQLException {
    connection.setTransactionIsolation(number);
  }

  @Override
  public void setTypeMap(Map<String, Class<?>> map) throws SQLException {
    connection.setTypeMap(map);
  }
}
