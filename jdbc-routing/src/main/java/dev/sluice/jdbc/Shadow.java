package dev.sluice.jdbc;

import dev.sluice.sql.SqlStatement;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shadow mode: hands out the primary's own connections, in wrappers that forward every call as it
 * comes, and counts beside it what routing would do. What is done beside never asks a server for an
 * answer and never throws. Wrappers are dynamic: shadow mode is for finding out, not for speed.
 * Safe for use by several threads.
 */
final class Shadow {
  private static final Logger LOG = LoggerFactory.getLogger(Shadow.class);

  private final Router router;
  private final DataSource primary;
  private final ShadowMemory memory;
  private final ShadowCounts counts = new ShadowCounts();
  private volatile boolean failed;

  Shadow(Router router, DataSource primary) {
    this.router = router;
    this.primary = primary;
    this.memory = new ShadowMemory(router.source);
  }

  ShadowReport report() {
    return counts.report();
  }

  Connection connect() throws SQLException {
    return wrap(primary.getConnection());
  }

  Connection connect(String user, String password) throws SQLException {
    return wrap(primary.getConnection(user, password));
  }

  private Connection wrap(Connection physical) {
    return proxy(
        Connection.class, new ShadowConnection(this, new ShadowSession(router, memory), physical));
  }

  static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(Shadow.class.getClassLoader(), new Class<?>[] {type}, handler));
  }

  /** Calls the driver; what it throws is thrown on as it is. */
  static @Nullable Object forward(Object target, Method method, Object @Nullable [] arguments)
      throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      Throwable cause = e.getCause();
      throw cause == null ? e : cause;
    }
  }

  /** Something beside the driver's work. */
  @FunctionalInterface
  interface Thought {
    void run() throws SQLException;
  }

  /** Whatever goes wrong beside stays there. */
  void aside(Thought thought) {
    try {
      thought.run();
    } catch (SQLException | RuntimeException | Error e) {
      counts.unjudged();
      if (!failed) {
        failed = true;
        LOG.warn(
            "{}: shadow mode could not judge a statement; further ones are counted only",
            router.name(),
            e);
      }
    }
  }

  void unjudged() {
    counts.unjudged();
  }

  long nanos() {
    return router.ticker.nanos();
  }

  /** An execution has ended. */
  void executed(
      ShadowSession session,
      SqlStatement statement,
      ShadowSession.Verdict verdict,
      long elapsedNanos,
      @Nullable SQLException error) {
    aside(
        () -> {
          counts.count(statement, verdict.reason(), verdict.refusal(), elapsedNanos);
          RoutingEvents.NodeEvents told = router.cluster.primary().told();
          if (told != null) {
            told.executed(statement, RouteReason.SHADOW, elapsedNanos, error);
          }
          session.executed(statement, verdict, error == null);
        });
  }
}
