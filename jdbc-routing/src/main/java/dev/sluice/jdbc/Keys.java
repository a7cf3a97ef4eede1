package dev.sluice.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import org.jspecify.annotations.Nullable;

/** Which generated keys a statement is asked for: exactly one of the three. Immutable. */
@SuppressWarnings("ArrayRecordComponent")
record Keys(int flag, int @Nullable [] indexes, String @Nullable [] names) {
  static @Nullable Keys of(int flag) {
    return flag == Statement.NO_GENERATED_KEYS ? null : new Keys(flag, null, null);
  }

  static Keys of(int[] indexes) {
    return new Keys(0, indexes.clone(), null);
  }

  static Keys of(String[] names) {
    return new Keys(0, null, names.clone());
  }

  PreparedStatement prepare(Connection physical, String sql) throws SQLException {
    if (names != null) {
      return physical.prepareStatement(sql, names);
    }
    return indexes != null
        ? physical.prepareStatement(sql, indexes)
        : physical.prepareStatement(sql, flag);
  }

  boolean execute(Statement physical, String sql) throws SQLException {
    if (names != null) {
      return physical.execute(sql, names);
    }
    return indexes != null ? physical.execute(sql, indexes) : physical.execute(sql, flag);
  }

  int executeUpdate(Statement physical, String sql) throws SQLException {
    if (names != null) {
      return physical.executeUpdate(sql, names);
    }
    return indexes != null
        ? physical.executeUpdate(sql, indexes)
        : physical.executeUpdate(sql, flag);
  }

  long executeLargeUpdate(Statement physical, String sql) throws SQLException {
    if (names != null) {
      return physical.executeLargeUpdate(sql, names);
    }
    return indexes != null
        ? physical.executeLargeUpdate(sql, indexes)
        : physical.executeLargeUpdate(sql, flag);
  }
}
