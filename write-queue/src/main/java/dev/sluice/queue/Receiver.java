package dev.sluice.queue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives messages and hands them to their lanes, until the end has come. Safe for use by several
 * threads.
 */
final class Receiver {
  private static final Logger LOG = LoggerFactory.getLogger(Receiver.class);

  private final String name;
  private final Transport transport;
  private final Duration visibility;
  private final Pace pace;
  private final CountDownLatch end;
  private final List<LaneWorker> lanes;

  Receiver(WriteApplier applier, String name, CountDownLatch end, List<LaneWorker> lanes) {
    this.name = name;
    this.end = end;
    this.lanes = lanes;
    transport = applier.transport;
    visibility = applier.visibility;
    pace = new Pace(applier.receiveInterval.toNanos());
  }

  void untilTheEnd(Duration wait, RandomGenerator random) {
    Backoff backoff = backoff(random);
    while (end.getCount() > 0) {
      try {
        receive(wait);
        if (backoff.failures() > 0) {
          LOG.info("{}: receives again after {} failures", name, backoff.failures());
          backoff = backoff(random);
        }
      } catch (RuntimeException | Error e) {
        if (end.getCount() == 0) {
          return;
        }
        if (e instanceof Error) {
          LOG.error("{}: could not receive, and goes on", name, e);
        } else if (Integer.bitCount(backoff.failures()) <= 1) {
          LOG.warn(
              "{}: could not receive, failure {}: {}", name, backoff.failures() + 1, e.toString());
        }
        try {
          if (end.await(backoff.next(), TimeUnit.NANOSECONDS)) {
            return;
          }
        } catch (InterruptedException interrupt) {
          Thread.currentThread().interrupt();
          return;
        }
      }
    }
  }

  private static Backoff backoff(RandomGenerator random) {
    return new Backoff(TimeUnit.MILLISECONDS.toNanos(50), TimeUnit.SECONDS.toNanos(5), random);
  }

  /** Receives once and hands the messages to their lanes. */
  void receive(Duration wait) {
    if (end.getCount() == 0) {
      return;
    }
    pace.await(end);
    List<QueueMessage> received = transport.receive(wait, visibility);
    if (received.isEmpty()) {
      pace.cancel();
    }
    Map<Integer, List<QueueMessage>> byLane = new LinkedHashMap<>();
    for (QueueMessage message : received) {
      byLane.computeIfAbsent(lane(message.group()), l -> new ArrayList<>()).add(message);
    }
    byLane.forEach((lane, messages) -> lanes.get(lane).offer(messages));
  }

  /** A group that is no lane of ours holds nothing that can be applied; lane 0 parks it. */
  private int lane(String group) {
    try {
      int lane = Integer.parseInt(group);
      return lane >= 0 && lane < lanes.size() ? lane : 0;
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
