package dev.sluice.testkit;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.IdentityHashMap;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Tells which connections a test, or the code under test, did not close.
 *
 * <pre>{@code
 * try (LeakCheck leaks = new LeakCheck()) {
 *   DataSource source = leaks.watch(node.dataSource());
 *   ...
 * } // fails here, with the place where each open connection was made
 * }</pre>
 *
 * <p>Also any other resource, by {@link #track}. Thread-safe. {@link #close()} closes what was left
 * open and then fails.
 */
public final class LeakCheck implements AutoCloseable {
  private final IdentityHashMap<AutoCloseable, Throwable> open = new IdentityHashMap<>();

  /** Watches nothing yet. */
  public LeakCheck() {}

  /**
   * A data source whose connections must be closed.
   *
   * @param source where they come from
   * @return the same, watched; unwraps to the driver's
   */
  public DataSource watch(DataSource source) {
    return proxy(
        DataSource.class,
        (proxy, method, arguments) -> {
          Object result = call(source, method, arguments);
          return result instanceof Connection connection ? watched(connection) : result;
        });
  }

  /**
   * A resource that must be closed: its interface's {@code close()} is what ends it.
   *
   * @param type the interface that the code under test sees
   * @param resource the resource
   * @param <T> that interface
   * @return the same, watched
   */
  public <T extends AutoCloseable> T track(Class<T> type, T resource) {
    Throwable made = new Throwable("made here and never closed: " + type.getSimpleName());
    synchronized (open) {
      open.put(resource, made);
    }
    return proxy(
        type,
        (proxy, method, arguments) -> {
          if (method.getName().equals("equals") && arguments != null && arguments.length == 1) {
            return proxy == arguments[0];
          }
          boolean ends =
              (method.getParameterCount() == 0 && method.getName().equals("close"))
                  || method.getName().equals("abort");
          try {
            return call(resource, method, arguments);
          } finally {
            // Also when it throws: who has closed what is broken has done what he can.
            if (ends) {
              synchronized (open) {
                open.remove(resource);
              }
            }
          }
        });
  }

  private Connection watched(Connection connection) {
    return track(Connection.class, connection);
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(LeakCheck.class.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private static @Nullable Object call(
      Object target, java.lang.reflect.Method method, Object @Nullable [] arguments)
      throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause() == null ? e : e.getCause();
    }
  }

  /**
   * What is open now.
   *
   * @return for each, a throwable whose stack trace is where it was made
   */
  public List<Throwable> leaks() {
    synchronized (open) {
      return List.copyOf(open.values());
    }
  }

  /**
   * Closes what was left open.
   *
   * @throws AssertionError when something was, with the places suppressed in it
   */
  @Override
  public void close() {
    IdentityHashMap<AutoCloseable, Throwable> left;
    synchronized (open) {
      left = new IdentityHashMap<>(open);
      open.clear();
    }
    if (left.isEmpty()) {
      return;
    }
    AssertionError failure = new AssertionError(left.size() + " resources were not closed");
    left.forEach(
        (resource, made) -> {
          failure.addSuppressed(made);
          try {
            resource.close();
          } catch (Exception e) {
            made.addSuppressed(e);
          }
        });
    throw failure;
  }
}
