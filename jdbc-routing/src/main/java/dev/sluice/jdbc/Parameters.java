package dev.sluice.jdbc;

import dev.sluice.sql.SqlStatement;
import java.io.InputStream;
import java.io.Reader;
import java.math.BigDecimal;
import java.sql.Date;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Time;
import java.sql.Timestamp;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The recorded parameters of a prepared statement. The class of a value says by which setter it is
 * bound; whatever needs more than a value is an {@link Argument}. A part of the statement instead
 * of an object of its own, since every execution would have to make it.
 */
abstract class Parameters extends RoutedStatement implements TransactionLog.Bindings {
  private static final Object[] NONE = {};
  private static final int MOST = 65_535;
  private static final Argument NULL = (s, i) -> s.setObject(i, null);

  /** A parameter that needs a setter of its own. */
  @FunctionalInterface
  interface Argument {
    void apply(PreparedStatement statement, int index) throws SQLException;
  }

  /** A parameter that can be read only once. */
  private record Once(Argument argument) implements Argument {
    @Override
    public void apply(PreparedStatement statement, int index) throws SQLException {
      argument.apply(statement, index);
    }
  }

  private record Valued(Object value, Argument argument) implements Argument {
    @Override
    public void apply(PreparedStatement statement, int index) throws SQLException {
      argument.apply(statement, index);
    }
  }

  final SqlStatement statement;
  private @Nullable Object[] values = NONE;

  Parameters(RoutedConnection session, SqlStatement statement, int shape) {
    super(session, shape);
    this.statement = statement;
  }

  @SuppressWarnings("JavaUtilDate") // JDBC's own types extend it
  final void record(int index, @Nullable Object value) throws SQLException {
    if (value == null) {
      put(index, NULL);
    } else if (value instanceof byte[] bytes) {
      put(index, bytes.clone());
    } else if (value instanceof java.util.Date date) {
      put(index, date.clone());
    } else {
      put(index, value);
    }
  }

  final void record(int index, @Nullable Object value, Argument argument) throws SQLException {
    put(index, value == null ? argument : new Valued(value, argument));
  }

  /** A parameter whose value can be read only once, a stream. */
  final void recordOnce(int index, Argument argument) throws SQLException {
    put(index, new Once(argument));
  }

  @Override
  final TransactionLog.Bindings bindings() {
    return this;
  }

  @Override
  final boolean repeatable() {
    Batch known = batch;
    if (known != null && known.running) {
      return known.rows.stream().allMatch(Parameters::repeatable);
    }
    return repeatable(values);
  }

  private static boolean repeatable(@Nullable Object[] row) {
    for (Object each : row) {
      Object value = each instanceof Valued valued ? valued.value() : each;
      if (value instanceof Once || value instanceof InputStream || value instanceof Reader) {
        return false;
      }
    }
    return true;
  }

  private void put(int index, Object value) throws SQLException {
    if (index < 1 || index > statement.questionMarks()) {
      // The driver's to refuse, now as with itself.
      bind((PreparedStatement) attachedAnywhere(), index, value);
    }
    if (index < 1 || index > MOST) {
      throw new SQLException("parameter index out of range: " + index, "22023");
    }
    if (index > values.length) {
      values = Arrays.copyOf(values, Math.max(index, Math.min(MOST, statement.questionMarks())));
    }
    values[index - 1] = value;
  }

  final void forgetParameters() {
    Arrays.fill(values, null);
  }

  final void bindBatch(PreparedStatement physical) throws SQLException {
    for (@Nullable Object[] row : knownBatch().rows) {
      bind(physical, row);
      physical.addBatch();
    }
  }

  final void bind(PreparedStatement physical) throws SQLException {
    bind(physical, values);
  }

  private static void bind(PreparedStatement physical, @Nullable Object[] row) throws SQLException {
    for (int i = 0; i < row.length; i++) {
      Object value = row[i];
      if (value != null) {
        bind(physical, i + 1, value);
      }
    }
  }

  private static void bind(PreparedStatement physical, int index, Object value)
      throws SQLException {
    if (value instanceof Integer v) {
      physical.setInt(index, v);
    } else if (value instanceof String v) {
      physical.setString(index, v);
    } else if (value instanceof Long v) {
      physical.setLong(index, v);
    } else if (value instanceof Argument v) {
      v.apply(physical, index);
    } else {
      bindOther(physical, index, value);
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

  final void addRow() {
    knownBatch().rows.add(values.clone());
  }

  @Override
  public final int rows() {
    Batch known = batch;
    return known != null && known.running ? known.rows.size() : 1;
  }

  @Override
  public final @Nullable Object value(int row, int index) {
    Batch known = batch;
    @Nullable Object[] from = known != null && known.running ? known.rows.get(row) : values;
    Object value = index <= from.length ? from[index - 1] : null;
    if (value instanceof Valued valued) {
      value = valued.value();
    }
    return value instanceof Argument ? null : value;
  }

  @Override
  final long bindingHash() {
    long hash = 1;
    for (int row = 0; row < rows(); row++) {
      for (int i = 1; i <= values.length; i++) {
        Object value = value(row, i);
        int each = value instanceof byte[] bytes ? Arrays.hashCode(bytes) : Objects.hashCode(value);
        hash = (hash * 0x9E3779B97F4A7C15L) ^ each;
      }
    }
    return hash == 0 ? 1 : hash;
  }
}
