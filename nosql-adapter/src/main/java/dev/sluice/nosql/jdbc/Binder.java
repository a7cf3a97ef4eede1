package dev.sluice.nosql.jdbc;

import dev.sluice.nosql.ColumnType;
import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/** Between stored forms and JDBC, parameter by parameter. */
final class Binder {
  private final PreparedStatement statement;
  private int index;

  Binder(PreparedStatement statement) {
    this.statement = statement;
  }

  Binder bind(Object[] stored) throws SQLException {
    for (Object one : stored) {
      bind(one);
    }
    return this;
  }

  Binder bind(Object stored) throws SQLException {
    index++;
    if (stored instanceof String text) {
      statement.setString(index, text);
    } else if (stored instanceof Long number) {
      statement.setLong(index, number);
    } else if (stored instanceof Double number) {
      statement.setDouble(index, number);
    } else if (stored instanceof BigDecimal decimal) {
      statement.setBigDecimal(index, decimal);
    } else if (stored instanceof Boolean flag) {
      statement.setBoolean(index, flag);
    } else if (stored instanceof byte[] bytes) {
      statement.setBytes(index, bytes);
    } else if (stored instanceof LocalDate date) {
      statement.setObject(index, date);
    } else {
      throw new IllegalArgumentException("no stored form: " + stored.getClass());
    }
    return this;
  }

  Binder bind(ColumnType type, @Nullable Object stored) throws SQLException {
    if (stored != null) {
      return bind(stored);
    }
    statement.setNull(
        ++index,
        switch (type) {
          case TEXT -> Types.VARCHAR;
          case INTEGER -> Types.BIGINT;
          case DECIMAL -> Types.NUMERIC;
          case DOUBLE -> Types.DOUBLE;
          case BOOLEAN -> Types.BOOLEAN;
          case DATE -> Types.DATE;
          case BYTES -> Types.VARBINARY;
        });
    return this;
  }

  static @Nullable Object read(ColumnType type, ResultSet result, int column) throws SQLException {
    Object stored =
        switch (type) {
          case TEXT -> result.getString(column);
          case INTEGER -> result.getLong(column);
          case DECIMAL -> result.getBigDecimal(column);
          case DOUBLE -> result.getDouble(column);
          case BOOLEAN -> result.getBoolean(column);
          case DATE -> result.getObject(column, LocalDate.class);
          case BYTES -> result.getBytes(column);
        };
    return result.wasNull() ? null : stored;
  }
}
