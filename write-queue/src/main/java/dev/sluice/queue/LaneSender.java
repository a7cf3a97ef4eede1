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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
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
  record Pending(WriteTicket ticket, int lane, String json, int bytes) {}

  private final WriteQueue queue;
  private final int lane;
  private final ConcurrentLinkedQueue<Pending> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waitingWrites = new AtomicInteger();
  private final AtomicLong waitingBytes = new AtomicLong();
  private final AtomicBoolean sending = new AtomicBoolean();

  /** What was taken and is not settled; changed under this object's lock, like {@link #waiting}. */
  private List<Pending> held = List.of();

  private volatile @Nullable Thread lingering;
  private long sequence;

  LaneSender(WriteQueue queue, int lane) {
    this.queue = queue;
    this.lane = lane;
  }

  void add(Pending pending) {
    waitingBytes.addAndGet(pending.bytes + 1);
    waitingWrites.incrementAndGet();
    waiting.add(pending);
    if (!sending.get() && sending.compareAndSet(false, true)) {
      if (!queue.execute(this)) {
        sending.set(false);
      }
    } else if (queue.abandoned()) {
      abandon();
    } else if (lingering != null && fullPackWaits()) {
      wake();
    }
  }

  /** Ends a linger. */
  void wake() {
    LockSupport.unpark(lingering);
  }

  /** Fails everything that is here, also what is on its way. */
  void abandon() {
    fail(release(), queue.name + ": closed before it was known whether this write was accepted");
    for (List<Pending> pack = take(); !pack.isEmpty(); pack = take()) {
      fail(release(), queue.name + ": closed before this write was sent");
    }
  }

  @Override
  public void run() {
    Backoff backoff = backoff();
    boolean more = true;
    while (more) {
      try {
        sendAll();
        sending.set(false);
        more = !waiting.isEmpty() && sending.compareAndSet(false, true);
      } catch (Throwable e) {
        // what was taken stays taken, with its number
        LOG.error("{}: lane {} could not send: {}", queue.name, lane, e.toString());
        queue.sendFailures.increment();
        if (!queue.pause(backoff.next())) {
          abandon();
        }
      }
    }
  }

  private void sendAll() {
    linger();
    for (List<Pending> pack = take(); !pack.isEmpty(); pack = take()) {
      if (queue.abandoned()) {
        abandon();
      } else {
        send(pack);
      }
      linger();
    }
  }

  private void linger() {
    if (queue.lingerNanos == 0) {
      return;
    }
    long start = System.nanoTime();
    lingering = Thread.currentThread();
    for (long left = queue.lingerNanos;
        left > 0 && !fullPackWaits() && !queue.closing() && !Thread.currentThread().isInterrupted();
        left = queue.lingerNanos - (System.nanoTime() - start)) {
      LockSupport.parkNanos(this, left);
    }
    lingering = null;
  }

  private boolean fullPackWaits() {
    return waitingWrites.get() >= queue.maxPackWrites
        || waitingBytes.get() > queue.maxPackBytes - WriteQueue.ENVELOPE_BYTES;
  }

  /** The next pack, or the one that was taken and not settled. */
  private synchronized List<Pending> take() {
    if (!held.isEmpty()) {
      return held;
    }
    List<Pending> pack = new ArrayList<>();
    int bytes = WriteQueue.ENVELOPE_BYTES;
    for (Pending next : waiting) {
      if (pack.size() == queue.maxPackWrites
          || (!pack.isEmpty() && bytes + next.bytes + 1 > queue.maxPackBytes)) {
        break;
      }
      bytes += next.bytes + 1;
      pack.add(next);
    }
    if (!pack.isEmpty()) {
      number(pack);
    }
    return held;
  }

  /** From here on the pack has its number for ever. */
  private void number(List<Pending> pack) {
    long next = sequence + 1;
    for (int i = 0; i < pack.size(); i++) {
      pack.get(i).ticket.packed(lane, next, i);
    }
    held = pack;
    sequence = next;
    for (Pending each : pack) {
      waiting.remove();
      waitingWrites.decrementAndGet();
      waitingBytes.addAndGet(-each.bytes - 1);
    }
  }

  /** What was taken, to be settled by whoever asks first. */
  private synchronized List<Pending> release() {
    List<Pending> pack = held;
    held = List.of();
    return pack;
  }

  private void send(List<Pending> pack) {
    PackId id = new PackId(queue.producer, pack.get(0).ticket.sequence());
    List<String> writes = pack.stream().map(Pending::json).toList();
    String body = PackCodec.body(PackCodec.header(queue.name, id, lane, queue.lanes), writes);
    String deduplicationId = hash(queue.producer + "/" + lane + "/" + id.sequence() + "/" + body);
    if (sendUntilStored(deduplicationId, body)) {
      queue.settled(release(), null);
    } else {
      abandon();
    }
  }

  private void fail(List<Pending> pack, String message) {
    if (!pack.isEmpty()) {
      queue.settled(pack, new WriteQueueException(message, null));
    }
  }

  private Backoff backoff() {
    return new Backoff(
        TimeUnit.MILLISECONDS.toNanos(50), TimeUnit.SECONDS.toNanos(5), queue.random);
  }

  /** Whatever is thrown, an Error too: the pack may be stored, and nothing may go before it. */
  private boolean sendUntilStored(String deduplicationId, String body) {
    Backoff backoff = backoff();
    while (true) {
      try {
        queue.transport.send(Integer.toString(lane), deduplicationId, body);
        if (backoff.failures() > 0) {
          LOG.info(
              "{}: lane {} sends again after {} failures", queue.name, lane, backoff.failures());
        }
        return true;
      } catch (Throwable e) {
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
