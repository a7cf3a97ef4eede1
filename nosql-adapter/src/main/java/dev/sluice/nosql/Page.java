package dev.sluice.nosql;

import java.util.List;
import java.util.Optional;

/**
 * A part of a partition, ordered by sort key.
 *
 * @param entries the rows; an immutable list
 * @param next key after which to go on; empty at the end of the partition
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
public record Page<K, V>(List<Entry<K, V>> entries, Optional<K> next) {
  /** Copies the list. */
  public Page {
    entries = List.copyOf(entries);
  }

  /**
   * One row.
   *
   * @param key its key
   * @param versioned its value and version
   * @param <K> the type of the key
   * @param <V> the type of the value
   */
  public record Entry<K, V>(K key, Versioned<V> versioned) {}
}
