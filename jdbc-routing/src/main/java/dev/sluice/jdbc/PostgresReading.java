package dev.sluice.jdbc;

import dev.sluice.causality.Position;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/*
 * Log positions of PostgreSQL. Which one is an upper bound on the primary: with synchronous_commit=off
 * a commit is acknowledged and visible before it is flushed, or even written, so only the insert
 * position will do. It may run ahead of what replicas can get (the unflushed part of an open
 * transaction), for lag the flushed position counts. A replica's replay position moves after the record
 * is applied: a lower bound.
 *
 * The timeline of a replica is that of its receiver. What it had replayed before it was told to follow
 * that timeline is at most the fork, or the receiver would have been refused. Without a receiver it is
 * not known (0); then the timeline seen before on the same server process holds.
 */
record PostgresReading(
    boolean readOnly, String system, int branch, long position, long delivered, String process)
    implements Reading {
  static final String QUERY =
      "SELECT r.standby,"
          + " CASE WHEN r.standby THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_insert_lsn()"
          + " END - '0/0'::pg_lsn,"
          + " CASE WHEN r.standby THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_flush_lsn()"
          + " END - '0/0'::pg_lsn,"
          + " (SELECT system_identifier FROM pg_control_system()),"
          + " CASE WHEN r.standby THEN (SELECT received_tli FROM pg_stat_wal_receiver)"
          + " ELSE ('x' || substr(pg_walfile_name(pg_current_wal_insert_lsn()), 1, 8))::bit(32)::int"
          + " END, pg_postmaster_start_time()::text"
          + " FROM (SELECT pg_is_in_recovery() AS standby) r";

  static PostgresReading of(ResultSet row, @Nullable Reading before) throws SQLException {
    String system = row.getString(4);
    String process = row.getString(6);
    int branch = row.getInt(5);
    boolean standby = row.getBoolean(1);
    if (branch == 0
        && before instanceof PostgresReading known
        && known.readOnly == standby
        && known.process.equals(process)
        && known.system.equals(system)) {
      branch = known.branch;
    }
    return new PostgresReading(standby, system, branch, row.getLong(2), row.getLong(3), process);
  }

  @Override
  public @Nullable String unfit() {
    return branch == 0
        ? "its timeline is not known: not replicating since it was started, or the account lacks"
            + " pg_monitor"
        : null;
  }

  @Override
  public @Nullable String unfitAlone() {
    // Without a primary there is no receiver, and so no timeline.
    return null;
  }

  @Override
  public boolean ahead(Reading other) {
    return !(other instanceof PostgresReading reading
        && system.equals(reading.system)
        && reading.position >= position);
  }

  @Override
  public String timeline() {
    return system + "-" + branch;
  }

  private boolean sameHistory(Reading other) {
    return other instanceof PostgresReading reading
        && branch != 0
        && branch == reading.branch
        && system.equals(reading.system);
  }

  @Override
  public boolean covers(Reading other) {
    return sameHistory(other) && position >= ((PostgresReading) other).position;
  }

  @Override
  public boolean coversDelivered(Reading primary) {
    return sameHistory(primary) && position >= ((PostgresReading) primary).delivered;
  }

  @Override
  public Position upperBound(Reading first) {
    return new Position(timeline(), position);
  }

  @Override
  public @Nullable Position lowerBound(Reading primary) {
    return sameHistory(primary) ? new Position(timeline(), position) : null;
  }

  @Override
  public boolean provesPast(Position wanted) {
    int dash = wanted.timeline().lastIndexOf('-');
    if (dash < 0 || !wanted.timeline().substring(0, dash).equals(system)) {
      return false;
    }
    try {
      return Integer.parseInt(wanted.timeline().substring(dash + 1)) < branch;
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
