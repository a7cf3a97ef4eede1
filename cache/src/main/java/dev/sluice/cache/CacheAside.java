package dev.sluice.cache;

import dev.sluice.causality.CausalMemory;
import dev.sluice.causality.CausalScope;
import dev.sluice.core.Codec;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A cache beside the database, on Redis or Valkey.
 *
 * <pre>{@code
 * CacheAside<Long, Product> products =
 *     CacheAside.builder("products", Long.class, Product.class)
 *         .store(store)                      // CacheStore, one for a server
 *         .source(dataSource)                // the RoutingDataSource
 *         .invalidatedBy("product", "id")    // column of the cache's key
 *         .timeToLive(Duration.ofMinutes(10))
 *         .loader(id -> productDao.find(id)) // reads through the DataSource; null for none
 *         .build();
 * Optional<Product> product = products.get(42L);
 * }</pre>
 *
 * <p>Guarantees: a read that starts after a write was acknowledged never gets something older from
 * the cache, whichever process wrote and whichever replica filled it, as long as every process that
 * writes to the tables does so through a source that has this cache. Does not see writes past the
 * source (other programs, triggers, cascades): they show when entries expire or {@link #invalidate}
 * is called. Gives no snapshot over several keys.
 *
 * <p>When the server is slow or gone, reads go to the database as if there were no cache, after
 * {@code readTimeout} at most; commits that touch cached tables are refused with {@link
 * java.sql.SQLTransientException}, since other processes may still read the cache.
 *
 * <p>Safe for use by several threads. Whoever builds it closes it, before its store and its source.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
public final class CacheAside<K, V> implements AutoCloseable {
  private final CacheConfig<K, V> config;
  private final Counters counters = new Counters();
  private final Entries<K, V> entries;
  private final Loads<K, V> loads;
  private final BatchLoads<K, V> batches;

  CacheAside(CacheConfig<K, V> config) {
    this.config = config;
    WriteHook hook = config.store().join(config.tables(), config.source(), config.calls());
    hook.timelines.ask();
    this.entries = new Entries<>(config, counters, hook);
    this.loads = new Loads<>(config, counters, entries);
    this.batches = new BatchLoads<>(config, counters, entries, loads);
  }

  /**
   * A cache of values as JSON.
   *
   * @param name name of the cache, the same in all processes: 1 to 64 letters, digits, - and _
   * @param keyType Long, Integer, Short, Byte, BigInteger, String or UUID
   * @param valueType class of the values
   * @param <K> the type of the keys
   * @param <V> the type of the values
   * @return a builder
   */
  public static <K, V> CacheBuilder<K, V> builder(
      String name, Class<K> keyType, Class<V> valueType) {
    return builder(name, keyType, JsonCodec.of(valueType));
  }

  /**
   * A cache of values by an own codec, or of a generic type.
   *
   * @param name name of the cache, the same in all processes: 1 to 64 letters, digits, - and _
   * @param keyType Long, Integer, Short, Byte, BigInteger, String or UUID
   * @param codec encodes values
   * @param <K> the type of the keys
   * @param <V> the type of the values
   * @return a builder
   */
  public static <K, V> CacheBuilder<K, V> builder(String name, Class<K> keyType, Codec<V> codec) {
    return new CacheBuilder<>(name, keyType, codec);
  }

  /**
   * The value of a key, from the cache or the builder's loader.
   *
   * @param key the key
   * @return the value; empty if the database has none
   * @throws CacheLoadException if the loader failed with a checked exception
   */
  public Optional<V> get(K key) {
    CacheLoader<K, V> loader = config.loader();
    if (loader == null) {
      throw new IllegalStateException(config.tables().name() + ": built without a loader");
    }
    return get(key, loader);
  }

  /**
   * The value of a key, from the cache or a loader.
   *
   * @param key the key
   * @param loader loads it when it is not cached; must load what any other loader would
   * @return the value; empty if the database has none
   * @throws CacheLoadException if the loader failed with a checked exception
   */
  public Optional<V> get(K key, CacheLoader<K, V> loader) {
    Objects.requireNonNull(key, "key");
    CausalMemory memory = CausalScope.current().memory(config.source());
    String text = config.keys().of(key);
    if (text == null || !entries.mayBeRead() || memory.isWriting(config.tables().tables())) {
      return Optional.ofNullable(loads.bypass(key, loader));
    }
    byte[] name = entries.name(key);
    long deadline = System.nanoTime() + config.store().readNanos();
    List<byte @Nullable []> found = entries.find(text, deadline);
    if (found == null) {
      return Optional.ofNullable(loads.bypass(key, loader));
    }
    Entries.Hit<V> hit = entries.hit(found.get(0), found.get(1), name, memory);
    if (hit.found()) {
      counters.hits.increment();
      return Optional.ofNullable(hit.value());
    }
    counters.misses.increment();
    return Optional.ofNullable(
        loads.load(
            new Loads.Asked<>(
                key,
                text,
                name,
                hit.unreadable(),
                new Budget(config.store(), deadline - System.nanoTime())),
            loader,
            memory));
  }

  /**
   * The values of several keys: one round trip to the server and, for those not cached, another one
   * and a call of the batch loader (two if a write of some is under way), or of the loader for
   * each.
   *
   * @param keys the keys
   * @return values by key; without those that the database does not have
   * @throws CacheLoadException if a loader failed with a checked exception
   */
  public Map<K, V> getAll(Collection<K> keys) {
    if (config.batchLoader() == null && config.loader() == null) {
      throw new IllegalStateException(config.tables().name() + ": built without a loader");
    }
    return batches.getAll(keys);
  }

  /**
   * Says that the value of a key has been changed past the source. Returns when no process can get
   * the old value from the cache any more.
   *
   * @param key the key
   * @throws StoreException if the server did not answer
   */
  public void invalidate(K key) {
    String text = config.keys().of(key);
    if (text != null) {
      entries.invalidate(run -> Calls.Target.entry(config.tables().entry(run, text)));
    }
  }

  /**
   * Says that any value may have been changed past the source. One round trip, whatever the number
   * of entries.
   *
   * @throws StoreException if the server did not answer
   */
  public void invalidateAll() {
    entries.invalidate(config.tables()::target);
  }

  /**
   * What the cache has done so far.
   *
   * @return counts; read one after the other
   */
  public CacheStats stats() {
    return counters.stats(config.tables(), config.store());
  }

  /**
   * Why a read of a key would be a hit or not, now.
   *
   * @param key the key
   * @return the reason
   */
  public Explanation explain(K key) {
    return entries.explain(config.keys().of(key), entries.name(key));
  }

  /**
   * Leaves the store. From then on, writes of this process are not told to this cache, whose
   * entries other processes may still read: close the source's connections first.
   */
  @Override
  public void close() {
    config.store().leave(config.tables(), config.source());
  }
}
