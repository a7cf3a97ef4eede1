package dev.sluice.demo.check;

import static java.util.stream.Collectors.groupingBy;

import dev.sluice.demo.check.Journal.Answer;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Compares what was promised with what is there: every acknowledged order once and as it was
 * placed, no refused one, no unknown one; each product's stock what was delivered minus what the
 * orders took, its version one for each change; each page's views what was acknowledged, plus at
 * most what was not answered. The hot tables are held against the same promises, and each replica
 * against the primary. Safe for use by several threads: each check has its own working state.
 */
public final class Checker {
  private final Journal journal;
  private final Map<Integer, List<Integer>> deliveries;
  private final Findings findings = new Findings();

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
    checker.books(state.primary());
    for (int i = 0; i < state.replicas().size(); i++) {
      checker.replica("replica " + (i + 1), state.primary(), state.replicas().get(i));
    }
    HotState hot = state.hot();
    if (hot != null) {
      checker.hot(hot);
    }
    checker.views(state.primary().views(), hot == null ? Map.of() : hot.views());
    return checker.findings.with(journal);
  }

  private void books(SqlState state) {
    orders(
        "order", state.orders(), journal.orders(Answer.ACKNOWLEDGED), journal.orders(Answer.NONE));
    Map<Integer, List<OrderLine>> taken =
        state.orders().stream().collect(groupingBy(OrderLine::product));
    Set<Integer> missing = new TreeSet<>(deliveries.keySet());
    for (ProductRow row : state.products()) {
      product(row, taken.getOrDefault(row.id(), List.of()));
      missing.remove(row.id());
    }
    missing.forEach(product -> findings.lost("product %d is not there".formatted(product), 1));
  }

  private void orders(
      String name,
      List<OrderLine> rows,
      Map<Long, OrderLine> acknowledged,
      Map<Long, OrderLine> unanswered) {
    Map<Long, Integer> found = new HashMap<>();
    for (OrderLine row : rows) {
      int times = found.merge(row.number(), 1, Integer::sum);
      OrderLine promised =
          acknowledged.getOrDefault(row.number(), unanswered.getOrDefault(row.number(), row));
      if (times > 1) {
        findings.doubled("%s %d is there %d times".formatted(name, row.number(), times), 1);
      } else if (!acknowledged.containsKey(row.number()) && !unanswered.containsKey(row.number())) {
        findings.doubled("%s %d is there, but was never accepted".formatted(name, row.number()), 1);
      } else if (!row.equals(promised)) {
        findings.lost("%s %d is there with other content".formatted(name, row.number()), 1);
      }
    }
    for (Long number : acknowledged.keySet()) {
      if (!found.containsKey(number)) {
        findings.lost("%s %d was accepted and is not there".formatted(name, number), 1);
      }
    }
  }

  private void product(ProductRow row, List<OrderLine> orders) {
    int deliveries = this.deliveries.getOrDefault(row.id(), List.of()).size();
    long left = delivered(row.id()) - quantity(orders, row.id());
    // The first delivery is the row's insert, as version 1.
    long changes = row.version() - deliveries - orders.size();
    String product = "product %d: ".formatted(row.id());
    if (changes < 0) {
      findings.lost(product + "%d changes missing".formatted(-changes), -changes);
    } else if (changes > 0) {
      findings.doubled(product + "%d changes too many".formatted(changes), changes);
    } else if (row.stock() > left) {
      findings.lost(product + "stock %d, expected %d".formatted(row.stock(), left), 1);
    } else if (row.stock() < left) {
      findings.doubled(product + "stock %d, expected %d".formatted(row.stock(), left), 1);
    }
    if (row.stock() < 0) {
      findings.negative(product + "stock %d".formatted(row.stock()));
    }
  }

  private long delivered(int product) {
    return deliveries.getOrDefault(product, List.of()).stream().mapToLong(Integer::longValue).sum();
  }

  private static long quantity(Collection<OrderLine> orders, int product) {
    return orders.stream()
        .filter(order -> order.product() == product)
        .mapToLong(OrderLine::quantity)
        .sum();
  }

  private void hot(HotState hot) {
    orders(
        "hot table: order",
        hot.orders(),
        journal.hotOrders(Answer.ACKNOWLEDGED),
        journal.hotOrders(Answer.NONE));
    Map<Integer, List<OrderLine>> sold = byProduct(Answer.ACKNOWLEDGED);
    Map<Integer, List<OrderLine>> perhaps = byProduct(Answer.NONE);
    for (int product : new TreeSet<>(deliveries.keySet())) {
      Integer left = hot.left().get(product);
      long most = delivered(product) - quantity(sold.getOrDefault(product, List.of()), product);
      long least = most - quantity(perhaps.getOrDefault(product, List.of()), product);
      String name = "hot table: product %d".formatted(product);
      if (left == null) {
        findings.lost(name + " is not there", 1);
      } else if (left > most) {
        findings.lost(name + ": %d left, expected %d".formatted(left, most), 1);
      } else if (left < least) {
        findings.doubled(name + ": %d left, expected %d".formatted(left, least), 1);
      }
      if (left != null && left < 0) {
        findings.negative(name + ": %d left".formatted(left));
      }
    }
  }

  private Map<Integer, List<OrderLine>> byProduct(Answer answer) {
    return journal.orders(answer).values().stream().collect(groupingBy(OrderLine::product));
  }

  private void views(Map<Integer, Long> books, Map<Integer, Long> hot) {
    for (int product : new TreeSet<>(deliveries.keySet())) {
      long found = books.getOrDefault(product, 0L) + hot.getOrDefault(product, 0L);
      long least = journal.viewsAcknowledged(product);
      long most = least + journal.viewsUnanswered(product);
      String text = "product %d: %d page views, expected %d".formatted(product, found, least);
      if (found < least) {
        findings.lost(text, least - found);
      } else if (found > most) {
        findings.doubled(text, found - most);
      }
    }
  }

  private void replica(String name, SqlState primary, SqlState replica) {
    same(name + ": order", primary.orders(), replica.orders(), OrderLine::number);
    same(name + ": product", primary.products(), replica.products(), ProductRow::id);
    same(
        name + ": page views of product",
        primary.views().entrySet(),
        replica.views().entrySet(),
        Map.Entry::getKey);
  }

  private <K extends Comparable<K>, R> void same(
      String name, Collection<R> primary, Collection<R> replica, Function<R, K> key) {
    Map<K, List<R>> expected = primary.stream().collect(groupingBy(key));
    Map<K, List<R>> found = replica.stream().collect(groupingBy(key));
    Set<K> keys = new TreeSet<>(expected.keySet());
    keys.addAll(found.keySet());
    for (K each : keys) {
      int more =
          found.getOrDefault(each, List.of()).size()
              - expected.getOrDefault(each, List.of()).size();
      if (more > 0) {
        findings.doubled("%s %s is there, unlike on the primary".formatted(name, each), more);
      } else if (more < 0) {
        findings.lost("%s %s is not there".formatted(name, each), -more);
      } else if (!expected.getOrDefault(each, List.of()).equals(found.get(each))) {
        findings.lost("%s %s is not as on the primary".formatted(name, each), 1);
      }
    }
  }
}
