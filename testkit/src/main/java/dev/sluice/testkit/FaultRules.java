package dev.sluice.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The faults of a proxy, and how often each fitted. Thread-safe. */
final class FaultRules {
  private final List<Rule> rules = new ArrayList<>();
  private long requests;

  private static final class Rule {
    final Fault fault;
    int fitted;
    int happened;

    Rule(Fault fault) {
      this.fault = fault;
    }
  }

  synchronized void add(Fault fault) {
    rules.add(new Rule(fault));
  }

  synchronized void clear() {
    rules.clear();
  }

  synchronized void countRequest() {
    requests++;
  }

  synchronized long requests() {
    return requests;
  }

  synchronized List<Integer> happened() {
    return rules.stream().map(rule -> rule.happened).toList();
  }

  /**
   * What happens to this request, and that it did; null for nothing.
   *
   * @param counted the faults that this request was counted for, when it is asked about again
   */
  synchronized @Nullable Fault take(byte[] request, int length, Set<Fault> counted) {
    for (Rule rule : rules) {
      if (rule.happened < rule.fault.times()
          && !counted.contains(rule.fault)
          && rule.fault.fits(request, length)) {
        counted.add(rule.fault);
        rule.fitted++;
        if (rule.fitted > rule.fault.skip()) {
          rule.happened++;
          return rule.fault;
        }
      }
    }
    return null;
  }
}
