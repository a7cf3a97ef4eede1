package dev.sluice.nosql;

import java.util.Collection;
import java.util.Map;

/**
 * What a database must offer to carry {@link ShardedCounters}: items that each hold a part of a
 * counter and, for each stream of batches, the last sequence number applied. For authors of stores.
 * Must be safe for use by several threads; exceptions mean what they mean for {@link RowStore}.
 */
public interface CounterRows {
  /**
   * Records the number of shards, once.
   *
   * @param shards how many the caller has
   * @return how many were recorded first
   */
  int agree(int shards);

  /**
   * Atomically adds the delta to one item and sets its last sequence number of the stream to {@code
   * last}, if that number is not there or below {@code first}.
   *
   * @param counter the counter
   * @param shard the shard
   * @param batch the batch
   * @param delta what to add
   * @return the number that was there if it was not below {@code first}; {@link Long#MIN_VALUE} if
   *     the delta was added
   */
  long add(String counter, int shard, Batch batch, long delta);

  /**
   * Sums the shards, each read from the place that takes the writes.
   *
   * @param counters the counters, all different
   * @param shards how many
   * @return the sums of those that are there
   */
  Map<String, Long> read(Collection<String> counters, int shards);

  /**
   * Names a batch.
   *
   * @param stream the stream
   * @param first its first sequence number
   * @param last its last sequence number
   * @param retireAt seconds since 1970 after which the stream's number may be forgotten, unless a
   *     later batch says otherwise
   */
  record Batch(String stream, long first, long last, long retireAt) {}
}
