package dev.sluice.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sql.Dialect;
import dev.sluice.testkit.DatabaseEngine;
import dev.sluice.testkit.ReplicatedDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Random;
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
    long seed = Long.getLong("sluice.examination.seed", new Random().nextLong());
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
      try (Connection holder = servers.replica(0).adminDataSource().getConnection()) {
        if (mariadb) {
          lockAllRows(holder);
        }
        examination.run(servers.replica(0).dataSource(), statements);
      }
    }
    Files.writeString(Path.of("target", "examination-" + engine + ".txt"), examination.report());
    assertThat(examination.dangerous().size()).as(examination.report()).isZero();
    assertThat(examination.lostShare()).as(examination.report()).isLessThanOrEqualTo(MOST_LOST);
    assertThat(examination.offloadable()).as(examination.report()).isGreaterThan(statements / 2);
  }

  /** MariaDB lets locking reads run on replicas: they have to wait here. MySQL refuses them. */
  private static void lockAllRows(Connection holder) throws SQLException {
    holder.setAutoCommit(false);
    try (Statement statement = holder.createStatement()) {
      for (String table : List.of("t1", "t2", "p1")) {
        statement.execute("SELECT * FROM " + table + " FOR UPDATE");
      }
    }
  }
}
