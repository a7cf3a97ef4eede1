package dev.sluice.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StepRunnerTest {
  private static List<RowWrite> rows(int... lengths) {
    List<RowWrite> rows = new ArrayList<>();
    for (int i = 0; i < lengths.length; i++) {
      rows.add((RowWrite) Write.insert("t", Map.of("k", i), Map.of("v", "é".repeat(lengths[i]))));
    }
    return rows;
  }

  private static List<Integer> sizes(List<RowWrite> rows, long most) {
    List<Planner.Step> parts = StepRunner.parts(new Planner.Rows(rows), most);
    List<RowWrite> all = new ArrayList<>();
    List<Integer> sizes = new ArrayList<>();
    for (Planner.Step part : parts) {
      all.addAll(((Planner.Rows) part).rows());
      sizes.add(((Planner.Rows) part).rows().size());
    }
    assertThat(all).isEqualTo(rows);
    return sizes;
  }

  @Test
  void rowsGoInTheirOrderIntoStatementsThatKeepWithinTheBytes() {
    assertThat(sizes(rows(100, 100, 100, 100, 100), 1000)).containsExactly(3, 2);
  }

  @Test
  void aRowThatIsLargerGoesAlone() {
    assertThat(sizes(rows(10, 5000, 10, 10), 1000)).containsExactly(1, 1, 2);
    assertThat(sizes(rows(5000), 1000)).containsExactly(1);
  }

  @Test
  void withoutALimitNothingIsSplit() {
    assertThat(sizes(rows(5000, 5000), Long.MAX_VALUE)).containsExactly(2);
  }
}
