package dev.sluice.jdbc;

import dev.sluice.jdbc.hikari.HikariPools;
import dev.sluice.sql.Dialect;
import dev.sluice.sql.LexerMode;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Objects;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks one server where it is, over a connection of its own that it keeps. Used by one thread at a
 * time; {@link #close()} by any.
 */
final class PositionProbe implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PositionProbe.class);

  /** Name service and credentials may have changed: connections do not live longer. */
  private static final long LONGEST_NANOS = Duration.ofMinutes(5).toNanos();

  private final DataSource source;
  private final boolean owned;
  private final @Nullable Heartbeat heartbeat;
  private final boolean moves;
  private final Duration timeout;
  private final @Nullable Dialect expected;
  private volatile @Nullable Connection connection;
  private volatile @Nullable Dialect dialect;
  private volatile @Nullable LexerMode lexerMode;
  private volatile boolean closed;
  private long openedNanos;
  private long askedNanos;
  private boolean broken;
  private boolean restarted;
  private @Nullable Reading before;

  PositionProbe(DataSource pool, @Nullable Dialect expected, Duration timeout) {
    this(pool, expected, timeout, null, false);
  }

  /**
   * A probe.
   *
   * @param heartbeat tells where the server is instead of its log; null: the log does
   * @param moves whether the server is asked as a primary, which moves the heartbeat
   */
  PositionProbe(
      DataSource pool,
      @Nullable Dialect expected,
      Duration timeout,
      @Nullable Heartbeat heartbeat,
      boolean moves) {
    this.heartbeat = heartbeat;
    this.moves = moves;
    DataSource companion =
        PooledNode.present("com.zaxxer.hikari.HikariDataSource")
            ? HikariPools.companion(pool, timeout)
            : null;
    this.source = companion == null ? pool : companion;
    this.owned = companion != null;
    this.expected = expected;
    this.timeout = timeout;
  }

  /** Where connections for other background questions come from. */
  DataSource source() {
    return source;
  }

  /** The dialect of the server; null before it has answered. */
  @Nullable Dialect dialect() {
    return dialect;
  }

  /** How a new session of the server cuts text into tokens; null before it has answered. */
  @Nullable LexerMode lexerMode() {
    return lexerMode;
  }

  /**
   * Asks. A connection that breaks is replaced once, at once: a pool or a proxy may have closed it.
   *
   * @param now the ticker's reading
   */
  Reading read(long now) throws SQLException {
    boolean kept = connection != null;
    try {
      return readOnce(now);
    } catch (SQLException e) {
      // A server that hangs would hang again.
      if (!kept || closed || System.nanoTime() - askedNanos > timeout.toNanos() / 2) {
        throw e;
      }
      return readOnce(now);
    }
  }

  private Reading readOnce(long now) throws SQLException {
    askedNanos = System.nanoTime();
    try {
      Connection open = open(now);
      Reading reading = ask(open, Objects.requireNonNull(dialect));
      before = reading;
      restarted = broken;
      broken = false;
      return reading;
    } catch (SQLException | RuntimeException e) {
      broken = true;
      drop();
      throw e;
    }
  }

  private Reading ask(Connection open, Dialect spoken) throws SQLException {
    if (heartbeat != null) {
      return moves ? heartbeat.beat(open, spoken, broken) : heartbeat.read(open, spoken);
    }
    try (Statement statement = open.createStatement();
        ResultSet row = statement.executeQuery(query(spoken))) {
      if (!row.next()) {
        throw new SQLException("no position");
      }
      return reading(spoken, row);
    }
  }

  /**
   * Whether the connection had broken before the last answer, so that the server may have been
   * restarted.
   */
  boolean restarted() {
    return restarted;
  }

  private Connection open(long now) throws SQLException {
    Connection open = connection;
    if (open != null && now - openedNanos > LONGEST_NANOS) {
      drop();
      open = null;
    }
    if (open == null) {
      open = source.getConnection();
      connection = open;
      openedNanos = now;
      if (closed) {
        throw new SQLException("closed");
      }
      if (!open.getAutoCommit()) {
        open.setAutoCommit(true);
      }
      open.setNetworkTimeout(Runnable::run, (int) timeout.toMillis());
      Dialect spoken = DialectProbe.dialect(open);
      if (expected != null && expected != spoken) {
        throw new WrongDialect("dialect: the server speaks " + spoken + ", configured " + expected);
      }
      dialect = spoken;
      lexerMode = DialectProbe.lexerMode(open, spoken);
      if (heartbeat != null) {
        heartbeat.opened(open, spoken);
      } else if (spoken == Dialect.MYSQL && !moves && MySqlVariables.of(open).auroraReader()) {
        throw new WrongDialect("it shares Aurora's storage and has no position: needs heartbeat");
      }
    }
    return open;
  }

  /** The configuration does not fit the server. */
  static final class WrongDialect extends SQLException {
    private static final long serialVersionUID = 1;

    WrongDialect(String message) {
      super(message, "0A000");
    }
  }

  private static String query(Dialect dialect) {
    return switch (dialect) {
      case MYSQL -> MySqlReading.QUERY;
      case MARIADB -> MariaDbReading.QUERY;
      case POSTGRESQL -> PostgresReading.QUERY;
    };
  }

  private Reading reading(Dialect spoken, ResultSet row) throws SQLException {
    return switch (spoken) {
      case MYSQL -> MySqlReading.of(row);
      case MARIADB -> MariaDbReading.of(row);
      case POSTGRESQL -> PostgresReading.of(row, before);
    };
  }

  private void drop() {
    Connection open = connection;
    connection = null;
    if (open != null) {
      try {
        if (!owned) {
          open.abort(Runnable::run);
        } else {
          HikariPools.evict(source, open);
        }
        open.close();
      } catch (SQLException | RuntimeException e) {
        LOG.debug("a probe's connection did not close", e);
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    drop();
    if (owned && source instanceof AutoCloseable pool) {
      try {
        pool.close();
      } catch (Exception e) {
        LOG.debug("a probe's pool did not close", e);
      }
    }
  }
}
