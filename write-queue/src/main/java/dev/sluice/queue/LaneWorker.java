package dev.sluice.queue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
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
  private static final long KEEP_CONNECTION_MILLIS = 200;

  private final WriteApplier applier;
  private final LaneContext context;
  private final LaneCounters counters = new LaneCounters();
  private final LaneConnection connection;
  private final LaneAttempts attempts;
  private final ReentrantLock entry = new ReentrantLock();
  private final BlockingQueue<List<QueueMessage>> inbox = new ArrayBlockingQueue<>(2);
  private volatile List<QueueMessage> held = List.of();
  private volatile boolean paused;
  private volatile boolean closed;
  private volatile boolean unfinished;
  private @Nullable PackId reportedGap;

  LaneWorker(WriteApplier applier, LaneContext context) {
    this.applier = applier;
    this.context = context;
    connection =
        new LaneConnection(
            applier.dataSource, new WaitLimits(context.dialect(), applier.transactionTimeout));
    attempts =
        new LaneAttempts(applier, context, connection, counters, () -> paused || applier.drained());
  }

  /** Takes a batch, or gives it back to the queue. */
  void offer(List<QueueMessage> batch) {
    entry.lock();
    try {
      if (!closed && !paused && !connection.expired() && inbox.offer(batch)) {
        return;
      }
    } finally {
      entry.unlock();
    }
    giveBack(batch, closed ? Duration.ZERO : Duration.ofSeconds(1));
  }

  /**
   * Takes nothing more, and gives back what nobody works on. To be called when the thread has
   * ended, or is given up. True if everything it ever took was finished.
   */
  boolean close() {
    List<List<QueueMessage>> left = new ArrayList<>();
    entry.lock();
    try {
      closed = true;
      inbox.drainTo(left);
    } finally {
      entry.unlock();
    }
    List<QueueMessage> stuck = held;
    if (!stuck.isEmpty()) {
      left.add(stuck);
    }
    left.forEach(batch -> giveBack(batch, Duration.ZERO));
    return left.isEmpty() && !unfinished;
  }

  /** Ends the transaction under way, and all that would come. */
  void cutOff() {
    connection.cutOff();
  }

  /** Ends the transaction under way if it takes too long. */
  void expire() {
    if (connection.expire()) {
      LOG.warn(
          "{}: lane {} cut off, no transaction within {} ms",
          context.queue(),
          context.lane(),
          applier.transactionTimeout.toMillis());
    }
  }

  void pause(boolean pause) {
    paused = pause;
  }

  LaneStats stats() {
    return counters.stats(context.lane(), paused);
  }

  /** Keeps what is in work, and not cut off, invisible to others; for efficiency only. */
  void heartbeat() {
    List<QueueMessage> now = held;
    if (!now.isEmpty() && !connection.expired()) {
      try {
        applier.transport.extend(now, applier.visibility);
      } catch (RuntimeException | Error e) {
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
        try {
          step();
        } catch (RuntimeException | Error e) {
          failed(e);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      connection.release();
    }
  }

  private void step() throws InterruptedException {
    List<QueueMessage> batch = inbox.poll(KEEP_CONNECTION_MILLIS, TimeUnit.MILLISECONDS);
    if (batch != null) {
      work(batch);
    } else if (connection.isOpen()) {
      connection.release();
    }
  }

  /** Nothing ends the lane: what is not deleted comes again. */
  private void failed(Throwable e) {
    try {
      if (e instanceof Error) {
        LOG.error(
            "{}: lane {} lost a batch for now, and goes on", context.queue(), context.lane(), e);
      } else {
        LOG.warn(
            "{}: lane {} lost a batch for now: {}", context.queue(), context.lane(), e.toString());
      }
    } catch (Error again) {
      counters.retried(); // no memory even to say so
    }
  }

  private void work(List<QueueMessage> batch) throws InterruptedException {
    List<Received> rest = new ArrayList<>();
    boolean goOn = false;
    held = List.copyOf(batch);
    try {
      applier.crash.accept(CrashPoint.AFTER_RECEIVE);
      batch.forEach(message -> rest.add(Received.of(message)));
      goOn = true;
      while (goOn && !rest.isEmpty() && !paused) {
        goOn = false;
        LaneAttempts.Result result = attempts.apply(chunk(rest));
        goOn = result.packs() > 0 && finish(result.outcome());
        if (goOn) {
          rest.subList(0, result.packs()).clear();
        }
      }
    } finally {
      counters.state(goOn ? LaneState.IDLE : counters.state());
      unfinished |= applier.draining() && (!goOn || !rest.isEmpty());
      held = List.of();
      giveBack(
          rest.stream().map(Received::message).toList(),
          goOn || applier.drained() ? Duration.ZERO : Duration.ofSeconds(1));
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

  private void giveBack(List<QueueMessage> messages, Duration after) {
    if (!messages.isEmpty()) {
      try {
        applier.transport.extend(messages, after);
      } catch (RuntimeException e) {
        LOG.debug("{}: giving back failed: {}", context.queue(), e.getClass().getName());
      }
    }
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
