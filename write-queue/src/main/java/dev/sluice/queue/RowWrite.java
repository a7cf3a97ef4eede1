package dev.sluice.queue;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A write of one row.
 *
 * @param operation what to do
 * @param table name as in the catalog, perhaps with a schema
 * @param keyColumns the key's columns, sorted by name
 * @param key their values
 * @param columns the other columns, sorted by name
 * @param values their values
 * @param explicitKey ordering key if not the row's own
 */
record RowWrite(
    Operation operation,
    String table,
    List<String> keyColumns,
    List<Object> key,
    List<String> columns,
    List<@Nullable Object> values,
    @Nullable String explicitKey)
    implements Write {

  /** What is done to the row. */
  enum Operation {
    INSERT("ins"),
    UPSERT("ups"),
    UPDATE("upd"),
    DELETE("del"),
    ADD("add"),
    ADD_EXISTING("adx");

    final String code;

    Operation(String code) {
      this.code = code;
    }

    /** Whether it inserts a row or, if it is there, changes it. */
    boolean insertsOrChanges() {
      return this == UPSERT || this == ADD;
    }

    static @Nullable Operation ofCode(String code) {
      for (Operation operation : values()) {
        if (operation.code.equals(code)) {
          return operation;
        }
      }
      return null;
    }
  }

  RowWrite {
    Values.requireTable(table);
    if (keyColumns.isEmpty()
        || keyColumns.size() != key.size()
        || columns.size() != values.size()) {
      throw new IllegalArgumentException("key: must have at least one column");
    }
    keyColumns.forEach(Values::requireColumn);
    columns.forEach(Values::requireColumn);
    if (columns.stream().anyMatch(keyColumns::contains)) {
      throw new IllegalArgumentException("columns: must not contain a column of the key");
    }
    boolean sums = operation == Operation.ADD || operation == Operation.ADD_EXISTING;
    if (columns.isEmpty() && (sums || operation == Operation.UPDATE)) {
      throw new IllegalArgumentException("columns: must not be empty");
    }
    for (Object value : values) {
      Values.requireSupported(value);
      if (sums && !(value instanceof Long || value instanceof BigDecimal)) {
        throw new IllegalArgumentException("amounts: must be integers or BigDecimal");
      }
    }
    if (explicitKey != null) {
      Values.requireOrderingKey(explicitKey);
    }
  }

  static RowWrite of(
      Operation operation, String table, Map<String, ?> key, Map<String, ?> columns) {
    List<String> keyColumns = key.keySet().stream().sorted().toList();
    List<Object> keyValues = new ArrayList<>(key.size());
    for (String column : keyColumns) {
      Object value = Values.normal(key.get(column));
      if (value == null) {
        throw new IllegalArgumentException("key: column " + column + " must not be null");
      }
      Values.requireSupported(value);
      keyValues.add(value);
    }
    List<String> others = columns.keySet().stream().sorted().toList();
    List<@Nullable Object> values = new ArrayList<>(others.size());
    for (String column : others) {
      values.add(Values.normal(columns.get(column)));
    }
    return new RowWrite(operation, table, keyColumns, keyValues, others, values, null);
  }

  @Override
  public String orderingKey() {
    if (explicitKey != null) {
      return explicitKey;
    }
    StringBuilder own = new StringBuilder(table);
    for (Object part : key) {
      own.append('/').append(KeyFold.orderingPart(part));
    }
    return own.toString();
  }

  @Override
  public Write orderedBy(String orderingKey) {
    return new RowWrite(operation, table, keyColumns, key, columns, values, orderingKey);
  }

  /** The same row and operation with other columns. */
  RowWrite with(Operation as, List<String> names, List<@Nullable Object> contents) {
    return new RowWrite(as, table, keyColumns, key, names, contents, explicitKey);
  }
}
