package dev.sluice.demo.check;

import java.util.ArrayList;
import java.util.List;

/** What one check has found so far. Not for several threads. */
final class Findings {
  private static final int PROBLEMS_KEPT = 20;

  private final List<String> problems = new ArrayList<>();
  private long lost;
  private long doubled;
  private long negative;

  void lost(String problem, long count) {
    lost += count;
    problem(problem);
  }

  void doubled(String problem, long count) {
    doubled += count;
    problem(problem);
  }

  void negative(String problem) {
    negative++;
    problem(problem);
  }

  private void problem(String text) {
    if (problems.size() < PROBLEMS_KEPT) {
      problems.add(text);
    }
  }

  /** Together with what was wrong with the answers. */
  Invariants with(Journal journal) {
    List<String> all = new ArrayList<>(journal.problems());
    all.addAll(problems);
    return new Invariants(
        lost, doubled, journal.staleReads(), journal.negativeStock() + negative, all);
  }
}
