package dev.sluice.queue;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The ledger's statements for one lane, on a connection in a transaction. */
final class Ledger {
  /** Producer of a message that could not be read. */
  private static final String NOBODY = "0".repeat(32);

  private final Connection connection;
  private final SqlDialect dialect;
  private final String queue;
  private final int lane;

  Ledger(Connection connection, SqlDialect dialect, String queue, int lane) {
    this.connection = connection;
    this.dialect = dialect;
    this.queue = queue;
    this.lane = lane;
  }

  /**
   * Something to be parked.
   *
   * @param lane the lane that its producer sent it to, which is how the producer asks for it
   * @param id pack that it came with; null if it could not be read
   * @param index place in the pack; -1 for the whole message
   * @param orderingKey what it orders; null for a message
   * @param blocking whether later writes of the key wait behind it
   * @param body the write, or the message as it came
   */
  record Parking(
      int lane,
      @Nullable PackId id,
      int index,
      @Nullable String orderingKey,
      boolean blocking,
      String reason,
      @Nullable SQLException error,
      String body) {}

  /**
   * Takes the lane's lock until the end of the transaction; how many parked writes hold others
   * back.
   */
  int lock() throws SQLException {
    try (PreparedStatement query =
        prepare("SELECT blocked FROM sluice_lane WHERE queue_id = ? AND lane = ? FOR UPDATE")) {
      try (ResultSet rows = query.executeQuery()) {
        if (!rows.next()) {
          throw new SQLException(queue + ": the ledger has no lane " + lane, "42P01");
        }
        return rows.getInt(1);
      }
    }
  }

  /**
   * Advances a stream over packs that follow directly; false if they do not, or the stream is not
   * known.
   */
  boolean advance(String producer, long first, int packs) throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE sluice_stream SET last_seq = last_seq + ? WHERE queue_id = ? AND lane = ? AND producer_id = ?"
                + " AND last_seq = ?")) {
      update.setLong(1, packs);
      update.setString(2, queue);
      update.setInt(3, lane);
      update.setString(4, producer);
      update.setLong(5, first - 1);
      return update.executeUpdate() == 1;
    }
  }

  /**
   * How far streams are; those that are not known are left out. Reads what is committed now,
   * whatever the isolation.
   */
  Map<String, Long> streams(Collection<String> producers) throws SQLException {
    String sql =
        "SELECT producer_id, last_seq FROM sluice_stream WHERE queue_id = ? AND lane = ? AND producer_id IN (?"
            + ", ?".repeat(producers.size() - 1)
            + ") ORDER BY producer_id FOR UPDATE";
    Map<String, Long> last = new HashMap<>();
    try (PreparedStatement query = prepare(sql)) {
      int i = 3;
      for (String producer : producers) {
        query.setString(i++, producer);
      }
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          last.put(rows.getString(1), rows.getLong(2));
        }
      }
    }
    return last;
  }

  void record(Map<String, Long> streams) throws SQLException {
    String row = "(?, ?, ?, ?)";
    String sql =
        "INSERT INTO sluice_stream (queue_id, lane, producer_id, last_seq) VALUES "
            + row
            + (", " + row).repeat(streams.size() - 1)
            + dialect.advanceStream();
    try (PreparedStatement insert = connection.prepareStatement(sql)) {
      int i = 1;
      for (Map.Entry<String, Long> stream : streams.entrySet()) {
        insert.setString(i++, queue);
        insert.setInt(i++, lane);
        insert.setString(i++, stream.getKey());
        insert.setLong(i++, stream.getValue());
      }
      insert.executeUpdate();
    }
  }

  /** Hashes of the ordering keys that are held back. */
  Set<String> blockedKeys() throws SQLException {
    Set<String> keys = new HashSet<>();
    try (PreparedStatement query =
            prepare(
                "SELECT DISTINCT key_hash FROM sluice_parked WHERE queue_id = ? AND lane = ? AND state = 0 AND blocking = 1");
        ResultSet rows = query.executeQuery()) {
      while (rows.next()) {
        keys.add(rows.getString(1));
      }
    }
    return keys;
  }

  /** Parks; a message that is parked already is not parked again. True if it was. */
  boolean park(Parking parking) throws SQLException {
    String producer = parking.id == null ? NOBODY : parking.id.producer();
    long sequence = parking.id == null ? 0 : parking.id.sequence();
    String hash = LaneSender.hash(parking.orderingKey == null ? parking.body : parking.orderingKey);
    if (parking.index < 0 && parked(parking.lane, producer, sequence, hash)) {
      return false;
    }
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO sluice_parked (queue_id, lane, producer_id, seq, idx, blocking, key_hash, reason, sql_state, vendor_code,"
                + " body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
      insert.setString(1, queue);
      insert.setInt(2, parking.lane);
      insert.setString(3, producer);
      insert.setLong(4, sequence);
      insert.setInt(5, parking.index);
      insert.setInt(6, parking.blocking ? 1 : 0);
      insert.setString(7, hash);
      insert.setString(8, parking.reason);
      SQLException error = parking.error;
      insert.setString(9, error == null ? null : error.getSQLState());
      insert.setInt(10, error == null ? 0 : error.getErrorCode());
      insert.setString(11, parking.body);
      insert.executeUpdate();
    }
    return true;
  }

  private boolean parked(int sentTo, String producer, long sequence, String hash)
      throws SQLException {
    try (PreparedStatement query =
        prepare(
            "SELECT 1 FROM sluice_parked WHERE queue_id = ? AND lane = ? AND producer_id = ? AND seq = ? AND idx = -1"
                + " AND key_hash = ?")) {
      query.setInt(2, sentTo);
      query.setString(3, producer);
      query.setLong(4, sequence);
      query.setString(5, hash);
      try (ResultSet rows = query.executeQuery()) {
        return rows.next();
      }
    }
  }

  /** Counts anew what holds others back. */
  void countBlocked() throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "UPDATE sluice_lane SET blocked = (SELECT COUNT(*) FROM sluice_parked WHERE queue_id = ? AND lane = ? AND state = 0"
                + " AND blocking = 1) WHERE queue_id = ? AND lane = ?")) {
      for (int i = 1; i <= 3; i += 2) {
        update.setString(i, queue);
        update.setInt(i + 1, lane);
      }
      update.executeUpdate();
    }
  }

  /**
   * Makes the rows of all lanes, and refuses a number of lanes other than the queue was made with.
   */
  static void prepareLanes(Connection connection, SqlDialect dialect, String queue, int lanes)
      throws SQLException {
    try (PreparedStatement insert =
        connection.prepareStatement(
            "INSERT INTO sluice_lane (queue_id, lane, lanes) VALUES (?, ?, ?)"
                + dialect.ignoreDuplicates())) {
      for (int lane = 0; lane < lanes; lane++) {
        insert.setString(1, queue);
        insert.setInt(2, lane);
        insert.setInt(3, lanes);
        insert.executeUpdate();
      }
    }
    try (PreparedStatement query =
        connection.prepareStatement("SELECT DISTINCT lanes FROM sluice_lane WHERE queue_id = ?")) {
      query.setString(1, queue);
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          if (rows.getInt(1) != lanes) {
            throw new IllegalArgumentException(
                "lanes: queue " + queue + " was made with " + rows.getInt(1) + ", got " + lanes);
          }
        }
      }
    }
  }

  private PreparedStatement prepare(String sql) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    try {
      statement.setString(1, queue);
      statement.setInt(2, lane);
      return statement;
    } catch (SQLException | RuntimeException e) {
      statement.close();
      throw e;
    }
  }
}
