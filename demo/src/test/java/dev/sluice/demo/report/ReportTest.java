package dev.sluice.demo.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.demo.check.Invariants;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReportTest {
  private static final Report.Plan PLAN = new Report.Plan("600 operations a second", 5);
  private static final Report REPORT = sample();

  /** Of 12,000 operations in 20 s. */
  private static StepResult.Load load(long completed, long late, long notStarted, long failed) {
    return new StepResult.Load(
        20, false, 12_000, completed, late, notStarted, failed, failed == 0 ? null : "x < y");
  }

  private static StepResult step(
      int number, String name, double statements, List<NodeRates> replicas, boolean tiers) {
    return new StepResult(
        new StepResult.Label(number, name, "What <b>it</b> does & why."),
        load(11_990, 10, 0, 0),
        new NodeRates(statements, statements / 7, statements / 5, statements / 2_000),
        replicas,
        new Percentiles(0.7 * number, 42.46),
        new Percentiles(2.04, 43.1 * number),
        tiers ? 0.87654 : null,
        tiers ? 17L : null);
  }

  private static Report sample() {
    List<NodeRates> idle = List.of(new NodeRates(0, 105, 356, 0), new NodeRates(0, 105, 356, 0));
    List<NodeRates> half =
        List.of(new NodeRates(246, 105, 356, 0.1), new NodeRates(243.2, 105, 356, 0.1));
    List<NodeRates> few = List.of(new NodeRates(76, 9, 356, 0.1), new NodeRates(73.2, 9, 356, 0.1));
    return new Report(
        PLAN,
        false,
        List.of(
            step(1, "everything on the primary", 816.4, idle, false),
            step(2, "reads on replicas", 352, half, false),
            step(3, "cache in front of the catalogue", 348, few, true),
            step(4, "queue in front of the writes", 81, few, true),
            step(5, "hot table and counters in DynamoDB", 61, few, true)),
        new Invariants(0, 0, 0, 0, List.of()),
        862,
        3_938,
        null);
  }

  private static List<String> names(JsonNode node) {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @Test
  void jsonHasTheNamesThatProgramsReadInVersionOne() throws Exception {
    JsonNode root = new ObjectMapper().readTree(JsonReport.print(REPORT));
    assertThat(names(root)).containsExactly("version", "steps", "invariants", "checked");
    assertThat(root.get("version").isInt()).isTrue();
    assertThat(root.get("version").intValue()).isEqualTo(1);
    for (JsonNode step : root.get("steps")) {
      assertThat(names(step))
          .containsExactly(
              "name",
              "offeredPerSecond",
              "completedPerSecond",
              "primary",
              "replicas",
              "readMillis",
              "writeMillis",
              "cacheHitRatio",
              "queueDepth");
      assertThat(names(step.get("primary")))
          .containsExactly("statementsPerSecond", "commitsPerSecond", "rowsWrittenPerSecond");
      assertThat(step.get("replicas")).hasSize(2);
      step.get("replicas").forEach(r -> assertThat(names(r)).isEqualTo(names(step.get("primary"))));
      assertThat(names(step.get("readMillis"))).containsExactly("p50", "p99");
      assertThat(names(step.get("writeMillis"))).containsExactly("p50", "p99");
    }
    assertThat(names(root.get("invariants")))
        .containsExactly("lostWrites", "doubledWrites", "staleReads", "negativeStock");
    assertThat(names(root.get("checked"))).containsExactly("writes", "reads");
  }

  @Test
  void jsonHasTheFigures() throws Exception {
    JsonNode root = new ObjectMapper().readTree(JsonReport.print(REPORT));
    JsonNode first = root.get("steps").get(0);
    assertThat(first.get("name").textValue()).isEqualTo("everything on the primary");
    assertThat(first.get("completedPerSecond").doubleValue()).isEqualTo(599.5);
    assertThat(first.at("/primary/statementsPerSecond").doubleValue()).isEqualTo(816.4);
    assertThat(first.at("/replicas/1/rowsWrittenPerSecond").doubleValue()).isEqualTo(356);
    assertThat(first.at("/readMillis/p99").doubleValue()).isEqualTo(42.46);
    assertThat(first.get("cacheHitRatio").isNull()).isTrue();
    assertThat(first.get("queueDepth").isNull()).isTrue();
    JsonNode last = root.get("steps").get(4);
    assertThat(last.get("cacheHitRatio").doubleValue()).isEqualTo(0.8765);
    assertThat(last.get("queueDepth").longValue()).isEqualTo(17);
    assertThat(root.at("/checked/reads").longValue()).isEqualTo(3_938);
  }

  @Test
  void pageNeedsNoNetworkAndIsComplete() throws Exception {
    String page = HtmlReport.print(REPORT);
    assertThat(page).doesNotContain("http:", "https:", "<script", "<link", "@import", "url(");
    assertThat(page).doesNotContain("{{", "NaN", "Infinity", "null");
    assertThat(page).contains("What &lt;b&gt;it&lt;/b&gt; does &amp; why.");
    assertThat(page).contains("prefers-color-scheme: dark", "All invariants held");
    // To be looked at.
    Path folder = Files.createDirectories(Path.of("target", "sample"));
    Files.writeString(folder.resolve("report.html"), page);
    Files.writeString(folder.resolve("broken.html"), HtmlReport.print(broken()));
    Report stopped = with(new StepResult.Load(3.21, true, 1_926, 1_926, 0, 0, 0, null), true);
    Files.writeString(folder.resolve("stopped.html"), HtmlReport.print(stopped));
  }

  private static Report broken() {
    return new Report(
        PLAN,
        false,
        REPORT.steps().subList(0, 1),
        new Invariants(1, 0, 2, 0, List.of("order 1 was accepted & is not there")),
        10,
        10,
        "it ended early: no < answer");
  }

  @Test
  void brokenInvariantsAreSaidFirstInAllReports() throws Exception {
    assertThat(TextReport.print(broken())).contains("INVARIANTS BROKEN: 1 lost", "order 1 was");
    assertThat(HtmlReport.print(broken()))
        .contains("Invariants were broken", "order 1 was accepted &amp; is not there")
        .doesNotContain("All invariants held");
    JsonNode root = new ObjectMapper().readTree(JsonReport.print(broken()));
    assertThat(root.at("/invariants/lostWrites").longValue()).isEqualTo(1);
    assertThat(root.at("/invariants/staleReads").longValue()).isEqualTo(2);
  }

  @Test
  void reportsOfARunThatMeasuredNothingCanBePrinted() {
    Report empty =
        new Report(PLAN, true, List.of(), new Invariants(0, 0, 0, 0, List.of()), 0, 0, null);
    assertThat(HtmlReport.print(empty)).contains("Stopped before anything was measured");
    assertThat(JsonReport.print(empty)).contains("\"steps\" : [ ]");
    assertThat(TextReport.print(empty)).contains("0 lost");
  }

  private static Report with(StepResult.Load load, boolean stopped) {
    StepResult whole = REPORT.steps().get(0);
    StepResult step = REPORT.steps().get(1);
    return new Report(
        PLAN,
        stopped,
        List.of(
            whole,
            new StepResult(
                step.label(),
                load,
                step.primary(),
                step.replicas(),
                step.readMillis(),
                step.writeMillis(),
                null,
                null)),
        REPORT.invariants(),
        100,
        100,
        null);
  }

  @Test
  void aStepThatDropsMostOfItsLoadHasFailed() {
    Report report = with(load(3_600, 0, 8_400, 0), false);
    String words =
        "step 2 completed 3600 of 12000 operations; 8400 were dropped, since nobody was free for them in time (--rate offers less)";
    assertThat(report.troubles()).containsExactly(words);
    assertThat(report.exitCode()).isEqualTo(1);
    assertThat(TextReport.print(report)).contains("FAILED: " + words);
    assertThat(HtmlReport.print(report))
        .contains("The run failed: " + words, "<td>8,400, 0</td>")
        .doesNotContain("All invariants held");
  }

  @Test
  void whatIsUnderWayWhenTheLoadEndsIsNotMissing() {
    assertThat(with(load(11_399, 1, 600, 0), false).exitCode()).isZero();
    assertThat(with(load(11_398, 1, 601, 0), false).exitCode()).isEqualTo(1);
    assertThat(with(load(11_398, 0, 0, 0), false).exitCode()).isEqualTo(1);
  }

  @Test
  void aStepOfWhichMoreThanOneInAHundredFailsHasFailed() {
    assertThat(with(load(11_880, 0, 0, 120), false).troubles()).isEmpty();
    Report report = with(load(11_879, 0, 0, 121), false);
    assertThat(report.exitCode()).isEqualTo(1);
    assertThat(HtmlReport.print(report)).contains("121 failed, the first with x &lt; y");
  }

  @Test
  void aStoppedStepIsJudgedByWhatItWasOffered() {
    // 50 in the second that it lasted: 2 failed are too many, of 20 s they would not be.
    StepResult.Load load = new StepResult.Load(1, true, 50, 48, 0, 0, 2, "x");
    assertThat(with(load, true).exitCode()).isEqualTo(1);
  }

  @Test
  void saysHowFarTheUserLetItComeInAllReports() {
    Report report = with(new StepResult.Load(3.21, true, 1_926, 1_926, 0, 0, 0, null), true);
    assertThat(report.exitCode()).isEqualTo(130);
    assertThat(TextReport.print(report))
        .contains(
            "Stopped by the user after 1 of 5 steps and 3.2 s of step 2.",
            "What was measured held all invariants: 0 lost");
    assertThat(HtmlReport.print(report))
        .contains(
            "Stopped by the user after 1 of 5 steps and 3.2 s of step 2; what was measured held all invariants.",
            "(stopped after 3.2 s)")
        .doesNotContain("All invariants held");
  }

  @Test
  void refusesALoadOfNothing() {
    assertThatThrownBy(() -> new StepResult.Load(0.01, true, 0, 0, 0, 0, 0, null))
        .hasMessageContaining("offered");
  }

  @Test
  void chartsSayTheirFiguresToWhoCannotSeeThem() {
    assertThat(HtmlReport.print(REPORT))
        .contains(
            "aria-label=\"Busy time of the primary, by step. 1  everything on the primary: 40.8 %;",
            "1  everything on the primary: 816; 2  reads on replicas: 352 + 246 + 243;",
            "2  reads on replicas: reads 1.40 to 42.5 ms, writes 2.04 to 86.2 ms");
  }

  @Test
  void tableHasTheBusyTimeOfEveryServer() {
    assertThat(HtmlReport.print(REPORT)).contains("<td>17.6 + 10.0 + 10.0</td>");
  }

  @Test
  void tableFitsEightyColumns() {
    TextReport.print(REPORT)
        .lines()
        .forEach(line -> assertThat(line.length()).as(line).isLessThanOrEqualTo(80));
    assertThat(TextReport.print(REPORT)).contains("1/13.4 of its statements");
  }
}
