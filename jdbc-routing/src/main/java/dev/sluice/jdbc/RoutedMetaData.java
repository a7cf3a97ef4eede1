package dev.sluice.jdbc;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Metadata of the primary, asked call by call: nothing is held between calls, except while a result
 * is open.
 */
final class RoutedMetaData implements InvocationHandler {
  private final RoutedConnection session;

  private RoutedMetaData(RoutedConnection session) {
    this.session = session;
  }

  static DatabaseMetaData of(RoutedConnection session) {
    return (DatabaseMetaData)
        Proxy.newProxyInstance(
            RoutedMetaData.class.getClassLoader(),
            new Class<?>[] {DatabaseMetaData.class},
            new RoutedMetaData(session));
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
      throws Throwable {
    return switch (method.getName()) {
      case "getConnection" -> session;
      case "equals" -> arguments != null && proxy == arguments[0];
      case "hashCode" -> System.identityHashCode(proxy);
      case "toString" -> "metadata of " + session;
      default -> ask(method, arguments);
    };
  }

  private @Nullable Object ask(Method method, Object @Nullable [] arguments) throws Throwable {
    session.checkOpen();
    MetaDataStatement holder = null;
    if (ResultSet.class.isAssignableFrom(method.getReturnType())) {
      holder = new MetaDataStatement(session);
    }
    MetaDataStatement keeper = holder;
    try {
      Optional<Object> known =
          session.onPrimary(
              b -> {
                Object answer = call(b.physical.getMetaData(), method, arguments);
                return Optional.ofNullable(
                    keeper != null && answer instanceof ResultSet rows
                        ? keeper.keep(b, rows)
                        : answer);
              });
      return known.orElse(null);
    } catch (Undeclared e) {
      throw e.getCause() == null ? e : e.getCause();
    }
  }

  private static @Nullable Object call(
      DatabaseMetaData metaData, Method method, Object @Nullable [] arguments) throws SQLException {
    try {
      return method.invoke(metaData, arguments);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof SQLException cause) {
        throw cause;
      }
      throw new Undeclared(e.getCause());
    } catch (IllegalAccessException e) {
      throw new Undeclared(e);
    }
  }

  /** Carries what is no SQLException past the question. */
  private static final class Undeclared extends RuntimeException {
    Undeclared(@Nullable Throwable cause) {
      super(cause);
    }
  }

  /** Holds the physical connection of a metadata result until that is closed. */
  private static final class MetaDataStatement extends RoutedStatement {
    private @Nullable Binding held;

    MetaDataStatement(RoutedConnection session) {
      super(session, 0);
    }

    ResultSet keep(Binding b, ResultSet rows) {
      held = b;
      b.users++;
      result(rows);
      RoutedResultSet wrapped = wrapCurrent(rows);
      closeOnCompletion = true;
      return wrapped;
    }

    @Override
    public void close() throws SQLException {
      Binding b = held;
      RoutedResultSet open = current;
      if (b != null) {
        held = null;
        if (open != null) {
          open.delegate.close();
        }
        if (--b.users == 0 && b != session.home) {
          session.release(b);
        }
      }
      super.close();
    }
  }
}
