package dev.sluice.jdbc;

import java.io.InputStream;
import java.io.Reader;
import java.math.BigDecimal;
import java.sql.Date;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Time;
import java.sql.Timestamp;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The recorded parameters of a prepared statement. The class of a value says by which setter it is
 * bound; whatever needs more than a value is an {@link Argument}.
 */
final class Parameters implements TransactionLog.Bindings {
  private static final Object[] NONE = {};
  private static final int MOST = 65_535;
  private static final Argument NULL = (s, i) -> s.setNull(i, Types.NULL);

  /** A parameter that needs a setter of its own. */
  @FunctionalInterface
  interface Argument {
    void apply(PreparedStatement statement, int index) throws SQLException;
  }

  private record Valued(Object value, Argument argument) implements Argument {
    @Override
    public void apply(PreparedStatement statement, int index) throws SQLException {
      argument.apply(statement, index);
    }
  }

  private @Nullable Object[] values = NONE;
  private int count;
  private boolean once;
  private @Nullable List<@Nullable Object[]> batch;
  private boolean batching;

  @SuppressWarnings("JavaUtilDate") // JDBC's own types extend it
  void set(int index, @Nullable Object value) throws SQLException {
    if (value == null) {
      put(index, NULL);
    } else if (value instanceof byte[] bytes) {
      put(index, bytes.clone());
    } else if (value instanceof java.util.Date date) {
      put(index, date.clone());
    } else {
      once |= value instanceof InputStream || value instanceof Reader;
      put(index, value);
    }
  }

  void set(int index, @Nullable Object value, Argument argument) throws SQLException {
    put(index, value == null ? argument : new Valued(value, argument));
  }

  /** A parameter whose value can be read only once, a stream. */
  void once(int index, Argument argument) throws SQLException {
    once = true;
    put(index, argument);
  }

  boolean once() {
    return once;
  }

  private void put(int index, Object value) throws SQLException {
    if (index < 1 || index > MOST) {
      throw new SQLException("parameter index out of range: " + index, "22023");
    }
    if (index > values.length) {
      values = Arrays.copyOf(values, Math.max(index, values.length == 0 ? 4 : values.length * 2));
    }
    values[index - 1] = value;
    count = Math.max(count, index);
  }

  void clear() {
    Arrays.fill(values, null);
    count = 0;
    once = false;
  }

  void addBatch() {
    if (batch == null) {
      batch = new ArrayList<>();
    }
    batch.add(Arrays.copyOf(values, count));
  }

  void clearBatch() {
    batch = null;
    batching = false;
  }

  /** False if the batch is empty. */
  boolean startBatch() {
    batching = batch != null;
    return batching;
  }

  void bindBatch(PreparedStatement physical, RoutedPreparedStatement statement)
      throws SQLException {
    for (@Nullable Object[] row : Objects.requireNonNull(batch)) {
      bind(physical, row, row.length);
      physical.addBatch();
    }
  }

  void bind(PreparedStatement physical) throws SQLException {
    bind(physical, values, count);
  }

  private static void bind(PreparedStatement physical, @Nullable Object[] row, int length)
      throws SQLException {
    for (int i = 0; i < length; i++) {
      Object value = row[i];
      if (value instanceof Integer v) {
        physical.setInt(i + 1, v);
      } else if (value instanceof String v) {
        physical.setString(i + 1, v);
      } else if (value instanceof Long v) {
        physical.setLong(i + 1, v);
      } else if (value instanceof Argument v) {
        v.apply(physical, i + 1);
      } else if (value != null) {
        bindOther(physical, i + 1, value);
      }
    }
  }

  private static void bindOther(PreparedStatement physical, int index, Object value)
      throws SQLException {
    if (value instanceof Boolean v) {
      physical.setBoolean(index, v);
    } else if (value instanceof Double v) {
      physical.setDouble(index, v);
    } else if (value instanceof BigDecimal v) {
      physical.setBigDecimal(index, v);
    } else if (value instanceof Timestamp v) {
      physical.setTimestamp(index, v);
    } else if (value instanceof Date v) {
      physical.setDate(index, v);
    } else if (value instanceof Time v) {
      physical.setTime(index, v);
    } else if (value instanceof byte[] v) {
      physical.setBytes(index, v);
    } else if (value instanceof Short v) {
      physical.setShort(index, v);
    } else if (value instanceof Float v) {
      physical.setFloat(index, v);
    } else if (value instanceof Byte v) {
      physical.setByte(index, v);
    } else {
      physical.setObject(index, value);
    }
  }

  @Override
  public int rows() {
    return batching && batch != null ? batch.size() : 1;
  }

  @Override
  public @Nullable Object value(int row, int index) {
    @Nullable Object[] from = batching && batch != null ? batch.get(row) : values;
    Object value = index <= from.length ? from[index - 1] : null;
    if (value instanceof Valued valued) {
      value = valued.value();
    }
    return value instanceof Argument ? null : value;
  }

  long hash() {
    long hash = 1;
    for (int row = 0; row < rows(); row++) {
      for (int i = 1; i <= count; i++) {
        Object value = value(row, i);
        int each = value instanceof byte[] bytes ? Arrays.hashCode(bytes) : Objects.hashCode(value);
        hash = (hash * 0x9E3779B97F4A7C15L) ^ each;
      }
    }
    return hash == 0 ? 1 : hash;
  }
}
