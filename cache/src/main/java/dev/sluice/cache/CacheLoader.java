package dev.sluice.cache;

import org.jspecify.annotations.Nullable;

/**
 * Loads a value from the database, through the source of the cache and outside of any transaction:
 * what a loader reads inside an open transaction is returned, but not cached. It runs on the
 * caller's thread, in a {@code CausalScope} that asks for a replica that is fresh enough, or the
 * primary.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
@FunctionalInterface
public interface CacheLoader<K, V> {
  /**
   * Loads the value of a key.
   *
   * @param key the key
   * @return the value; null if there is none, which is cached too
   * @throws Exception unchecked ones reach the caller as they are, others in a {@link
   *     CacheLoadException}; nothing is cached
   */
  @Nullable V load(K key) throws Exception;
}
