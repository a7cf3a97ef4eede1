package dev.sluice.causality;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One caller, for example one request or one user's session: whoever reads in a scope never gets
 * something older than what was written or seen in it before, whichever tier answers. Without a
 * scope the thread is the caller.
 *
 * <pre>
 * try (CausalScope scope = CausalScope.open(CausalToken.parse(cookie))) {
 *   ...                                   // reads and writes through the tiers
 *   cookie = scope.token(Duration.ofMillis(200)).toString();
 * }
 * </pre>
 *
 * <p>Thread-safety: a scope may be used by several threads at once; it is current on the thread
 * that opened it and, by {@link #carry}, on others. Close it on the thread that opened it,
 * innermost first. Closing does not forget what was seen; it only makes the previous scope current
 * again. Nothing is carried to another thread unless asked for. No scope keeps a source alive: of
 * one that is closed and no longer used a thread forgets what it has seen.
 */
public final class CausalScope implements AutoCloseable {
  private static final ThreadLocal<@Nullable CausalScope> CURRENT = new ThreadLocal<>();

  private final CopyOnWriteArrayList<CausalMemory> memories = new CopyOnWriteArrayList<>();
  private volatile @Nullable CausalMemory first;
  private final @Nullable CausalScope outer;
  private final Freshness freshness;
  private final CopyOnWriteArrayList<CausalToken.Entry> unclaimed = new CopyOnWriteArrayList<>();
  private final @Nullable CausalScope previous;
  private final @Nullable Thread opener;
  private boolean closed;

  private CausalScope(
      @Nullable CausalScope outer,
      Freshness freshness,
      @Nullable CausalScope previous,
      @Nullable Thread opener) {
    this.outer = outer;
    this.freshness = freshness;
    this.previous = previous;
    this.opener = opener;
  }

  /**
   * The scope of this thread: the innermost open one, or the thread's own.
   *
   * @return the scope
   */
  public static CausalScope current() {
    CausalScope scope = CURRENT.get();
    if (scope == null) {
      scope = new CausalScope(null, Freshness.CAUSAL, null, null);
      CURRENT.set(scope);
    }
    return scope;
  }

  /**
   * Opens a scope of a caller that has not seen anything yet, and makes it current on this thread.
   *
   * @return the scope, to be closed on this thread
   */
  public static CausalScope open() {
    return push(null, Freshness.CAUSAL);
  }

  /**
   * Opens a scope of a caller that comes with a token, and makes it current on this thread.
   *
   * @param token what the caller has seen and written
   * @return the scope, to be closed on this thread
   */
  public static CausalScope open(CausalToken token) {
    CausalScope scope = open();
    scope.require(token);
    return scope;
  }

  /**
   * Opens a scope within the current one: the same caller, who asks for another freshness or, by
   * {@link #require}, for more, for a while. What is written and seen in it counts for the outer
   * scope too.
   *
   * @param freshness how old an answer may be inside
   * @return the scope, to be closed on this thread
   */
  public static CausalScope nested(Freshness freshness) {
    return push(current(), freshness);
  }

  private static CausalScope push(@Nullable CausalScope outer, Freshness freshness) {
    CausalScope scope = new CausalScope(outer, freshness, CURRENT.get(), Thread.currentThread());
    CURRENT.set(scope);
    return scope;
  }

  /**
   * How old an answer may be in this scope.
   *
   * @return the freshness
   */
  public Freshness freshness() {
    return freshness;
  }

  /**
   * Makes all reads of this scope see what a token speaks of.
   *
   * @param token the token; entries of sources that this process never uses are ignored, but kept
   *     in {@link #token}
   */
  public void require(CausalToken token) {
    for (CausalToken.Entry entry : token.entries()) {
      synchronized (memories) {
        CausalMemory known = null;
        for (CausalMemory memory : memories) {
          if (!memory.abandoned() && memory.sourceName().equals(entry.source())) {
            memory.require(List.of(entry.table()), entry.position());
            known = memory;
          }
        }
        if (known == null) {
          unclaimed.add(entry);
        }
      }
    }
  }

  /**
   * Makes reads of this scope see a position.
   *
   * @param source where
   * @param tables the tables it counts for; empty for all
   * @param position the position
   */
  public void require(CausalSource source, Collection<String> tables, Position position) {
    memory(source).require(tables, position);
  }

  /**
   * What this scope remembers of a source. For the tiers.
   *
   * @param source the source
   * @return its memory, made when it is first asked for
   */
  public CausalMemory memory(CausalSource source) {
    CausalMemory known = first;
    return known != null && known.isOf(source) ? known : search(source);
  }

  private CausalMemory search(CausalSource source) {
    synchronized (memories) {
      for (CausalMemory memory : memories) {
        if (memory.isOf(source)) {
          return found(memory);
        }
      }
      if (opener == null) {
        // A thread may outlive many sources, and nobody can read from one that is gone.
        memories.removeIf(CausalMemory::abandoned);
      }
      CausalMemory memory = new CausalMemory(source, outer == null ? null : outer.memory(source));
      for (CausalToken.Entry entry : unclaimed) {
        if (entry.source().equals(source.name())) {
          memory.require(List.of(entry.table()), entry.position());
        }
      }
      memories.add(memory);
      return found(memory);
    }
  }

  private CausalMemory found(CausalMemory memory) {
    CausalMemory known = first;
    if (known == null || known.abandoned()) {
      first = memory;
    }
    return memory;
  }

  /**
   * What the caller has seen and written, to be opened again elsewhere. Where only the moment of a
   * write is known and not its position, waits for the next sample of the primary.
   *
   * @param limit longest wait
   * @return the token
   * @throws IllegalStateException if a position could not be had within the limit, or the positions
   *     of all sources do not fit into a token; a token that asks for less is never given
   */
  public CausalToken token(Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    List<CausalToken.Entry> entries = new ArrayList<>();
    for (CausalScope scope = this; scope != null; scope = scope.outer) {
      scope.collect(entries, end);
    }
    try {
      return CausalToken.of(entries);
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  private void collect(List<CausalToken.Entry> entries, long end) {
    List<CausalMemory> known;
    synchronized (memories) {
      known = List.copyOf(memories);
      for (CausalToken.Entry entry : unclaimed) {
        if (known.stream().noneMatch(m -> m.sourceName().equals(entry.source()))) {
          entries.add(entry);
        }
      }
    }
    for (CausalMemory memory : known) {
      collect(memory, entries, end);
    }
  }

  private static void collect(CausalMemory memory, List<CausalToken.Entry> entries, long end) {
    String source = memory.sourceName();
    for (Map.Entry<String, CausalMemory.Need> each : memory.needs().entrySet()) {
      CausalMemory.Need need = each.getValue();
      // A name that a token cannot print asks for all tables: more than needed, never less.
      String table = CausalToken.printable(each.getKey()) ? each.getKey() : TableWrite.ANY_TABLE;
      if (need.also() != null) {
        entries.add(new CausalToken.Entry(source, table, need.also()));
      }
      if (need.instead() != null) {
        entries.add(new CausalToken.Entry(source, table, need.instead()));
      } else if (need.epoch() > 0) {
        entries.add(new CausalToken.Entry(source, table, await(memory, need.epoch(), end)));
      }
    }
  }

  private static Position await(CausalMemory memory, long epoch, long end) {
    CausalSource source = memory.source();
    if (source == null) {
      throw new IllegalStateException(
          memory.sourceName() + ": no position of a source that is closed and gone");
    }
    try {
      return source
          .positionCovering(epoch)
          .toCompletableFuture()
          .get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(
          source.name() + ": interrupted while waiting for a position", e);
    } catch (TimeoutException e) {
      throw new IllegalStateException(
          source.name() + ": no sample of the primary within the limit", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(source.name() + ": no position of the primary", e.getCause());
    }
  }

  /**
   * Takes this scope along to another thread.
   *
   * @param task what runs there
   * @return a task that runs with this scope as the current one and leaves the thread as it was
   */
  public Runnable carry(Runnable task) {
    return () -> {
      CausalScope before = CURRENT.get();
      CURRENT.set(this);
      try {
        task.run();
      } finally {
        restore(before);
      }
    };
  }

  /**
   * Takes this scope along to another thread.
   *
   * @param task what runs there
   * @param <T> its result
   * @return a task that runs with this scope as the current one and leaves the thread as it was
   */
  public <T> Callable<T> carry(Callable<T> task) {
    return () -> {
      CausalScope before = CURRENT.get();
      CURRENT.set(this);
      try {
        return task.call();
      } finally {
        restore(before);
      }
    };
  }

  /**
   * Makes the previous scope current again. Closing twice does nothing.
   *
   * @throws IllegalStateException if this is not the innermost scope of the thread that opened it
   */
  @Override
  public void close() {
    if (opener == null) {
      throw new IllegalStateException("the thread's own scope is not closed");
    }
    if (closed) {
      return;
    }
    if (opener != Thread.currentThread() || CURRENT.get() != this) {
      throw new IllegalStateException("scope: close on the thread that opened it, innermost first");
    }
    closed = true;
    restore(previous);
  }

  private static void restore(@Nullable CausalScope scope) {
    if (scope == null) {
      CURRENT.remove();
    } else {
      CURRENT.set(scope);
    }
  }
}
