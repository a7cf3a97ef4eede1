package dev.sluice.benchmarks;

import dev.sluice.queue.QueueMessage;
import dev.sluice.queue.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * A FIFO queue with groups that costs next to nothing, so that what is measured is the database.
 * Safe for use by several threads.
 */
final class MemoryQueue implements Transport {
  private record Stored(String group, String body) {}

  private final Map<Long, Stored> messages = new LinkedHashMap<>();
  private final Map<Long, Long> hiddenUntil = new HashMap<>();
  private final Set<String> ids = new HashSet<>();
  private long next;

  @Override
  public int maximumMessageBytes() {
    return 1024 * 1024;
  }

  @Override
  public synchronized void send(String group, String deduplicationId, String body) {
    if (ids.add(deduplicationId)) {
      messages.put(next++, new Stored(group, body));
      notifyAll();
    }
  }

  @Override
  public synchronized List<QueueMessage> receive(Duration wait, Duration visibility) {
    long end = System.nanoTime() + wait.toNanos();
    while (true) {
      long now = System.nanoTime();
      List<QueueMessage> found = visible(now, now + visibility.toNanos());
      if (!found.isEmpty() || now - end >= 0) {
        return found;
      }
      try {
        TimeUnit.NANOSECONDS.timedWait(
            this, Math.min(end - now, TimeUnit.MILLISECONDS.toNanos(20)));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return List.of();
      }
    }
  }

  private List<QueueMessage> visible(long now, long until) {
    List<QueueMessage> found = new ArrayList<>();
    Set<String> busy = new HashSet<>();
    for (Map.Entry<Long, Stored> each : messages.entrySet()) {
      if (found.size() == 10) {
        break;
      }
      Stored stored = each.getValue();
      Long hidden = hiddenUntil.get(each.getKey());
      if (hidden != null && hidden - now > 0) {
        busy.add(stored.group);
      } else if (!busy.contains(stored.group)) {
        hiddenUntil.put(each.getKey(), until);
        found.add(new QueueMessage(stored.group, stored.body, each.getKey().toString()));
      }
    }
    return found;
  }

  @Override
  public synchronized void delete(List<QueueMessage> received) {
    for (QueueMessage each : received) {
      messages.remove(Long.valueOf(each.receipt()));
      hiddenUntil.remove(Long.valueOf(each.receipt()));
    }
    notifyAll();
  }

  @Override
  public synchronized void extend(List<QueueMessage> received, Duration visibility) {
    for (QueueMessage each : received) {
      hiddenUntil.put(Long.valueOf(each.receipt()), System.nanoTime() + visibility.toNanos());
    }
    notifyAll();
  }
}
