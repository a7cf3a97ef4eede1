package dev.sluice.queue;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.Statement;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A DataSource that lets a test throw before calls of it, its connections and statements. */
final class HookedDataSource {
  /** What happens before a call. */
  @FunctionalInterface
  interface Hook {
    /**
     * Before a call.
     *
     * @param method its name
     * @param arguments which may be replaced; empty if it has none
     */
    void before(String method, @Nullable Object[] arguments) throws Throwable;
  }

  private HookedDataSource() {}

  static DataSource of(DataSource inner, Hook hook) {
    return hooked(DataSource.class, inner, hook);
  }

  private static <T> T hooked(Class<T> type, T inner, Hook hook) {
    return type.cast(
        Proxy.newProxyInstance(
            HookedDataSource.class.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              hook.before(method.getName(), arguments == null ? new Object[0] : arguments);
              Object result;
              try {
                result = method.invoke(inner, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
              if (result instanceof Connection connection) {
                return hooked(Connection.class, connection, hook);
              }
              if (result instanceof PreparedStatement statement) {
                return hooked(PreparedStatement.class, statement, hook);
              }
              return result instanceof Statement statement
                  ? hooked(Statement.class, statement, hook)
                  : result;
            }));
  }
}
