package dev.sluice.demo.check;

import dev.sluice.demo.check.Journal.Answer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Compares what was promised with what is there: every acknowledged order once, no refused one, no
 * unknown one; each product's stock what was delivered minus what the orders took, its version one
 * for each change; each page's views what was acknowledged, plus at most what was not answered.
 * Safe for use by several threads: each check has its own working state.
 */
public final class Checker {
  private final Journal journal;
  private final Map<Integer, List<Integer>> deliveries;
  private final List<String> problems = new ArrayList<>();
  private long lost;
  private long doubled;
  private long negative;

  private Checker(Journal journal) {
    this.journal = journal;
    this.deliveries = journal.deliveries();
  }

  /**
   * Gives the verdict.
   *
   * @param journal what was promised and read
   * @param state what is there
   * @return the counts
   */
  public static Invariants check(Journal journal, FinalState state) {
    Checker checker = new Checker(journal);
    checker.orders(state.orders());
    Map<Integer, List<OrderLine>> taken = new HashMap<>();
    for (OrderLine order : state.orders()) {
      taken.computeIfAbsent(order.product(), p -> new ArrayList<>()).add(order);
    }
    for (ProductRow row : state.products()) {
      checker.product(row, taken.getOrDefault(row.id(), List.of()));
      checker.views(row.id(), state.views().getOrDefault(row.id(), 0L));
    }
    Set<Integer> missing = new TreeSet<>(checker.deliveries.keySet());
    state.products().forEach(row -> missing.remove(row.id()));
    missing.forEach(product -> checker.lost("product %d is not there".formatted(product), 1));
    return checker.verdict();
  }

  private void orders(List<OrderLine> rows) {
    Map<Long, OrderLine> acknowledged = journal.orders(Answer.ACKNOWLEDGED);
    Map<Long, OrderLine> unanswered = journal.orders(Answer.NONE);
    Map<Long, Integer> found = new HashMap<>();
    for (OrderLine row : rows) {
      int times = found.merge(row.number(), 1, Integer::sum);
      OrderLine promised =
          acknowledged.getOrDefault(row.number(), unanswered.getOrDefault(row.number(), row));
      if (times > 1) {
        doubled("order %d is there %d times".formatted(row.number(), times), 1);
      } else if (!acknowledged.containsKey(row.number()) && !unanswered.containsKey(row.number())) {
        doubled("order %d is there, but was never accepted".formatted(row.number()), 1);
      } else if (!row.equals(promised)) {
        lost("order %d is there with other content".formatted(row.number()), 1);
      }
    }
    for (Long number : acknowledged.keySet()) {
      if (!found.containsKey(number)) {
        lost("order %d was accepted and is not there".formatted(number), 1);
      }
    }
  }

  private void product(ProductRow row, List<OrderLine> orders) {
    List<Integer> deliveries = this.deliveries.getOrDefault(row.id(), List.of());
    long delivered = deliveries.stream().mapToLong(Integer::longValue).sum();
    long sold = orders.stream().mapToLong(OrderLine::quantity).sum();
    // The first delivery is the row's insert, as version 1.
    long changes = row.version() - deliveries.size() - orders.size();
    String product = "product %d: ".formatted(row.id());
    if (changes < 0) {
      lost(product + "%d changes missing".formatted(-changes), -changes);
    } else if (changes > 0) {
      doubled(product + "%d changes too many".formatted(changes), changes);
    } else if (row.stock() > delivered - sold) {
      lost(product + "stock %d, expected %d".formatted(row.stock(), delivered - sold), 1);
    } else if (row.stock() < delivered - sold) {
      doubled(product + "stock %d, expected %d".formatted(row.stock(), delivered - sold), 1);
    }
    if (row.stock() < 0) {
      negative++;
      problems.add(product + "stock %d".formatted(row.stock()));
    }
  }

  private void views(int product, long found) {
    long least = journal.viewsAcknowledged(product);
    long most = least + journal.viewsUnanswered(product);
    String text = "product %d: %d page views, expected %d".formatted(product, found, least);
    if (found < least) {
      lost(text, least - found);
    } else if (found > most) {
      doubled(text, found - most);
    }
  }

  private void lost(String problem, long count) {
    lost += count;
    problems.add(problem);
  }

  private void doubled(String problem, long count) {
    doubled += count;
    problems.add(problem);
  }

  private Invariants verdict() {
    List<String> all = new ArrayList<>(journal.problems());
    problems.stream().limit(20).forEach(all::add);
    return new Invariants(
        lost, doubled, journal.staleReads(), journal.negativeStock() + negative, all);
  }
}
