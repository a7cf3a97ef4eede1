package dev.sluice.benchmarks;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.DriverPropertyInfo;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Properties;
import java.util.logging.Logger;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.dynamic.loading.ClassLoadingStrategy;
import net.bytebuddy.implementation.MethodCall;
import net.bytebuddy.implementation.StubMethod;
import net.bytebuddy.matcher.ElementMatchers;
import org.jspecify.annotations.Nullable;

/**
 * A driver that does nothing, so that what is measured is what lies above it. Connections,
 * statements and results are new objects each time, as with a real driver; methods that are not
 * written out below return null, 0 or false. It says that it is MySQL, for those who ask. Where the
 * URL says so, prepared statements run on a database in memory; questions about the server are
 * answered as ever.
 */
public final class NoOpDriver implements Driver {
  static final String URL = "jdbc:mysql://localhost:3306/";

  /** In a URL: prepared statements and transactions run on a database in this process. */
  static final String IN_MEMORY = "in-memory";

  private static final String[] COLUMNS = {"id", "name", "price"};
  private static final Method META = metaResult();
  private static final MethodHandle CONNECTION = complete(NoOpConnection.class);
  private static final MethodHandle STATEMENT = complete(NoOpStatement.class);
  private static final MethodHandle RESULT = complete(NoOpResult.class);
  private static final MethodHandle COLUMN_DATA = complete(NoOpColumnData.class);
  private static final MethodHandle METADATA = complete(NoOpMetaData.class);

  /** A constructor of a subclass in which every method that is still abstract does nothing. */
  private static MethodHandle complete(Class<?> type) {
    try {
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      Class<?> made =
          new ByteBuddy()
              .subclass(type)
              .name(type.getName() + "Complete")
              .method(ElementMatchers.isAbstract())
              .intercept(StubMethod.INSTANCE)
              .method(ElementMatchers.isAbstract().and(ElementMatchers.returns(ResultSet.class)))
              .intercept(MethodCall.invoke(META))
              .make()
              .load(type.getClassLoader(), ClassLoadingStrategy.UsingLookup.of(lookup))
              .getLoaded();
      return lookup
          .findConstructor(made, MethodType.methodType(void.class))
          .asType(MethodType.methodType(type));
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private static Method metaResult() {
    try {
      return NoOpDriver.class.getMethod("newMetaResult");
    } catch (NoSuchMethodException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** What metadata calls return. */
  public static ResultSet newMetaResult() {
    try {
      NoOpResult result = (NoOpResult) RESULT.invokeExact();
      result.rows = COLUMNS.length;
      return result;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  static NoOpStatement newStatement(NoOpConnection connection, String sql) {
    try {
      NoOpStatement statement = (NoOpStatement) STATEMENT.invokeExact();
      statement.connection = connection;
      statement.rows = sql.contains("information_schema") ? COLUMNS.length : 1;
      return statement;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  static NoOpResult newResult(NoOpStatement statement) {
    try {
      NoOpResult result = (NoOpResult) RESULT.invokeExact();
      result.statement = statement;
      return result;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  static NoOpConnection connection() {
    try {
      return (NoOpConnection) CONNECTION.invokeExact();
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** Called by the pool, by name. */
  public NoOpDriver() {}

  /** Makes this the driver of its URLs, instead of the real ones that are on the class path too. */
  static void register() throws SQLException {
    for (Driver each : DriverManager.drivers().toList()) {
      if (each.acceptsURL(URL)) {
        DriverManager.deregisterDriver(each);
      }
    }
    DriverManager.registerDriver(new NoOpDriver());
  }

  @Override
  public @Nullable Connection connect(String url, Properties info) throws SQLException {
    if (!acceptsURL(url)) {
      return null;
    }
    NoOpConnection made = connection();
    made.replica = url.contains("replica");
    if (url.contains(IN_MEMORY)) {
      made.database = InMemory.connect(made.node());
    }
    return made;
  }

  @Override
  public boolean acceptsURL(String url) {
    return url.startsWith("jdbc:mysql://");
  }

  @Override
  public DriverPropertyInfo[] getPropertyInfo(String url, Properties info) {
    return new DriverPropertyInfo[0];
  }

  @Override
  public int getMajorVersion() {
    return 8;
  }

  @Override
  public int getMinorVersion() {
    return 4;
  }

  @Override
  public boolean jdbcCompliant() {
    return false;
  }

  @Override
  public Logger getParentLogger() {
    return Logger.getGlobal();
  }

  /** A connection. */
  abstract static class NoOpConnection implements Connection {
    boolean replica;
    @Nullable Connection database;
    private boolean autoCommit = true;
    private boolean readOnly;
    private boolean closed;

    /** What a text column says: where it was read. */
    String node() {
      return replica ? "replica" : "primary";
    }

    @Override
    public PreparedStatement prepareStatement(String sql) throws SQLException {
      return database != null && InMemory.runs(sql)
          ? database.prepareStatement(sql)
          : newStatement(this, sql);
    }

    @Override
    public PreparedStatement prepareStatement(String sql, int type, int concurrency)
        throws SQLException {
      return prepareStatement(sql);
    }

    @Override
    public PreparedStatement prepareStatement(
        String sql, int type, int concurrency, int holdability) throws SQLException {
      return prepareStatement(sql);
    }

    @Override
    public void commit() throws SQLException {
      if (database != null) {
        database.commit();
      }
    }

    @Override
    public void rollback() throws SQLException {
      if (database != null) {
        database.rollback();
      }
    }

    @Override
    public NoOpStatement createStatement() {
      return newStatement(this, "");
    }

    @Override
    public DatabaseMetaData getMetaData() {
      try {
        return (NoOpMetaData) METADATA.invokeExact();
      } catch (Throwable e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public boolean getAutoCommit() {
      return autoCommit;
    }

    @Override
    public void setAutoCommit(boolean on) throws SQLException {
      autoCommit = on;
      if (database != null) {
        database.setAutoCommit(on);
      }
    }

    @Override
    public boolean isReadOnly() {
      return readOnly;
    }

    @Override
    public void setReadOnly(boolean on) {
      readOnly = on;
    }

    @Override
    public int getTransactionIsolation() {
      return Connection.TRANSACTION_READ_COMMITTED;
    }

    @Override
    public int getHoldability() {
      return ResultSet.CLOSE_CURSORS_AT_COMMIT;
    }

    @Override
    public String getCatalog() {
      return "test";
    }

    @Override
    public boolean isValid(int seconds) {
      return true;
    }

    @Override
    public boolean isClosed() {
      return closed;
    }

    @Override
    public void close() throws SQLException {
      closed = true;
      if (database != null) {
        database.close();
      }
    }
  }

  /** A statement. */
  abstract static class NoOpStatement implements PreparedStatement {
    NoOpConnection connection;
    int rows = 1;
    private NoOpResult result;
    private boolean closed;

    @Override
    public ResultSet executeQuery() {
      result = newResult(this);
      result.rows = rows;
      return result;
    }

    @Override
    public ResultSet executeQuery(String sql) {
      if (sql.startsWith("SHOW")) {
        result = newResult(this);
        result.rows = 0;
        return result;
      }
      if (sql.contains("innodb_read_only")) {
        return role();
      }
      if (sql.contains("gtid_executed")) {
        return gtids();
      }
      if (sql.startsWith("SELECT") && sql.contains("CONCAT(")) {
        return catalog(sql);
      }
      return sql.contains("information_schema") ? newMetaResult() : executeQuery();
    }

    /** One table, without triggers and cascades, for who asks the way that Sluice does. */
    private ResultSet catalog(String sql) {
      result = newResult(this);
      result.values =
          new String[] {"test.product", sql.contains("non_unique") ? "1" : "product", "1"};
      result.rows = sql.contains("triggers") || sql.contains("referential") ? 0 : 1;
      return result;
    }

    /** Whether it takes writes, for who asks before a failover. */
    private ResultSet role() {
      String read = connection.replica ? "1" : "0";
      String uuid = "3e11fa47-71ca-11e1-9e33-c80aa942956" + read;
      result = newResult(this);
      result.values = new String[] {read, "0", uuid, "3e11fa47-71ca-11e1-9e33-c80aa9429560:1-5"};
      return result;
    }

    /** What a replica that has everything answers when it is asked for its GTIDs. */
    private ResultSet gtids() {
      String uuid = "3e11fa47-71ca-11e1-9e33-c80aa9429562";
      result = newResult(this);
      result.values =
          new String[] {"", uuid + ":1-5", uuid, connection.replica ? "1" : "0", "ON", "1"};
      return result;
    }

    @Override
    public boolean execute() {
      result = newResult(this);
      return true;
    }

    @Override
    public int executeUpdate() {
      return 1;
    }

    @Override
    public int getUpdateCount() {
      return -1;
    }

    @Override
    public ResultSet getResultSet() {
      return result;
    }

    @Override
    public Connection getConnection() {
      return connection;
    }

    @Override
    public boolean isClosed() {
      return closed;
    }

    @Override
    public void close() {
      closed = true;
    }

    @Override
    public int getResultSetType() {
      return ResultSet.TYPE_FORWARD_ONLY;
    }

    @Override
    public int getResultSetConcurrency() {
      return ResultSet.CONCUR_READ_ONLY;
    }
  }

  /** A result of one row. */
  abstract static class NoOpResult implements ResultSet {
    NoOpStatement statement;
    String @Nullable [] values;
    int rows = 1;
    private int row;
    private boolean closed;

    @Override
    public ResultSetMetaData getMetaData() {
      try {
        return (NoOpColumnData) COLUMN_DATA.invokeExact();
      } catch (Throwable e) {
        throw new AssertionError(e);
      }
    }

    @Override
    public boolean next() {
      return row++ < rows;
    }

    @Override
    public String getString(String label) {
      return switch (label.toUpperCase(Locale.ROOT)) {
        case "TABLE_NAME" -> "product";
        case "COLUMN_NAME" -> COLUMNS[row - 1];
        case "DATA_TYPE" -> "bigint";
        case "TABLE_TYPE" -> "TABLE";
        default -> "";
      };
    }

    @Override
    public long getLong(int column) {
      return 42;
    }

    @Override
    public String getString(int column) {
      if (values != null) {
        return values[column - 1];
      }
      return statement == null ? "" : statement.connection.node();
    }

    @Override
    public boolean getBoolean(int column) {
      return values != null && values[column - 1].equals("1");
    }

    @Override
    public int getInt(int column) {
      return values == null ? 42 : Integer.parseInt(values[column - 1]);
    }

    @Override
    public java.sql.Statement getStatement() {
      return statement;
    }

    @Override
    public boolean isClosed() {
      return closed;
    }

    @Override
    public void close() {
      closed = true;
    }
  }

  /** What it says of a result's columns. */
  abstract static class NoOpColumnData implements ResultSetMetaData {
    @Override
    public int getColumnCount() {
      return 2;
    }

    @Override
    public String getColumnLabel(int column) {
      return COLUMNS[column];
    }

    @Override
    public String getColumnName(int column) {
      return COLUMNS[column];
    }
  }

  /** What it says of itself. */
  abstract static class NoOpMetaData implements DatabaseMetaData {
    @Override
    public String getDatabaseProductName() {
      return "MySQL";
    }

    @Override
    public String getDatabaseProductVersion() {
      return "8.4.0";
    }

    @Override
    public int getDatabaseMajorVersion() {
      return 8;
    }

    @Override
    public String getURL() {
      return "jdbc:mysql://localhost:3306/test";
    }

    @Override
    public String getUserName() {
      return "test";
    }
  }
}
