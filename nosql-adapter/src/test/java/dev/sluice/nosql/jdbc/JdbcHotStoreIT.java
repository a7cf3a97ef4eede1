package dev.sluice.nosql.jdbc;

import dev.sluice.nosql.HotStoreContract;
import dev.sluice.sql.Dialect;
import dev.sluice.testkit.DatabaseEngine;
import dev.sluice.testkit.ReplicatedDatabase;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JdbcHotStoreIT {
  static List<DatabaseEngine> engines() {
    return ReplicatedDatabase.availableEngines();
  }

  @ParameterizedTest
  @MethodSource("engines")
  void fulfilsTheContract(DatabaseEngine engine) throws Exception {
    Dialect dialect =
        switch (engine) {
          case MARIADB -> Dialect.MARIADB;
          case POSTGRESQL -> Dialect.POSTGRESQL;
          case MYSQL_8_0, MYSQL_9_7 -> Dialect.MYSQL;
        };
    try (ReplicatedDatabase database =
        ReplicatedDatabase.builder().engine(engine).replicas(0).start()) {
      DataSource dataSource = database.primary().dataSource();
      try (Connection connection = dataSource.getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute(JdbcHotStore.createTable(HotStoreContract.table(), dialect));
      }
      JdbcHotStore<HotStoreContract.Key, HotStoreContract.Order> store =
          JdbcHotStore.builder(HotStoreContract.table(), dataSource, dialect).build();
      HotStoreContract.behavesLikeTheReference(store, 42);
      HotStoreContract.refusesWhatItCannotHold(store);
      HotStoreContract.sellsEveryPieceOnce(store);
      HotStoreContract.withdrawsForGood(
          store, new JdbcRows(dataSource, HotStoreContract.table(), new SqlDialect(dialect)));
    }
  }
}
