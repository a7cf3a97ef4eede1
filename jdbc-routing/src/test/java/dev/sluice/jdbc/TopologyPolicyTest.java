package dev.sluice.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every short sequence of answers, true and false ones, and mutants that must be found out. */
class TopologyPolicyTest {
  private static final TopologyNode W = new TopologyNode("w", "host-w", 1, true);
  private static final TopologyNode A = new TopologyNode("a", "host-a", 1, false);
  private static final TopologyNode A_WRITES = new TopologyNode("a", "host-a", 1, true);
  private static final TopologyNode A_MOVED = new TopologyNode("a", "host-a", 2, false);
  private static final TopologyNode B = new TopologyNode("b", "host-b", 1, false);
  private static final TopologyNode B_AT_A = new TopologyNode("b", "HOST-A", 1, false);
  private static final List<List<TopologyNode>> ANSWERS =
      List.of(
          List.of(),
          List.of(W),
          List.of(W, A),
          List.of(W, B),
          List.of(W, A, B),
          List.of(A, B),
          List.of(W, A_WRITES, B),
          List.of(A_WRITES, B),
          List.of(W, A_MOVED),
          List.of(W, A, A),
          List.of(W, A, B_AT_A));

  /** The judgement under test. */
  private interface Judge {
    TopologyPolicy.Decision judge(List<TopologyNode> answer);
  }

  private static boolean contradicts(List<TopologyNode> answer) {
    Set<String> ids = new HashSet<>();
    Set<String> places = new HashSet<>();
    long writers = answer.stream().filter(TopologyNode::writer).count();
    return answer.isEmpty()
        || writers > 1
        || !answer.stream().allMatch(n -> ids.add(n.id()))
        || !answer.stream().allMatch(n -> places.add((n.host() + n.port()).toLowerCase()));
  }

  private static @Nullable TopologyNode reader(List<TopologyNode> answer, String id) {
    return answer.stream().filter(n -> !n.writer() && n.id().equals(id)).findFirst().orElse(null);
  }

  /** What a sequence of answers does wrong; null if nothing. */
  private static @Nullable String flaw(Judge judge, List<List<TopologyNode>> answers, int maximum) {
    Map<String, TopologyNode> followed = new HashMap<>();
    List<List<TopologyNode>> believed = new ArrayList<>();
    for (List<TopologyNode> answer : answers) {
      TopologyPolicy.Decision decision = judge.judge(answer);
      if (contradicts(answer)) {
        if (!decision.add().isEmpty() || !decision.remove().isEmpty()) {
          return "a contradiction changes something";
        }
        if (decision.complaint() == null) {
          return "a contradiction is not told";
        }
        continue;
      }
      believed.add(answer);
      int drained = decision.remove().size();
      for (String id : decision.remove()) {
        TopologyNode node = followed.remove(id);
        if (node == null) {
          return "removes what is not there";
        }
        TopologyNode now = reader(answer, id);
        boolean moved = now != null && !now.samePlace(node);
        if (!moved && (believed.size() < 3 || lately(believed, id))) {
          return "gives up too early";
        }
      }
      for (TopologyNode node : decision.add()) {
        if (node.writer() || followed.put(node.id(), node) != null) {
          return "adds a writer, or twice";
        }
      }
      if (!decision.add().isEmpty() && followed.size() + drained > maximum) {
        return "more than the maximum";
      }
      for (TopologyNode node : answer) {
        if (!node.writer() && !followed.containsKey(node.id()) && decision.complaint() == null) {
          return "leaves one out in silence";
        }
      }
      for (String id : followed.keySet()) {
        if (believed.size() >= 3 && !lately(believed, id)) {
          return "never gives up";
        }
      }
    }
    return null;
  }

  private static boolean lately(List<List<TopologyNode>> believed, String id) {
    return believed.subList(believed.size() - 3, believed.size()).stream()
        .anyMatch(answer -> reader(answer, id) != null);
  }

  private static @Nullable String anyFlaw(IntFunction<Judge> judges) {
    int length = 5;
    int count = (int) Math.pow(ANSWERS.size(), length);
    for (int maximum = 1; maximum <= 3; maximum++) {
      for (int number = 0; number < count; number++) {
        List<List<TopologyNode>> answers = new ArrayList<>(length);
        int rest = number;
        for (int i = 0; i < length; i++) {
          answers.add(ANSWERS.get(rest % ANSWERS.size()));
          rest /= ANSWERS.size();
        }
        String flaw = flaw(judges.apply(maximum), answers, maximum);
        if (flaw != null) {
          return flaw + ": " + answers;
        }
      }
    }
    return null;
  }

  private static Judge policy(int maximum) {
    TopologyPolicy policy = new TopologyPolicy(maximum);
    return answer -> policy.judge(answer, 0, Set.of("primary"));
  }

  @Test
  void everySequenceOfAnswersIsFollowedByTheRules() {
    assertThat(anyFlaw(TopologyPolicyTest::policy)).isNull();
  }

  static Stream<IntFunction<Judge>> mutants() {
    return Stream.of(
        maximum -> policy(maximum + 1),
        // Believes whatever it is told.
        maximum -> {
          Judge real = policy(maximum);
          return answer -> real.judge(answer.isEmpty() ? List.of(W) : answer);
        },
        // Gives up at once.
        maximum -> {
          Judge real = policy(maximum);
          return answer -> {
            TopologyPolicy.Decision first = real.judge(answer);
            real.judge(answer);
            TopologyPolicy.Decision last = real.judge(answer);
            List<String> remove = new ArrayList<>(first.remove());
            remove.addAll(last.remove());
            return new TopologyPolicy.Decision(remove, first.add(), first.complaint());
          };
        },
        // Never gives up.
        maximum -> {
          Judge real = policy(maximum);
          return answer -> {
            TopologyPolicy.Decision told = real.judge(answer);
            return new TopologyPolicy.Decision(List.of(), told.add(), told.complaint());
          };
        },
        // Does not complain.
        maximum -> {
          Judge real = policy(maximum);
          return answer -> {
            TopologyPolicy.Decision told = real.judge(answer);
            return new TopologyPolicy.Decision(told.remove(), told.add(), null);
          };
        });
  }

  @ParameterizedTest
  @MethodSource("mutants")
  void aMutantIsFoundOut(IntFunction<Judge> mutant) {
    assertThat(anyFlaw(mutant)).isNotNull();
  }

  @Test
  void configuredNodesAreLeftAloneAndCounted() {
    TopologyPolicy policy = new TopologyPolicy(2);
    TopologyPolicy.Decision decision = policy.judge(List.of(W, A, B), 1, Set.of("a"));
    assertThat(decision.add()).containsExactly(B);
    assertThat(decision.complaint()).isNull();
    assertThat(new TopologyPolicy(1).judge(List.of(W, B), 1, Set.of()).add()).isEmpty();
  }

  @Test
  void aNodeThatCouldNotBeAddedIsTriedAgain() {
    TopologyPolicy policy = new TopologyPolicy(2);
    assertThat(policy.judge(List.of(W, A), 0, Set.of()).add()).containsExactly(A);
    policy.failed(A);
    assertThat(policy.judge(List.of(W, A), 0, Set.of()).add()).containsExactly(A);
    assertThat(policy.judge(List.of(W, A), 0, Set.of()).add()).isEmpty();
  }
}
