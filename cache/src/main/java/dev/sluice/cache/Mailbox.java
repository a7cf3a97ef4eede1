package dev.sluice.cache;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the server is to be told without anybody waiting for it: positions of commits, completed
 * fences. One daemon thread sends it in packs, one round trip each, and repeats what failed. What
 * does not fit or is too old is dropped: then the intents expire, which is slower, but as right.
 */
final class Mailbox implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Mailbox.class);
  private static final int ROOM = 10_000;
  private static final int PACK = 200;
  private static final Duration TIMEOUT = Duration.ofSeconds(1);
  private static final long RETRY_MILLIS = 50;

  /**
   * A letter: calls made up for the run of the server that is found when it is sent.
   *
   * @param calls the calls, from the run
   * @param deadline reading of {@link System#nanoTime()} when it is of no use any more
   */
  record Letter(Function<String, List<ScriptCall>> calls, long deadline) {}

  private final CacheStore store;
  private final ArrayBlockingQueue<Letter> letters = new ArrayBlockingQueue<>(ROOM);
  final AtomicLong dropped = new AtomicLong();
  private final Thread thread;
  private volatile boolean closed;

  Mailbox(CacheStore store) {
    this.store = store;
    this.thread = new Thread(this::deliver, "sluice-cache-mailbox");
    thread.setDaemon(true);
    thread.start();
  }

  void post(Duration useful, Function<String, List<ScriptCall>> calls) {
    if (closed || !letters.offer(new Letter(calls, System.nanoTime() + useful.toNanos()))) {
      dropped.incrementAndGet();
    }
  }

  private void deliver() {
    List<Letter> pack = new ArrayList<>();
    try {
      while (!closed) {
        if (pack.isEmpty()) {
          pack.add(letters.take());
          letters.drainTo(pack, PACK - 1);
        }
        if (send(pack)) {
          pack.clear();
        } else {
          TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
          long now = System.nanoTime();
          int before = pack.size();
          pack.removeIf(letter -> letter.deadline - now < 0);
          dropped.addAndGet(before - pack.size());
        }
      }
    } catch (InterruptedException e) {
      log.debug("mailbox ends", e);
    }
  }

  private boolean send(List<Letter> pack) {
    try {
      return store.call(
          TIMEOUT,
          link -> {
            List<ScriptCall> calls = new ArrayList<>();
            for (Letter letter : pack) {
              calls.addAll(letter.calls.apply(link.run()));
            }
            link.run(calls);
            return true;
          });
    } catch (StoreException e) {
      log.debug("mailbox: {} letters not delivered, again in a moment", pack.size(), e);
      return false;
    } catch (RuntimeException e) {
      log.warn("mailbox: {} letters cannot be delivered", pack.size(), e);
      dropped.addAndGet(pack.size());
      return true;
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
