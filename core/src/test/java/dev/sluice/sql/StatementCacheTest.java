package dev.sluice.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StatementCacheTest {
  private static final LexerMode MODE = LexerMode.of(Dialect.MYSQL);

  private static String bulkInsert(int number) {
    StringBuilder sql = new StringBuilder("INSERT INTO event (id, name, n) VALUES ");
    for (int row = 0; row < 240; row++) {
      sql.append(row == 0 ? "(" : ",(").append(number * 1000L + row);
      sql.append(",'user").append(number).append('x').append(row).append("',").append(row);
      sql.append(')');
    }
    return sql.toString();
  }

  private static void assertWithinBudget(StatementCache cache) {
    long[] retained = cache.retained();
    assertThat(retained[0]).isEqualTo(retained[1]).isBetween(1L, StatementCache.BUDGET);
  }

  @Test
  void longTextsWithManyLiteralsStayWithinTheBudget() {
    StatementCache cache = new StatementCache(8192);
    for (int i = 0; i < 3000; i++) {
      cache.get(bulkInsert(i), MODE);
    }
    assertWithinBudget(cache);
    assertThat(cache.retained()[0]).isGreaterThan(StatementCache.BUDGET / 2);
  }

  @Test
  void whatIsCountedIsWhatIsKeptAlsoWithSeveralThreads() throws InterruptedException {
    StatementCache cache = new StatementCache(1024);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    for (int thread = 0; thread < 4; thread++) {
      int from = thread * 200;
      threads.execute(
          () -> {
            for (int i = 0; i < 400; i++) {
              cache.get(bulkInsert(from + i), MODE);
            }
          });
    }
    threads.shutdown();
    assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    assertWithinBudget(cache);
  }

  @Test
  void knownTextsAreNotScannedAgain() {
    StatementCache cache = new StatementCache(16);
    SqlStatement statement = cache.get("SELECT 1", MODE);
    assertThat(cache.get("SELECT " + 1, MODE)).isSameAs(statement);
    assertThat(cache.get("SELECT 1", LexerMode.of(Dialect.POSTGRESQL))).isNotSameAs(statement);
  }

  @Test
  void theLongestTextsAreNotKept() {
    StatementCache cache = new StatementCache(16);
    cache.get("SELECT '" + "x".repeat(16_384) + "'", MODE);
    assertThat(cache.retained()).containsOnly(0);
  }
}
