package dev.sluice.demo.shop;

import dev.sluice.nosql.ShardedCounters;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Counts page views in batches, in a few streams: while one batch of a stream is being written the
 * next one fills. A view is counted when its batch is written, so what was acknowledged survives
 * this process. A batch that fails is repeated unchanged, as the counters ask for. Safe for use by
 * several threads; closing writes the rest.
 */
final class PageViews implements AutoCloseable {
  private static final int STREAMS = 8;
  private static final int MOST_ATTEMPTS = 5;
  private static final int LONGEST_CLOSE_MILLIS = 10_000;

  private final ShardedCounters counters;
  private final List<Stream> streams;

  PageViews(ShardedCounters counters) {
    this.counters = counters;
    this.streams = IntStream.range(0, STREAMS).mapToObj(Stream::new).toList();
    streams.forEach(stream -> stream.writer.start());
  }

  /** Completes when the view is counted for good. */
  CompletableFuture<Void> add(int product) {
    return streams.get(product % STREAMS).add(Integer.toString(product));
  }

  @Override
  public void close() {
    streams.forEach(Stream::end);
    try {
      for (Stream stream : streams) {
        stream.writer.join(LONGEST_CLOSE_MILLIS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static final class Batch {
    final Map<String, Long> deltas = new HashMap<>();
    final CompletableFuture<Void> written = new CompletableFuture<>();
  }

  private final class Stream {
    private final String name = "views-" + UUID.randomUUID();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Thread writer;
    private Batch open = new Batch();
    private boolean closed;

    Stream(int number) {
      writer = new Thread(this::write, "page-views-" + number);
      writer.setDaemon(true);
    }

    CompletableFuture<Void> add(String counter) {
      lock.lock();
      try {
        if (closed) {
          throw new IllegalStateException("page views: closed");
        }
        open.deltas.merge(counter, 1L, Long::sum);
        changed.signal();
        return open.written;
      } finally {
        lock.unlock();
      }
    }

    private void write() {
      long sequence = 0;
      for (Batch batch = next(); batch != null; batch = next()) {
        sequence++;
        try {
          write(batch, sequence);
        } catch (RuntimeException e) {
          // What is not known to be written must be repeated before anything else: no more views.
          batch.written.completeExceptionally(e);
          end();
          return;
        }
      }
    }

    private void write(Batch batch, long sequence) {
      for (int attempt = 1; ; attempt++) {
        try {
          counters.apply(name, sequence, sequence, batch.deltas);
          batch.written.complete(null);
          return;
        } catch (RuntimeException e) {
          if (attempt == MOST_ATTEMPTS) {
            throw e;
          }
        }
      }
    }

    private @Nullable Batch next() {
      lock.lock();
      try {
        while (open.deltas.isEmpty()) {
          if (closed) {
            return null;
          }
          changed.awaitUninterruptibly();
        }
        Batch full = open;
        open = new Batch();
        return full;
      } finally {
        lock.unlock();
      }
    }

    void end() {
      lock.lock();
      try {
        closed = true;
        changed.signal();
      } finally {
        lock.unlock();
      }
    }
  }
}
