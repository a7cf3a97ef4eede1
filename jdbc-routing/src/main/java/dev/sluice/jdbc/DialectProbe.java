package dev.sluice.jdbc;

import dev.sluice.sql.Dialect;
import dev.sluice.sql.LexerMode;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.sql.Statement;
import java.util.Locale;

/** Asks a physical connection which dialect its server speaks. */
final class DialectProbe {
  private DialectProbe() {}

  /**
   * The dialect of a server.
   *
   * @throws SQLFeatureNotSupportedException for other databases
   */
  static Dialect dialect(Connection physical) throws SQLException {
    DatabaseMetaData metaData = physical.getMetaData();
    String product =
        (metaData.getDatabaseProductName() + ' ' + metaData.getDatabaseProductVersion())
            .toLowerCase(Locale.ROOT);
    if (product.contains("mariadb")) {
      return Dialect.MARIADB;
    }
    if (product.contains("mysql")) {
      return Dialect.MYSQL;
    }
    if (product.contains("postgresql")) {
      return Dialect.POSTGRESQL;
    }
    throw new SQLFeatureNotSupportedException(
        "only MySQL, MariaDB and PostgreSQL are understood, not " + product, "0A000");
  }

  /** How a new session of a server cuts text into tokens; one round trip. */
  static LexerMode lexerMode(Connection physical, Dialect dialect) throws SQLException {
    String query =
        dialect == Dialect.POSTGRESQL
            ? "SHOW standard_conforming_strings"
            : "SELECT @@SESSION.sql_mode";
    try (Statement statement = physical.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      rows.next();
      return lexerMode(dialect, String.valueOf(rows.getString(1)));
    }
  }

  /**
   * The mode that follows from a setting.
   *
   * @param setting of {@code sql_mode} or {@code standard_conforming_strings}
   */
  static LexerMode lexerMode(Dialect dialect, String setting) {
    String upper = setting.toUpperCase(Locale.ROOT);
    if (dialect == Dialect.POSTGRESQL) {
      return new LexerMode(dialect, true, upper.equals("OFF"));
    }
    boolean ansi = upper.matches(".*\\b(ANSI_QUOTES|ANSI|DB2|MAXDB|MSSQL|ORACLE|POSTGRESQL)\\b.*");
    return new LexerMode(dialect, ansi, !upper.contains("NO_BACKSLASH_ESCAPES"));
  }
}
