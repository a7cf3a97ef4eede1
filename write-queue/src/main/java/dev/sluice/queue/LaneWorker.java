package dev.sluice.queue;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies what is received for one lane, on one thread. Keeps a batch until it is committed and
 * deleted, or gives it back to the queue; it never decides by itself that something is applied,
 * only the ledger does.
 */
final class LaneWorker implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(LaneWorker.class);
  private static final int MOST_TRANSIENT = 8;
  private static final int MOST_LATER = 4;
  private static final long KEEP_CONNECTION_MILLIS = 200;

  private final WriteApplier applier;
  private final LaneContext context;
  private final LaneCounters counters = new LaneCounters();
  private final LaneConnection connection;
  private final BlockingQueue<List<QueueMessage>> inbox = new ArrayBlockingQueue<>(2);
  private volatile List<QueueMessage> held = List.of();
  private volatile boolean paused;
  private @Nullable PackId reportedGap;

  LaneWorker(WriteApplier applier, LaneContext context) {
    this.applier = applier;
    this.context = context;
    connection = new LaneConnection(applier.dataSource);
  }

  /** False if the lane does not take it. */
  boolean offer(List<QueueMessage> batch) {
    return !paused && inbox.offer(batch);
  }

  void pause(boolean pause) {
    paused = pause;
  }

  LaneStats stats() {
    return counters.stats(context.lane(), paused);
  }

  /** Keeps what is in work invisible to others; for efficiency only. */
  void heartbeat() {
    List<QueueMessage> now = held;
    if (!now.isEmpty()) {
      try {
        applier.transport.extend(now, applier.visibility);
      } catch (RuntimeException e) {
        LOG.debug(
            "{}: heartbeat of lane {} failed: {}",
            context.queue(),
            context.lane(),
            e.getClass().getName());
      }
    }
  }

  @Override
  public void run() {
    try {
      while (!applier.drained() || !inbox.isEmpty()) {
        List<QueueMessage> batch = inbox.poll(KEEP_CONNECTION_MILLIS, TimeUnit.MILLISECONDS);
        if (batch != null) {
          workSafely(batch);
        } else if (connection.isOpen()) {
          connection.release();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      connection.release();
    }
  }

  private void workSafely(List<QueueMessage> batch) throws InterruptedException {
    try {
      work(batch);
    } catch (RuntimeException e) {
      // of the transport: what is not deleted comes again
      LOG.warn(
          "{}: lane {} lost a batch for now: {}", context.queue(), context.lane(), e.toString());
    }
  }

  private void work(List<QueueMessage> batch) throws InterruptedException {
    held = List.copyOf(batch);
    applier.crash.accept(CrashPoint.AFTER_RECEIVE);
    List<Received> rest = new ArrayList<>(batch.stream().map(Received::of).toList());
    boolean goOn = true;
    try {
      while (goOn && !rest.isEmpty() && !paused) {
        List<Received> chunk = chunk(rest);
        goOn = apply(chunk);
        if (goOn) {
          rest.subList(0, chunk.size()).clear();
        }
      }
    } finally {
      counters.state(goOn ? LaneState.IDLE : counters.state());
      held = List.of();
      giveBack(
          rest.stream().map(Received::message).toList(),
          goOn ? Duration.ZERO : Duration.ofSeconds(1));
    }
    if (goOn && !paused) {
      // what waited behind these messages can be had now, without waiting for the receiver
      applier.receive(Duration.ZERO);
    }
  }

  private List<Received> chunk(List<Received> rest) {
    int end = 0;
    int writes = 0;
    while (end < rest.size()
        && (end == 0 || writes + rest.get(end).writes() <= applier.batchWrites)) {
      writes += rest.get(end++).writes();
    }
    return List.copyOf(rest.subList(0, end));
  }

  void giveBack(List<QueueMessage> messages, Duration after) {
    if (!messages.isEmpty()) {
      try {
        applier.transport.extend(messages, after);
      } catch (RuntimeException e) {
        LOG.debug("{}: giving back failed: {}", context.queue(), e.getClass().getName());
      }
    }
  }

  /** Applies packs; false if the rest of the batch has to wait. */
  private boolean apply(List<Received> chunk) throws InterruptedException {
    BatchTransaction.Mode mode = BatchTransaction.Mode.FAST;
    Backoff soon =
        new Backoff(TimeUnit.MILLISECONDS.toNanos(10), TimeUnit.SECONDS.toNanos(2), applier.random);
    Backoff slow =
        new Backoff(
            TimeUnit.MILLISECONDS.toNanos(500), TimeUnit.SECONDS.toNanos(30), applier.random);
    int later = 0;
    while (true) {
      ErrorPolicy.Kind kind;
      try {
        counters.state(LaneState.BUSY);
        BatchTransaction.Outcome outcome = attempt(chunk, mode);
        return finish(outcome);
      } catch (SQLException e) {
        kind = kind(e, mode);
        counters.retried();
        if (kind == ErrorPolicy.Kind.SYSTEMIC) {
          stalled(slow, AppliedWatch.said(e));
        } else {
          LOG.debug(
              "{}: lane {} tries again: {}", context.queue(), context.lane(), AppliedWatch.said(e));
        }
      } catch (RuntimeException e) {
        connection.discard();
        kind = ErrorPolicy.Kind.SYSTEMIC;
        counters.retried();
        stalled(slow, e.getClass().getName());
      }
      switch (kind) {
        case TRANSIENT -> {
          if (soon.failures() >= MOST_TRANSIENT) {
            LOG.warn(
                "{}: lane {} gives a batch back after {} attempts",
                context.queue(),
                context.lane(),
                soon.failures());
            return false;
          }
          applier.sleep(soon.next());
        }
        case SYSTEMIC -> applier.sleep(slow.next());
        case LATER -> {
          if (mode == BatchTransaction.Mode.FAST) {
            mode = BatchTransaction.Mode.CAREFUL;
          } else if (++later >= MOST_LATER) {
            mode = BatchTransaction.Mode.LAST;
          } else {
            applier.sleep(slow.next() / 4);
          }
        }
        case PERMANENT -> mode = BatchTransaction.Mode.CAREFUL;
      }
      if ((applier.drained() || paused)
          && kind != ErrorPolicy.Kind.PERMANENT
          && kind != ErrorPolicy.Kind.LATER) {
        return false;
      }
    }
  }

  /** Careful attempts handle what is in the writes: what comes through is of the ledger. */
  private ErrorPolicy.Kind kind(SQLException e, BatchTransaction.Mode mode) {
    ErrorPolicy.Kind kind =
        e instanceof CommitUnknownException
            ? ErrorPolicy.Kind.TRANSIENT
            : ErrorPolicy.classify(context.dialect(), e);
    return kind == ErrorPolicy.Kind.PERMANENT && mode != BatchTransaction.Mode.FAST
        ? ErrorPolicy.Kind.SYSTEMIC
        : kind;
  }

  private void stalled(Backoff slow, String what) {
    counters.state(LaneState.STALLED);
    if (Integer.bitCount(slow.failures()) <= 1) {
      LOG.error(
          "{}: lane {} stalled, the database takes no writes, attempt {}: {}",
          context.queue(),
          context.lane(),
          slow.failures() + 1,
          what);
    }
  }

  /** The answer to a commit was an error: it may be committed. */
  private static final class CommitUnknownException extends SQLException {
    private static final long serialVersionUID = 1L;

    CommitUnknownException(SQLException cause) {
      super("commit: outcome not known", cause.getSQLState(), cause.getErrorCode(), cause);
    }
  }

  private BatchTransaction.Outcome attempt(List<Received> chunk, BatchTransaction.Mode mode)
      throws SQLException {
    long start = System.nanoTime();
    BatchTransaction.Outcome outcome;
    Connection open = connection.open();
    try {
      outcome = new BatchTransaction(context, open, mode).run(chunk);
    } catch (SQLException e) {
      ErrorPolicy.Kind kind = ErrorPolicy.classify(context.dialect(), e);
      boolean broken = kind == ErrorPolicy.Kind.TRANSIENT && !deadlock(e);
      if (broken) {
        connection.discard();
      } else {
        connection.rollback();
      }
      throw e;
    }
    try {
      applier.crash.accept(CrashPoint.BEFORE_COMMIT);
      open.commit();
    } catch (SQLException e) {
      connection.discard();
      throw new CommitUnknownException(e);
    }
    counters.committed(outcome, System.nanoTime() - start);
    return outcome;
  }

  private static boolean deadlock(SQLException e) {
    String state = e.getSQLState();
    return e.getErrorCode() == 1205 || (state != null && state.startsWith("40"));
  }

  private boolean finish(BatchTransaction.Outcome outcome) throws InterruptedException {
    applier.crash.accept(CrashPoint.AFTER_COMMIT);
    if (outcome.parked > 0) {
      LOG.warn(
          "{}: lane {} parked {} writes or messages",
          context.queue(),
          context.lane(),
          outcome.parked);
    }
    if (!outcome.done.isEmpty()) {
      delete(outcome.done);
    }
    applier.crash.accept(CrashPoint.AFTER_DELETE);
    PackId gap = outcome.gap;
    if (gap == null) {
      reportedGap = null;
      return true;
    }
    counters.state(LaneState.HALTED);
    if (!gap.equals(reportedGap)) {
      reportedGap = gap;
      counters.gap();
      LOG.error(
          "{}: lane {} halted, the packs of producer {} before {} are missing",
          context.queue(),
          context.lane(),
          gap.producer(),
          gap.sequence());
    }
    return false;
  }

  private void delete(List<QueueMessage> messages) throws InterruptedException {
    Backoff backoff =
        new Backoff(TimeUnit.MILLISECONDS.toNanos(20), TimeUnit.SECONDS.toNanos(1), applier.random);
    while (backoff.failures() < 3) {
      try {
        applier.transport.delete(messages);
        return;
      } catch (RuntimeException e) {
        LOG.debug("{}: delete failed: {}", context.queue(), e.getClass().getName());
        applier.sleep(backoff.next());
      }
    }
    LOG.info(
        "{}: lane {} could not delete {} applied messages, they come again",
        context.queue(),
        context.lane(),
        messages.size());
  }
}
