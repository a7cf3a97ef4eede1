package dev.sluice.jdbc;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/*
 * What an answer of a provider changes: the rules, without clock, threads and servers.
 *
 *   T1  An answer that contradicts itself (nothing, two writers, an id or an address twice) or that did
 *       not come changes nothing.
 *   T2  A reader of an answer is added if there is room; those that are there stay before new ones.
 *   T3  A node is removed when MISSES answers in a row do not have it as a reader. One answer with it
 *       begins the count anew. So a node that restarts, or a failover that is under way, costs no pool.
 *   T4  An id that is at another address is another node: the old one is removed, the new one added.
 *   T5  There are never more than the maximum, those that are still drained included.
 */
/**
 * Decides what an answer of a {@link TopologyProvider} changes. Confined to one thread at a time.
 */
final class TopologyPolicy {
  /** So many answers in a row must not have a node before it is given up. */
  static final int MISSES = 3;

  private final int maximum;
  private final Map<String, Known> known = new LinkedHashMap<>();

  private record Known(TopologyNode node, int misses) {}

  /**
   * What to do, in this order.
   *
   * @param remove ids of nodes to give up
   * @param add nodes to begin with
   * @param complaint what is wrong with the answer; null if nothing is
   */
  record Decision(List<String> remove, List<TopologyNode> add, @Nullable String complaint) {}

  TopologyPolicy(int maximum) {
    this.maximum = maximum;
  }

  /**
   * Judges an answer.
   *
   * @param others how many replicas there are or are still drained that are not among the known
   * @param taken names that are used by nodes that were configured
   */
  Decision judge(@Nullable List<TopologyNode> answer, int others, Set<String> taken) {
    String wrong = contradiction(answer);
    if (answer == null || wrong != null) {
      return new Decision(List.of(), List.of(), wrong);
    }
    Map<String, TopologyNode> readers = new LinkedHashMap<>();
    for (TopologyNode node : answer) {
      if (!node.writer() && !taken.contains(node.id())) {
        readers.put(node.id(), node);
      }
    }
    List<String> remove = new ArrayList<>();
    for (Known each : List.copyOf(known.values())) {
      String id = each.node().id();
      TopologyNode now = readers.get(id);
      if (now != null && now.samePlace(each.node())) {
        known.put(id, new Known(each.node(), 0));
      } else if (now != null || each.misses() + 1 >= MISSES) {
        known.remove(id);
        remove.add(id);
      } else {
        known.put(id, new Known(each.node(), each.misses() + 1));
      }
    }
    List<TopologyNode> add = new ArrayList<>();
    int left = 0;
    for (TopologyNode node : readers.values()) {
      if (known.containsKey(node.id())) {
        continue;
      }
      // What is removed now is still drained.
      if (known.size() + remove.size() + others < maximum) {
        known.put(node.id(), new Known(node, 0));
        add.add(node);
      } else {
        left++;
      }
    }
    return new Decision(
        remove, add, left == 0 ? null : left + " readers are more than maximumReplicas allows");
  }

  /** A node could not be added: it is tried again with the next answer. */
  void failed(TopologyNode node) {
    known.remove(node.id());
  }

  /** The ids that are followed. */
  Set<String> ids() {
    return Set.copyOf(known.keySet());
  }

  private static @Nullable String contradiction(@Nullable List<TopologyNode> answer) {
    if (answer == null || answer.isEmpty()) {
      return "it tells of no node";
    }
    Set<String> seen = new HashSet<>();
    int writers = 0;
    for (TopologyNode node : answer) {
      writers += node.writer() ? 1 : 0;
      String place = node.host().toLowerCase(Locale.ROOT) + ':' + node.port();
      // An id holds no space.
      if (!seen.add(node.id()) || !seen.add(' ' + place)) {
        return "it tells of a node twice";
      }
    }
    return writers > 1 ? "it tells of " + writers + " writers" : null;
  }
}
