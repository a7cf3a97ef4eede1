package dev.sluice.jdbc;

import dev.sluice.causality.TableWrite;
import dev.sluice.sql.ColumnValues;
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

  private final Set<String> tables = new LinkedHashSet<>(4);
  private final Set<TableWrite> writes = new LinkedHashSet<>(4);
  private int keys;
  private boolean any;

  /**
   * Adds a statement.
   *
   * @param causalTables the tables it changes, empty for any
   * @param bindings its parameters; null when nobody asks for keys
   */
  void add(SqlStatement statement, List<String> causalTables, @Nullable Bindings bindings) {
    if (causalTables.isEmpty()) {
      addAnything();
      return;
    }
    for (String table : causalTables) {
      tables.add(table);
      if (bindings != null) {
        TableWrite write = write(statement, table, bindings);
        if (writes.add(write)) {
          keys += 1 + write.keys().values().stream().mapToInt(List::size).sum();
        }
      }
    }
    if (keys > MOST_KEYS) {
      writes.clear();
      tables.forEach(table -> writes.add(TableWrite.anyRow(table)));
      if (any) {
        writes.add(TableWrite.anyRow(TableWrite.ANY_TABLE));
      }
      keys = 0;
    }
  }

  /** Adds a write of which nothing is known. */
  void addAnything() {
    any = true;
    writes.add(TableWrite.anyRow(TableWrite.ANY_TABLE));
  }

  /** The tables written, empty for any. */
  List<String> tables() {
    return any ? List.of() : List.copyOf(tables);
  }

  List<TableWrite> writes() {
    return new ArrayList<>(writes);
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
    Map<String, List<Object>> known = new HashMap<>();
    for (ColumnValues each : statement.columnValues()) {
      if (each.table().equals(table) && !statement.columnsAssigned().contains(each.column())) {
        List<Object> values = values(each, bindings);
        if (values != null) {
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
