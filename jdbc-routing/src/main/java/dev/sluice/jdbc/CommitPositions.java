package dev.sluice.jdbc;

import dev.sluice.causality.Position;
import dev.sluice.jdbc.mysql.CommitGtids;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Positions of commits that came with the server's answer; only Connector/J hands them over. */
final class CommitPositions {
  private static final boolean CONNECTOR_J = PooledNode.present("com.mysql.cj.jdbc.JdbcConnection");

  private final @Nullable CommitGtids gtids = CONNECTOR_J ? new CommitGtids() : null;

  void borrowed(Connection physical) throws SQLException {
    if (gtids != null) {
      gtids.borrowed(physical);
    }
  }

  @Nullable Position committed(Connection physical) {
    String gtid = gtids == null ? null : gtids.take(physical);
    return gtid == null ? null : position(gtid);
  }

  /** One transaction of an untagged source; anything else is not a place in a row of numbers. */
  static @Nullable Position position(String gtid) {
    int colon = gtid.indexOf(':');
    if (colon <= 0 || colon != gtid.lastIndexOf(':')) {
      return null;
    }
    try {
      return new Position(
          gtid.substring(0, colon).strip().toLowerCase(Locale.ROOT),
          Long.parseLong(gtid.substring(colon + 1).strip()));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }
}
