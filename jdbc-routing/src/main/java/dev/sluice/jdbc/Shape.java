package dev.sluice.jdbc;

import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Type, concurrency and holdability of results in one int: a statement needs no more room for them.
 * 0 is what the driver does when it is not asked.
 */
final class Shape {
  private Shape() {}

  static int of(int type, int concurrency, int holdability) {
    return type | concurrency << 12 | holdability << 24;
  }

  static int type(int shape) {
    return shape == 0 ? ResultSet.TYPE_FORWARD_ONLY : shape & 0xFFF;
  }

  static int concurrency(int shape) {
    return shape == 0 ? ResultSet.CONCUR_READ_ONLY : shape >> 12 & 0xFFF;
  }

  /** 0 if not asked for. */
  static int holdability(int shape) {
    return shape >>> 24;
  }

  static boolean updatable(int shape) {
    return concurrency(shape) == ResultSet.CONCUR_UPDATABLE;
  }

  static Statement create(Connection physical, int shape) throws SQLException {
    if (shape == 0) {
      return physical.createStatement();
    }
    return holdability(shape) == 0
        ? physical.createStatement(type(shape), concurrency(shape))
        : physical.createStatement(type(shape), concurrency(shape), holdability(shape));
  }

  static PreparedStatement prepare(Connection physical, String sql, int shape) throws SQLException {
    if (shape == 0) {
      return physical.prepareStatement(sql);
    }
    return holdability(shape) == 0
        ? physical.prepareStatement(sql, type(shape), concurrency(shape))
        : physical.prepareStatement(sql, type(shape), concurrency(shape), holdability(shape));
  }

  static CallableStatement call(Connection physical, String sql, int shape) throws SQLException {
    if (shape == 0) {
      return physical.prepareCall(sql);
    }
    return holdability(shape) == 0
        ? physical.prepareCall(sql, type(shape), concurrency(shape))
        : physical.prepareCall(sql, type(shape), concurrency(shape), holdability(shape));
  }
}
