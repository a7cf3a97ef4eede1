package dev.sluice.jdbc;

/** The ways to execute a statement. */
enum Operation {
  /** executeQuery. */
  QUERY,
  /** executeUpdate. */
  UPDATE,
  /** executeLargeUpdate. */
  LARGE_UPDATE,
  /** execute. */
  ANY,
  /** executeBatch. */
  BATCH,
  /** executeLargeBatch. */
  LARGE_BATCH;

  boolean batch() {
    return this == BATCH || this == LARGE_BATCH;
  }
}
