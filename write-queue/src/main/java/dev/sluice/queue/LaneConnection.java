package dev.sluice.queue;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection of a lane: kept while there is work, so that its settings cost no round trip for
 * each batch. Not thread-safe.
 */
final class LaneConnection {
  private static final Logger LOG = LoggerFactory.getLogger(LaneConnection.class);

  private final DataSource dataSource;
  private @Nullable Connection connection;
  private int isolation;

  LaneConnection(DataSource dataSource) {
    this.dataSource = dataSource;
  }

  Connection open() throws SQLException {
    Connection open = connection;
    if (open == null) {
      open = dataSource.getConnection();
      connection = open;
      try {
        isolation = open.getTransactionIsolation();
        if (isolation != Connection.TRANSACTION_READ_COMMITTED) {
          open.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        }
        open.setAutoCommit(false);
      } catch (SQLException e) {
        discard();
        throw e;
      }
    }
    return open;
  }

  boolean isOpen() {
    return connection != null;
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
      }
    }
  }

  /** Gives it back as it was. */
  void release() {
    Connection open = connection;
    connection = null;
    if (open != null) {
      try (open) {
        open.setAutoCommit(true);
        if (isolation != Connection.TRANSACTION_READ_COMMITTED) {
          open.setTransactionIsolation(isolation);
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
    Connection open = connection;
    connection = null;
    if (open != null) {
      try (open) {
        open.abort(Runnable::run);
      } catch (SQLException e) {
        LOG.debug("closing a connection failed: {}", AppliedWatch.said(e));
      }
    }
  }
}
