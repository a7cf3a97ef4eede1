package dev.sluice.jdbc;

import dev.sluice.causality.CausalMemory;
import dev.sluice.causality.CommitOutcome;
import dev.sluice.causality.Position;
import dev.sluice.causality.TableWrite;
import dev.sluice.sql.SqlStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rules of transactions: when they end, what is told about them, and what is remembered. */
abstract class TransactionalSession extends Session {
  /** Something that a driver does. */
  @FunctionalInterface
  interface Action {
    long run() throws SQLException;
  }

  TransactionalSession(Router router) {
    super(router);
  }

  /** Adds a write to the open transaction. */
  final void log(SqlStatement statement, TransactionLog.Bindings bindings) {
    if (log == null) {
      log = new TransactionLog();
    }
    List<String> tables = router.tablesWritten(statement);
    log.add(statement, tables, router.listeners.isEmpty() ? null : bindings, router.cluster);
    if (beganIn != null) {
      log.writing(beganIn, tables);
    }
  }

  /**
   * Runs what commits the open transaction, with everything that belongs around it.
   *
   * @param commit the driver's commit, or the text
   * @param success what it means that the server does it
   * @param refusal what it means that the server answers with an error
   */
  final long committing(Action commit, CommitOutcome success, CommitOutcome refusal)
      throws SQLException {
    Binding b = home;
    TransactionLog written = log;
    if (unwrapped) {
      if (written == null) {
        written = new TransactionLog();
      }
      written.addAnything();
    }
    if (b != null && transactionLost()) {
      b.discard = true;
      throw Failures.rolledBack(router.name(), null);
    }
    if (b == null || written == null) {
      return commit.run();
    }
    RoutedCommit pending = router.listeners.isEmpty() ? null : beginOrRollBack(b, written.writes());
    CausalMemory memory = router.memory();
    long result;
    boolean answered = false;
    try {
      result = commit.run();
      answered = true;
    } catch (SQLException e) {
      boolean lost = Failures.connectionLost(e) && !refusedByMode(b, e);
      b.node.failed(e);
      answered = true;
      if (refusal == CommitOutcome.ROLLED_BACK && Failures.refused(e)) {
        shown(b, memory);
        end(pending, CommitOutcome.ROLLED_BACK, 0, null);
        throw e;
      }
      remember(memory, written.tables(), null);
      end(pending, CommitOutcome.UNKNOWN, 0, null);
      if (!lost) {
        throw e;
      }
      b.discard = true;
      throw Failures.unknownOutcome(router.name(), "committing; the transaction", e);
    } finally {
      if (!answered) {
        b.discard = true;
        remember(memory, written.tables(), null);
        end(pending, CommitOutcome.UNKNOWN, 0, null);
      }
    }
    if (b.node.retired()) {
      b.discard = true;
      remember(memory, written.tables(), null);
      end(pending, CommitOutcome.UNKNOWN, 0, null);
      throw Failures.replaced(router.name(), "committing; the transaction");
    }
    Position exact = b.node.committed(b.physical);
    long epoch = remember(memory, written.tables(), exact);
    end(pending, success, epoch, exact);
    return result;
  }

  /** Connector/J says of a commit in autocommit mode that there is no connection. */
  private boolean refusedByMode(Binding b, SQLException e) {
    return autoCommit && "08003".equals(e.getSQLState()) && !Attachment.isClosed(b);
  }

  /** Runs a statement that commits the open transaction in passing, or may. */
  final long committingImplicitly(Action action, ImplicitCommit how) throws SQLException {
    boolean always = how == ImplicitCommit.ALWAYS;
    boolean over = false;
    try {
      long result =
          committing(
              action,
              always ? CommitOutcome.COMMITTED : CommitOutcome.UNKNOWN,
              CommitOutcome.UNKNOWN);
      over = always;
      return result;
    } finally {
      if (over && autoCommit) {
        ended();
      } else if (over) {
        forgetLog();
      } else {
        // What was written stays in the log: the commit that is sure tells of it again.
        perhapsOver = autoCommit;
      }
    }
  }

  private @Nullable RoutedCommit beginOrRollBack(Binding b, List<TableWrite> writes)
      throws SQLException {
    boolean accepted = false;
    try {
      RoutedCommit pending = router.begin(writes);
      accepted = true;
      return pending;
    } finally {
      if (!accepted) {
        try {
          rollBack(b);
        } catch (SQLException e) {
          // The listener's exception is the caller's; a connection that cannot roll back goes.
          b.discard = true;
        }
        afterRollback();
      }
    }
  }

  static void end(
      @Nullable RoutedCommit pending, CommitOutcome outcome, long epoch, @Nullable Position exact) {
    if (pending != null) {
      pending.end(outcome, epoch, exact);
    }
  }

  /** Remembers a write that is acknowledged, or that may have happened. */
  final long remember(CausalMemory memory, List<String> tables, @Nullable Position exact) {
    long epoch = router.cluster.epoch();
    memory.wrote(tables, epoch, exact);
    return epoch;
  }

  private void rollBack(Binding b) throws SQLException {
    rollsBack(b);
    if (autoCommit) {
      try (Statement statement = b.physical.createStatement()) {
        statement.execute("ROLLBACK");
      }
    } else {
      b.physical.rollback();
    }
  }

  /** What is undone has shown its caller what is there: counts of rows, violations. */
  final void rollsBack(Binding b) {
    if (log != null) {
      shown(b, router.memory());
    }
  }

  /**
   * What it means that COMMIT is answered without an error. PostgreSQL answers so, too, when it has
   * rolled back because a statement had failed; where the error was a driver's own it commits.
   */
  final CommitOutcome committed() throws SQLException {
    return statementFailed && !router.mysql() ? CommitOutcome.UNKNOWN : CommitOutcome.COMMITTED;
  }

  /** PostgreSQL has ended the transaction whose COMMIT it refuses, MySQL may go on with it. */
  final void endedByRefusal(SQLException e) throws SQLException {
    if (inTransaction && !router.mysql() && Failures.refused(e)) {
      afterRollback();
    }
  }

  /**
   * A text begins a transaction, or does not: what comes is told when it is done and at the end.
   */
  final void perhapsBegins() throws SQLException {
    begun();
    perhapsOver = true;
    log = new TransactionLog();
    log.addAnything();
  }

  /** Whether the open transaction has gone with its connection, or its primary was replaced. */
  final boolean transactionLost() {
    Binding b = home;
    return inTransaction && b != null && (b.lost || b.node.retired());
  }

  final void commitNow() throws SQLException {
    checkOpen();
    Binding b = home;
    if (inTransaction && b != null) {
      try {
        committing(
            () -> {
              b.physical.commit();
              return 0;
            },
            committed(),
            // A driver may refuse it where a text has begun: that transaction goes on.
            autoCommit ? CommitOutcome.UNKNOWN : CommitOutcome.ROLLED_BACK);
      } catch (SQLException e) {
        if (!autoCommit) {
          endedByRefusal(e);
        }
        throw e;
      }
      ended();
    } else if (autoCommit) {
      // The driver knows best how it answers a commit that makes no sense.
      onPrimary(
          c -> {
            c.physical.commit();
            return 0L;
          });
    }
  }

  final void rollbackNow() throws SQLException {
    checkOpen();
    Binding b = home;
    if (inTransaction && b != null) {
      boolean dead = transactionLost();
      boolean done = false;
      try {
        // What went with its connection is undone.
        if (!dead) {
          b.physical.rollback();
          done = true;
        }
      } finally {
        // A driver may refuse it where a text has begun: that transaction goes on.
        boolean goesOn = !done && !dead && autoCommit && !Attachment.isClosed(b);
        if (!done && !goesOn) {
          b.discard = true;
        }
        if (!goesOn) {
          afterRollback();
          if (dead && b == home) {
            abandon(b);
          } else {
            abandonBroken(b);
          }
        }
      }
    } else if (autoCommit) {
      onPrimary(
          c -> {
            c.physical.rollback();
            return 0L;
          });
    }
  }

  /** A home that its pool has closed makes room for another one, if nothing is lost with it. */
  final void abandonBroken(Binding b) {
    if (b == home && !inTransaction && hold < PINNED && Attachment.isClosed(b)) {
      abandon(b);
    }
  }

  final void afterRollback() throws SQLException {
    if (home != null) {
      rollsBack(home);
    }
    ended();
    if (state != null && !router.mysql()) {
      state.transactionRolledBack();
      if (state.isolationReplaced != 0) {
        isolation = state.isolationReplaced;
      }
      if (home != null) {
        home.version(state.version());
      }
    }
  }

  final void autoCommit(boolean wanted) throws SQLException {
    checkOpen();
    if (wanted == autoCommit) {
      return;
    }
    Binding b = home;
    if (inTransaction && b != null) {
      if (wanted) {
        try {
          committing(
              () -> {
                b.autoCommit(true);
                return 0;
              },
              committed(),
              CommitOutcome.ROLLED_BACK);
        } catch (SQLException e) {
          endedByRefusal(e);
          throw e;
        }
        ended();
      } else {
        b.autoCommit(false);
      }
    }
    autoCommit = wanted;
  }

  /** A question for the primary, or for the home if there is one. */
  @FunctionalInterface
  interface Question<T extends @Nullable Object> {
    T ask(Binding b) throws SQLException;
  }

  final <T extends @Nullable Object> T onPrimary(Question<T> question) throws SQLException {
    Binding own = home;
    if (own != null) {
      ready(own, true);
      try {
        return question.ask(own);
      } catch (SQLException e) {
        abandonBroken(own);
        throw e;
      }
    }
    Binding b = acquire(router.cluster.primary());
    b.users++;
    try {
      return question.ask(b);
    } catch (SQLException e) {
      b.discard |= Failures.connectionLost(e);
      throw e;
    } finally {
      if (--b.users == 0) {
        release(b);
      }
    }
  }

  /**
   * A home for what the driver's connection makes: on the primary until close, or the open
   * transaction's until it ends.
   */
  final Binding pin() throws SQLException {
    checkOpen();
    Binding b;
    if (inTransaction && home != null) {
      b = home;
    } else if (autoCommit) {
      b = homeOnPrimary();
      ready(b, true);
    } else {
      b = startTransaction(false);
    }
    if (autoCommit && b.node.primary()) {
      hold = PINNED;
    }
    return b;
  }

  /**
   * The home, on the primary until close, also in a transaction.
   *
   * @throws SQLException in a transaction that lives on a replica, which is not kept
   */
  final Binding pinUntilClose() throws SQLException {
    Binding b = pin();
    if (!b.node.primary()) {
      throw new SQLException(
          router.name()
              + ": a read-only transaction is open on replica "
              + b.node.name()
              + ", and only a connection to the primary is kept until close; end the transaction"
              + " first",
          "25001");
    }
    hold = PINNED;
    return b;
  }

  /** The driver's own connection for the caller, who may do with it what is not seen here. */
  final Binding unwrapHome() throws SQLException {
    Binding b = pinUntilClose();
    unwrapped = true;
    return b;
  }

  /** Ends everything; the connection cannot be used any more. */
  final void end() throws SQLException {
    closing();
    SQLException failure = null;
    while (firstStatement != null) {
      try {
        firstStatement.close();
      } catch (SQLException e) {
        failure = e;
      }
    }
    Binding b = home;
    if (b != null) {
      if (inTransaction && !b.discard) {
        try {
          rollBack(b);
        } catch (SQLException e) {
          b.discard = true;
        }
      }
      if (unwrapped) {
        remember(router.memory(), List.of(), null);
      }
      inTransaction = false;
      forgetLog();
      b.users = 0;
      dropHome();
    }
    schemaChanged();
    if (failure != null) {
      throw failure;
    }
  }
}
