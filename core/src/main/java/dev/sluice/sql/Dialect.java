package dev.sluice.sql;

/**
 * The SQL dialects that are understood. They differ in lexical rules, statements and builtin
 * functions.
 */
public enum Dialect {
  /** MySQL 8 and later, Aurora MySQL. */
  MYSQL,
  /** MariaDB 10.6 and later. */
  MARIADB,
  /** PostgreSQL 13 and later, Aurora PostgreSQL. */
  POSTGRESQL
}
