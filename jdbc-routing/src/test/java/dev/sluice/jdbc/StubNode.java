package dev.sluice.jdbc;

import dev.sluice.causality.Position;
import java.io.Reader;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A node over a driver that only writes down what it is asked for, as {@code node: what}. */
final class StubNode extends Node {
  final String name;
  final boolean primary;
  final List<String> log;
  final Deque<SQLException> acquireFailures = new ArrayDeque<>();

  /** Exceptions by what is executed; used up by throwing. */
  final TreeMap<String, SQLException> failures = new TreeMap<>();

  /** Where executions and cancels wait. */
  final TreeMap<String, Hold> holds = new TreeMap<>();

  final AtomicInteger cancels = new AtomicInteger();
  final Set<Connection> out = new HashSet<>();
  final List<SQLException> failed = new ArrayList<>();
  RoutingEvents.@Nullable NodeEvents told;
  boolean retired;
  int acquired;
  int discarded;
  long reached = Long.MAX_VALUE;
  @Nullable String catalog = "before";
  private int connections;

  StubNode(String name, boolean primary, List<String> log) {
    this.name = name;
    this.primary = primary;
    this.log = log;
  }

  /** A place where a thread waits until another lets it go. */
  static final class Hold {
    private static final int MOST_SECONDS = 30;
    private final CountDownLatch reached = new CountDownLatch(1);
    private final CountDownLatch open = new CountDownLatch(1);

    void awaitReached() throws InterruptedException {
      if (!reached.await(MOST_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("nobody came");
      }
    }

    void open() {
      open.countDown();
    }

    private void pass() {
      reached.countDown();
      try {
        if (!open.await(MOST_SECONDS, TimeUnit.SECONDS)) {
          throw new AssertionError("nobody opened");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  RoutingEvents.@Nullable NodeEvents told() {
    return told;
  }

  @Override
  String name() {
    return name;
  }

  @Override
  boolean primary() {
    return primary;
  }

  @Override
  boolean retired() {
    return retired;
  }

  @Override
  long reachedEpoch() {
    return reached;
  }

  @Override
  Connection acquire() throws SQLException {
    SQLException failure = acquireFailures.poll();
    if (failure != null) {
      throw failure;
    }
    acquired++;
    Connection connection = proxy(Connection.class, new StubConnection(++connections));
    out.add(connection);
    return connection;
  }

  @Override
  Connection bare(Connection borrowed) {
    return borrowed;
  }

  @Override
  void release(Connection physical, boolean discard) {
    if (cancels.get() > 0) {
      throw new AssertionError(name + ": given back while something on it is cancelled");
    }
    if (!out.remove(physical)) {
      throw new AssertionError(name + ": a connection was given back twice");
    }
    if (discard) {
      discarded++;
    }
  }

  @Override
  boolean timesNext() {
    return true;
  }

  @Override
  void answered(long elapsedNanos) {}

  @Override
  void answered() {}

  @Override
  void failed(SQLException error) {
    failed.add(error);
  }

  @Override
  @Nullable Position committed(Connection physical) {
    return null;
  }

  private void pass(String what) {
    Hold hold = holds.get(what);
    if (hold != null) {
      hold.pass();
    }
  }

  private void did(String what) throws SQLException {
    log.add(name + ": " + what);
    SQLException failure = failures.remove(what);
    if (failure != null) {
      throw failure;
    }
  }

  static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(StubNode.class.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private static @Nullable Object nothing(Class<?> type) {
    if (type == boolean.class) {
      return false;
    }
    if (type == int.class) {
      return 0;
    }
    return type == long.class ? (Object) 0L : null;
  }

  private final class StubConnection implements InvocationHandler {
    private final int number;
    private boolean autoCommit = true;
    private volatile boolean aborted;
    private int isolation = Connection.TRANSACTION_READ_COMMITTED;
    private final Properties clientInfo = new Properties();

    StubConnection(int number) {
      this.number = number;
    }

    @Override
    public @Nullable Object invoke(Object self, Method method, Object @Nullable [] a)
        throws SQLException {
      switch (method.getName()) {
        case "getAutoCommit":
          return autoCommit;
        case "setAutoCommit":
          autoCommit = (Boolean) a[0];
          did("autocommit " + autoCommit);
          return null;
        case "getTransactionIsolation":
          return isolation;
        case "setTransactionIsolation":
          isolation = (Integer) a[0];
          did("isolation " + isolation);
          return null;
        case "commit", "rollback":
          did(method.getName());
          return null;
        case "setReadOnly", "setCatalog":
          did(method.getName() + " " + a[0]);
          return null;
        case "abort":
          aborted = true;
          did("abort");
          holds.values().forEach(Hold::open);
          return null;
        case "getCatalog":
          return catalog;
        case "getClientInfo":
          return clientInfo;
        case "setClientInfo":
          clientInfo.clear();
          clientInfo.putAll((Properties) a[0]);
          did("clientInfo " + clientInfo);
          return null;
        case "createStatement":
          return proxy(Statement.class, new StubStatement((Connection) self, this, null));
        case "prepareStatement":
          return proxy(
              PreparedStatement.class, new StubStatement((Connection) self, this, (String) a[0]));
        case "equals":
          return self == a[0];
        case "hashCode":
          return System.identityHashCode(self);
        case "toString":
          return name + "#" + number;
        default:
          return nothing(method.getReturnType());
      }
    }
  }

  private final class StubStatement implements InvocationHandler {
    private final Connection connection;
    private final StubConnection stub;
    private final @Nullable String prepared;
    private final TreeMap<Integer, Object> parameters = new TreeMap<>();
    private int batched;
    private boolean closed;

    StubStatement(Connection connection, StubConnection stub, @Nullable String prepared) {
      this.connection = connection;
      this.stub = stub;
      this.prepared = prepared;
    }

    @Override
    public @Nullable Object invoke(Object self, Method method, Object @Nullable [] a)
        throws SQLException {
      String what = method.getName();
      if (closed && !what.equals("close")) {
        throw new SQLException("stub: closed", "55000");
      }
      switch (what) {
        case "executeQuery":
          execute(a);
          return rows((Statement) self);
        case "executeUpdate", "executeLargeUpdate":
          execute(a);
          return what.equals("executeUpdate") ? (Object) 1 : (Object) 1L;
        case "execute":
          execute(a);
          return (prepared == null ? (String) a[0] : prepared).startsWith("SELECT");
        case "getResultSet":
          return rows((Statement) self);
        case "executeBatch":
          execute(new Object[] {"batch of " + batched});
          return new int[batched];
        case "addBatch":
          batched++;
          return null;
        case "cancel":
          cancels.incrementAndGet();
          pass("cancel");
          did("cancel");
          cancels.decrementAndGet();
          return null;
        case "close":
          closed = true;
          return null;
        default:
          if (what.startsWith("set") && a != null && a.length == 2 && !(a[1] instanceof Reader)) {
            parameters.put((Integer) a[0], a[1] == null ? what + " null" : a[1]);
          }
          return nothing(method.getReturnType());
      }
    }

    private void execute(Object @Nullable [] a) throws SQLException {
      if (!out.contains(connection)) {
        throw new AssertionError(name + ": used after it was given back");
      }
      String text = a != null ? (String) a[0] : String.valueOf(prepared);
      did(parameters.isEmpty() ? text : text + " " + parameters.values());
      pass(text);
      if (stub.aborted) {
        throw new SQLException("aborted", "08006");
      }
    }

    private ResultSet rows(Statement statement) {
      return proxy(
          ResultSet.class,
          (self, method, a) ->
              method.getName().equals("getStatement")
                  ? statement
                  : nothing(method.getReturnType()));
    }
  }
}
