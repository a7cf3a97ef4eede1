package dev.sluice.queue;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import javax.sql.DataSource;

/**
 * Shows, replays and discards what was parked. Works beside running appliers: it takes the lane's
 * lock. Thread-safe; holds nothing to close. Exceptions are the database's.
 */
public final class ParkedWrites {
  private static final int MOST = 1000;
  private static final String COLUMNS =
      "SELECT id, lane, producer_id, seq, idx, reason, sql_state, vendor_code, parked_at, body, key_hash FROM sluice_parked"
          + " WHERE queue_id = ? AND state = 0";

  private final DataSource dataSource;
  private final String queue;

  private ParkedWrites(DataSource dataSource, String queue) {
    this.dataSource = dataSource;
    this.queue = queue;
  }

  /**
   * The parked writes of a queue.
   *
   * @param dataSource the database with the ledger
   * @param queue name of the queue
   * @return an object for them
   */
  public static ParkedWrites of(DataSource dataSource, String queue) {
    return new ParkedWrites(dataSource, Options.name(queue));
  }

  /**
   * What replaying a lane did.
   *
   * @param replayed writes that are applied now
   * @param left writes that still fail, are behind one that does, or came in a message that cannot
   *     be replayed
   */
  public record Replay(int replayed, int left) {}

  /**
   * What is parked.
   *
   * @param most at most that many, 1 to 1000
   * @return in the order of parking
   * @throws SQLException from the database
   */
  public List<ParkedWrite> list(int most) throws SQLException {
    Options.range("most", most, 1, MOST);
    try (Connection connection = dataSource.getConnection();
        PreparedStatement query =
            connection.prepareStatement(COLUMNS + " ORDER BY id LIMIT " + most)) {
      query.setString(1, queue);
      List<ParkedWrite> parked = new ArrayList<>();
      for (Row row : rows(query)) {
        parked.add(row.parked);
      }
      return parked;
    }
  }

  /**
   * Gives a parked write up; its ordering key goes on if nothing else of it is parked. The row
   * stays, marked.
   *
   * @param id its {@link ParkedWrite#id}
   * @return false if there is no such write, or it was replayed or discarded before
   * @throws SQLException from the database
   */
  public boolean discard(long id) throws SQLException {
    int lane = -1;
    boolean blocking = false;
    try (Connection connection = dataSource.getConnection();
        PreparedStatement query =
            connection.prepareStatement(
                "SELECT lane, blocking FROM sluice_parked WHERE queue_id = ? AND id = ?")) {
      query.setString(1, queue);
      query.setLong(2, id);
      try (ResultSet rows = query.executeQuery()) {
        if (rows.next()) {
          lane = rows.getInt(1);
          blocking = rows.getInt(2) != 0;
        }
      }
      if (lane >= 0 && !blocking) {
        // perhaps of a lane that this queue does not have; and nothing waits for it
        boolean marked = mark(connection, id, 2);
        if (!connection.getAutoCommit()) {
          connection.commit();
        }
        return marked;
      }
    }
    return lane >= 0 && inLane(lane, (connection, ledger) -> mark(connection, id, 2));
  }

  /**
   * Applies the parked writes of a lane in their order, in one transaction: at most 1000, after a
   * failure none of the same ordering key. Whole messages are never replayed: nobody knows what
   * they meant, or what came before them.
   *
   * @param lane the lane
   * @return what happened
   * @throws SQLException from the database; then nothing was replayed
   */
  public Replay replay(int lane) throws SQLException {
    return inLane(
        lane,
        (connection, ledger) -> {
          SqlDialect dialect = SqlDialect.of(connection);
          StepRunner sql = new StepRunner(connection, dialect, Long.MAX_VALUE);
          Set<String> failed = new HashSet<>();
          int replayed = 0;
          int left = 0;
          for (Row row : laneRows(connection, lane)) {
            if (row.parked.index() >= 0
                && !failed.contains(row.keyHash)
                && applied(connection, dialect, sql, row.parked)) {
              mark(connection, row.parked.id(), 1);
              replayed++;
            } else {
              failed.add(row.keyHash);
              left++;
            }
          }
          return new Replay(replayed, left);
        });
  }

  private List<Row> laneRows(Connection connection, int lane) throws SQLException {
    try (PreparedStatement query =
        connection.prepareStatement(COLUMNS + " AND lane = ? ORDER BY id LIMIT " + MOST)) {
      query.setString(1, queue);
      query.setInt(2, lane);
      return rows(query);
    }
  }

  private static boolean applied(
      Connection connection, SqlDialect dialect, StepRunner sql, ParkedWrite parked)
      throws SQLException {
    Savepoint before = connection.setSavepoint();
    Function<String, TableFacts> nothing = table -> TableFacts.UNKNOWN;
    try {
      Write write = PackCodec.decodeWrite(parked.body());
      sql.execute(Planner.plan(List.of(write), nothing, dialect));
      sql.checkDeferred();
      connection.releaseSavepoint(before);
      return true;
    } catch (PackCodec.UnreadableException e) {
      return false;
    } catch (SQLException e) {
      ErrorPolicy.Kind kind = ErrorPolicy.classify(dialect, e);
      if (kind != ErrorPolicy.Kind.PERMANENT && kind != ErrorPolicy.Kind.LATER) {
        throw e;
      }
      sql.rollback(before, e);
      return false;
    }
  }

  private boolean mark(Connection connection, long id, int state) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE sluice_parked SET state = ? WHERE queue_id = ? AND id = ? AND state = 0")) {
      update.setInt(1, state);
      update.setString(2, queue);
      update.setLong(3, id);
      return update.executeUpdate() == 1;
    }
  }

  @FunctionalInterface
  private interface Work<T> {
    T in(Connection connection, Ledger ledger) throws SQLException;
  }

  private <T> T inLane(int lane, Work<T> work) throws SQLException {
    LaneConnection holder = new LaneConnection(dataSource, WaitLimits.NONE);
    try {
      Connection connection = holder.open();
      Ledger ledger = new Ledger(connection, SqlDialect.of(connection), queue, lane);
      ledger.lock();
      T result = work.in(connection, ledger);
      ledger.countBlocked();
      holder.commit();
      return result;
    } catch (SQLException e) {
      holder.rollback();
      throw e;
    } catch (RuntimeException | Error e) {
      // effect and mark stay together: nothing of this may be committed
      holder.discard();
      throw e;
    } finally {
      holder.release();
    }
  }

  private record Row(ParkedWrite parked, String keyHash) {}

  private static List<Row> rows(PreparedStatement query) throws SQLException {
    List<Row> found = new ArrayList<>();
    try (ResultSet rows = query.executeQuery()) {
      while (rows.next()) {
        ParkedWrite parked =
            new ParkedWrite(
                rows.getLong(1),
                rows.getInt(2),
                rows.getString(3),
                rows.getLong(4),
                rows.getInt(5),
                rows.getString(6),
                rows.getString(7),
                rows.getInt(8),
                rows.getTimestamp(9).toInstant(),
                rows.getString(10));
        found.add(new Row(parked, rows.getString(11)));
      }
    }
    return found;
  }
}
