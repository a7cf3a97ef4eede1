package dev.sluice.jdbc;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * Where foreign keys carry a change of a row. Partitions count as their root, and tables of one
 * name as one, since those who are told of a write know it by its name.
 */
final class Cascades {
  private final Map<String, Set<String>> children = new HashMap<>();
  private final Map<String, String> groups = new HashMap<>();

  /**
   * The cascades of a catalog.
   *
   * @param root the identity of the table at the root of a partition
   */
  Cascades(CatalogRows rows, UnaryOperator<String> root) {
    Map<String, String> names = new HashMap<>();
    rows.relations().forEach(r -> names.put(r.id(), r.name().toLowerCase(Locale.ROOT)));
    for (CatalogRows.Relation each : rows.relations()) {
      String up = root.apply(each.id());
      groups.put(each.id(), names.getOrDefault(up, up));
    }
    for (CatalogRows.Pair each : rows.cascades()) {
      children.computeIfAbsent(group(each.from()), k -> new HashSet<>()).add(group(each.to()));
    }
  }

  private String group(String id) {
    return groups.getOrDefault(id, id);
  }

  /** Whether a change of some rows of a table may change other rows of it. */
  boolean reachesItself(String id) {
    String start = group(id);
    Set<String> visited = new HashSet<>();
    Deque<String> todo = new ArrayDeque<>(children.getOrDefault(start, Set.of()));
    while (!todo.isEmpty()) {
      String next = todo.remove();
      if (next.equals(start)) {
        return true;
      }
      if (visited.add(next)) {
        todo.addAll(children.getOrDefault(next, Set.of()));
      }
    }
    return false;
  }
}
