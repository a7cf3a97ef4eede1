package dev.sluice.jdbc;

import dev.sluice.core.Ticker;
import dev.sluice.jdbc.ClusterConfig.Limits;
import java.sql.SQLException;
import java.util.concurrent.ScheduledExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One replica and the task that reads its position again and again. What is known of how far it is
 * lives here, with the node, whatever list it is in. Safe for use by several threads.
 */
final class ReplicaWatch implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ReplicaWatch.class);

  final Server server;
  final PositionProbe probe;
  private final String cluster;
  private final Ticker ticker;
  private final Limits limits;
  private final Watermarks marks;
  private final Watermarks.Track track;
  private final Repeating task;
  private final Runnable answered;
  private volatile boolean closed;

  /**
   * A watch that does not ask before {@link #soon}.
   *
   * @param answered told of each answer, before what it says is made known
   */
  ReplicaWatch(
      ClusterConfig config,
      Server server,
      Watermarks marks,
      ScheduledExecutorService executor,
      Runnable answered) {
    this.cluster = config.name();
    this.ticker = config.runtime().ticker();
    this.limits = config.limits();
    this.server = server;
    this.marks = marks;
    this.track = marks.track();
    this.answered = answered;
    this.probe = new PositionProbe(server.pool, config.dialect(), limits.sampleTimeout());
    this.task = new Repeating(executor, this::sample);
  }

  String name() {
    return server.name;
  }

  /** Asks as soon as a thread is free. */
  void soon() {
    task.soon();
  }

  /** A sample of the primary is finished. */
  void sampled(long number) {
    if (marks.progress(track).reachedEpoch() < number) {
      task.soon();
    } else {
      publish(false);
    }
  }

  /** Lag grows while nobody answers. */
  void age() {
    publish(false);
    server.fade();
  }

  private long sample() {
    long now = ticker.nanos();
    long wait = server.untilProbe(now);
    if (wait > 0) {
      publish(false);
      return wait;
    }
    boolean wentBack = false;
    try {
      Reading reading = probe.read(now);
      answered.run();
      String reason = reading.readOnly() ? reading.unfit() : "it takes writes, so it is no replica";
      if (reason == null) {
        wentBack = marks.reached(track, reading, probe.restarted()).wentBack();
      }
      server.probeSucceeded(ticker.nanos(), reason);
    } catch (SQLException | RuntimeException e) {
      server.probeFailed(ticker.nanos(), Sampler.describe(e));
    }
    publish(wentBack);
    Watermarks.Sample newest = marks.newest();
    boolean complete =
        newest == null || marks.progress(track).reachedEpoch() >= newest.number() || !server.fit();
    long untilProbe = server.untilProbe(ticker.nanos());
    return untilProbe > 0
        ? untilProbe
        : complete
            ? Sampler.SLOW.toNanos()
            : Math.max(1_000_000, limits.sampleInterval().toNanos() / 5);
  }

  private void publish(boolean wentBack) {
    if (closed) {
      return;
    }
    server.publish(marks.progress(track), wentBack, ticker.nanos());
    if (wentBack) {
      LOG.info(
          "{}: replica {} was away; what callers have seen of it counts for another node",
          cluster,
          server.name);
    }
    server.tellState();
  }

  @Override
  public void close() {
    closed = true;
    task.close();
    marks.forget(track);
    probe.close();
  }
}
