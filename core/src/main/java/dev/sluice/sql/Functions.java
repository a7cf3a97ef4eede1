package dev.sluice.sql;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * The builtin functions of a dialect and what calling them means. Read once from a resource; not
 * changed after that.
 */
final class Functions {
  static final int UNKNOWN = -1;
  static final int READ = 0;

  /** A read, but only unquoted and, in MySQL, directly before its parenthesis. */
  static final int TOKEN = 1;

  static final int SAME = 2;
  static final int CURRENT = 3;
  static final int PIN = 4;
  static final int WRITE = 5;
  static final int TRACK = 6;

  /** A read within the JDBC escape {fn ...}. */
  static final int ESCAPE = 7;

  private static final Functions MYSQL = new Functions("mysql.functions");
  private static final Functions MARIADB = new Functions("mariadb.functions");
  private static final Functions POSTGRESQL = new Functions("postgresql.functions");

  private final WordTable table = new WordTable(4096);

  private Functions(String resource) {
    try (InputStream in = Functions.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("missing resource " + resource);
      }
      BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        if (!line.startsWith("#")) {
          add(line.split(" "));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Functions of(Dialect dialect) {
    return switch (dialect) {
      case MYSQL -> MYSQL;
      case MARIADB -> MARIADB;
      case POSTGRESQL -> POSTGRESQL;
    };
  }

  /** What the function with this name is. */
  int find(String sql, int start, int end) {
    return table.find(sql, start, end, WordTable.hash(sql, start, end));
  }

  private void add(String[] line) {
    int effect =
        switch (line[0]) {
          case "read" -> READ;
          case "token" -> TOKEN;
          case "same" -> SAME;
          case "current" -> CURRENT;
          case "pin" -> PIN;
          case "write" -> WRITE;
          case "track" -> TRACK;
          case "escape" -> ESCAPE;
          default -> throw new IllegalStateException("unknown class " + line[0]);
        };
    for (int i = 1; i < line.length; i++) {
      table.put(line[i], effect);
    }
  }
}
