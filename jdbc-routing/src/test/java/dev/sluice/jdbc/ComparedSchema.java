package dev.sluice.jdbc;

import dev.sluice.testkit.DatabaseEngine;
import java.util.ArrayList;
import java.util.List;

/**
 * The tables and routines of each compared database. The connection of slot n writes to tables n.
 */
final class ComparedSchema {
  private ComparedSchema() {}

  static List<String> create(DatabaseEngine engine, String database) {
    boolean mysql = engine != DatabaseEngine.POSTGRESQL;
    List<String> all = new ArrayList<>();
    for (int n = 0; n < 2; n++) {
      all.add(
          mysql
              ? "CREATE TABLE t"
                  + n
                  + " (id INT AUTO_INCREMENT PRIMARY KEY, k INT NOT NULL UNIQUE, v VARCHAR(10),"
                  + " n DECIMAL(10,2), b BLOB)"
              : "CREATE TABLE t"
                  + n
                  + " (id SERIAL PRIMARY KEY, k INT NOT NULL UNIQUE, v VARCHAR(10),"
                  + " n DECIMAL(10,2), b BYTEA)");
      all.add(
          "CREATE TABLE c"
              + n
              + " (id INT PRIMARY KEY, parent INT, FOREIGN KEY (parent) REFERENCES t"
              + n
              + " (k)"
              + (mysql ? "" : " DEFERRABLE INITIALLY DEFERRED")
              + ")");
    }
    if (mysql) {
      all.add("CREATE TABLE " + database + "_b.t0 (id INT PRIMARY KEY, k INT, v VARCHAR(10))");
      all.add("INSERT INTO " + database + "_b.t0 VALUES (1, 1, 'other')");
      all.add("CREATE FUNCTION f(a INT) RETURNS INT NO SQL RETURN a + 1");
      all.add("CREATE FUNCTION " + database + "_b.f(a INT) RETURNS INT NO SQL RETURN a + 10");
      all.add(
          "CREATE PROCEDURE p(IN a INT, OUT o INT, INOUT io INT)"
              + " BEGIN SET o = a + 1; SET io = io * 2; END");
      all.add(
          "CREATE PROCEDURE q(IN a INT)"
              + " BEGIN SELECT a; INSERT INTO t0 (k, v) VALUES (a, 'q'); SELECT v FROM t0 WHERE k = a;"
              + " END");
    } else {
      all.add("CREATE TABLE b.t0 (id INT PRIMARY KEY, k INT, v VARCHAR(10))");
      all.add("INSERT INTO b.t0 VALUES (1, 1, 'other')");
      all.add("CREATE FUNCTION f(a INT) RETURNS INT LANGUAGE sql IMMUTABLE AS 'SELECT a + 1'");
      all.add(
          "CREATE FUNCTION p(a INT, OUT o INT, INOUT io INT) LANGUAGE plpgsql"
              + " AS 'BEGIN o := a + 1; io := io * 2; END'");
      all.add(
          "CREATE FUNCTION q(a INT) RETURNS INT LANGUAGE plpgsql AS"
              + " 'BEGIN INSERT INTO t0 (k, v) VALUES (a, ''q''); RETURN a; END'");
      all.add(
          "CREATE PROCEDURE proc(a INT) LANGUAGE plpgsql AS"
              + " 'BEGIN INSERT INTO t0 (k, v) VALUES (a, ''proc''); END'");
    }
    return all;
  }

  static List<String> reset(DatabaseEngine engine, boolean fully) {
    boolean mysql = engine != DatabaseEngine.POSTGRESQL;
    List<String> all = new ArrayList<>();
    for (int n = 0; n < 2; n++) {
      if (fully) {
        all.add("DROP TABLE IF EXISTS d" + n);
      }
      all.add("DELETE FROM c" + n);
      if (fully && !mysql) {
        all.add("TRUNCATE TABLE t" + n + " RESTART IDENTITY CASCADE");
      } else {
        all.add("DELETE FROM t" + n);
      }
      if (fully && mysql) {
        all.add("ALTER TABLE t" + n + " AUTO_INCREMENT = 1");
      }
      all.add(
          "INSERT INTO t"
              + n
              + " (k, v, n) VALUES (1, 'a', 1.5), (2, 'b', NULL), (3, 'c', 3), (4, 'd', 4), (5, NULL,"
              + " 5)");
      all.add("INSERT INTO c" + n + " VALUES (1, 1)");
    }
    return all;
  }

  static List<String> contents(DatabaseEngine engine) {
    List<String> all = new ArrayList<>();
    for (int n = 0; n < 2; n++) {
      all.add("SELECT * FROM t" + n + " ORDER BY id");
      all.add("SELECT * FROM c" + n + " ORDER BY id");
      all.add("SELECT * FROM d" + n + " ORDER BY a");
    }
    return all;
  }
}
