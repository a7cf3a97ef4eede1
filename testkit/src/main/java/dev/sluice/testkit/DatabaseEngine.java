package dev.sluice.testkit;

/** The databases that {@link ReplicatedDatabase} can start, each on one backend. */
public enum DatabaseEngine {
  /** MariaDB with GTID replication, embedded. */
  MARIADB(Backend.EMBEDDED),
  /** MySQL 9.7 with GTID replication, in Docker (image {@code mysql:9.7}). */
  MYSQL_9_7(Backend.DOCKER),
  /** MySQL 8.0 with GTID replication, in Docker (image {@code mysql:8.0}). */
  MYSQL_8_0(Backend.DOCKER),
  /** PostgreSQL with streaming replication, embedded. */
  POSTGRESQL(Backend.EMBEDDED);

  private final Backend backend;

  DatabaseEngine(Backend backend) {
    this.backend = backend;
  }

  /**
   * The backend that this engine runs on.
   *
   * @return the only one there is for it
   */
  public Backend backend() {
    return backend;
  }
}
