package dev.sluice.insights;

import static dev.sluice.sql.StatementObserver.Where.PRIMARY;
import static dev.sluice.sql.StatementObserver.Where.PRIMARY_IN_TRANSACTION;
import static dev.sluice.sql.StatementObserver.Where.REPLICA;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.core.ManualTicker;
import dev.sluice.sql.Dialect;
import dev.sluice.sql.LexerMode;
import dev.sluice.sql.SqlScanner;
import dev.sluice.sql.StatementObserver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class InsightsTest {
  private static final String READ = "SELECT name FROM product WHERE id = ?";
  private static final String ORDERS = "SELECT id FROM orders WHERE customer = ?";
  private static final String ADD = "UPDATE product SET views = views + 1 WHERE id = ?";
  private static final long MILLI = 1_000_000;

  private final ManualTicker ticker = new ManualTicker();
  private final Insights insights = Insights.builder().ticker(ticker).build();

  private StatementObserver.Recorder recorder(String sql) {
    return insights.prepared(SqlScanner.scan(sql, LexerMode.of(Dialect.MYSQL)));
  }

  private void run(String sql, int times, long nanos, StatementObserver.Where where) {
    StatementObserver.Recorder recorder = recorder(sql);
    for (int i = 0; i < times; i++) {
      recorder.executed(nanos, -1, 0, where, null);
    }
  }

  private List<Remedy> remedies() {
    return insights.report().advice().stream().map(Advice::remedy).toList();
  }

  @Test
  void countsByStatementWithoutItsLiterals() {
    run("SELECT name FROM product WHERE id = 17", 2, MILLI, PRIMARY);
    run("SELECT name FROM product WHERE id = 4711", 1, MILLI, PRIMARY);
    List<StatementStats> statements = insights.report().statements();
    assertThat(statements).hasSize(1);
    assertThat(statements.get(0).calls()).isEqualTo(3);
    assertThat(statements.get(0).totalNanos()).isEqualTo(3 * MILLI);
    assertThat(insights.report().toJson() + insights.report().toHtml() + insights.report().toText())
        .doesNotContain("4711");
  }

  @Test
  void loadIsTheSumOfTimesOverTheWindow() {
    ticker.advance(Duration.ofSeconds(90));
    run(READ, 60, 500 * MILLI, PRIMARY);
    ticker.advance(Duration.ofSeconds(30));
    assertThat(insights.report().load()).containsExactly(0.0, 0.5, 0.0);
  }

  @Test
  void theFirstMomentOfAWindowIsNoPeak() {
    ticker.advance(Duration.ofMinutes(1).plusNanos(1));
    run(READ, 1, 500 * MILLI, PRIMARY);
    assertThat(insights.report().load()).containsExactly(0.0, 0.5);
  }

  @Test
  void anOldWindowIsForgottenWhenItsSlotComesAgain() {
    run(READ, 60, 500 * MILLI, PRIMARY);
    ticker.advance(Duration.ofMinutes(60));
    run(READ, 1, 600 * MILLI, PRIMARY);
    List<Double> load = insights.report().load();
    assertThat(load).hasSize(60);
    assertThat(load.subList(0, 59)).containsOnly(0.0);
  }

  @Test
  void statementsBeyondTheLimitCountUnderOneName() {
    Insights small = Insights.builder().ticker(ticker).maximumStatements(10).build();
    for (int i = 0; i < 25; i++) {
      small
          .prepared(
              SqlScanner.scan(
                  "SELECT c" + (char) ('a' + i) + " FROM t", LexerMode.of(Dialect.MYSQL)))
          .executed(MILLI, -1, 0, PRIMARY, null);
    }
    List<StatementStats> statements = small.report().statements();
    assertThat(statements).hasSize(11);
    assertThat(statements.stream().mapToLong(StatementStats::calls).sum()).isEqualTo(25);
  }

  @Test
  void findsOneReadForEachRowOfAnother() {
    try (Insights.Scope scope = insights.scope("GET /orders")) {
      recorder(ORDERS).executed(2 * MILLI, -1, 1, PRIMARY, null);
      for (int i = 0; i < 7; i++) {
        recorder(READ).executed(2 * MILLI, -1, 100 + i, PRIMARY, null);
      }
    }
    List<Finding> findings = insights.report().findings();
    assertThat(findings).hasSize(1);
    assertThat(findings.get(0).kind()).isEqualTo(Finding.Kind.N_PLUS_ONE);
    assertThat(findings.get(0).runs()).isEqualTo(7);
    assertThat(findings.get(0).callSite()).isNotEmpty();
    assertThat(remedies()).contains(Remedy.FIX_N_PLUS_ONE);
  }

  @Test
  void tellsTheSameReadFromManyReads() {
    try (Insights.Scope scope = insights.scope("GET /orders")) {
      recorder(ORDERS).executed(2 * MILLI, -1, 1, PRIMARY, null);
      for (int i = 0; i < 7; i++) {
        recorder(READ).executed(2 * MILLI, -1, 100, PRIMARY, null);
      }
    }
    assertThat(insights.report().findings())
        .extracting(Finding::kind)
        .containsExactly(Finding.Kind.REDUNDANT_READ);
  }

  @Test
  void findsWritesOfALoop() {
    try (Insights.Scope scope = insights.scope("import")) {
      for (int i = 0; i < 9; i++) {
        recorder(ADD).executed(2 * MILLI, 1, 100 + i, PRIMARY, null);
      }
    }
    assertThat(remedies()).contains(Remedy.BATCH_WRITES);
  }

  @Test
  void aPageReadAgainAndAgainByItselfIsNoFinding() {
    try (Insights.Scope scope = insights.scope("export")) {
      for (int i = 0; i < 9; i++) {
        recorder(READ).executed(20 * MILLI, -1, 100 + i, PRIMARY, null);
      }
    }
    assertThat(insights.report().findings()).isEmpty();
  }

  @Test
  void fewQuickRunsAreNoFinding() {
    try (Insights.Scope scope = insights.scope("GET /orders")) {
      recorder(ORDERS).executed(50 * MILLI, -1, 1, PRIMARY, null);
      for (int i = 0; i < 7; i++) {
        recorder(READ).executed(MILLI / 10, -1, 100 + i, PRIMARY, null);
      }
      for (int i = 0; i < 4; i++) {
        recorder("SELECT total FROM invoice WHERE id = ?")
            .executed(30 * MILLI, -1, i + 1, PRIMARY, null);
      }
    }
    assertThat(insights.report().findings()).isEmpty();
  }

  @Test
  void scopesCloseInnermostFirst() {
    Insights.Scope outer = insights.scope("outer");
    Insights.Scope inner = insights.scope("inner");
    assertThatThrownBy(outer::close)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("innermost first");
    inner.close();
    outer.close();
    outer.close();
  }

  @Test
  void advisesACacheForRepeatedReadsOfARarelyWrittenTable() {
    StatementObserver.Recorder read = recorder(READ);
    for (int i = 0; i < 4000; i++) {
      read.executed(MILLI, -1, 1 + i % 10, REPLICA, null);
    }
    run(ADD, 100, MILLI, PRIMARY_IN_TRANSACTION);
    ticker.advance(Duration.ofSeconds(100));
    assertThat(remedies()).contains(Remedy.CACHE);
    run(ADD, 900, MILLI, PRIMARY_IN_TRANSACTION);
    assertThat(remedies()).doesNotContain(Remedy.CACHE);
  }

  @Test
  void advisesReplicasForReadsOutsideTransactions() {
    run(READ, 1000, 100 * MILLI, PRIMARY);
    ticker.advance(Duration.ofSeconds(100));
    assertThat(remedies()).contains(Remedy.REPLICA);
    run(READ, 4000, 100 * MILLI, REPLICA);
    assertThat(remedies()).doesNotContain(Remedy.REPLICA);
  }

  @Test
  void advisesAQueueForManySmallWritesThatGuardNothing() {
    StatementObserver.Recorder add = recorder(ADD);
    for (int i = 0; i < 6000; i++) {
      add.executed(MILLI, 1, 0, PRIMARY, null);
    }
    ticker.advance(Duration.ofSeconds(100));
    assertThat(remedies()).contains(Remedy.QUEUE).doesNotContain(Remedy.DYNAMODB);
    run(ADD, 6000, MILLI, PRIMARY_IN_TRANSACTION);
    assertThat(remedies()).doesNotContain(Remedy.QUEUE);
  }

  @Test
  void advisesDynamoDbForAWriteHeavyTableThatIsUsedByKeyOnly() {
    run(ADD, 60_000, MILLI / 10, PRIMARY);
    ticker.advance(Duration.ofSeconds(100));
    assertThat(remedies()).contains(Remedy.DYNAMODB);
    run(
        "SELECT COUNT(*) FROM product JOIN orders ON orders.product = product.id",
        1,
        MILLI,
        PRIMARY);
    assertThat(remedies()).doesNotContain(Remedy.DYNAMODB);
  }

  @Test
  void advisesNoQueueForWritesThatAreQuestions() {
    for (String question :
        List.of(
            "UPDATE product SET stock = stock - 1 WHERE id = ? AND stock >= 1",
            "INSERT INTO orders (product) SELECT id FROM product WHERE id = ?",
            "DELETE FROM cart WHERE placed < ?")) {
      StatementObserver.Recorder write = recorder(question);
      for (int i = 0; i < 6000; i++) {
        write.executed(MILLI, 1, 0, PRIMARY, null);
      }
    }
    StatementObserver.Recorder returning =
        recorder("INSERT INTO orders (product) VALUES (?) RETURNING id");
    for (int i = 0; i < 6000; i++) {
      returning.executed(MILLI, -1, 0, PRIMARY, null);
    }
    ticker.advance(Duration.ofSeconds(100));
    assertThat(remedies()).doesNotContain(Remedy.QUEUE);
  }

  @Test
  void advisesNoDynamoDbWithoutOneKeyForOneRow() {
    StatementObserver.Recorder many = recorder("UPDATE orders SET seen = 1 WHERE status = ?");
    for (int i = 0; i < 60_000; i++) {
      many.executed(MILLI / 10, 50, 0, PRIMARY, null);
    }
    ticker.advance(Duration.ofSeconds(100));
    assertThat(remedies()).doesNotContain(Remedy.DYNAMODB);
    run(ADD, 60_000, MILLI / 10, PRIMARY);
    run("INSERT INTO summary SELECT COUNT(*) FROM product", 1, MILLI, PRIMARY);
    assertThat(remedies()).doesNotContain(Remedy.DYNAMODB);
  }

  @Test
  void adviceIsOfTheLastHourNotOfTheWholeLife() {
    ticker.advance(Duration.ofHours(23));
    StatementObserver.Recorder add = recorder(ADD);
    for (int i = 0; i < 600_000; i++) {
      add.executed(MILLI / 10, 1, 0, PRIMARY, null);
      if (i % 1000 == 0) {
        ticker.advance(Duration.ofSeconds(5));
      }
    }
    assertThat(remedies()).contains(Remedy.QUEUE);

    ticker.advance(Duration.ofHours(2));
    assertThat(remedies()).containsExactly(Remedy.DO_NOTHING);
  }

  @Test
  void findingsGoWhenTheirCauseIsMended() {
    findsOneReadForEachRowOfAnother();
    ticker.advance(Duration.ofMinutes(59));
    assertThat(insights.report().findings()).hasSize(1);
    ticker.advance(Duration.ofMinutes(2));
    assertThat(insights.report().findings()).isEmpty();
  }

  @Test
  void theSameReadIsRedundantEvenAsTheFirst() {
    try (Insights.Scope scope = insights.scope("GET /settings")) {
      for (int i = 0; i < 9; i++) {
        recorder(READ).executed(20 * MILLI, -1, 100, PRIMARY, null);
      }
    }
    assertThat(insights.report().findings())
        .extracting(Finding::kind)
        .containsExactly(Finding.Kind.REDUNDANT_READ);
  }

  @Test
  void innerScopesCountInTheOuterOneOnce() {
    try (Insights.Scope outer = insights.scope("GET /orders")) {
      recorder(ORDERS).executed(2 * MILLI, -1, 1, PRIMARY, null);
      for (int i = 0; i < 8; i++) {
        try (Insights.Scope inner = insights.scope("line")) {
          recorder(READ).executed(2 * MILLI, -1, 100 + i, PRIMARY, null);
        }
      }
    }
    assertThat(insights.report().findings())
        .extracting(Finding::scope, Finding::runs)
        .containsExactly(org.assertj.core.groups.Tuple.tuple("GET /orders", 8));

    try (Insights.Scope outer = insights.scope("batch")) {
      recorder(ORDERS).executed(2 * MILLI, -1, 1, PRIMARY, null);
      try (Insights.Scope inner = insights.scope("GET /product")) {
        recorder(ORDERS).executed(2 * MILLI, -1, 1, PRIMARY, null);
        for (int i = 0; i < 8; i++) {
          recorder(READ).executed(2 * MILLI, -1, 100 + i, PRIMARY, null);
        }
      }
    }
    assertThat(insights.report().findings())
        .extracting(Finding::scope)
        .containsExactly("GET /orders", "GET /product");
  }

  @Test
  void bindingsThatAreNotKnownAreNeitherTheSameNorDifferent() {
    try (Insights.Scope scope = insights.scope("GET /orders")) {
      recorder(ORDERS).executed(2 * MILLI, -1, 1, PRIMARY, null);
      for (int i = 0; i < 9; i++) {
        recorder(READ).executed(20 * MILLI, -1, 0, PRIMARY, null);
      }
    }
    assertThat(insights.report().findings()).isEmpty();
  }

  @Test
  void evidenceNamesTheThresholdsThatHold() {
    Insights strict = Insights.builder().ticker(ticker).nPlusOneRuns(20).build();
    StatementObserver.Recorder orders =
        strict.prepared(SqlScanner.scan(ORDERS, LexerMode.of(Dialect.MYSQL)));
    StatementObserver.Recorder read =
        strict.prepared(SqlScanner.scan(READ, LexerMode.of(Dialect.MYSQL)));
    try (Insights.Scope scope = strict.scope("GET /orders")) {
      orders.executed(2 * MILLI, -1, 1, PRIMARY, null);
      for (int i = 0; i < 30; i++) {
        read.executed(2 * MILLI, -1, 100 + i, PRIMARY, null);
      }
    }
    assertThat(strict.report().advice().get(0).evidence())
        .contains("(at least 20)", "at least 10, or 20 %");
  }

  @Test
  void advisesNothingWithoutEvidence() {
    run(READ, 10, MILLI, PRIMARY);
    ticker.advance(Duration.ofSeconds(100));
    assertThat(remedies()).containsExactly(Remedy.DO_NOTHING);
  }

  @Test
  void reportsAreWellFormed() throws Exception {
    advisesDynamoDbForAWriteHeavyTableThatIsUsedByKeyOnly();
    findsOneReadForEachRowOfAnother();
    InsightsReport report = insights.report();
    JsonNode json = new ObjectMapper().readTree(report.toJson());
    assertThat(json.get("version").asInt()).isEqualTo(1);
    assertThat(json.get("statements").size()).isEqualTo(report.statements().size());
    assertThat(json.get("advice").get(0).get("evidence").asText()).isNotEmpty();
    assertThat(report.toText().lines())
        .hasSizeLessThanOrEqualTo(40)
        .allMatch(line -> line.length() <= 120);
    assertThat(report.toHtml())
        .startsWith("<!doctype html>")
        .endsWith("</html>\n")
        .doesNotContain("http", "<script");
  }

  @Test
  void advisingNothingPromisesNothing() {
    advisesNothingWithoutEvidence();
    InsightsReport report = insights.report();
    assertThat(report.toText()).contains("DO_NOTHING").doesNotContain("takes off");
    assertThat(report.toHtml()).contains("Do nothing").doesNotContain("akes off", "It .");
  }

  @Test
  void aSmallGainIsNotCalledNone() {
    Advice small =
        new Advice(Remedy.CACHE, "t", "evidence", 0.0049, "it is wrong", "the old way", "");
    assertThat(TextReport.gain(small)).isEqualTo("takes off less than 1 % of the time");
  }

  @Test
  void anEmptyReportSaysSoInsteadOfShowingNothing() throws Exception {
    String page = insights.report().toHtml();
    assertThat(page)
        .contains("Nothing was recorded")
        .doesNotContain("<svg", "<table", "NaN", "Infinity");
    sample("empty", page);
  }

  @Test
  void pagesAreReadableOnAPhoneAndWithoutSight() throws Exception {
    String other = "SELECT COUNT(*) FROM orders WHERE customer = ? AND status = ? AND placed > ?";
    for (int minute = 0; minute < 20; minute++) {
      run(READ, 40 + minute * 40, 20 * MILLI, PRIMARY);
      run(ORDERS, 300, 10 * MILLI, PRIMARY_IN_TRANSACTION);
      run(other, 100 + minute % 5 * 60, 15 * MILLI, REPLICA);
      run(ADD, 600, 4 * MILLI, PRIMARY);
      ticker.advance(Duration.ofSeconds(58));
    }
    findsOneReadForEachRowOfAnother();
    String page = insights.report().toHtml();
    // Letters do not shrink with the width.
    assertThat(page)
        .doesNotContain("viewBox")
        .contains(
            "role=\"img\" aria-label=\"Average active sessions over 20 windows of 60 s: at most")
        .contains("tabindex=\"0\" role=\"region\" aria-label=\"Statements, scrollable\"");
    sample("report", page);
  }

  /** To be looked at. */
  private static void sample(String name, String page) throws IOException {
    Path folder = Files.createDirectories(Path.of("target", "sample"));
    Files.writeString(folder.resolve(name + ".html"), page);
  }

  @Test
  void refusesOptionsOutOfBounds() {
    assertThatThrownBy(() -> Insights.builder().maximumStatements(9).build())
        .hasMessageContaining("maximumStatements");
    assertThatThrownBy(() -> Insights.builder().windows(1).build()).hasMessageContaining("windows");
    assertThatThrownBy(() -> Insights.builder().windowLength(Duration.ofMillis(10)).build())
        .hasMessageContaining("windowLength");
    assertThatThrownBy(() -> Insights.builder().nPlusOneRuns(2).build())
        .hasMessageContaining("nPlusOneRuns");
  }
}
