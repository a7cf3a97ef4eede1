package dev.sluice.queue;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Attempts to apply packs of a lane until they are committed, or have to wait in the queue. Whether
 * something is applied only the ledger decides: each attempt reads it anew. Not thread-safe.
 */
final class LaneAttempts {
  private static final Logger LOG = LoggerFactory.getLogger(LaneAttempts.class);
  private static final int MOST_TRANSIENT = 8;
  private static final long LEAST_PATIENCE = TimeUnit.SECONDS.toNanos(1);

  private final WriteApplier applier;
  private final LaneContext context;
  private final LaneConnection connection;
  private final LaneCounters counters;

  /** The lane has to let these packs go. */
  private final BooleanSupplier stop;

  /** How long to wait for a foreign key; less after waits in vain, so that lanes stay alive. */
  private long patience;

  LaneAttempts(
      WriteApplier applier,
      LaneContext context,
      LaneConnection connection,
      LaneCounters counters,
      BooleanSupplier stop) {
    this.applier = applier;
    this.context = context;
    this.connection = connection;
    this.counters = counters;
    this.stop = stop;
    patience = applier.laterTimeout.toNanos();
  }

  /**
   * What came of it.
   *
   * @param packs how many, from the first on, were committed; 0 if the lane has to wait
   * @param outcome of the transaction; meaningless for 0 packs
   */
  record Result(int packs, BatchTransaction.Outcome outcome) {
    static final Result WAIT = new Result(0, new BatchTransaction.Outcome());
  }

  /** Applies as many as can be applied in one transaction. */
  Result apply(List<Received> all) throws InterruptedException {
    return new Attempts(all).run();
  }

  private Backoff backoff(long firstMillis, long longestMillis) {
    return new Backoff(
        TimeUnit.MILLISECONDS.toNanos(firstMillis),
        TimeUnit.MILLISECONDS.toNanos(longestMillis),
        applier.random);
  }

  private final class Attempts {
    private final Backoff soon = backoff(10, 2000);
    private final Backoff slow = backoff(500, 30_000);
    private final Backoff later = backoff(20, 1000);
    private List<Received> chunk;
    private BatchTransaction.Mode mode = BatchTransaction.Mode.FAST;
    private int most;
    private boolean waited;
    private long waitsSince;

    Attempts(List<Received> chunk) {
      this.chunk = chunk;
      most = Math.max(1, chunk.stream().mapToInt(Received::writes).sum());
    }

    Result run() throws InterruptedException {
      while (true) {
        long wait;
        try {
          counters.state(LaneState.BUSY);
          BatchTransaction.Outcome outcome = attempt();
          learn();
          return new Result(chunk.size(), outcome);
        } catch (SQLException e) {
          counters.retried();
          wait = waitAfter(kind(e), e);
          LOG.debug(
              "{}: lane {} tries again: {}", context.queue(), context.lane(), AppliedWatch.said(e));
        } catch (RuntimeException | Error e) {
          // nobody knows what was done: undone, whatever it was
          counters.retried();
          // a driver's message may hold values, the machine's names what is missing
          wait = stalled(e instanceof Error ? e.toString() : e.getClass().getName());
        }
        if (soon.failures() > MOST_TRANSIENT) {
          LOG.warn(
              "{}: lane {} gives a batch back after {} attempts",
              context.queue(),
              context.lane(),
              MOST_TRANSIENT);
          return Result.WAIT;
        }
        if (wait > 0) {
          applier.sleep(wait);
          if (stop.getAsBoolean()) {
            return Result.WAIT;
          }
        }
      }
    }

    /** Careful attempts handle what is in the writes: what comes through is of the ledger. */
    private ErrorPolicy.Kind kind(SQLException e) {
      ErrorPolicy.Kind kind = ErrorPolicy.classify(context.dialect(), e);
      boolean fast = mode == BatchTransaction.Mode.FAST;
      if (e instanceof CommitUnknownException
          || (kind == ErrorPolicy.Kind.LATER && mode == BatchTransaction.Mode.LAST)) {
        return ErrorPolicy.Kind.TRANSIENT;
      }
      return kind == ErrorPolicy.Kind.PERMANENT && !fast ? ErrorPolicy.Kind.SYSTEMIC : kind;
    }

    /** Nanoseconds to wait before the next attempt, which is another one if that is 0. */
    private long waitAfter(ErrorPolicy.Kind kind, SQLException e) {
      return switch (kind) {
        case TRANSIENT -> soon.next();
        case SYSTEMIC -> stalled(AppliedWatch.said(e));
        case TOO_SLOW -> smaller() ? 0 : soon.next();
        case TOO_LARGE -> smaller() ? 0 : stalled(AppliedWatch.said(e));
        case PERMANENT -> {
          mode = BatchTransaction.Mode.CAREFUL;
          yield 0;
        }
        case LATER -> {
          if (mode == BatchTransaction.Mode.FAST) {
            mode = BatchTransaction.Mode.CAREFUL;
            yield 0;
          }
          yield waitForOthers();
        }
      };
    }

    private boolean smaller() {
      if (chunk.size() > 1) {
        chunk = List.copyOf(chunk.subList(0, chunk.size() / 2));
        most = Math.max(1, chunk.stream().mapToInt(Received::writes).sum());
        return true;
      }
      boolean can = most > 1;
      most = Math.max(1, most / 2);
      if (mode == BatchTransaction.Mode.FAST) {
        mode = BatchTransaction.Mode.CAREFUL;
      }
      return can;
    }

    private long waitForOthers() {
      long now = System.nanoTime();
      if (!waited) {
        waited = true;
        waitsSince = now;
      }
      long left = patience - (now - waitsSince);
      if (left <= 0) {
        mode = BatchTransaction.Mode.LAST;
        return 0;
      }
      return Math.min(left, later.next());
    }

    private void learn() {
      if (waited) {
        patience =
            mode == BatchTransaction.Mode.LAST
                ? Math.min(patience, Math.max(LEAST_PATIENCE, patience / 2))
                : applier.laterTimeout.toNanos();
      }
    }

    private long stalled(String what) {
      counters.state(LaneState.STALLED);
      if (Integer.bitCount(slow.failures()) <= 1) {
        LOG.error(
            "{}: lane {} stalled, the database takes no writes, attempt {}: {}",
            context.queue(),
            context.lane(),
            slow.failures() + 1,
            what);
      }
      return slow.next();
    }

    private BatchTransaction.Outcome attempt() throws SQLException {
      long start = System.nanoTime();
      connection.begin();
      try {
        BatchTransaction.Outcome outcome = written(connection.open());
        commit();
        counters.committed(outcome, System.nanoTime() - start);
        return outcome;
      } catch (RuntimeException | Error e) {
        connection.discard();
        throw e;
      } finally {
        connection.end();
      }
    }

    private BatchTransaction.Outcome written(Connection open) throws SQLException {
      try {
        return new BatchTransaction(context, open, mode, most).run(chunk);
      } catch (SQLException e) {
        SQLException failure = connection.failure(e);
        if (usable(failure)) {
          connection.rollback();
        } else {
          connection.discard();
        }
        throw failure;
      }
    }

    private boolean usable(SQLException e) {
      String state = e.getSQLState();
      boolean deadlock = e.getErrorCode() == 1205 || (state != null && state.startsWith("40"));
      return switch (ErrorPolicy.classify(context.dialect(), e)) {
        case PERMANENT, LATER, SYSTEMIC -> !StepRunner.outOfStep(e);
        case TRANSIENT -> deadlock;
        case TOO_SLOW, TOO_LARGE -> false;
      };
    }

    private void commit() throws SQLException {
      try {
        applier.crash.accept(CrashPoint.BEFORE_COMMIT);
        connection.commit();
      } catch (SQLException e) {
        connection.discard();
        SQLException failure = connection.failure(e);
        // what a deferred constraint says is a definite no
        throw switch (ErrorPolicy.classify(context.dialect(), failure)) {
          case PERMANENT, LATER, TOO_SLOW -> failure;
          default -> new CommitUnknownException(failure);
        };
      }
    }
  }

  /** The answer to a commit was an error: it may be committed. */
  private static final class CommitUnknownException extends SQLException {
    private static final long serialVersionUID = 1L;

    CommitUnknownException(SQLException cause) {
      super("commit: outcome not known", cause.getSQLState(), cause.getErrorCode(), cause);
    }
  }
}
