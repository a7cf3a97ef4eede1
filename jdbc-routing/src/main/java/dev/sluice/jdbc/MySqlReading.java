package dev.sluice.jdbc;

import dev.sluice.causality.Position;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/*
 * GTIDs of MySQL. A replica adds a GTID to gtid_executed after the engine's commit, so everything in
 * gtid_executed is visible there: a lower bound. On the primary this order makes gtid_executed too
 * little: between the engine's commit, which others can see, and the addition the transaction's GTID is
 * in gtid_owned only, and a replica may even have it before (the binary log is sent before the engine's
 * commit). So the upper bound is the union of both. They are asked in the order owned, executed:
 * the server moves a GTID from the first to the second in one step, so one that has left the first is
 * in the second when it is read.
 */
record MySqlReading(
    boolean readOnly, @Nullable String unfit, String uuid, GtidSet executed, GtidSet owned)
    implements Reading {
  static final String QUERY =
      "SELECT @@GLOBAL.gtid_owned, @@GLOBAL.gtid_executed, @@GLOBAL.server_uuid,"
          + " @@GLOBAL.read_only, @@GLOBAL.gtid_mode, @@GLOBAL.log_bin";

  static MySqlReading of(ResultSet row) throws SQLException {
    String mode = row.getString(5);
    String unfit =
        !"ON".equals(mode)
            ? "gtid_mode is " + mode + ", must be ON"
            : row.getInt(6) == 0 ? "the binary log is off" : null;
    return new MySqlReading(
        row.getBoolean(4),
        unfit,
        row.getString(3).toLowerCase(Locale.ROOT),
        GtidSet.parse(row.getString(2)),
        GtidSet.parse(row.getString(1)));
  }

  @Override
  public String timeline() {
    return uuid;
  }

  /** As the primary's: what is visible or may be at any moment. */
  private GtidSet visible() {
    return executed.union(owned);
  }

  @Override
  public boolean covers(Reading other) {
    if (!(other instanceof MySqlReading reading)) {
      return false;
    }
    return uuid.equals(reading.uuid)
        ? visible().contains(reading.executed)
        : executed.contains(reading.visible());
  }

  @Override
  public @Nullable Position upperBound(Reading first) {
    return first instanceof MySqlReading known
            && known.visible().without(uuid).contains(visible().without(uuid))
        ? new Position(uuid, visible().last(uuid))
        : null;
  }

  @Override
  public @Nullable Position lowerBound(Reading primary) {
    // Without all of what came before this primary's own transactions nothing is said by their
    // count.
    return primary instanceof MySqlReading reading
            && executed.contains(reading.executed.without(reading.uuid))
        ? new Position(reading.uuid, executed.gapFreeEnd(reading.uuid))
        : null;
  }

  @Override
  public boolean provesPast(Position position) {
    return !position.timeline().equals(uuid) && executed.mentions(position.timeline());
  }
}
