package dev.sluice.jdbc;

import dev.sluice.core.Ticker;
import dev.sluice.jdbc.ClusterConfig.Limits;
import java.sql.SQLException;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;
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
  private final Others others;
  private volatile boolean closed;
  private volatile @Nullable Reading last;

  /** What a watch needs to know besides its own server. */
  interface Others {
    /** A node has answered, before what it says is made known. */
    void answered();

    /**
     * Whether the primary has never answered and cannot be reached, and no other replica is known
     * to have what this one lacks.
     */
    boolean alone(ReplicaWatch watch);
  }

  /** A watch that does not ask before {@link #soon}. */
  ReplicaWatch(
      ClusterConfig config,
      Server server,
      Watermarks marks,
      ScheduledExecutorService executor,
      Others others) {
    this.cluster = config.name();
    this.ticker = config.runtime().ticker();
    this.limits = config.limits();
    this.server = server;
    this.marks = marks;
    this.track = marks.track();
    this.others = others;
    this.probe = Sampler.probe(config, server.pool, false);
    this.task = new Repeating(executor, this::sample);
  }

  String name() {
    return server.name;
  }

  /** The last answer as a replica; null for none. */
  @Nullable Reading last() {
    return last;
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
      others.answered();
      last = reading.readOnly() ? reading : null;
      String reason = reading.readOnly() ? reading.unfit() : "it takes writes, so it is no replica";
      if (reason == null) {
        wentBack = marks.reached(track, reading, probe.restarted()).wentBack();
        reason = server.astray();
      } else if (reading.readOnly() && others.alone(this)) {
        wentBack = probe.restarted();
        reason = reading.unfitAlone();
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
    Progress progress = marks.progress(track);
    boolean alone = progress.reachedEpoch() == 0 && others.alone(this);
    server.publish(progress, wentBack, ticker.nanos(), alone);
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
