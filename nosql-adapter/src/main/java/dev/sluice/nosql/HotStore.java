package dev.sluice.nosql;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A table of versioned records, wherever it lives.
 *
 * <p>Guarantees: reads are strongly consistent, so never older than what any caller has written or
 * seen; every write of a key raises its version, deletes included; a condition decides atomically
 * at the server; a write that this store reports as failed with {@link ConditionFailedException},
 * {@link ThrottledException} or {@link UnavailableException} has had no effect and will have none;
 * one that it reports as done was made once. Not guaranteed: anything across keys.
 *
 * <p>Safe for use by several threads. Holds no resources of its own: who made the client or the
 * data source closes it. When the server is slow or gone, calls are repeated with growing delays
 * within the retry budget of the store; then {@link UnavailableException} or {@link
 * ThrottledException} say that nothing happened, {@link OutcomeUnknownException} that the write may
 * have happened. What the table cannot hold is refused with {@link IllegalArgumentException} before
 * any call.
 *
 * @param <K> the type of the keys: a scalar, or a record of partition key and sort key
 * @param <V> the type of the values: a record
 */
public interface HotStore<K, V> {
  /**
   * Reads one value.
   *
   * @param key the key
   * @return the value, or empty if there is none
   */
  Optional<Versioned<V>> get(K key);

  /**
   * Reads many values. Each one is as current as by {@link #get}, but they are not one snapshot.
   *
   * @param keys the keys, any number
   * @return the values that are there
   */
  Map<K, Versioned<V>> getAll(Collection<K> keys);

  /**
   * Writes one value.
   *
   * @param key the key
   * @param value the value
   * @param expect what must be there
   * @return the value in canonical form and its new version
   * @throws ConditionFailedException if something else is there
   */
  Versioned<V> put(K key, V value, Expect expect);

  /**
   * Writes many values as by {@link #put} with {@link Expect#ANY}, each on its own: after a failure
   * some are written, and the call may be repeated.
   *
   * @param values the values
   */
  void putAll(Map<K, V> values);

  /**
   * Deletes one value; its version lives on in a tombstone.
   *
   * @param key the key
   * @param expect {@link Expect#ANY} or a version
   * @return whether there was a value
   * @throws ConditionFailedException if a version was expected and is not there
   */
  boolean delete(K key, Expect expect);

  /**
   * Reads, changes and writes one value, again if another writer came in between, within the retry
   * budget.
   *
   * @param key the key
   * @param change gives the new value; may be called several times, so it must have no effects
   * @return the new value and its version
   * @throws ConditionFailedException if there is no value, or other writers were always faster
   */
  Versioned<V> update(K key, UnaryOperator<V> change);

  /**
   * Adds to a number of a value, without reading it first. Exactly once for each id, as long as a
   * repetition in another call comes before {@value RowBackedStore#REMEMBERED} other additions to
   * the same key; within one call always. For numbers that many writers change use {@link
   * ShardedCounters}.
   *
   * @param key the key
   * @param counter component of the value: {@code long}, {@code int} or {@code short}
   * @param delta what to add
   * @param id names the addition
   * @return the number afterwards; for a repetition the current number, 0 if the value was deleted
   *     since
   * @throws ConditionFailedException if there is no value
   * @throws ArithmeticException if the number would leave the range of its type
   */
  long add(K key, String counter, long delta, RequestId id);

  /**
   * Takes from a number of a value if enough is there: stock that never goes below zero. Exactly
   * once as {@link #add}.
   *
   * @param key the key
   * @param counter component of the value: {@code long}, {@code int} or {@code short}
   * @param amount what to take, at least 1
   * @param id names the reservation
   * @return true if it was taken, now or before under the same id; false if there was too little:
   *     ask again under another id, since this one may have been withdrawn so that a late attempt
   *     cannot be made
   * @throws ConditionFailedException if there is no value
   */
  boolean reserve(K key, String counter, long amount, RequestId id);

  /**
   * Reads a part of a partition, in the order of the sort key.
   *
   * @param partition the partition key
   * @param limit most rows, 1 to 1,000
   * @param after the key after which to start; empty for the beginning
   * @return the rows and where to go on
   * @throws UnsupportedOperationException if keys have no sort key
   */
  Page<K, V> query(Object partition, int limit, Optional<K> after);
}
