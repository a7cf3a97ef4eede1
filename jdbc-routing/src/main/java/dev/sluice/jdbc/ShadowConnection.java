package dev.sluice.jdbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.Statement;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A connection in shadow mode: forwards every call to the primary's. Confined to one thread. */
final class ShadowConnection implements InvocationHandler {
  private final Shadow shadow;
  private final ShadowSession session;
  private final Connection physical;

  ShadowConnection(Shadow shadow, ShadowSession session, Connection physical) {
    this.shadow = shadow;
    this.session = session;
    this.physical = physical;
  }

  @Override
  public @Nullable Object invoke(Object self, Method method, Object @Nullable [] arguments)
      throws Throwable {
    String name = method.getName();
    if (method.getDeclaringClass() == Object.class) {
      return ofObject(self, physical, name, arguments);
    }
    Object result = Shadow.forward(physical, method, arguments);
    Object first = arguments == null || arguments.length == 0 ? null : arguments[0];
    switch (name) {
      case "createStatement" -> {
        return statement(Statement.class, self, result, null, arguments);
      }
      case "prepareStatement" -> {
        return statement(PreparedStatement.class, self, result, (String) first, arguments);
      }
      case "prepareCall" -> {
        return statement(CallableStatement.class, self, result, (String) first, arguments);
      }
      case "getMetaData" -> {
        return result instanceof DatabaseMetaData data ? metaData(self, data) : result;
      }
      default -> shadow.aside(() -> follow(name, first));
    }
    return result;
  }

  /** The session is as these calls make it, once they have succeeded. */
  private void follow(String name, @Nullable Object first) {
    switch (name) {
      case "setAutoCommit" -> session.autoCommit(Boolean.TRUE.equals(first));
      case "setReadOnly" -> session.readOnly(Boolean.TRUE.equals(first));
      case "setTransactionIsolation" ->
          session.isolation(first instanceof Integer level ? level : 0);
      case "commit" -> session.ended(true);
      case "rollback" -> {
        if (first == null) {
          session.ended(false);
        }
      }
      case "unwrap",
          "createClob",
          "createBlob",
          "createNClob",
          "createSQLXML",
          "createArrayOf",
          "createStruct" ->
          session.pin();
      default -> {
        // changes nothing about where statements would run
      }
    }
  }

  private <T extends Statement> Object statement(
      Class<T> type,
      Object connection,
      @Nullable Object made,
      @Nullable String sql,
      Object @Nullable [] arguments) {
    Statement physical = (Statement) Objects.requireNonNull(made, "the driver made no statement");
    return Shadow.proxy(
        type,
        new ShadowStatement(
            shadow, session, (Connection) connection, physical, sql, updatable(arguments)));
  }

  /** By the arguments (type, concurrency[, holdability]), after the text if there is one. */
  private static boolean updatable(Object @Nullable [] arguments) {
    if (arguments == null) {
      return false;
    }
    int at = arguments.length > 0 && arguments[0] instanceof String ? 2 : 1;
    return arguments.length > at
        && arguments[at] instanceof Integer concurrency
        && concurrency == java.sql.ResultSet.CONCUR_UPDATABLE;
  }

  private static Object metaData(Object connection, DatabaseMetaData physical) {
    return Shadow.proxy(
        DatabaseMetaData.class,
        (self, method, arguments) ->
            method.getName().equals("getConnection")
                ? connection
                : method.getDeclaringClass() == Object.class
                    ? ofObject(self, physical, method.getName(), arguments)
                    : Shadow.forward(physical, method, arguments));
  }

  /** A wrapper is itself and nothing else, as a pool's own are. */
  static Object ofObject(Object self, Object physical, String name, Object @Nullable [] arguments) {
    return switch (name) {
      case "equals" -> arguments != null && self == arguments[0];
      case "hashCode" -> System.identityHashCode(self);
      default -> "shadow of " + physical;
    };
  }
}
