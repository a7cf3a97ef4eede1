package dev.sluice.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sql.Dialect;
import dev.sluice.testkit.DatabaseEngine;
import dev.sluice.testkit.DatabaseNode;
import dev.sluice.testkit.ReplicatedDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * No statement that the scanner calls a read writes, locks or leaves anything in its session, as a
 * read-only replica shows it; and hardly a read is kept from replicas. Run it with {@code
 * -Dsluice.examination.seed} and {@code -Dsluice.examination.statements} for another or a longer
 * examination; its figures are in {@code target/examination-<engine>.txt}.
 */
class ExaminationIT {
  private static final double MOST_LOST = 0.03;

  static List<DatabaseEngine> engines() {
    return ReplicatedDatabase.availableEngines().stream()
        .filter(each -> each != DatabaseEngine.POSTGRESQL)
        .toList();
  }

  @ParameterizedTest
  @MethodSource("engines")
  void whatIsCalledAReadIsOneAndHardlyAReadIsLost(DatabaseEngine engine) throws Exception {
    boolean mariadb = engine == DatabaseEngine.MARIADB;
    Dialect dialect = mariadb ? Dialect.MARIADB : Dialect.MYSQL;
    long seed = Long.getLong("sluice.examination.seed", 3);
    int statements = Integer.getInteger("sluice.examination.statements", 3000);
    Grammar grammar = new MySqlGrammar(mariadb);
    Examination examination = new Examination(grammar, new MySqlProbe(mariadb), dialect, seed);
    try (ReplicatedDatabase servers = ReplicatedDatabase.builder().engine(engine).start()) {
      try (Connection primary = servers.primary().adminDataSource().getConnection();
          Statement statement = primary.createStatement()) {
        for (String each : grammar.schema()) {
          statement.execute(each);
        }
      }
      servers.awaitReplicated(RoutedDatabase.LONG);
      DatabaseNode replica = servers.replica(0);
      try (RowLocks locks = new RowLocks(replica, mariadb)) {
        examination.run(
            replica.dataSource(),
            statements,
            () -> {
              replica.kill();
              replica.start();
              locks.take();
            });
      }
    }
    Files.writeString(Path.of("target", "examination-" + engine + ".txt"), examination.report());
    assertThat(examination.dangerous().size()).as(examination.report()).isZero();
    assertThat(examination.lostShare()).as(examination.report()).isLessThanOrEqualTo(MOST_LOST);
    assertThat(examination.offloadable()).as(examination.report()).isGreaterThan(statements / 2);
  }

  /**
   * Somebody who holds all rows: MariaDB lets locking reads run on replicas, and so they have to
   * wait. MySQL refuses them.
   */
  private static final class RowLocks implements AutoCloseable {
    private final DatabaseNode replica;
    private final boolean needed;
    private @Nullable Connection holder;

    RowLocks(DatabaseNode replica, boolean needed) throws SQLException {
      this.replica = replica;
      this.needed = needed;
      take();
    }

    void take() throws SQLException {
      if (!needed) {
        return;
      }
      Connection connection = replica.adminDataSource().getConnection();
      holder = connection;
      connection.setAutoCommit(false);
      try (Statement statement = connection.createStatement()) {
        for (String table : List.of("t1", "t2", "p1")) {
          statement.execute("SELECT * FROM " + table + " FOR UPDATE");
        }
      }
    }

    @Override
    public void close() throws SQLException {
      Connection connection = holder;
      if (connection != null) {
        connection.close();
      }
    }
  }
}
