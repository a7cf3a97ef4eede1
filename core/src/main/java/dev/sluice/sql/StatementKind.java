package dev.sluice.sql;

/**
 * What a statement is, by its leading verb after comments, CTEs and wrappers have been looked
 * through.
 */
public enum StatementKind {
  /** SELECT, VALUES, TABLE, MySQL's DO, and SHOW, DESCRIBE, EXPLAIN of a read. */
  SELECT,
  /** INSERT and REPLACE, with or without a clause for conflicts. */
  INSERT,
  /** UPDATE. */
  UPDATE,
  /** DELETE. */
  DELETE,
  /** MERGE. */
  MERGE,
  /**
   * CALL, PostgreSQL's DO, JDBC call escapes, EXECUTE of a statement that the session has prepared:
   * code of the server.
   */
  CALL,
  /** CREATE, ALTER, DROP, TRUNCATE, RENAME, GRANT and the like. */
  DDL,
  /** BEGIN, START TRANSACTION, COMMIT, ROLLBACK, SAVEPOINT and the like. */
  TRANSACTION,
  /** SET, USE, RESET, LISTEN, PREPARE, LOCK and other statements about the session. */
  SESSION,
  /** COPY, LOAD, VACUUM, ANALYZE TABLE and other utilities. */
  UTILITY,
  /** Several statements in one text. */
  MULTIPLE,
  /** Not understood. */
  UNKNOWN
}
