package dev.sluice.queue;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/** A DataSource whose commits are now and then cut off, before or after their effect. */
final class LossyDataSource {
  final AtomicInteger lost = new AtomicInteger();
  private final DataSource inner;
  private final Random random;

  LossyDataSource(DataSource inner, long seed) {
    this.inner = inner;
    this.random = new Random(seed);
  }

  DataSource proxy() {
    return (DataSource)
        Proxy.newProxyInstance(
            LossyDataSource.class.getClassLoader(),
            new Class<?>[] {DataSource.class},
            (proxy, method, arguments) -> {
              try {
                Object result = method.invoke(inner, arguments);
                return result instanceof Connection connection ? lossy(connection) : result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private Connection lossy(Connection connection) {
    return (Connection)
        Proxy.newProxyInstance(
            LossyDataSource.class.getClassLoader(),
            new Class<?>[] {Connection.class},
            (proxy, method, arguments) -> {
              int dice;
              synchronized (random) {
                dice = method.getName().equals("commit") ? random.nextInt(6) : -1;
              }
              try {
                if (dice == 0) {
                  connection.abort(Runnable::run);
                  throw cut();
                }
                Object result = method.invoke(connection, arguments);
                if (dice == 1) {
                  connection.abort(Runnable::run);
                  throw cut();
                }
                return result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private SQLException cut() {
    lost.incrementAndGet();
    return new SQLNonTransientConnectionException("connection cut", "08S01");
  }
}
