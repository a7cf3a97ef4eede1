package dev.sluice.insights;

import dev.sluice.sql.Dialect;
import dev.sluice.sql.LexerMode;
import dev.sluice.sql.StatementCache;
import dev.sluice.sql.StatementObserver;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Objects;
import java.util.logging.Logger;
import javax.sql.DataSource;

/**
 * A DataSource that tells a {@link StatementObserver} of every statement and changes nothing else:
 * results, exceptions and transactions are those of the wrapped DataSource. For applications that
 * only want to measure; a routing DataSource takes an observer itself.
 *
 * <p>Time is measured from the call of an {@code execute} method to its return, so fetching rows of
 * a streaming result is not part of it. Result sets are not wrapped: their {@code getStatement()}
 * is the driver's. Safe for use by several threads. Owns nothing: close the wrapped DataSource
 * yourself.
 */
public final class ObservedDataSource implements DataSource {
  private final DataSource source;
  private final Observation observation;

  /**
   * Wraps a DataSource.
   *
   * @param source what is wrapped, normally a pool
   * @param dialect the dialect of its SQL
   * @param observer is told of every statement, normally {@link Insights}
   */
  public ObservedDataSource(DataSource source, Dialect dialect, StatementObserver observer) {
    this.source = Objects.requireNonNull(source, "source");
    this.observation =
        new Observation(
            new StatementCache(4_096),
            LexerMode.of(dialect),
            Objects.requireNonNull(observer, "observer"));
  }

  @Override
  public Connection getConnection() throws SQLException {
    return new ObservedConnection(source.getConnection(), observation);
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    return new ObservedConnection(source.getConnection(user, password), observation);
  }

  @Override
  public PrintWriter getLogWriter() throws SQLException {
    return source.getLogWriter();
  }

  @Override
  public void setLogWriter(PrintWriter out) throws SQLException {
    source.setLogWriter(out);
  }

  @Override
  public void setLoginTimeout(int seconds) throws SQLException {
    source.setLoginTimeout(seconds);
  }

  @Override
  public int getLoginTimeout() throws SQLException {
    return source.getLoginTimeout();
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    return source.getParentLogger();
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    return type.isInstance(source) ? type.cast(source) : source.unwrap(type);
  }

  @Override
  public boolean isWrapperFor(Class<?> type) throws SQLException {
    return type.isInstance(source) || source.isWrapperFor(type);
  }
}
