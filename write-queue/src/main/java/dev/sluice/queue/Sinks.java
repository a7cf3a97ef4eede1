package dev.sluice.queue;

import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** The tables whose adds go to a sink. Immutable. */
final class Sinks {
  static final Sinks NONE = new Sinks(Map.of());

  /** What counters take as a name, so that a key cannot stop its lane. */
  private static final int LONGEST_KEY = 200;

  /** One table's column, and who keeps it. */
  record Target(String table, String column, DeltaSink sink) {
    /** A sink that serves several targets must not take the packs of one for those of another. */
    String stream(PackId pack, int lane) {
      String target = LaneSender.hash(table + "." + column).substring(0, 16);
      return pack.producer() + "/" + lane + "/" + target;
    }
  }

  private final Map<String, Target> targets;

  Sinks(Map<String, Target> targets) {
    this.targets = Map.copyOf(targets);
  }

  boolean isEmpty() {
    return targets.isEmpty();
  }

  /** Refuses what would have to go to a sink and cannot. */
  void check(Write write) throws SQLException {
    if (write instanceof RowWrite row && targets.containsKey(row.table())) {
      throw new SQLException(
          "a table with a sink takes only adds of one integer to its column by a key of one column, of"
              + " 1 to 200 characters without #",
          "0A000");
    }
    if (write instanceof WriteGroup group) {
      for (Write part : group.writes()) {
        check(part);
      }
    }
  }

  /**
   * The deltas of one transaction. What a pack brings is told by the pack alone, neither by what is
   * parked nor by how packs are put together: so it is the same when it comes again.
   */
  final class Batch {
    private final Map<PackId, Map<Target, Map<String, Long>>> packs = new LinkedHashMap<>();

    /** False if this is nothing for a sink. */
    boolean take(PackId pack, Write write) {
      if (!(write instanceof RowWrite row)
          || row.operation() != RowWrite.Operation.ADD
          || row.key().size() != 1) {
        return false;
      }
      Target target = targets.get(row.table());
      if (target == null
          || row.columns().size() != 1
          || !row.columns().get(0).equals(target.column)
          || !(row.values().get(0) instanceof Long amount)) {
        return false;
      }
      String key = Values.print(row.key().get(0));
      if (key.isEmpty() || key.length() > LONGEST_KEY || key.indexOf('#') >= 0) {
        return false;
      }
      Map<String, Long> deltas =
          packs
              .computeIfAbsent(pack, p -> new LinkedHashMap<>())
              .computeIfAbsent(target, t -> new TreeMap<>());
      long before = deltas.getOrDefault(key, 0L);
      long sum = before + amount;
      if (((before ^ sum) & (amount ^ sum)) < 0) {
        return false;
      }
      deltas.put(key, sum);
      return true;
    }

    /** Offers them, pack by pack. */
    void offer(int lane) throws SQLException {
      for (Map.Entry<PackId, Map<Target, Map<String, Long>>> pack : packs.entrySet()) {
        for (Map.Entry<Target, Map<String, Long>> each : pack.getValue().entrySet()) {
          Target target = each.getKey();
          PackId id = pack.getKey();
          try {
            target.sink.apply(target.stream(id, lane), id.sequence(), Map.copyOf(each.getValue()));
          } catch (RuntimeException e) {
            // as after a deadlock: rolled back, then again
            throw new SQLTransientException(
                "sink of " + target.table + ": " + e.getClass().getName(), "40000", e);
          }
        }
      }
    }
  }

  Batch batch() {
    return new Batch();
  }

  /** Collects targets, one for a table. */
  static final class Targets {
    private final Map<String, Target> targets = new HashMap<>();

    void add(String table, String column, DeltaSink sink) {
      Values.requireTable(table);
      Values.requireColumn(column);
      if (targets.putIfAbsent(table, new Target(table, column, sink)) != null) {
        throw new IllegalArgumentException("sink: table " + table + " has one already");
      }
    }

    Sinks build() {
      return new Sinks(targets);
    }
  }
}
