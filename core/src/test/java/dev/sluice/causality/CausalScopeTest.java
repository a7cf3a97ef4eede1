package dev.sluice.causality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class CausalScopeTest {
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final List<String> ORDERS = List.of("orders");

  private final SourceAtEpoch source = new SourceAtEpoch("db");

  @Test
  void aTokenMakesAnotherScopeAskForTheSame() {
    String text;
    try (CausalScope scope = CausalScope.open()) {
      scope.memory(source).wrote(ORDERS, 3, new Position("t", 77));
      text = scope.token(LIMIT).toString();
    }
    try (CausalScope scope = CausalScope.open(CausalToken.parse(text))) {
      CausalMemory memory = scope.memory(source);
      assertThat(memory.admits(this, ORDERS, Long.MAX_VALUE, new Position("t", 76))).isFalse();
      assertThat(memory.admits(this, ORDERS, 0, new Position("t", 77))).isTrue();
    }
  }

  @Test
  void aTokenWaitsForASampleWhereThePositionIsNotKnown() {
    try (CausalScope scope = CausalScope.open()) {
      scope.memory(source).saw(this, 5, 0);
      CausalToken token = scope.token(LIMIT);
      assertThat(token.entries())
          .containsExactly(
              new CausalToken.Entry("db", TableWrite.ANY_TABLE, new Position("t", 1_000)));
    }
  }

  @Test
  void noTokenIsGivenThatAsksForLess() {
    source.answer = new CompletableFuture<>();
    try (CausalScope scope = CausalScope.open()) {
      scope.memory(source).wrote(ORDERS, 5, null);
      assertThatThrownBy(() -> scope.token(Duration.ofMillis(1)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("db");
    }
  }

  @Test
  void aTableWhoseNameCannotBePrintedCountsAsAnyTable() {
    try (CausalScope scope = CausalScope.open()) {
      scope.memory(source).wrote(List.of("größe; 1"), 3, new Position("t", 77));
      CausalToken token = CausalToken.parse(scope.token(LIMIT).toString());
      assertThat(token.entries())
          .containsExactly(
              new CausalToken.Entry("db", TableWrite.ANY_TABLE, new Position("t", 77)));
    }
  }

  @Test
  void entriesOfSourcesThatAreNeverUsedAreKept() {
    CausalToken token =
        CausalToken.of(List.of(new CausalToken.Entry("elsewhere", "orders", new Position("t", 9))));
    try (CausalScope scope = CausalScope.open(token)) {
      assertThat(scope.token(LIMIT)).isEqualTo(token);
    }
  }

  @Test
  void aNestedScopeAsksForMoreAndTellsTheOuterOne() {
    try (CausalScope outer = CausalScope.open()) {
      outer.memory(source).wrote(ORDERS, 3, null);
      try (CausalScope inner = CausalScope.nested(Freshness.EVENTUAL)) {
        assertThat(CausalScope.current()).isSameAs(inner);
        assertThat(inner.freshness()).isEqualTo(Freshness.EVENTUAL);
        assertThat(inner.memory(source).admits(this, ORDERS, 2, null)).isFalse();
        inner.memory(source).wrote(List.of("items"), 8, null);
      }
      assertThat(CausalScope.current()).isSameAs(outer);
      assertThat(outer.memory(source).admits(this, List.of("items"), 7, null)).isFalse();
    }
  }

  @Test
  void aScopeIsCarriedToAnotherThreadOnlyWhereAsked() throws Exception {
    ExecutorService other = Executors.newSingleThreadExecutor();
    try (CausalScope scope = CausalScope.open()) {
      CausalScope there = other.submit(() -> CausalScope.current()).get(5, TimeUnit.SECONDS);
      CausalScope carried =
          other.submit(scope.carry(CausalScope::current)).get(5, TimeUnit.SECONDS);
      CausalScope after = other.submit(() -> CausalScope.current()).get(5, TimeUnit.SECONDS);
      assertThat(there).isNotSameAs(scope);
      assertThat(carried).isSameAs(scope);
      assertThat(after).isSameAs(there);
    } finally {
      other.shutdownNow();
    }
  }

  @Test
  void scopesAreClosedInnermostFirstOnTheirThread() {
    CausalScope outer = CausalScope.open();
    CausalScope inner = CausalScope.open();
    assertThatThrownBy(outer::close).isInstanceOf(IllegalStateException.class);
    inner.close();
    inner.close();
    outer.close();
    assertThatThrownBy(() -> CausalScope.current().close())
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aTokenIsReadableHoweverManyTablesAndScopesThereAre() {
    Position position = new Position("3e11fa47-71ca-11e1-9e33-c80aa9429562", 123_456_789_012L);
    try (CausalScope scope = CausalScope.open()) {
      for (int nested = 0; nested < 4; nested++) {
        try (CausalScope inner = CausalScope.nested(Freshness.CAUSAL)) {
          for (int i = 0; i < 31; i++) {
            String table = "t" + nested + "_" + i + "x".repeat(60);
            inner.require(source, List.of(table), position);
          }
          CausalToken token = inner.token(LIMIT);
          assertThat(token.toString().length()).isLessThan(1_000);
          assertThat(CausalToken.parse(token.toString())).isEqualTo(token);
          assertThat(token.entries())
              .containsExactly(new CausalToken.Entry("db", TableWrite.ANY_TABLE, position));
        }
      }
      assertThat(scope.token(LIMIT)).isEqualTo(CausalToken.EMPTY);
    }
  }

  @Test
  void aTokenAsksOncePerTable() {
    try (CausalScope scope = CausalScope.open()) {
      CausalMemory memory = scope.memory(source);
      memory.wrote(ORDERS, 3, new Position("t", 77));
      memory.require(ORDERS, new Position("t", 80));
      memory.wrote(List.of("größe", "länge"), 3, new Position("t", 90));
      assertThat(scope.token(LIMIT).entries())
          .containsExactly(
              new CausalToken.Entry("db", TableWrite.ANY_TABLE, new Position("t", 90)),
              new CausalToken.Entry("db", "orders", new Position("t", 80)));
    }
  }

  @Test
  void positionsThatDoNotFitIntoATokenAreNotLeftOut() {
    try (CausalScope scope = CausalScope.open()) {
      for (int i = 0; i < 300; i++) {
        scope.require(new SourceAtEpoch("source" + i), ORDERS, new Position("t", 5));
      }
      assertThatThrownBy(() -> scope.token(LIMIT))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("300");
    }
  }

  @Test
  void aScopeThatWasOpenedInsideKnowsNothingOfTheOuterOne() {
    try (CausalScope outer = CausalScope.open()) {
      outer.memory(source).wrote(ORDERS, 3, null);
      try (CausalScope other = CausalScope.open()) {
        assertThat(other.memory(source).isEmpty()).isTrue();
      }
    }
  }
}
