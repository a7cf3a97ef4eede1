package dev.sluice.cache;

import java.util.Map;
import java.util.Set;

/**
 * Loads the values of several keys at once; else like {@link CacheLoader}.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
@FunctionalInterface
public interface BatchLoader<K, V> {
  /**
   * Loads values.
   *
   * @param keys the keys, at least one
   * @return values by key; a key that is not in the map has no value, which is cached too
   * @throws Exception like {@link CacheLoader#load}
   */
  Map<K, V> load(Set<K> keys) throws Exception;
}
