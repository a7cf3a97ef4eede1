package dev.sluice.cache;

import dev.sluice.causality.CausalSource;
import dev.sluice.causality.TableWrite;
import dev.sluice.core.Codec;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Builds a {@link CacheAside}; not thread-safe. Required are {@link #store}, {@link #source} and
 * {@link #invalidatedBy}.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
public final class CacheBuilder<K, V> {
  private final String name;
  private final Class<K> keyType;
  private final Codec<V> codec;
  private final Map<String, String> columns = new HashMap<>();
  private @Nullable CacheStore store;
  private @Nullable CausalSource source;
  private @Nullable CacheLoader<K, V> loader;
  private @Nullable BatchLoader<K, V> batchLoader;
  private TextKeys textKeys = TextKeys.FOLDED;
  private StoreDown storeDown = StoreDown.FAIL_CLOSED;
  private Duration timeToLive = Duration.ofMinutes(10);
  private double timeToLiveJitter = 0.1;
  private Duration negativeTimeToLive = Duration.ofMinutes(1);
  private Duration leaseTime = Duration.ofSeconds(5);
  private Duration intentTime = Duration.ofSeconds(30);
  private Duration floorTime = Duration.ofMinutes(1);
  private int mostKeys = 500;
  private int maximumValueBytes = 1 << 20;

  CacheBuilder(String name, Class<K> keyType, Codec<V> codec) {
    this.name = Objects.requireNonNull(name, "name");
    this.keyType = Objects.requireNonNull(keyType, "keyType");
    this.codec = Objects.requireNonNull(codec, "codec");
  }

  /**
   * Where the entries are.
   *
   * @param store the store, shared by all caches on one server
   * @return this
   */
  public CacheBuilder<K, V> store(CacheStore store) {
    this.store = store;
    return this;
  }

  /**
   * Where the loader reads and all writes go: the RoutingDataSource.
   *
   * @param source the source
   * @return this
   */
  public CacheBuilder<K, V> source(CausalSource source) {
    this.source = source;
    return this;
  }

  /**
   * A table that the values depend on, with the column that holds the cache's key. Rows whose key
   * is not visible in a write invalidate the whole cache. May be called for several tables; all
   * that the loader reads must be named.
   *
   * @param table name of the table without schema
   * @param keyColumn name of the column
   * @return this
   */
  public CacheBuilder<K, V> invalidatedBy(String table, String keyColumn) {
    return depend(table, Objects.requireNonNull(keyColumn, "keyColumn"));
  }

  /**
   * A table that the values depend on and that has no column with the cache's key: any write to it
   * invalidates the whole cache.
   *
   * @param table name of the table without schema
   * @return this
   */
  public CacheBuilder<K, V> invalidatedBy(String table) {
    return depend(table, "");
  }

  private CacheBuilder<K, V> depend(String table, String keyColumn) {
    String before = columns.put(table.toLowerCase(Locale.ROOT), keyColumn.toLowerCase(Locale.ROOT));
    if (before != null) {
      throw new IllegalArgumentException("invalidatedBy: table " + table + " is named twice");
    }
    return this;
  }

  /**
   * Loads single values for {@link CacheAside#get(Object)}; default none.
   *
   * @param loader the loader
   * @return this
   */
  public CacheBuilder<K, V> loader(CacheLoader<K, V> loader) {
    this.loader = loader;
    return this;
  }

  /**
   * Loads several values for {@link CacheAside#getAll}; default: the loader, key by key.
   *
   * @param batchLoader the loader
   * @return this
   */
  public CacheBuilder<K, V> batchLoader(BatchLoader<K, V> batchLoader) {
    this.batchLoader = batchLoader;
    return this;
  }

  /**
   * How the database compares key columns of text; counts for keys of type String only.
   *
   * @param textKeys default {@link TextKeys#FOLDED}
   * @return this
   */
  public CacheBuilder<K, V> textKeys(TextKeys textKeys) {
    this.textKeys = textKeys;
    return this;
  }

  /**
   * What a commit does when the server does not answer.
   *
   * @param storeDown default and, for now, only {@link StoreDown#FAIL_CLOSED}
   * @return this
   */
  public CacheBuilder<K, V> storeDown(StoreDown storeDown) {
    this.storeDown = storeDown;
    return this;
  }

  /**
   * How long a value stays. Bounds the age of what was written past the source, nothing else.
   *
   * @param timeToLive 1 ms to 30 days; default 10 min
   * @return this
   */
  public CacheBuilder<K, V> timeToLive(Duration timeToLive) {
    this.timeToLive = timeToLive;
    return this;
  }

  /**
   * By what part, at random, an entry's time to live is shorter, so that not all expire at once.
   *
   * @param timeToLiveJitter 0 to 0.9; default 0.1
   * @return this
   */
  public CacheBuilder<K, V> timeToLiveJitter(double timeToLiveJitter) {
    this.timeToLiveJitter = timeToLiveJitter;
    return this;
  }

  /**
   * How long it is kept that the database has no value.
   *
   * @param negativeTimeToLive 0 for not at all, to 30 days; default 1 min
   * @return this
   */
  public CacheBuilder<K, V> negativeTimeToLive(Duration negativeTimeToLive) {
    this.negativeTimeToLive = negativeTimeToLive;
    return this;
  }

  /**
   * How long one reader may load while the others wait for it. A slower load is not cached if
   * another one has begun.
   *
   * @param leaseTime 10 ms to 1 min; default 5 s
   * @return this
   */
  public CacheBuilder<K, V> leaseTime(Duration leaseTime) {
    this.leaseTime = leaseTime;
    return this;
  }

  /**
   * How long a commit may take at most, by the server's clock, from the moment before it: for that
   * long the keys of a writer that died are read from the primary, and nothing is filled after the
   * server lost its memory.
   *
   * @param intentTime 100 ms to 10 min; default 30 s; must be longer than any commit, which
   *     includes the execution of an autocommit statement
   * @return this
   */
  public CacheBuilder<K, V> intentTime(Duration intentTime) {
    this.intentTime = intentTime;
    return this;
  }

  /**
   * How long an entry is filled from the primary when nothing is known of earlier writes to it.
   *
   * @param floorTime 1 s to 1 h; default 1 min; must be longer than the {@link
   *     CausalSource#maximumLag lag} with which the source still uses a replica
   * @return this
   */
  public CacheBuilder<K, V> floorTime(Duration floorTime) {
    this.floorTime = floorTime;
    return this;
  }

  /**
   * The number of keys that a transaction may invalidate one by one; with more, it invalidates the
   * whole cache.
   *
   * @param mostKeys 1 to 10,000; default 500
   * @return this
   */
  public CacheBuilder<K, V> mostKeys(int mostKeys) {
    this.mostKeys = mostKeys;
    return this;
  }

  /**
   * The largest value that is kept, as the codec encodes it; a larger one is loaded each time. What
   * is large keeps a connection busy for long, and may not be sent within {@code readTimeout}.
   *
   * @param maximumValueBytes bytes, 1 KiB to 64 MiB; default 1 MiB
   * @return this
   */
  public CacheBuilder<K, V> maximumValueBytes(int maximumValueBytes) {
    this.maximumValueBytes = maximumValueBytes;
    return this;
  }

  /**
   * Builds the cache and registers it with the source: from now on, its entries follow the writes
   * of this process.
   *
   * @return the cache, to be closed
   * @throws IllegalArgumentException if an option is missing or out of bounds, naming it; or if the
   *     store has a cache of this name already whose source or {@code invalidatedBy} is another
   */
  public CacheAside<K, V> build() {
    if (!name.matches("[A-Za-z0-9_-]{1,64}")) {
      throw new IllegalArgumentException("name: must be 1 to 64 letters, digits, - and _");
    }
    CacheStore store = require("store", this.store);
    CausalSource source = require("source", this.source);
    if (columns.isEmpty() || columns.containsKey(TableWrite.ANY_TABLE)) {
      throw new IllegalArgumentException(
          "invalidatedBy: name each table that the values depend on");
    }
    if (storeDown == StoreDown.FAIL_OPEN) {
      throw new IllegalArgumentException(
          "storeDown: FAIL_OPEN is not available yet, since other processes could read old values;"
              + " use FAIL_CLOSED");
    }
    Duration day30 = Duration.ofDays(30);
    StoreConfig.between("timeToLive", timeToLive, Duration.ofMillis(1), day30);
    StoreConfig.between("negativeTimeToLive", negativeTimeToLive, Duration.ZERO, day30);
    StoreConfig.between("leaseTime", leaseTime, Duration.ofMillis(10), Duration.ofMinutes(1));
    StoreConfig.between("intentTime", intentTime, Duration.ofMillis(100), Duration.ofMinutes(10));
    StoreConfig.between("floorTime", floorTime, Duration.ofSeconds(1), Duration.ofHours(1));
    requireAbove(floorTime, source.maximumLag());
    if (!(timeToLiveJitter >= 0 && timeToLiveJitter <= 0.9)) {
      throw new IllegalArgumentException(
          "timeToLiveJitter: must be 0 to 0.9, got " + timeToLiveJitter);
    }
    if (mostKeys < 1 || mostKeys > 10_000) {
      throw new IllegalArgumentException("mostKeys: must be 1 to 10000, got " + mostKeys);
    }
    if (maximumValueBytes < 1 << 10 || maximumValueBytes > 64 << 20) {
      throw new IllegalArgumentException(
          "maximumValueBytes: must be 1 KiB to 64 MiB, got " + maximumValueBytes);
    }
    KeyText<K> keys = KeyText.forType(keyType, textKeys);
    String schema = codec instanceof JsonCodec<V> json ? json.schema() : codec.getClass().getName();
    return new CacheAside<>(
        new CacheConfig<>(
            store,
            source,
            new CacheTables(
                store.config().namespace(), source.name(), name, keys, columns, mostKeys),
            keys,
            codec,
            Entry.hash(schema),
            new Calls(leaseTime, intentTime, floorTime),
            timeToLive,
            timeToLiveJitter,
            negativeTimeToLive,
            maximumValueBytes,
            loader,
            batchLoader));
  }

  /** Replicas that are used must have what was written before the floor, once it has passed. */
  private static void requireAbove(Duration floorTime, Optional<Duration> maximumLag) {
    if (maximumLag.isPresent() && floorTime.compareTo(maximumLag.get()) <= 0) {
      throw new IllegalArgumentException(
          "floorTime: must be longer than maximumLag of the source, which is "
              + maximumLag.get()
              + ", got "
              + floorTime);
    }
  }

  private static <T> T require(String option, @Nullable T given) {
    if (given == null) {
      throw new IllegalArgumentException(option + ": must be set");
    }
    return given;
  }
}
