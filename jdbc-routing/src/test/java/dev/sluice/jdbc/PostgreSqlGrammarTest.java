package dev.sluice.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sql.Dialect;
import dev.sluice.sql.LexerMode;
import dev.sluice.sql.Route;
import dev.sluice.sql.SqlScanner;
import dev.sluice.sql.SqlStatement;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What the grammar hides in a statement is found in its text, whether or not a server runs it. */
class PostgreSqlGrammarTest {
  private static final int STATEMENTS = 20_000;

  @Test
  void nothingThatIsHiddenIsOverlooked() {
    long seed = Long.getLong("sluice.examination.seed", 3);
    Random random = new Random(seed);
    PostgreSqlGrammar grammar = new PostgreSqlGrammar();
    LexerMode mode = LexerMode.of(Dialect.POSTGRESQL);
    int hidden = 0;
    for (int i = 0; i < STATEMENTS; i++) {
      String sql = grammar.next(random);
      SqlStatement statement = SqlScanner.scan(sql, mode);
      if (!grammar.offloadable()) {
        hidden++;
        assertThat(statement.route())
            .as("seed %d: %s (%s)", seed, sql, statement.rule())
            .isNotEqualTo(Route.REPLICA);
      }
    }
    assertThat(hidden).isGreaterThan(STATEMENTS / 5);
  }
}
