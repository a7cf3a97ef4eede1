package dev.sluice.queue;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection of a lane: kept while there is work, so that its settings cost no round trip for
 * each batch. Used by one thread, while others may cut it off.
 */
final class LaneConnection {
  private static final Logger LOG = LoggerFactory.getLogger(LaneConnection.class);

  private final DataSource dataSource;
  private final WaitLimits limits;

  /** Held while the connection is taken away from here, so that nobody cuts it off elsewhere. */
  private final ReentrantLock handing = new ReentrantLock();

  private @Nullable Connection connection;
  private WaitLimits.Before before = WaitLimits.Before.NOTHING;
  private boolean autoCommit = true;
  private int isolation = Connection.TRANSACTION_READ_COMMITTED;
  private long begun;
  private boolean working;
  private volatile boolean expired;
  private volatile boolean cut;

  LaneConnection(DataSource dataSource, WaitLimits limits) {
    this.dataSource = dataSource;
    this.limits = limits;
  }

  /** From here to {@link #end} the limit of a transaction counts. */
  void begin() {
    handing.lock();
    try {
      begun = System.nanoTime();
      working = true;
      expired = false;
    } finally {
      handing.unlock();
    }
  }

  void end() {
    handing.lock();
    try {
      working = false;
      expired = false;
    } finally {
      handing.unlock();
    }
  }

  Connection open() throws SQLException {
    requireInTime();
    Connection open = connection;
    if (open == null) {
      open = dataSource.getConnection();
      hand(open);
      try {
        prepare(open);
      } catch (SQLException | RuntimeException | Error e) {
        discard();
        throw e;
      }
    }
    requireInTime();
    return open;
  }

  private void prepare(Connection open) throws SQLException {
    autoCommit = open.getAutoCommit();
    if (!autoCommit) {
      open.setAutoCommit(true);
    }
    isolation = open.getTransactionIsolation();
    if (isolation != Connection.TRANSACTION_READ_COMMITTED) {
      open.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
    }
    before = limits.set(open);
    open.setAutoCommit(false);
  }

  /** Commits what was done on it, unless it was cut off. */
  void commit() throws SQLException {
    requireInTime();
    Connection open = connection;
    if (open != null) {
      open.commit();
    }
  }

  private void requireInTime() throws SQLException {
    if (cut) {
      discard();
      throw new SQLNonTransientConnectionException("cut off, the applier ends", "08003");
    }
    if (expired) {
      discard();
      throw late(null);
    }
  }

  /** What a failure is: of the time, if that was over. */
  SQLException failure(SQLException e) {
    return expired && !(e instanceof SQLTimeoutException) ? late(e) : e;
  }

  private SQLTimeoutException late(@Nullable SQLException cause) {
    return new SQLTimeoutException(
        "no transaction within " + limits.limit().toMillis() + " ms", "HYT00", cause);
  }

  /** Whether the transaction under way took too long. */
  boolean expired() {
    return expired;
  }

  /** Cuts off a transaction that takes longer than the limit. True if it did. By any thread. */
  boolean expire() {
    handing.lock();
    try {
      if (!working || expired || System.nanoTime() - begun < limits.limit().toNanos()) {
        return false;
      }
      expired = true;
      abort(connection);
      return true;
    } finally {
      handing.unlock();
    }
  }

  /** Cuts off what is under way, and whatever comes. By any thread. */
  void cutOff() {
    handing.lock();
    try {
      cut = true;
      abort(connection);
    } finally {
      handing.unlock();
    }
  }

  private static void abort(@Nullable Connection open) {
    if (open != null) {
      try {
        open.abort(Runnable::run);
      } catch (SQLException | RuntimeException e) {
        LOG.debug("cutting off a connection failed: {}", e.getClass().getName());
      }
    }
  }

  boolean isOpen() {
    return connection != null;
  }

  private void hand(Connection open) {
    handing.lock();
    try {
      connection = open;
    } finally {
      handing.unlock();
    }
  }

  private @Nullable Connection take() {
    handing.lock();
    try {
      Connection open = connection;
      connection = null;
      return open;
    } finally {
      handing.unlock();
    }
  }

  /** Undoes what is not committed; a connection that cannot even do that is given up. */
  void rollback() {
    Connection open = connection;
    if (open != null) {
      try {
        open.rollback();
      } catch (SQLException e) {
        LOG.debug("rollback failed: {}", AppliedWatch.said(e));
        discard();
      } catch (RuntimeException | Error e) {
        discard();
        throw e;
      }
    }
  }

  /** Gives it back as it was, without what is not committed. */
  void release() {
    // first: turning autocommit on commits
    rollback();
    Connection open = take();
    if (open != null) {
      try (open) {
        open.setAutoCommit(true);
        before.restore(open);
        if (isolation != Connection.TRANSACTION_READ_COMMITTED) {
          open.setTransactionIsolation(isolation);
        }
        if (!autoCommit) {
          open.setAutoCommit(false);
        }
      } catch (SQLException e) {
        LOG.debug("closing a connection failed: {}", AppliedWatch.said(e));
      }
    }
  }

  /**
   * Gives it back in a way that makes pools throw it away: its state is not known, or its server
   * does not take writes.
   */
  void discard() {
    Connection open = take();
    if (open != null) {
      try (open) {
        open.abort(Runnable::run);
      } catch (SQLException e) {
        LOG.debug("closing a connection failed: {}", AppliedWatch.said(e));
      }
    }
  }
}
