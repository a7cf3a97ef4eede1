package dev.sluice.causality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Threads of a pool outlive sources: none is kept by a thread that has used it. */
class AbandonedSourceTest {
  private static final long LIMIT_NANOS = Duration.ofSeconds(20).toNanos();

  /** A node that leads to its source, as those of a router do. */
  private record Node(SourceAtEpoch source) {}

  private static WeakReference<SourceAtEpoch> use(CausalScope scope, String name, long epoch) {
    SourceAtEpoch source = new SourceAtEpoch(name);
    CausalMemory memory = scope.memory(source);
    memory.wrote(List.of("orders"), epoch, new Position("t", 7));
    memory.saw(new Node(source), epoch - 1, Long.MAX_VALUE);
    return new WeakReference<>(source);
  }

  private static long reachable(List<WeakReference<SourceAtEpoch>> sources, long most) {
    long end = System.nanoTime() + LIMIT_NANOS;
    long reachable;
    do {
      System.gc();
      reachable = sources.stream().filter(each -> !each.refersTo(null)).count();
    } while (reachable > most && System.nanoTime() < end);
    return reachable;
  }

  @Test
  void aThreadKeepsNoSourceThatItHasUsed() {
    List<WeakReference<SourceAtEpoch>> sources = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      sources.add(use(CausalScope.current(), "db" + i, 3));
    }
    assertThat(reachable(sources, 1)).isLessThanOrEqualTo(1);
  }

  @Test
  void aSourceThatComesAfterAnotherOneIsRemembered() {
    CausalScope scope = CausalScope.current();
    assertThat(reachable(List.of(use(scope, "old", 3), use(scope, "older", 3)), 0)).isZero();
    SourceAtEpoch source = new SourceAtEpoch("old");
    CausalMemory memory = scope.memory(source);
    assertThat(memory.isEmpty()).isTrue();
    memory.wrote(List.of("orders"), 9, null);
    assertThat(scope.memory(source)).isSameAs(memory);
  }

  @Test
  void aScopeStillGivesThePositionsOfASourceThatIsGone() {
    try (CausalScope scope = CausalScope.open()) {
      SourceAtEpoch live = new SourceAtEpoch("live");
      WeakReference<SourceAtEpoch> gone = positionOnly(scope);
      assertThat(reachable(List.of(gone), 0)).isZero();
      scope.memory(live);
      CausalToken.Entry entry = new CausalToken.Entry("gone", "orders", new Position("t", 7));
      assertThat(scope.token(Duration.ofSeconds(5)).entries()).containsExactly(entry);
    }
  }

  private static WeakReference<SourceAtEpoch> positionOnly(CausalScope scope) {
    SourceAtEpoch source = new SourceAtEpoch("gone");
    scope.memory(source).wrote(List.of("orders"), 3, new Position("t", 7));
    return new WeakReference<>(source);
  }

  @Test
  void aScopeGivesNoTokenWithoutThePositionOfASourceThatIsGone() {
    try (CausalScope scope = CausalScope.open()) {
      WeakReference<SourceAtEpoch> gone = use(scope, "gone", 3);
      assertThat(reachable(List.of(gone), 0)).isZero();
      assertThatThrownBy(() -> scope.token(Duration.ofSeconds(5)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("gone");
    }
  }

  @Test
  void aTokenForASourceThatIsMadeAnewCountsForTheNewOne() {
    try (CausalScope scope = CausalScope.open()) {
      WeakReference<SourceAtEpoch> gone = positionOnly(scope);
      assertThat(reachable(List.of(gone), 0)).isZero();
      CausalToken.Entry entry = new CausalToken.Entry("gone", "orders", new Position("t", 50));
      scope.require(CausalToken.of(List.of(entry)));
      CausalMemory memory = scope.memory(new SourceAtEpoch("gone"));
      assertThat(memory.admits(this, List.of("orders"), 0, new Position("t", 49))).isFalse();
      assertThat(memory.admits(this, List.of("orders"), 0, new Position("t", 50))).isTrue();
    }
  }
}
