package dev.sluice.queue;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.sluice.testkit.DatabaseEngine;
import dev.sluice.testkit.DatabaseNode;
import dev.sluice.testkit.ReplicatedDatabase;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumMap;
import java.util.Map;
import javax.sql.DataSource;

/** The databases of a test class, each started when it is first asked for. */
final class Databases implements AutoCloseable {
  private final Map<DatabaseEngine, ReplicatedDatabase> servers =
      new EnumMap<>(DatabaseEngine.class);
  private final Map<DatabaseEngine, HikariDataSource> pools = new EnumMap<>(DatabaseEngine.class);

  DatabaseNode primary(DatabaseEngine engine) {
    return servers
        .computeIfAbsent(engine, e -> ReplicatedDatabase.builder().engine(e).replicas(0).start())
        .primary();
  }

  /** A pool on a database with a ledger. */
  DataSource pool(DatabaseEngine engine) throws SQLException {
    HikariDataSource known = pools.get(engine);
    if (known == null) {
      HikariConfig config = new HikariConfig();
      config.setDataSource(primary(engine).dataSource());
      config.setMaximumPoolSize(20);
      config.setMinimumIdle(0);
      config.setConnectionTimeout(5000);
      known = new HikariDataSource(config);
      pools.put(engine, known);
      WriteLedger.createTables(known);
      WriteLedger.createTables(known);
    }
    return known;
  }

  static void run(DataSource dataSource, String... statements) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  /** All rows, as text. */
  static String rows(DataSource dataSource, String query) throws SQLException {
    try (Connection connection = dataSource.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      StringBuilder all = new StringBuilder();
      int columns = rows.getMetaData().getColumnCount();
      while (rows.next()) {
        for (int i = 1; i <= columns; i++) {
          all.append(i > 1 ? "|" : "").append(rows.getString(i));
        }
        all.append('\n');
      }
      return all.toString();
    }
  }

  @Override
  public void close() {
    pools.values().forEach(HikariDataSource::close);
    servers.values().forEach(ReplicatedDatabase::close);
  }
}
