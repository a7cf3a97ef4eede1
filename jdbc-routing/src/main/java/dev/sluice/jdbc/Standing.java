package dev.sluice.jdbc;

import java.util.Locale;

/**
 * What a server says of its role. Immutable.
 *
 * @param writable whether it takes writes: not in recovery, not read-only
 * @param server the server itself: its UUID or number, or when its process was started
 * @param database the database cluster, where the server knows it (PostgreSQL); else empty
 * @param branch PostgreSQL's timeline, of a standby that which it receives; 0 for not known, and on
 *     the others
 * @param history what it has written and applied, on MySQL and MariaDB; else empty
 * @param following whether it applies what another server writes
 */
record Standing(
    boolean writable,
    String server,
    String database,
    int branch,
    GtidSet history,
    Following following) {

  /** Whether a server is set up to apply what another one writes. */
  enum Following {
    YES,
    NO,
    /** The account may not ask. */
    UNKNOWN
  }

  Standing following(Following now) {
    return new Standing(writable, server, database, branch, history, now);
  }

  /** The GTIDs of MariaDB, by server and domain: of each the last one is told. */
  static GtidSet mariaDb(String binlogState, String applied) {
    StringBuilder text = new StringBuilder();
    for (String gtid : (binlogState + "," + applied).split(",", -1)) {
      String[] parts = gtid.strip().split("-", -1);
      if (parts.length == 3 && Long.parseLong(parts[2]) > 0) {
        text.append(parts[1])
            .append(":d")
            .append(parts[0])
            .append(":1-")
            .append(parts[2])
            .append(',');
      }
    }
    return GtidSet.parse(text.toString().toLowerCase(Locale.ROOT));
  }

  /**
   * What this history is to another one. Readings of two servers are not of one moment: what one of
   * them has written itself does not count as missing there.
   */
  Lineage to(Standing other) {
    if (server.equals(other.server) && database.equals(other.database)) {
      return Lineage.SAME;
    }
    if (!database.equals(other.database)) {
      return Lineage.UNRELATED;
    }
    if (!database.isEmpty()) {
      return branch == other.branch
          ? (writable && other.writable ? Lineage.DIVERGED : Lineage.WITHIN)
          : branch > other.branch ? Lineage.NEWER : Lineage.EARLIER;
    }
    boolean more = !other.history.contains(history.withoutServer(other.server));
    boolean less = !history.contains(other.history.withoutServer(server));
    if (more) {
      return less ? Lineage.DIVERGED : Lineage.LATER;
    }
    return less ? Lineage.EARLIER : Lineage.WITHIN;
  }

  /** Whether it got something from a third server that the primary never had. */
  boolean strayed(Standing primary) {
    return !primary.history.contains(history.withoutServer(primary.server).withoutServer(server));
  }

  /** Whether it has written something itself that the other one has not got. */
  boolean wroteSince(Standing other) {
    return !other.history.contains(history.onlyServer(server));
  }

  /**
   * Whether this server has certainly followed another one since that became primary: it has
   * something that was written there since. Having all that was there before proves nothing.
   */
  boolean followed(Standing adopted) {
    return database.equals(adopted.database)
        && (database.isEmpty()
            ? history.contains(adopted.history)
                && !adopted.history.contains(history.onlyServer(adopted.server))
            : branch >= adopted.branch);
  }
}
