package dev.sluice.nosql;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a database must offer to carry a {@link HotStore}: single attempts, each atomic at the
 * server, on rows of stored forms (see {@link ColumnType}). Conditions, repetition and doubtful
 * answers are the business of {@link RowBackedStore}. For authors of stores. Must be safe for use
 * by several threads.
 *
 * <p>Every method throws {@link ThrottledException} or {@link UnavailableException} only if the
 * request certainly had and will have no effect, {@link OutcomeUnknownException} if the answer was
 * lost, {@link HotStoreException} if repeating is useless.
 */
public interface RowStore {
  /**
   * Reads a row from the place that takes the writes.
   *
   * @param key the key's columns
   * @return the row; null if there is none; a tombstone has no values
   */
  @Nullable Row read(Object[] key);

  /**
   * Reads many rows from the place that takes the writes.
   *
   * @param keys the keys, all different
   * @return the rows that are there, in any order
   */
  List<Row> readAll(List<Object[]> keys);

  /**
   * Tries a write once.
   *
   * @param write the write
   * @return whether it was made
   */
  Outcome write(RowWrite write);

  /**
   * Reads a part of a partition in the order of its sort key.
   *
   * @param partition the partition key
   * @param limit most rows; tombstones count or not, as the store likes
   * @param after the key after which to start; null for the beginning
   * @return the rows and where to go on
   */
  Slice query(Object partition, int limit, Object @Nullable [] after);

  /**
   * A row.
   *
   * @param key the key's columns
   * @param values the value's columns; null for a tombstone
   * @param version its version
   * @param writer id of the last request that wrote it
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared; a copy for every row would cost
  record Row(
      Object[] key, @Nullable Object @Nullable [] values, long version, @Nullable String writer) {}

  /**
   * A part of a partition.
   *
   * @param rows the rows
   * @param next the key after which to go on; null at the end
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Slice(List<Row> rows, Object @Nullable [] next) {}

  /** What became of an attempt. */
  sealed interface Outcome {
    /**
     * It was made.
     *
     * @param version the new version; 0 if not known after an addition
     * @param counter the number after an addition
     */
    record Written(long version, long counter) implements Outcome {}

    /**
     * Its condition did not hold.
     *
     * @param version the version that is there; 0 if there is no row
     * @param deleted whether that is a tombstone
     * @param writer id of the last request that wrote it
     * @param remembered whether an addition with this id is among the remembered ones
     * @param withdrawn whether an addition with this id was withdrawn
     * @param counter the number now
     */
    record Refused(
        long version,
        boolean deleted,
        @Nullable String writer,
        boolean remembered,
        boolean withdrawn,
        long counter)
        implements Outcome {
      /** There is no row. */
      public static final Refused NO_ROW = new Refused(0, false, null, false, false, 0);
    }
  }
}
