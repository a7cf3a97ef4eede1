package dev.sluice.cache;

import dev.sluice.causality.CausalMemory;
import dev.sluice.causality.CausalScope;
import dev.sluice.causality.Freshness;
import dev.sluice.causality.Position;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads of single keys: one at a time for a key in this process, and by the lease in all.
 *
 * <p>Who comes while a load is under way may take its value only if it is as new as one that would
 * be loaded from now on: either the load started after the reader came, or its fill was accepted
 * after the reader came, which proves that no write lies between. So a flight takes no passengers
 * once its fill is sent, and one that ends without a fill serves only those who were waiting before
 * it started. Who waited for one that is of no use to others, since its loader was in a
 * transaction, its reader was interrupted or the server did not answer, loads by itself and does
 * not wait again.
 */
final class Loads<K, V> {
  private static final Logger log = LoggerFactory.getLogger(Loads.class);
  private static final long SHORTEST_WAIT = 1_000_000;
  private static final long LONGEST_WAIT = 32_000_000;

  private final CacheConfig<K, V> config;
  private final Counters counters;
  private final Entries<K, V> entries;
  private final ConcurrentHashMap<K, Flight<V>> flights = new ConcurrentHashMap<>();
  private final AtomicLong clock = new AtomicLong();

  Loads(CacheConfig<K, V> config, Counters counters, Entries<K, V> entries) {
    this.config = config;
    this.counters = counters;
    this.entries = entries;
  }

  /**
   * A key that was not found, an entry in its place that cannot be used, and the time that its
   * reader still has for the server.
   */
  record Asked<K>(K key, String text, byte[] name, byte @Nullable [] replaces, Budget budget) {}

  /**
   * What a load gave.
   *
   * @param general whether it is good for any caller, not just for the one who loaded
   */
  record Loaded<V>(@Nullable V value, boolean general, boolean filled) {}

  private record Flight<V>(long number, CompletableFuture<Loaded<V>> result) {}

  /** Past the cache, with the caller's own freshness. */
  @Nullable V bypass(K key, CacheLoader<K, V> loader) {
    counters.misses.increment();
    counters.bypassed.increment();
    return call(key, loader);
  }

  private @Nullable V call(K key, CacheLoader<K, V> loader) {
    try {
      return loader.load(key);
    } catch (RuntimeException e) {
      counters.failures.increment();
      throw e;
    } catch (Exception e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      counters.failures.increment();
      throw new CacheLoadException(config.tables().name(), e);
    }
  }

  @Nullable V load(Asked<K> asked, CacheLoader<K, V> loader, CausalMemory memory) {
    long came = clock.get();
    long end = System.nanoTime() + 2 * config.calls().lease().toNanos();
    while (true) {
      Flight<V> own = new Flight<>(clock.incrementAndGet(), new CompletableFuture<>());
      Flight<V> other = flights.putIfAbsent(asked.key, own);
      if (other == null) {
        return lead(asked, loader, own);
      }
      Loaded<V> loaded;
      try {
        loaded = other.result.get(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CacheLoadException(config.tables().name(), e);
      } catch (TimeoutException e) {
        counters.unfilled.increment();
        return fromPrimary(asked.key, loader).value;
      } catch (ExecutionException e) {
        if (other.number > came) {
          throw rethrown(e);
        }
        continue;
      }
      if (!loaded.general) {
        return underLease(asked, loader, own, false).value;
      }
      if (loaded.filled || other.number > came) {
        counters.shared.increment();
        entries.sawNow(memory);
        return loaded.value;
      }
    }
  }

  /** What the leader's loader threw, for those who waited for it. */
  private RuntimeException rethrown(ExecutionException e) {
    if (e.getCause() instanceof Error error) {
      throw error;
    }
    return e.getCause() instanceof RuntimeException cause
        ? cause
        : new CacheLoadException(config.tables().name(), e);
  }

  private @Nullable V lead(Asked<K> asked, CacheLoader<K, V> loader, Flight<V> flight) {
    try {
      Loaded<V> loaded = underLease(asked, loader, flight, true);
      flights.remove(asked.key, flight);
      flight.result.complete(loaded);
      return loaded.value;
    } catch (RuntimeException | Error e) {
      flights.remove(asked.key, flight);
      if (Thread.currentThread().isInterrupted()) {
        flight.result.complete(new Loaded<>(null, false, false));
      } else {
        flight.result.completeExceptionally(e);
      }
      throw e;
    }
  }

  /**
   * Loads and fills if the server grants it.
   *
   * @param patient whether to wait for another process that is loading
   */
  private Loaded<V> underLease(
      Asked<K> asked, CacheLoader<K, V> loader, Flight<V> flight, boolean patient) {
    long end = System.nanoTime() + config.calls().lease().toNanos();
    byte[] replaces = asked.replaces;
    for (long wait = SHORTEST_WAIT; ; wait = Math.min(2 * wait, LONGEST_WAIT)) {
      Grant grant = lease(asked, replaces);
      if (grant == null) {
        counters.bypassed.increment();
        return new Loaded<>(call(asked.key, loader), false, false);
      }
      switch (grant.answer()) {
        case 'I' -> {
          counters.intents.increment();
          return fromPrimary(asked.key, loader);
        }
        case 'L' -> {
          return fill(asked, loader, grant, flight);
        }
        case 'V' -> {
          CausalMemory memory = CausalScope.current().memory(config.source());
          Entries.Hit<V> hit = entries.hit(grant.value(), grant.table(), asked.name, memory);
          if (hit.found()) {
            return new Loaded<>(hit.value(), true, false);
          }
          replaces = hit.unreadable();
          if (replaces == null) {
            counters.unfilled.increment();
            return fromPrimary(asked.key, loader);
          }
        }
        default -> {
          if (!patient
              || System.nanoTime() + wait - end > 0
              || Thread.currentThread().isInterrupted()) {
            counters.unfilled.increment();
            return load(asked.key, loader, grant);
          }
          LockSupport.parkNanos(this, wait);
          asked.budget.renew();
        }
      }
    }
  }

  private @Nullable Grant lease(Asked<K> asked, byte @Nullable [] replaces) {
    long token = Calls.random();
    try {
      List<Object> replies =
          asked.budget.call(
              link -> link.run(List.of(entries.lease(link.run(), asked.text, token, replaces))));
      config.tables().meet();
      return Grant.of((List<?>) replies.get(0), token);
    } catch (StoreException e) {
      log.debug("{}: lease failed", config.tables().name(), e);
      return null;
    }
  }

  private Loaded<V> fill(Asked<K> asked, CacheLoader<K, V> loader, Grant grant, Flight<V> flight) {
    Loaded<V> loaded;
    try {
      loaded = load(asked.key, loader, grant);
    } catch (RuntimeException | Error e) {
      entries.release(asked.text);
      throw e;
    }
    if (!loaded.general) {
      counters.unfilled.increment();
      entries.release(asked.text);
      return loaded;
    }
    flights.remove(asked.key, flight); // from here on, the value may be older than a newcomer
    try {
      Optional<Long> answer =
          asked.budget.call(
              link -> {
                ScriptCall call =
                    entries.fill(link.run(), asked.text, asked.name, grant, loaded.value);
                return call == null
                    ? Optional.empty()
                    : Optional.of((Long) link.run(List.of(call)).get(0));
              });
      if (answer.isEmpty()) {
        counters.unfilled.increment();
        entries.release(asked.text);
        return loaded;
      }
      entries.filled(asked.text, grant, answer.get());
      return new Loaded<>(loaded.value, true, answer.get() != 0);
    } catch (StoreException e) {
      log.debug("{}: fill failed", config.tables().name(), e);
      counters.unfilled.increment();
      entries.release(asked.text);
      return loaded;
    }
  }

  private Loaded<V> fromPrimary(K key, CacheLoader<K, V> loader) {
    return load(key, loader, null);
  }

  private Loaded<V> load(K key, CacheLoader<K, V> loader, @Nullable Grant grant) {
    try (CausalScope scope = scope(grant)) {
      V value = call(key, loader);
      return new Loaded<>(value, !scope.memory(config.source()).hasSeenTransaction(), false);
    }
  }

  /** A scope in which a read gets all that the fence speaks of. */
  CausalScope scope(@Nullable Grant grant) {
    Position position =
        grant == null || !grant.complete() || grant.timeline() == 0
            ? null
            : entries.timelines.position(grant.timeline(), grant.fence());
    boolean anyReplica = grant != null && grant.complete() && grant.timeline() == 0;
    boolean primary =
        (position == null && !anyReplica)
            || CausalScope.current().freshness() instanceof Freshness.Latest;
    if (primary) {
      counters.primary.increment();
    }
    CausalScope scope = CausalScope.nested(primary ? Freshness.LATEST : Freshness.CAUSAL);
    CausalMemory memory = scope.memory(config.source());
    if (position != null) {
      memory.require(List.of(), position);
    }
    return scope;
  }
}
