package dev.sluice.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RatioTableTest {
  private static final Measurement ALONE = measurement("Cache.alone", 10);
  private static final Measurement OURS = measurement("Cache.ours", 15);
  private static final List<Comparison> COMPARISONS =
      List.of(
          new Comparison("Cache: hit", "Cache.alone", List.of("Cache.ours", "Cache.peer redis")),
          new Comparison("Queue: pack", "Queue.alone", List.of("Queue.ours")));

  private final RatioTable table =
      new RatioTable(COMPARISONS, name -> name.startsWith("Cache") && !name.endsWith("peer"));

  private static Measurement measurement(String key, double time) {
    return new Measurement(key, time, time - 5, time + 5, "us", 100, "");
  }

  @Test
  void printsRatioAndSpreadToTheBaseline() {
    assertThat(table.print(Map.of("Cache.alone", ALONE, "Cache.ours", OURS)))
        .containsPattern("alone +1\\.00 +0\\.50-1\\.50 +10\\.0 +100 ")
        .containsPattern("ours +1\\.50 +1\\.00-2\\.00 +15\\.0 +100 ")
        .doesNotContain("NOT MEASURED");
  }

  @Test
  void saysThatABaselineIsAbsentAndStillPrintsTheOthers() {
    Map<String, Measurement> measured = Map.of("Cache.ours", OURS);
    assertThat(table.print(measured))
        .containsPattern("alone +NOT MEASURED")
        .containsPattern("ours +\\? +\\? +15\\.0 +100 ");
    assertThat(table.missing(measured)).containsExactly("Cache.alone");
  }

  @Test
  void saysThatAPeerIsAbsent() {
    Map<String, Measurement> measured = Map.of("Cache.alone", ALONE);
    assertThat(table.print(measured)).containsPattern("ours +NOT MEASURED");
    assertThat(table.missing(measured)).containsExactly("Cache.ours");
  }

  @Test
  void saysThatAWholeComparisonIsAbsent() {
    assertThat(table.missing(Map.of())).containsExactly("Cache.alone", "Cache.ours");
  }

  @Test
  void leavesOutWhatNobodyAskedFor() {
    Map<String, Measurement> measured = Map.of("Cache.alone", ALONE, "Cache.ours", OURS);
    assertThat(table.print(measured)).doesNotContain("peer", "Queue");
    assertThat(table.missing(measured)).isEmpty();
  }
}
