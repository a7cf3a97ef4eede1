package dev.sluice.jdbc;

import dev.sluice.sql.SqlStatement;
import dev.sluice.sql.StatementObserver;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicIntegerFieldUpdater;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A statement's physical statement: made when it executes, closed when its results are closed and
 * its physical connection goes back. Confined to one thread, except {@link #cancelNow} and {@link
 * #abortNow}.
 */
abstract class Attachment {
  private static final AtomicIntegerFieldUpdater<Attachment> CANCELLING =
      AtomicIntegerFieldUpdater.newUpdater(Attachment.class, "cancelling");
  private static final AtomicReferenceFieldUpdater<Attachment, @Nullable Statement> PHYSICAL =
      AtomicReferenceFieldUpdater.newUpdater(Attachment.class, Statement.class, "physical");
  private static final long UNKNOWN = -2;

  final RoutedConnection session;
  final int shape;
  @Nullable Execution next;
  @Nullable StatementOptions options;
  @Nullable RoutedResultSet current;
  boolean closeOnCompletion;
  boolean closed;

  private volatile @Nullable Statement physical;
  private volatile int cancelling;
  private @Nullable Binding binding;
  private boolean using;
  private boolean several;
  private int openResults;
  private int generation;
  private long updateCount = -1;

  Attachment(RoutedConnection session, int shape) {
    this.session = session;
    this.shape = shape;
  }

  /** Makes the physical statement. */
  abstract Statement open(Connection physical) throws SQLException;

  abstract long invoke(Operation operation, Statement physical, SqlStatement statement)
      throws SQLException;

  /** Where executions are reported to. */
  abstract StatementObserver.@Nullable Recorder recorder(SqlStatement statement);

  abstract long bindingHash();

  abstract void close() throws SQLException;

  final @Nullable Keys keys() {
    StatementOptions known = options;
    return known == null ? null : known.keys;
  }

  final void keys(@Nullable Keys wanted) {
    if (wanted != null || options != null) {
      options().keys = wanted;
    }
  }

  final StatementOptions options() {
    StatementOptions known = options;
    if (known == null) {
      known = new StatementOptions();
      options = known;
    }
    return known;
  }

  final void checkOpen() throws SQLException {
    session.checkOpen();
    if (closed) {
      throw new SQLException(
          session.router.name() + ": the statement is closed",
          session.router.mysql() ? "HY010" : "55000");
    }
  }

  final @Nullable Statement attached() {
    return physical;
  }

  /** The physical statement, on the primary if it has not been executed anywhere. */
  final Statement attachedAnywhere() throws SQLException {
    Statement p = physical;
    return p != null ? p : attach(session.forPrimary(), null);
  }

  /** The physical statement for a caller who wants the driver's own, and may keep it. */
  final Statement attachedForCaller(Binding home) throws SQLException {
    Binding b = binding;
    if (b != null && b != home) {
      // It has an open result on a connection that goes with that result: nobody else gets it.
      b.discard = true;
    }
    return attachedAnywhere();
  }

  private Statement attach(Binding b, @Nullable SqlStatement executed) throws SQLException {
    Statement p = physical;
    if (p == null || binding != b) {
      detach();
      p = open(b.physical);
      binding = b;
      // No fence: a cancel that does not see it yet came before it. The one of detach is needed.
      PHYSICAL.lazySet(this, p);
      if (options != null) {
        // What commits by itself is never streamed: its commit would come after the call returned.
        boolean streams =
            session.inTransaction || executed == null || !Traits.writes(executed, executed.route());
        options.apply(p, streams);
        b.streaming |= streams && StatementOptions.set(options.fetchSize);
      }
    }
    return p;
  }

  /** Executes, measures, and tells node and observer. */
  final long perform(Binding b, Operation operation, SqlStatement statement) throws SQLException {
    StatementObserver.Recorder recorder = recorder(statement);
    boolean replica = !b.node.primary();
    if (recorder == null && !(replica && b.node.timesNext())) {
      try {
        long result = invoke(operation, attach(b, statement), statement);
        if (replica) {
          b.node.answered();
        }
        return result;
      } catch (SQLException e) {
        failed(b, e);
        throw e;
      }
    }
    long hash = recorder != null && recorder.wantsBindingHash() ? bindingHash() : 0;
    long start = session.router.ticker.nanos();
    try {
      long result = invoke(operation, attach(b, statement), statement);
      long elapsed = session.router.ticker.nanos() - start;
      if (replica) {
        b.node.answered(elapsed);
      }
      if (recorder != null) {
        recorder.executed(elapsed, rows(operation, result), hash, where(replica), null);
        tell(b, statement, elapsed, null);
      }
      return result;
    } catch (SQLException e) {
      failed(b, e);
      if (recorder != null) {
        long elapsed = session.router.ticker.nanos() - start;
        recorder.executed(elapsed, -1, hash, where(replica), e);
        tell(b, statement, elapsed, e);
      }
      throw e;
    }
  }

  private void tell(
      Binding b, SqlStatement statement, long elapsedNanos, @Nullable SQLException error) {
    RoutingEvents.NodeEvents told = b.node.told();
    if (told != null) {
      RouteReason reason = Reasons.of(session, b, statement, Shape.updatable(shape));
      told.executed(statement, reason, elapsedNanos, error);
    }
  }

  private void failed(Binding b, SQLException e) {
    session.statementFailed = true;
    if (!session.aborted) {
      b.node.failed(e);
    }
    boolean gone = Failures.connectionLost(e) || isClosed(b);
    b.lost |= gone;
    b.discard |= gone || Failures.costsConnection(e);
  }

  /** A pool closes what it takes for broken, after errors that it chooses. */
  static boolean isClosed(Binding b) {
    try {
      return b.physical.isClosed();
    } catch (SQLException e) {
      return true;
    }
  }

  /** Reading a result failed: the rest of it came over a connection that may be broken. */
  final void readingFailed(SQLException e) {
    Binding b = binding;
    if (b != null) {
      failed(b, e);
    }
  }

  private long rows(Operation operation, long result) throws SQLException {
    if (operation == Operation.QUERY || openResults > 0) {
      return -1;
    }
    Statement p = physical;
    return operation == Operation.ANY && p != null ? p.getUpdateCount() : result;
  }

  private StatementObserver.Where where(boolean replica) {
    if (session.inTransaction) {
      return replica
          ? StatementObserver.Where.REPLICA_IN_TRANSACTION
          : StatementObserver.Where.PRIMARY_IN_TRANSACTION;
    }
    return replica ? StatementObserver.Where.REPLICA : StatementObserver.Where.PRIMARY;
  }

  /** Whether the execution gave rows. */
  final boolean gaveRows() {
    return openResults > 0;
  }

  /** A query's result; becomes the current one. */
  final long result(ResultSet rows) {
    openResults++;
    current = new RoutedResultSet(rows, (RoutedStatement) this, generation);
    updateCount = -1;
    return -1;
  }

  /** An execution that may have a result or a count; the driver keeps it until it is asked. */
  final long resultOrCount(boolean rows) {
    if (rows) {
      openResults++;
      updateCount = -1;
    } else {
      updateCount = UNKNOWN;
    }
    return rows ? 1 : 0;
  }

  final long count(long rows) {
    updateCount = rows;
    return rows;
  }

  final void answeredWithoutServer() {
    detach();
    updateCount = 0;
  }

  final long updateCount() throws SQLException {
    if (updateCount == UNKNOWN) {
      Statement p = physical;
      updateCount = p == null ? -1 : p.getUpdateCount();
    }
    return updateCount;
  }

  final RoutedResultSet wrapCurrent(ResultSet rows) {
    RoutedResultSet known = current;
    if (known == null || known.delegate != rows) {
      known = new RoutedResultSet(rows, (RoutedStatement) this, generation);
      current = known;
    }
    return known;
  }

  final RoutedResultSet wrapKeys(ResultSet rows) {
    return new RoutedResultSet(rows, (RoutedStatement) this, -1);
  }

  /** The driver has gone to the next result. */
  final boolean moved(boolean rows, boolean keepsOthers) throws SQLException {
    if (!keepsOthers) {
      openResults = 0;
      generation++;
    }
    current = null;
    resultOrCount(rows);
    if (!rows && updateCount() == -1) {
      several = false;
      unuseIfDone();
    }
    return rows;
  }

  /** Keeps the binding while something is open, else lets it go. */
  final void settle(Binding b, SqlStatement statement) {
    several = Traits.severalResults(statement);
    if (openResults > 0 || several || keys() != null) {
      if (!using) {
        using = true;
        b.users++;
      }
    } else if (b != session.home && b.users == 0) {
      session.release(b);
    }
  }

  final void resultClosed(int ofGeneration) throws SQLException {
    if (ofGeneration == generation && openResults > 0) {
      openResults--;
      unuseIfDone();
      if (closeOnCompletion && openResults == 0) {
        close();
      }
    }
  }

  private void unuseIfDone() {
    if (openResults == 0 && !several && keys() == null) {
      unuse();
    }
  }

  private void unuse() {
    Binding b = binding;
    if (using && b != null) {
      using = false;
      b.users--;
      if (b.users == 0 && b != session.home) {
        session.release(b);
      }
    }
  }

  /** A new execution closes what the one before has left open. */
  final void finishPrevious() {
    if (openResults > 0) {
      openResults = 0;
      generation++;
    }
    current = null;
    several = false;
    unuse();
  }

  final void detachFrom(Binding b) {
    if (binding == b) {
      using = false;
      detach();
    }
  }

  final void detach() {
    Statement p = physical;
    if (p == null) {
      return;
    }
    Binding b = binding;
    try {
      if (updateCount == UNKNOWN) {
        updateCount = p.getUpdateCount();
      }
    } catch (SQLException e) {
      updateCount = -1;
    }
    physical = null;
    if (!awaitCancel() && b != null) {
      b.discard = true;
    }
    binding = null;
    try {
      p.close();
    } catch (SQLException e) {
      if (b != null) {
        b.discard = true;
      }
    }
  }

  final void closeNow() {
    closed = true;
    session.remove((Execution) this);
    openResults = 0;
    generation++;
    several = false;
    unuse();
    detach();
  }

  /**
   * Cancels what runs. The physical statement is not given up while this goes on, so that it never
   * meets the statement of somebody else who got the connection.
   */
  final void cancelNow() throws SQLException {
    CANCELLING.incrementAndGet(this);
    try {
      Statement p = physical;
      if (p != null) {
        p.cancel();
      }
    } finally {
      CANCELLING.decrementAndGet(this);
    }
  }

  /** Cuts the physical connection it has; its own thread gives the connection up. */
  final void abortNow(Executor executor) throws SQLException {
    CANCELLING.incrementAndGet(this);
    try {
      Statement p = physical;
      // While this counts as a cancel, the binding stays that of the physical statement.
      Binding b = binding;
      if (p != null && b != null) {
        b.discard = true;
        b.physical.abort(executor);
      }
    } finally {
      CANCELLING.decrementAndGet(this);
    }
  }

  /** Says whether no cancel goes on any more; it may not end, as it asks a server. */
  private boolean awaitCancel() {
    boolean interrupted = false;
    for (int i = 0; cancelling > 0 && i < 100_000; i++) {
      LockSupport.parkNanos(10_000);
      // An interrupted thread would not be parked.
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return cancelling == 0;
  }
}
