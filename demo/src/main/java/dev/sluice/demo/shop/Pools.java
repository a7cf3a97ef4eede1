package dev.sluice.demo.shop;

import com.zaxxer.hikari.HikariDataSource;
import dev.sluice.testkit.DatabaseNode;

/** Connection pools, the same for every server and step. Holds nothing. */
final class Pools {
  private static final int CONNECTIONS = 12;

  private Pools() {}

  static HikariDataSource open(String name, DatabaseNode node) {
    HikariDataSource pool = new HikariDataSource();
    pool.setPoolName(name);
    pool.setJdbcUrl(node.jdbcUrl());
    pool.setUsername(node.user());
    pool.setPassword(node.password());
    pool.setMaximumPoolSize(CONNECTIONS);
    pool.setMinimumIdle(CONNECTIONS);
    pool.setConnectionTimeout(5_000);
    return pool;
  }
}
