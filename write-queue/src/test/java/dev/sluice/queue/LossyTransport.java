package dev.sluice.queue;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Loses answers after their effect, and sometimes requests before it; repeats messages of its own
 * accord.
 */
final class LossyTransport implements Transport {
  final AtomicInteger lost = new AtomicInteger();
  private final Transport inner;
  private final Random random;
  private final int percent;

  LossyTransport(Transport inner, long seed, int percent) {
    this.inner = inner;
    this.random = new Random(seed);
    this.percent = percent;
  }

  private boolean bad() {
    synchronized (random) {
      return random.nextInt(100) < percent;
    }
  }

  private void lose() {
    if (bad()) {
      lost.incrementAndGet();
      throw new IllegalStateException("answer lost");
    }
  }

  @Override
  public int maximumMessageBytes() {
    return inner.maximumMessageBytes();
  }

  @Override
  public void send(String group, String deduplicationId, String body) {
    inner.send(group, deduplicationId, body);
    if (bad()) {
      // as after the deduplication window: stored twice
      inner.send(group, deduplicationId + "x", body);
    }
    lose();
  }

  @Override
  public List<QueueMessage> receive(Duration wait, Duration visibility) {
    List<QueueMessage> messages = inner.receive(wait, visibility);
    lose();
    return messages;
  }

  @Override
  public void delete(List<QueueMessage> messages) {
    if (bad()) {
      lost.incrementAndGet();
      throw new IllegalStateException("request lost");
    }
    inner.delete(messages);
    lose();
  }

  @Override
  public void extend(List<QueueMessage> messages, Duration visibility) {
    inner.extend(messages, visibility);
    lose();
  }
}
