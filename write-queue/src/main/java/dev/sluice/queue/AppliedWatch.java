package dev.sluice.queue;

import dev.sluice.causality.CausalSource;
import dev.sluice.causality.CausalToken;
import dev.sluice.causality.TableWrite;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Learns from the ledger which packs of this producer are applied: one query for all lanes at a
 * time, only while somebody waits. The position that covers a write is taken after the ledger
 * showed it, so it includes the write on whatever node the ledger was read.
 */
final class AppliedWatch {
  private static final Logger LOG = LoggerFactory.getLogger(AppliedWatch.class);
  private static final String QUERY =
      "SELECT lane, last_seq, -1 AS idx, NULL AS reason FROM sluice_stream WHERE queue_id = ? AND producer_id = ?"
          + " UNION ALL SELECT lane, seq, idx, reason FROM sluice_parked WHERE queue_id = ? AND producer_id = ? AND state <> 1";
  private static final long SLOWEST_NANOS = TimeUnit.SECONDS.toNanos(5);

  private record Waiting(WriteTicket ticket, CompletableFuture<Long> seen) {}

  /** A token that was asked for; equal to itself only. */
  private static final class Asked {
    final CompletableFuture<CausalToken> token = new CompletableFuture<>();
  }

  /** Where a parked write stood; index -1 is the whole pack. */
  private record Place(int lane, long sequence, int index) {}

  private final String queue;
  private final String producer;
  private final DataSource ledger;
  private final @Nullable CausalSource source;
  private final long pollNanos;
  private final ConcurrentLinkedQueue<Waiting> waiting = new ConcurrentLinkedQueue<>();

  /** Handed out and not done: their last step may be in a thread that never comes to it. */
  private final Set<Asked> tokens = ConcurrentHashMap.newKeySet();

  private final AtomicBoolean scheduled = new AtomicBoolean();
  private final Map<String, Boolean> contained = new ConcurrentHashMap<>();
  private final ScheduledExecutorService thread;
  private volatile boolean closed;
  private int failures;

  AppliedWatch(
      String queue,
      String producer,
      DataSource ledger,
      @Nullable CausalSource source,
      Duration poll) {
    this.queue = queue;
    this.producer = producer;
    this.ledger = ledger;
    this.source = source;
    this.pollNanos = poll.toNanos();
    thread = Executors.newSingleThreadScheduledExecutor(Threads.named("applied-" + queue));
  }

  void add(WriteTicket ticket, CompletableFuture<Long> seen) {
    waiting.add(new Waiting(ticket, seen));
    if (closed) {
      failAll();
    } else {
      schedule(pollNanos);
    }
  }

  CompletionStage<CausalToken> token(CompletableFuture<Long> seen, Write write) {
    CausalSource from = source;
    if (from == null) {
      throw new IllegalStateException(queue + ": built without a source, so there are no tokens");
    }
    Asked asked = new Asked();
    tokens.add(asked);
    if (closed) {
      failAll();
    }
    var unused =
        seen.thenCompose(
                epoch ->
                    from.positionCovering(epoch)
                        .thenApplyAsync(
                            position ->
                                CausalToken.of(
                                    tables(write).stream()
                                        .map(t -> new CausalToken.Entry(from.name(), t, position))
                                        .toList()),
                            thread))
            .whenComplete(
                (made, failure) -> {
                  tokens.remove(asked);
                  if (failure == null) {
                    asked.token.complete(made);
                  } else {
                    asked.token.completeExceptionally(failure);
                  }
                });
    return asked.token.minimalCompletionStage();
  }

  void close() {
    closed = true;
    thread.shutdownNow();
    failAll();
  }

  private void failAll() {
    for (Waiting each = waiting.poll(); each != null; each = waiting.poll()) {
      each.seen.completeExceptionally(
          new WriteQueueException(
              queue + ": closed before it was known whether this write is applied", null));
    }
    for (Iterator<Asked> all = tokens.iterator(); all.hasNext(); all.remove()) {
      all.next()
          .token
          .completeExceptionally(
              new WriteQueueException(queue + ": closed before the position was known", null));
    }
  }

  // what the task throws, it logs
  @SuppressWarnings("FutureReturnValueIgnored")
  private void schedule(long nanos) {
    if (scheduled.compareAndSet(false, true)) {
      try {
        thread.schedule(this::poll, nanos, TimeUnit.NANOSECONDS);
      } catch (RejectedExecutionException e) {
        failAll();
      }
    }
  }

  private void poll() {
    scheduled.set(false);
    if (waiting.isEmpty()) {
      return;
    }
    long next = pollNanos;
    try {
      look();
      failures = 0;
    } catch (SQLException | RuntimeException e) {
      if (Integer.bitCount(++failures) == 1) {
        LOG.warn("{}: ledger could not be read, failure {}: {}", queue, failures, said(e));
      }
      next = Math.min(SLOWEST_NANOS, pollNanos << Math.min(failures, 10));
    }
    if (!waiting.isEmpty()) {
      schedule(next);
    }
  }

  /** The class and state of an exception, without its message, which may quote data. */
  static String said(Exception e) {
    return e instanceof SQLException sql
        ? e.getClass().getSimpleName()
            + ", SQLState "
            + sql.getSQLState()
            + ", code "
            + sql.getErrorCode()
        : e.getClass().getName();
  }

  private void look() throws SQLException {
    Map<Integer, Long> applied = new HashMap<>();
    Map<Place, String> parked = new HashMap<>();
    try (Connection connection = ledger.getConnection();
        PreparedStatement query = connection.prepareStatement(QUERY)) {
      for (int i = 1; i <= 4; i++) {
        query.setString(i, i % 2 == 1 ? queue : producer);
      }
      try (ResultSet rows = query.executeQuery()) {
        while (rows.next()) {
          String reason = rows.getString(4);
          if (reason == null) {
            applied.put(rows.getInt(1), rows.getLong(2));
          } else {
            parked.put(new Place(rows.getInt(1), rows.getLong(2), rows.getInt(3)), reason);
          }
        }
      }
      if (!connection.getAutoCommit()) {
        connection.rollback();
      }
    }
    // after the ledger was read: whatever it showed is in the sample of this epoch
    long epoch = source == null ? 0 : source.epoch();
    for (Iterator<Waiting> all = waiting.iterator(); all.hasNext(); ) {
      Waiting each = all.next();
      if (settled(each, applied, parked, epoch)) {
        all.remove();
      }
    }
  }

  private boolean settled(
      Waiting each, Map<Integer, Long> applied, Map<Place, String> parked, long epoch) {
    WriteTicket ticket = each.ticket;
    long sequence = ticket.sequence();
    if (ticket.failed()) {
      each.seen.completeExceptionally(
          new WriteQueueException(queue + ": closed before this write was accepted", null));
      return true;
    }
    if (sequence == 0) {
      return false;
    }
    String reason = parked.get(new Place(ticket.lane(), sequence, ticket.index()));
    if (reason == null) {
      reason = parked.get(new Place(ticket.lane(), sequence, -1));
    }
    if (reason != null) {
      each.seen.completeExceptionally(new WriteParkedException(queue, ticket.lane(), reason));
      return true;
    }
    return applied.getOrDefault(ticket.lane(), 0L) >= sequence && completed(each, epoch);
  }

  private static boolean completed(Waiting each, long epoch) {
    each.seen.complete(epoch);
    return true;
  }

  /**
   * The tables that the write may have changed; the one that stands for all where that is not
   * certain.
   */
  private Set<String> tables(Write write) {
    Set<String> tables = new TreeSet<>();
    List<Write> parts = write instanceof WriteGroup group ? group.writes() : List.of(write);
    for (Write part : parts) {
      if (!(part instanceof RowWrite row) || !contained(row.table())) {
        return Set.of(TableWrite.ANY_TABLE);
      }
      tables.add(row.table().substring(row.table().lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
    }
    return tables;
  }

  private boolean contained(String table) {
    Boolean known = contained.get(table);
    if (known != null) {
      return known;
    }
    try (Connection connection = ledger.getConnection()) {
      boolean now = TableFacts.read(connection, SqlDialect.of(connection), table).contained();
      if (!connection.getAutoCommit()) {
        connection.rollback();
      }
      contained.put(table, now);
      return now;
    } catch (SQLException e) {
      LOG.debug("{}: a table's triggers are not known: {}", queue, said(e));
      return false;
    }
  }
}
