package dev.sluice.queue;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Turns writes, in order, into fewer statements with the same result.
 *
 * <p>Writes of different rows of tables whose rows are independent ({@link TableFacts}) may change
 * places; writes of one row are merged where that is the same, else the later one goes to a later
 * phase. Everything else keeps its place: what was before stays before, what comes after stays
 * after. If a statement fails, the caller starts again with fewer writes, down to one.
 */
final class Planner {
  private static final int MOST_ROWS = 500;
  private static final int MOST_CASES = 200;
  private static final int MOST_PARAMETERS = 30_000;

  /** A statement to execute. */
  sealed interface Step permits Rows, Looked, Refused, Single {}

  /** Rows of one table, with the same operation and the same columns. */
  record Rows(List<RowWrite> rows) implements Step {}

  /**
   * An upsert or add of a row that is looked for first: the database itself might take another row
   * that one more unique index shows it for the one that is meant.
   */
  record Looked(RowWrite row) implements Step {}

  /** A write that cannot be done; it fails as if the database had refused it. */
  record Refused(String why) implements Step {}

  /** A statement as it came. */
  record Single(SqlWrite write) implements Step {}

  private static final class Slot {
    RowWrite row;
    final int phase;

    Slot(RowWrite row, int phase) {
      this.row = row;
      this.phase = phase;
    }
  }

  private final Function<String, TableFacts> facts;
  private final SqlDialect dialect;
  private final TreeMap<Integer, List<Slot>> phases = new TreeMap<>();
  private final Map<Integer, SqlWrite> singles = new HashMap<>();
  private final Map<String, Slot> latest = new HashMap<>();
  private int barrier;
  private int last = -1;
  private @Nullable RowWrite run;

  private Planner(Function<String, TableFacts> facts, SqlDialect dialect) {
    this.facts = facts;
    this.dialect = dialect;
  }

  static List<Step> plan(
      List<Write> writes, Function<String, TableFacts> facts, SqlDialect dialect) {
    Planner planner = new Planner(facts, dialect);
    for (Write write : writes) {
      planner.add(write);
    }
    return planner.steps();
  }

  private void add(Write write) {
    if (write instanceof RowWrite row) {
      TableFacts known = facts.apply(row.table());
      String fold = known.independentRows(row.keyColumns()) ? fold(row, known) : null;
      if (fold == null) {
        inPlace(row, known);
      } else {
        anywhere(row, known, known.id() + '/' + fold);
      }
    } else if (write instanceof SqlWrite sql) {
      singles.put(++last, sql);
      barrier = last + 1;
      run = null;
    } else if (write instanceof WriteGroup group) {
      group.writes().forEach(this::add);
    }
  }

  private static @Nullable String fold(RowWrite row, TableFacts known) {
    return KeyFold.fold(row.key(), row.keyColumns().stream().map(known::column).toList());
  }

  private void anywhere(RowWrite row, TableFacts known, String key) {
    Slot before = latest.get(key);
    int phase = barrier;
    if (before != null && before.phase >= barrier) {
      RowWrite merged = sameKey(before.row, row) ? merged(before.row, row, known) : null;
      if (merged != null) {
        before.row = merged;
        return;
      }
      phase = before.phase + 1;
    }
    latest.put(key, put(row, phase));
  }

  private void inPlace(RowWrite row, TableFacts known) {
    boolean appends =
        run != null
            && known.contained()
            && (row.operation() == RowWrite.Operation.INSERT
                || (row.operation() == RowWrite.Operation.UPSERT
                    && dialect == SqlDialect.POSTGRESQL))
            && shape(run).equals(shape(row));
    int phase = appends ? last : last + 1;
    put(row, phase);
    barrier = phase + 1;
    run = row;
  }

  private Slot put(RowWrite row, int phase) {
    Slot slot = new Slot(row, phase);
    phases.computeIfAbsent(phase, p -> new ArrayList<>()).add(slot);
    if (phase > last) {
      last = phase;
    }
    run = null;
    return slot;
  }

  private List<Step> steps() {
    List<Step> steps = new ArrayList<>();
    for (int phase = 0; phase <= last; phase++) {
      SqlWrite single = singles.get(phase);
      if (single != null) {
        steps.add(new Single(single));
      }
      Map<List<Object>, List<RowWrite>> groups = new LinkedHashMap<>();
      for (Slot slot : phases.getOrDefault(phase, List.of())) {
        groups.computeIfAbsent(shape(slot.row), s -> new ArrayList<>()).add(slot.row);
      }
      for (List<RowWrite> rows : groups.values()) {
        split(rows, steps);
      }
    }
    return steps;
  }

  private void split(List<RowWrite> rows, List<Step> steps) {
    RowWrite first = rows.get(0);
    TableFacts known = facts.apply(first.table());
    if (dialect == SqlDialect.MYSQL && first.operation().insertsOrChanges()) {
      if (known.id() != null && !known.uniqueKeys().contains(Set.copyOf(first.keyColumns()))) {
        steps.add(new Refused("the key of an upsert or add is no unique index of its table"));
        return;
      }
      if (!known.onlyUnique(first.keyColumns())) {
        rows.forEach(row -> steps.add(new Looked(row)));
        return;
      }
    }
    if (known.independentRows(first.keyColumns())) {
      // equal orders in all lanes: no deadlocks on rows
      rows.sort((a, b) -> compare(a.key(), b.key()));
    }
    int width = first.keyColumns().size() * (1 + first.columns().size()) + first.columns().size();
    boolean cases =
        first.operation() == RowWrite.Operation.UPDATE
            || first.operation() == RowWrite.Operation.ADD_EXISTING;
    int most = Math.max(1, Math.min(cases ? MOST_CASES : MOST_ROWS, MOST_PARAMETERS / width));
    for (int from = 0; from < rows.size(); from += most) {
      steps.add(new Rows(List.copyOf(rows.subList(from, Math.min(rows.size(), from + most)))));
    }
  }

  /** What rows of one statement have in common. */
  private List<Object> shape(RowWrite row) {
    List<Object> shape = new ArrayList<>();
    shape.add(row.table());
    shape.add(row.operation());
    shape.add(row.keyColumns());
    shape.add(row.columns());
    if (dialect == SqlDialect.MYSQL
        && (row.operation() == RowWrite.Operation.UPDATE
            || row.operation() == RowWrite.Operation.ADD_EXISTING)) {
      // values of one CASE get one type
      for (Object value : row.values()) {
        shape.add(value == null ? "null" : value.getClass());
        shape.add(value instanceof BigDecimal number ? number.scale() : 0);
      }
    }
    return shape;
  }

  private static int compare(List<Object> a, List<Object> b) {
    for (int i = 0; i < a.size(); i++) {
      Object x = a.get(i);
      Object y = b.get(i);
      int order =
          x instanceof Long m && y instanceof Long n
              ? Long.compare(m, n)
              : Values.print(x).compareTo(Values.print(y));
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  private static boolean sameKey(RowWrite a, RowWrite b) {
    if (!a.keyColumns().equals(b.keyColumns())) {
      return false;
    }
    for (int i = 0; i < a.key().size(); i++) {
      if (!same(a.key().get(i), b.key().get(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean same(Object a, Object b) {
    return (a instanceof byte[] x && b instanceof byte[] y) ? Arrays.equals(x, y) : a.equals(b);
  }

  /** One write with the result of two of the same row; null if there is none. */
  private static @Nullable RowWrite merged(RowWrite first, RowWrite then, TableFacts known) {
    return switch (then.operation()) {
      case UPDATE ->
          switch (first.operation()) {
            case INSERT, UPSERT, UPDATE -> overwritten(first, then, known);
            default -> null;
          };
      case UPSERT ->
          switch (first.operation()) {
            case INSERT, UPSERT -> overwritten(first, then, known);
            default -> null;
          };
      case ADD ->
          first.operation() == then.operation() && !known.changesItself()
              ? summed(first, then, known)
              : null;
      case ADD_EXISTING ->
          first.operation() == then.operation() ? summed(first, then, known) : null;
      case DELETE -> first.operation() == RowWrite.Operation.DELETE ? first : null;
      case INSERT -> null;
    };
  }

  /** Null where the update itself leaves a trace. */
  private static @Nullable RowWrite overwritten(RowWrite first, RowWrite then, TableFacts known) {
    if (known.changesItself()) {
      return null;
    }
    TreeMap<String, @Nullable Object> columns = new TreeMap<>();
    for (RowWrite each : List.of(first, then)) {
      for (int i = 0; i < each.columns().size(); i++) {
        columns.put(each.columns().get(i), each.values().get(i));
      }
    }
    return first.with(
        first.operation(), List.copyOf(columns.keySet()), new ArrayList<>(columns.values()));
  }

  /**
   * The sum, if no amount changes its sign: then what a constraint says of the sum it also says of
   * each step on the way. Only where the column rounds none of them.
   */
  private static @Nullable RowWrite summed(RowWrite first, RowWrite then, TableFacts known) {
    if (!first.columns().equals(then.columns())) {
      return null;
    }
    List<@Nullable Object> sums = new ArrayList<>();
    for (int i = 0; i < first.values().size(); i++) {
      Object sum =
          sum(first.values().get(i), then.values().get(i), known.column(first.columns().get(i)));
      if (sum == null) {
        return null;
      }
      sums.add(sum);
    }
    return first.with(first.operation(), first.columns(), sums);
  }

  private static @Nullable Object sum(@Nullable Object a, @Nullable Object b, ColumnType column) {
    if (column.kind() != ColumnType.Kind.NUMBER) {
      return null;
    }
    if (a instanceof Long x && b instanceof Long y) {
      long sum = x + y;
      boolean turns = (x < 0 && y > 0) || (x > 0 && y < 0);
      return turns || ((x ^ sum) & (y ^ sum)) < 0 ? null : (Object) sum;
    }
    return a instanceof BigDecimal x
            && b instanceof BigDecimal y
            && x.signum() * y.signum() >= 0
            && x.scale() == y.scale()
            && column.adds(x)
            && column.adds(y)
        ? x.add(y)
        : null;
  }
}
