package dev.sluice.queue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A FIFO queue with groups in memory, for tests that need to hold messages back, repeat or reorder
 * them.
 */
final class MemoryTransport implements Transport {
  private static final class Stored {
    final String group;
    final String body;
    long hiddenUntil;

    Stored(String group, String body) {
      this.group = group;
      this.body = body;
    }
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final List<Stored> messages = new ArrayList<>();
  private final Set<String> ids = new HashSet<>();
  private int lostSends;

  /** The next so many sends are stored, but throw. */
  void loseAnswers(int sends) {
    lostSends = sends;
  }

  /** Puts a message at the end, whatever was sent before. */
  void put(String group, String body) {
    lock.lock();
    try {
      messages.add(new Stored(group, body));
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  List<String> bodies() {
    lock.lock();
    try {
      return messages.stream().map(m -> m.body).toList();
    } finally {
      lock.unlock();
    }
  }

  boolean isEmpty() {
    return bodies().isEmpty();
  }

  @Override
  public int maximumMessageBytes() {
    return 256 * 1024;
  }

  @Override
  public void send(String group, String deduplicationId, String body) {
    lock.lock();
    try {
      if (ids.add(deduplicationId)) {
        put(group, body);
      }
      if (lostSends > 0) {
        lostSends--;
        throw new IllegalStateException("answer lost");
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public List<QueueMessage> receive(Duration wait, Duration visibility) {
    long end = System.nanoTime() + wait.toNanos();
    lock.lock();
    try {
      while (true) {
        long now = System.nanoTime();
        List<QueueMessage> found = new ArrayList<>();
        Set<String> busy = new HashSet<>();
        for (Stored each : messages) {
          if (found.size() == 10 || busy.contains(each.group)) {
            continue;
          }
          if (each.hiddenUntil > now) {
            busy.add(each.group);
          } else {
            each.hiddenUntil = now + visibility.toNanos();
            found.add(
                new QueueMessage(
                    each.group, each.body, String.valueOf(System.identityHashCode(each))));
          }
        }
        if (!found.isEmpty() || now >= end) {
          return found;
        }
        if (changed.awaitNanos(Math.min(end - now, TimeUnit.MILLISECONDS.toNanos(20))) < -1) {
          continue;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return List.of();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void delete(List<QueueMessage> received) {
    lock.lock();
    try {
      for (QueueMessage each : received) {
        messages.removeIf(m -> String.valueOf(System.identityHashCode(m)).equals(each.receipt()));
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void extend(List<QueueMessage> received, Duration visibility) {
    lock.lock();
    try {
      for (QueueMessage each : received) {
        for (Stored m : messages) {
          if (String.valueOf(System.identityHashCode(m)).equals(each.receipt())) {
            m.hiddenUntil = System.nanoTime() + visibility.toNanos();
          }
        }
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
