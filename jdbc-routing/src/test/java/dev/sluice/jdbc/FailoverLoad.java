package dev.sluice.jdbc;

import dev.sluice.causality.CausalScope;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;

/**
 * Writers and readers over a change of the primary. Each row is written once, and what its writer
 * was told is kept, to be compared with what the tables hold in the end.
 */
final class FailoverLoad {
  static final String TABLE = "CREATE TABLE ledger (id INT PRIMARY KEY, v INT NOT NULL)";

  enum Told {
    /** Committed. */
    ACKNOWLEDGED,
    /** SQLState 08007: committed or not. */
    UNKNOWN,
    /** Any other error: nothing was done. */
    NOTHING
  }

  /** One write: what was told, and when it began and ended. */
  record Write(int id, boolean transaction, Told told, String state, long begun, long ended) {}

  private final DataSource source;
  private final AtomicInteger ids = new AtomicInteger();
  private final AtomicLong reads = new AtomicLong();
  private final AtomicLong lastRead = new AtomicLong();
  private final AtomicLong longestReadGap = new AtomicLong();
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean stopped;
  final Queue<Write> writes = new ConcurrentLinkedQueue<>();
  final Set<Integer> acknowledgedButNotSeen = ConcurrentHashMap.newKeySet();
  final Set<Integer> seenThenNot = ConcurrentHashMap.newKeySet();
  final Map<String, Integer> readErrors = new ConcurrentHashMap<>();

  FailoverLoad(DataSource source) {
    this.source = source;
  }

  void start(int writers, int readers) {
    lastRead.set(System.nanoTime());
    for (int i = 0; i < writers + readers; i++) {
      boolean writes = i < writers;
      boolean transactions = i % 2 == 1;
      Thread thread =
          new Thread(
              () -> {
                while (!stopped) {
                  try (CausalScope scope = CausalScope.open()) {
                    if (writes) {
                      write(transactions);
                    } else {
                      read();
                    }
                  }
                  LockSupport.parkNanos(2_000_000);
                }
              });
      thread.setDaemon(true);
      thread.start();
      threads.add(thread);
    }
  }

  private void write(boolean transaction) {
    int id = ids.incrementAndGet();
    long begun = System.nanoTime();
    Told told;
    String state = "";
    try (Connection connection = source.getConnection()) {
      try {
        if (transaction) {
          connection.setAutoCommit(false);
        }
        try (PreparedStatement insert =
            connection.prepareStatement("INSERT INTO ledger VALUES (?, 1)")) {
          insert.setInt(1, id);
          insert.executeUpdate();
        }
        if (transaction) {
          connection.commit();
        }
        told = Told.ACKNOWLEDGED;
      } finally {
        if (transaction) {
          rollBack(connection);
        }
      }
    } catch (SQLException e) {
      state = String.valueOf(e.getSQLState());
      told = state.equals("08007") ? Told.UNKNOWN : Told.NOTHING;
    }
    writes.add(new Write(id, transaction, told, state, begun, System.nanoTime()));
    if (told == Told.ACKNOWLEDGED && !seen(id)) {
      acknowledgedButNotSeen.add(id);
    }
  }

  private static void rollBack(Connection connection) {
    try {
      connection.rollback();
      connection.setAutoCommit(true);
    } catch (SQLException e) {
      // The connection is closed next.
    }
  }

  private boolean seen(int id) {
    try (Connection connection = source.getConnection();
        PreparedStatement select =
            connection.prepareStatement("SELECT v FROM ledger WHERE id = ?")) {
      select.setInt(1, id);
      try (ResultSet row = select.executeQuery()) {
        return row.next();
      }
    } catch (SQLException e) {
      return true;
    }
  }

  /** A caller who has been shown a row is shown it again. */
  private void read() {
    int highest = ids.get();
    if (highest == 0) {
      return;
    }
    int first = 0;
    for (int i = 0; i < 3; i++) {
      try (Connection connection = source.getConnection();
          PreparedStatement select =
              connection.prepareStatement("SELECT MAX(id) FROM ledger WHERE id <= ?")) {
        select.setInt(1, first == 0 ? highest : first);
        try (ResultSet row = select.executeQuery()) {
          row.next();
          int found = row.getInt(1);
          long now = System.nanoTime();
          reads.incrementAndGet();
          longestReadGap.accumulateAndGet(now - lastRead.getAndSet(now), Math::max);
          if (first != 0 && found != first) {
            seenThenNot.add(first);
          }
          first = found;
        }
      } catch (SQLException e) {
        readErrors.merge(String.valueOf(e.getSQLState()), 1, Integer::sum);
      }
    }
  }

  long reads() {
    return reads.get();
  }

  long longestReadGapMillis() {
    return longestReadGap.get() / 1_000_000;
  }

  boolean acknowledgedSince(long nanos) {
    return writes.stream().anyMatch(w -> w.told == Told.ACKNOWLEDGED && w.begun - nanos > 0);
  }

  void stop() throws InterruptedException {
    stopped = true;
    for (Thread each : threads) {
      each.join(30_000);
    }
  }
}
