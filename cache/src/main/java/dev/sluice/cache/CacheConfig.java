package dev.sluice.cache;

import dev.sluice.causality.CausalSource;
import dev.sluice.core.Codec;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The validated options of a {@link CacheAside}. */
record CacheConfig<K, V>(
    CacheStore store,
    CausalSource source,
    CacheTables tables,
    KeyText<K> keys,
    Codec<V> codec,
    long schema,
    Calls calls,
    Duration timeToLive,
    double jitter,
    Duration negativeTimeToLive,
    int maximumValueBytes,
    @Nullable CacheLoader<K, V> loader,
    @Nullable BatchLoader<K, V> batchLoader) {}
