package dev.sluice.cache;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the server is to be told without anybody waiting for it. One daemon thread sends it in
 * packs, one round trip each, and repeats what failed.
 *
 * <p>Most letters only help: positions of commits, completed fences. Of these, what does not fit or
 * is too old is dropped: then the intents expire, which is slower, but as right. Not so what {@link
 * Untold} counts: commits that were acknowledged although the server could not be told. Their
 * number is bounded there, and they stay until they are delivered or the mailbox is closed.
 */
final class Mailbox {
  private static final Logger log = LoggerFactory.getLogger(Mailbox.class);
  private static final int ROOM = 10_000;
  private static final int PACK = 200;
  private static final long TIMEOUT_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long RETRY_MILLIS = 50;
  private static final Letter WAKE = new Letter(run -> List.of(), 0, false, Mailbox::nothing);

  /**
   * A letter: calls made up for the run of the server that is found when it is sent.
   *
   * @param calls the calls, from the run
   * @param deadline reading of {@link System#nanoTime()} when it is of no use any more
   * @param owed whether it stays for ever
   * @param delivered what to do then
   */
  private record Letter(
      Function<String, List<ScriptCall>> calls, long deadline, boolean owed, Runnable delivered) {}

  private final CacheStore store;
  private final LinkedBlockingQueue<Letter> letters = new LinkedBlockingQueue<>();
  final AtomicLong dropped = new AtomicLong();
  private final Thread thread;
  private volatile boolean closing;
  private volatile long closeDeadline;

  Mailbox(CacheStore store) {
    this.store = store;
    this.thread = new Thread(this::deliver, "sluice-cache-mailbox");
    thread.setDaemon(true);
    thread.start();
  }

  private static void nothing() {}

  void post(Duration useful, Function<String, List<ScriptCall>> calls) {
    if (closing || letters.size() >= ROOM) {
      dropped.incrementAndGet();
    } else {
      letters.add(new Letter(calls, System.nanoTime() + useful.toNanos(), false, Mailbox::nothing));
    }
  }

  /**
   * A commit that has been acknowledged.
   *
   * @param untold where it counts until it is delivered
   * @param calls tell of it
   * @param instead tell of a write of unknown rows, for when there are too many
   */
  void owe(
      Untold untold,
      Function<String, List<ScriptCall>> calls,
      Function<String, List<ScriptCall>> instead) {
    if (untold.add()) {
      letters.add(new Letter(calls, 0, true, untold::told));
    } else if (untold.join()) {
      oweTogether(untold, instead);
    }
  }

  private void oweTogether(Untold untold, Function<String, List<ScriptCall>> calls) {
    AtomicLong count = new AtomicLong();
    letters.add(
        new Letter(
            run -> {
              count.set(untold.together());
              return calls.apply(run);
            },
            0,
            true,
            () -> {
              if (!untold.toldTogether(count.get())) {
                oweTogether(untold, calls);
              }
            }));
  }

  private void deliver() {
    List<Letter> pack = new ArrayList<>();
    try {
      while (!(closing && over(pack))) {
        if (pack.isEmpty()) {
          pack.add(letters.take());
          letters.drainTo(pack, PACK - 1);
          pack.remove(WAKE);
        }
        if (!pack.isEmpty() && !send(pack)) {
          TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
        }
      }
    } catch (InterruptedException e) {
      log.debug("mailbox ends", e);
    }
    letters.addAll(pack);
  }

  private boolean over(List<Letter> pack) {
    return (pack.isEmpty() && letters.isEmpty()) || System.nanoTime() - closeDeadline > 0;
  }

  /** Sends a pack; what is left of it could not be delivered now. */
  private boolean send(List<Letter> pack) {
    try {
      exchange(pack);
      pack.forEach(letter -> letter.delivered.run());
      pack.clear();
      return true;
    } catch (StoreException e) {
      log.debug("mailbox: {} letters not delivered, again in a moment", pack.size(), e);
      if (e.isRefusal()) {
        sendOneByOne(pack);
      }
    } catch (RuntimeException e) {
      log.warn("mailbox: {} letters cannot be delivered", pack.size(), e);
    }
    long now = System.nanoTime();
    int before = pack.size();
    pack.removeIf(letter -> !letter.owed && letter.deadline - now < 0);
    dropped.addAndGet(before - pack.size());
    return false;
  }

  /** One that the server refuses must not hold up the others: it goes to the end. */
  private void sendOneByOne(List<Letter> pack) {
    for (Iterator<Letter> each = pack.iterator(); each.hasNext(); ) {
      Letter letter = each.next();
      try {
        exchange(List.of(letter));
        letter.delivered.run();
        each.remove();
      } catch (StoreException e) {
        if (!e.isRefusal()) {
          return;
        }
        if (!letters.isEmpty()) {
          each.remove();
          letters.add(letter);
        }
      }
    }
  }

  private void exchange(List<Letter> pack) {
    CacheStore.Call<Boolean> call =
        link -> {
          List<ScriptCall> calls = new ArrayList<>();
          for (Letter letter : pack) {
            calls.addAll(letter.calls.apply(link.run()));
          }
          if (!calls.isEmpty()) {
            link.run(calls);
          }
          return true;
        };
    if (closing) {
      store.insist(closeDeadline, call);
    } else {
      store.call(System.nanoTime() + TIMEOUT_NANOS, call);
    }
  }

  /** Sends what waits, within the time; then nothing more is taken. */
  void close(Duration time) {
    closeDeadline = System.nanoTime() + time.toNanos();
    closing = true;
    letters.add(WAKE);
    try {
      thread.join(time.toMillis() + RETRY_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    thread.interrupt();
    long owed = letters.stream().filter(Letter::owed).count();
    if (owed > 0) {
      log.warn("mailbox: closed before the server was told of {} commits", owed);
    }
  }
}
