package dev.sluice.jdbc;

import dev.sluice.causality.CausalMemory;
import dev.sluice.causality.TableWrite;
import dev.sluice.sql.ColumnValues;
import dev.sluice.sql.Dialect;
import dev.sluice.sql.Operand;
import dev.sluice.sql.SqlStatement;
import dev.sluice.sql.StatementKind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a transaction has written. Bounded: more than {@value #MOST_KEYS} keys or statements become
 * "any row" of their tables. Confined to one thread.
 */
final class TransactionLog {
  static final int MOST_KEYS = 1000;

  /** The bound parameters of a statement, one row for each element of a batch. */
  interface Bindings {
    /** Bindings of a text without parameters. */
    Bindings NONE =
        new Bindings() {
          @Override
          public int rows() {
            return 1;
          }

          @Override
          public @Nullable Object value(int row, int index) {
            return null;
          }
        };

    int rows();

    /** The value of a parameter, from 1; null if it is NULL or cannot be told. */
    @Nullable Object value(int row, int index);
  }

  /** More than so many different lists of tables are told as any table. */
  private static final int MOST_UNSETTLED = 32;

  /** What the first statement wrote; the others, mostly, write nothing else. */
  private List<String> tables = List.of();

  /** All tables, once a statement has written others than the first one. */
  private @Nullable Set<String> all;

  private @Nullable Set<TableWrite> writes;
  private int keys;
  private boolean any;

  /** Something was added without its keys, when no listener was there. */
  private boolean keyless;

  /** Who has been told of which tables, see {@link CausalMemory#writing}. */
  private @Nullable CausalMemory told;

  private @Nullable List<String> unsettled;
  private @Nullable List<List<String>> unsettledToo;

  /**
   * Adds a statement.
   *
   * @param causalTables the tables it changes, empty for any
   * @param bindings its parameters; null when nobody asks for keys
   * @param cluster knows where foreign keys carry a change
   */
  void add(
      SqlStatement statement,
      List<String> causalTables,
      @Nullable Bindings bindings,
      Cluster cluster) {
    if (causalTables.isEmpty()) {
      addAnything();
      return;
    }
    addTables(causalTables);
    if (bindings == null) {
      keyless = true;
    } else {
      addWrites(statement, causalTables, bindings, cluster);
    }
  }

  private void addTables(List<String> more) {
    if (tables.isEmpty()) {
      tables = List.copyOf(more);
    } else if (all != null) {
      all.addAll(more);
    } else if (more != tables && !tables.containsAll(more)) {
      all = new LinkedHashSet<>(tables);
      all.addAll(more);
    }
  }

  private void addWrites(
      SqlStatement statement, List<String> causalTables, Bindings bindings, Cluster cluster) {
    Set<TableWrite> known = knownWrites();
    for (String table : causalTables) {
      // A row that is inserted is nobody's parent yet.
      boolean more = statement.kind() != StatementKind.INSERT && cluster.reachesItself(table);
      TableWrite write = more ? TableWrite.anyRow(table) : write(statement, table, bindings);
      if (known.add(write)) {
        keys += 1 + write.keys().values().stream().mapToInt(List::size).sum();
      }
    }
    if (keys > MOST_KEYS) {
      forgetKeys();
    }
  }

  private void forgetKeys() {
    Set<TableWrite> known = knownWrites();
    known.clear();
    (all == null ? tables : all).forEach(table -> known.add(TableWrite.anyRow(table)));
    if (any) {
      known.add(TableWrite.anyRow(TableWrite.ANY_TABLE));
    }
    keys = 0;
    keyless = false;
  }

  private Set<TableWrite> knownWrites() {
    Set<TableWrite> known = writes;
    if (known == null) {
      known = new LinkedHashSet<>(4);
      writes = known;
    }
    return known;
  }

  /** Adds a write of which nothing is known. */
  void addAnything() {
    any = true;
    knownWrites().add(TableWrite.anyRow(TableWrite.ANY_TABLE));
  }

  /** The tables written, empty for any. */
  List<String> tables() {
    if (any) {
      return List.of();
    }
    return all == null ? tables : List.copyOf(all);
  }

  /** What is told to listeners; any row where one was not there from the beginning. */
  List<TableWrite> writes() {
    if (keyless) {
      forgetKeys();
    }
    return writes == null ? List.of() : new ArrayList<>(writes);
  }

  /** Lets the other tiers know that a caller has changed tables and has not committed. */
  void writing(CausalMemory memory, List<String> changed) {
    if (unsettled == null) {
      told = memory;
      memory.writing(changed);
      unsettled = changed;
    } else if (!unsettled.equals(changed)) {
      writingToo(memory, changed);
    }
  }

  private void writingToo(CausalMemory memory, List<String> changed) {
    if (unsettledToo == null) {
      unsettledToo = new ArrayList<>(2);
    }
    List<String> named = unsettledToo.size() < MOST_UNSETTLED - 1 ? changed : List.of();
    if (!unsettledToo.contains(named) && !named.equals(unsettled)) {
      memory.writing(named);
      unsettledToo.add(named);
    }
  }

  /** What was changed is committed or undone now. */
  void settle() {
    CausalMemory memory = told;
    if (memory == null) {
      return;
    }
    if (unsettledToo != null) {
      unsettledToo.forEach(memory::settled);
      unsettledToo = null;
    }
    if (unsettled != null) {
      memory.settled(unsettled);
      unsettled = null;
    }
    told = null;
  }

  private static TableWrite write(SqlStatement statement, String table, Bindings bindings) {
    boolean exact =
        statement.kind() == StatementKind.INSERT
            || statement.kind() == StatementKind.UPDATE
            || statement.kind() == StatementKind.DELETE;
    if (!exact || statement.replacesOnConflict()) {
      // The rows in conflict may differ from the values in every column but the primary key's.
      return TableWrite.anyRow(table);
    }
    // AUTO_INCREMENT columns take the next number in place of a zero.
    boolean zeroIsReplaced =
        statement.kind() == StatementKind.INSERT
            && statement.mode().dialect() != Dialect.POSTGRESQL;
    Map<String, List<Object>> known = new HashMap<>();
    for (ColumnValues each : statement.columnValues()) {
      if (each.table().equals(table) && !statement.columnsAssigned().contains(each.column())) {
        List<Object> values = values(each, bindings);
        if (values != null && !(zeroIsReplaced && values.stream().anyMatch(Zero::isZero))) {
          known.put(each.column(), values);
        }
      }
    }
    return new TableWrite(table, known);
  }

  private static @Nullable List<Object> values(ColumnValues each, Bindings bindings) {
    Set<Object> values = new LinkedHashSet<>();
    for (int row = 0; row < bindings.rows(); row++) {
      for (Operand operand : each.values()) {
        Object value;
        if (operand instanceof Operand.Literal literal) {
          value = literal.value();
        } else if (operand instanceof Operand.Parameter parameter) {
          value = bindings.value(row, parameter.index());
        } else {
          value = null;
        }
        if (value == null || values.size() >= MOST_KEYS) {
          return null;
        }
        values.add(value);
      }
    }
    return List.copyOf(values);
  }
}
