package dev.sluice.queue;

import dev.sluice.causality.CausalToken;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a submitted write. Three stages, each optional to look at: {@link #accepted},
 * {@link #applied}, {@link #token}. Their dependents run on a thread of the queue and must be
 * short; they never run on a thread that sends. None of the stages has a time limit of its own;
 * wait with one. Thread-safe; nothing to close.
 */
public final class WriteTicket {
  private final WriteQueue queue;
  private final Write write;
  private final CompletableFuture<@Nullable Void> accepted = new CompletableFuture<>();
  private final AtomicReference<@Nullable CompletableFuture<Long>> seen = new AtomicReference<>();
  private int lane;
  private int index;
  private volatile long sequence;

  WriteTicket(WriteQueue queue, Write write) {
    this.queue = queue;
    this.write = write;
  }

  /**
   * Completes when the queue has stored the write: from then on it takes effect exactly once, or is
   * parked. Fails with {@link WriteQueueException} if this WriteQueue was closed before that was
   * known.
   *
   * @return the stage
   */
  public CompletionStage<@Nullable Void> accepted() {
    return accepted.minimalCompletionStage();
  }

  /**
   * Completes when the database has committed the write, as seen in the ledger by polling. Fails
   * with {@link WriteParkedException} if it was parked, with {@link WriteQueueException} if this
   * WriteQueue was closed before.
   *
   * @return the stage
   * @throws IllegalStateException if the queue was built without {@link WriteQueue.Builder#ledger}
   */
  public CompletionStage<@Nullable Void> applied() {
    return seen().thenApply(epoch -> null);
  }

  /**
   * What a reader must have seen in order to see this write: {@code scope.require(token)}, or send
   * it along to where the read happens. Completes after {@link #applied}, with which it also fails,
   * when the database's position is known.
   *
   * @return the stage
   * @throws IllegalStateException if the queue was built without {@link WriteQueue.Builder#ledger}
   *     or {@link WriteQueue.Builder#source}
   */
  public CompletionStage<CausalToken> token() {
    return queue.watch().token(seen(), write);
  }

  private CompletableFuture<Long> seen() {
    AppliedWatch watch = queue.watch();
    CompletableFuture<Long> mine = new CompletableFuture<>();
    if (seen.compareAndSet(null, mine)) {
      watch.add(this, mine);
      return mine;
    }
    CompletableFuture<Long> known = seen.get();
    return known == null ? mine : known;
  }

  void packed(int lane, long sequence, int index) {
    this.lane = lane;
    this.index = index;
    this.sequence = sequence;
  }

  void settle(@Nullable Throwable failure) {
    if (failure == null) {
      accepted.complete(null);
    } else {
      accepted.completeExceptionally(failure);
    }
  }

  boolean failed() {
    return accepted.isCompletedExceptionally();
  }

  /** Number of the pack; 0 while it is in none. */
  long sequence() {
    return sequence;
  }

  int lane() {
    return lane;
  }

  int index() {
    return index;
  }
}
