package dev.sluice.queue;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends what is submitted to one lane. Writes wait in a queue without locks; while one pack is on
 * its way, by one task on one thread, the next one fills. A pack is sent again, byte for byte,
 * until it is stored: its number is taken, so nothing may go before it.
 */
final class LaneSender implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(LaneSender.class);

  /** One write on its way. */
  record Pending(WriteTicket ticket, String json, int bytes) {}

  private final WriteQueue queue;
  private final int lane;
  private final ConcurrentLinkedQueue<Pending> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean sending = new AtomicBoolean();
  private long sequence;

  LaneSender(WriteQueue queue, int lane) {
    this.queue = queue;
    this.lane = lane;
  }

  void add(Pending pending) {
    waiting.add(pending);
    if (!sending.get() && sending.compareAndSet(false, true)) {
      queue.execute(this);
    }
  }

  @Override
  public void run() {
    do {
      linger();
      for (List<Pending> pack = take(); !pack.isEmpty(); pack = take()) {
        send(pack);
        linger();
      }
      sending.set(false);
    } while (!waiting.isEmpty() && sending.compareAndSet(false, true));
  }

  private void linger() {
    if (queue.lingerNanos > 0 && !queue.pause(queue.lingerNanos)) {
      LOG.debug("{}: not waiting for more, closing", queue.name);
    }
  }

  private List<Pending> take() {
    List<Pending> pack = new ArrayList<>();
    int bytes = WriteQueue.ENVELOPE_BYTES;
    Pending next = waiting.peek();
    while (next != null
        && pack.size() < queue.maxPackWrites
        && (pack.isEmpty() || bytes + next.bytes + 1 <= queue.maxPackBytes)) {
      bytes += next.bytes + 1;
      pack.add(next);
      waiting.remove();
      next = waiting.peek();
    }
    return pack;
  }

  private void send(List<Pending> pack) {
    if (queue.abandoned()) {
      fail(pack, queue.name + ": closed before this write was sent");
      return;
    }
    PackId id = new PackId(queue.producer, ++sequence);
    List<String> writes = new ArrayList<>(pack.size());
    for (int i = 0; i < pack.size(); i++) {
      pack.get(i).ticket.packed(lane, id.sequence(), i);
      writes.add(pack.get(i).json);
    }
    String body = PackCodec.body(PackCodec.header(queue.name, id, lane, queue.lanes), writes);
    String deduplicationId = hash(queue.producer + "/" + lane + "/" + id.sequence() + "/" + body);
    if (sendUntilStored(deduplicationId, body)) {
      queue.settled(pack, null);
    } else {
      fail(pack, queue.name + ": closed before it was known whether this write was accepted");
    }
  }

  private void fail(List<Pending> pack, String message) {
    queue.settled(pack, new WriteQueueException(message, null));
  }

  private boolean sendUntilStored(String deduplicationId, String body) {
    Backoff backoff =
        new Backoff(TimeUnit.MILLISECONDS.toNanos(50), TimeUnit.SECONDS.toNanos(5), queue.random);
    while (true) {
      try {
        queue.transport.send(Integer.toString(lane), deduplicationId, body);
        if (backoff.failures() > 0) {
          LOG.info(
              "{}: lane {} sends again after {} failures", queue.name, lane, backoff.failures());
        }
        return true;
      } catch (RuntimeException e) {
        if (Integer.bitCount(backoff.failures()) <= 1) {
          LOG.warn(
              "{}: lane {} could not send, failure {}: {}",
              queue.name,
              lane,
              backoff.failures() + 1,
              e.toString());
        }
        queue.sendFailures.increment();
      }
      if (!queue.pause(backoff.next())) {
        return false;
      }
    }
  }

  static String hash(String text) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
