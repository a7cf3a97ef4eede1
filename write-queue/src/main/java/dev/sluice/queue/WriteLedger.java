package dev.sluice.queue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Locale;
import javax.sql.DataSource;

/**
 * The tables in which the applier keeps what it has applied. They must be in the same database as
 * the written tables, so that effect and membership commit together.
 */
public final class WriteLedger {
  private WriteLedger() {}

  /**
   * Makes the tables that are not there. The same statements are on the class path as {@code
   * dev/sluice/queue/ledger-mysql.sql} and {@code ledger-postgresql.sql}, for who keeps DDL
   * elsewhere.
   *
   * @param dataSource the database, with a user that may create tables
   * @throws SQLException from the database, or when it is none of MySQL, MariaDB and PostgreSQL
   */
  public static void createTables(DataSource dataSource) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      SqlDialect dialect = SqlDialect.of(connection);
      for (String sql : ddl(dialect).split(";\\s*\n")) {
        if (!sql.isBlank()) {
          statement.execute(sql);
        }
      }
      if (!connection.getAutoCommit()) {
        connection.commit();
      }
    }
  }

  /**
   * Lets a halted lane go on after a pack is lost for good, by taking all packs of a producer up to
   * a number as applied. Writes in them that were not applied never will be. The applier's log
   * names the arguments.
   *
   * @param dataSource the database
   * @param queue name of the queue
   * @param lane the lane
   * @param producer the producer's id
   * @param sequence the last pack to give up
   * @return false if the ledger does not know the stream or is further already
   * @throws SQLException from the database
   */
  public static boolean giveUp(
      DataSource dataSource, String queue, int lane, String producer, long sequence)
      throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      connection.setAutoCommit(false);
      try (PreparedStatement update =
          connection.prepareStatement(
              "UPDATE sluice_stream SET last_seq = ? WHERE queue_id = ? AND lane = ? AND producer_id = ? AND last_seq < ?")) {
        new Ledger(connection, SqlDialect.of(connection), queue, lane).lock();
        update.setLong(1, sequence);
        update.setString(2, queue);
        update.setInt(3, lane);
        update.setString(4, producer);
        update.setLong(5, sequence);
        boolean changed = update.executeUpdate() == 1;
        connection.commit();
        return changed;
      } catch (SQLException e) {
        connection.rollback();
        throw e;
      } finally {
        connection.setAutoCommit(true);
      }
    }
  }

  private static String ddl(SqlDialect dialect) {
    String file = "ledger-" + dialect.name().toLowerCase(Locale.ROOT) + ".sql";
    try (InputStream in = WriteLedger.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException(file + " is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
