package dev.sluice.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sql.Dialect;
import dev.sluice.testkit.DatabaseEngine;
import dev.sluice.testkit.ReplicatedDatabase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

/**
 * No statement that the scanner calls a read is refused by a standby or leaves anything in its
 * session, and hardly a read is kept from it. {@code -Dsluice.examination.seed} and {@code
 * -Dsluice.examination.statements} give another or a longer examination; its figures are in {@code
 * target/examination-POSTGRESQL.txt}.
 */
class PostgreSqlExaminationIT {
  private static final double MOST_LOST = 0.03;

  @Test
  void whatIsCalledAReadIsOneAndHardlyAReadIsLost() throws Exception {
    long seed = Long.getLong("sluice.examination.seed", 3);
    int statements = Integer.getInteger("sluice.examination.statements", 2000);
    Grammar grammar = new PostgreSqlGrammar();
    Examination examination =
        new Examination(grammar, new PostgreSqlProbe(), Dialect.POSTGRESQL, seed);
    try (ReplicatedDatabase servers =
        ReplicatedDatabase.builder().engine(DatabaseEngine.POSTGRESQL).start()) {
      try (Connection primary = servers.primary().adminDataSource().getConnection();
          Statement statement = primary.createStatement()) {
        for (String each : grammar.schema()) {
          statement.execute(each);
        }
      }
      servers.awaitReplicated(RoutedDatabase.LONG);
      examination.run(servers.replica(0).dataSource(), statements);
    }
    Files.writeString(Path.of("target", "examination-POSTGRESQL.txt"), examination.report());
    assertThat(examination.dangerous()).as(examination.report()).isEmpty();
    assertThat(examination.lostShare()).as(examination.report()).isLessThanOrEqualTo(MOST_LOST);
    assertThat(examination.offloadable()).as(examination.report()).isGreaterThan(statements / 2);
  }
}
