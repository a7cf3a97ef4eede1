package dev.sluice.testkit;

/**
 * What a database server's own counters say, since its start unless said otherwise; meant to be
 * subtracted from an earlier reading. What the testkit itself asks over its monitoring connection
 * is left out.
 *
 * @param statements statements that clients sent, reads and writes, as text or prepared. MariaDB
 *     and MySQL: {@code Questions}. PostgreSQL: calls in {@code pg_stat_statements}, with {@code
 *     BEGIN} and {@code COMMIT} when sent
 * @param commits transactions that made a durable write, autocommitted ones included and read-only
 *     ones not; on a replica those it applied. MariaDB: {@code Binlog_commits}. MySQL: the number
 *     of GTIDs in {@code gtid_executed}, since the server was created. PostgreSQL: committed
 *     transaction ids, since the server was created; a savepoint that wrote counts as one more
 * @param rowsWritten rows inserted, updated or deleted. MariaDB: {@code Handler_write}, {@code
 *     Handler_update} and {@code Handler_delete}. MySQL: {@code Innodb_rows_inserted}, {@code
 *     Innodb_rows_updated} and {@code Innodb_rows_deleted}. PostgreSQL, up to a second late: {@code
 *     tup_inserted}, {@code tup_updated} and {@code tup_deleted} of the database; a replica shows
 *     0, since it applies pages and not rows
 * @param busyMicros time, in microseconds, that connections spent executing statements, waits
 *     included and so more than elapsed time when several do. MariaDB: {@code BUSY_TIME} of {@code
 *     USER_STATISTICS}. MySQL: statement time in the performance schema. PostgreSQL: {@code
 *     active_time} of the database
 */
public record NodeCounters(long statements, long commits, long rowsWritten, long busyMicros) {
  /**
   * What happened between an earlier reading and this one.
   *
   * @param earlier a reading of the same server, with no restart between
   * @return the difference
   */
  public NodeCounters minus(NodeCounters earlier) {
    return new NodeCounters(
        statements - earlier.statements,
        commits - earlier.commits,
        rowsWritten - earlier.rowsWritten,
        busyMicros - earlier.busyMicros);
  }
}
