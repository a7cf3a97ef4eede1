package dev.sluice.nosql;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Describes a table of records: its name, its keys and its values, the same for every store.
 * Immutable and safe for use by several threads.
 *
 * <p>A key is a {@code String}, {@code long}, {@code int}, {@code UUID}, {@code Instant}, {@code
 * LocalDate} or enum, or a record of one or two of them: partition key and sort key. A value is a
 * record of those and of {@code boolean}, {@code short}, {@code float}, {@code double}, {@code
 * BigDecimal}, {@code BigInteger} and {@code byte[]}; it does not repeat the key. Nested records,
 * lists and maps are refused. Columns are named like the components, in snake case.
 *
 * <p>Values take a canonical form, so that every store gives back the same: a {@code BigDecimal}
 * has no trailing zeros (10.50 becomes 10.5), an {@code Instant} whole microseconds, -0.0 becomes
 * 0.0. Numbers of more than 38 digits, empty keys, an {@code Instant} of a key that is not of whole
 * microseconds, and text with NUL characters or unpaired surrogates are refused before the call.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
public final class HotTable<K, V> {
  /** Column of the version. */
  public static final String VERSION = "_v";

  /** Column of the id of the last request. */
  public static final String WRITER = "_w";

  /** Column that marks a tombstone. */
  public static final String DELETED = "_d";

  /** Column of the ids of the last additions. */
  public static final String REQUESTS = "_r";

  /** Column of the time, in seconds since 1970, after which a tombstone may be removed. */
  public static final String EXPIRES = "_x";

  private static final Set<Class<?>> NO_KEYS =
      Set.of(
          boolean.class,
          Boolean.class,
          byte[].class,
          float.class,
          Float.class,
          double.class,
          Double.class,
          java.math.BigDecimal.class,
          java.math.BigInteger.class);

  private final String name;
  private final RecordMapping<K> keys;
  private final RecordMapping<V> values;

  private HotTable(String name, RecordMapping<K> keys, RecordMapping<V> values) {
    this.name = name;
    this.keys = keys;
    this.values = values;
  }

  /**
   * Starts the description of a table.
   *
   * @param name name of the table in the store
   * @param key type of the keys
   * @param value type of the values, a record
   * @param <K> the type of the keys
   * @param <V> the type of the values
   * @return a builder
   */
  public static <K, V> Builder<K, V> builder(String name, Class<K> key, Class<V> value) {
    return new Builder<>(name, key, value);
  }

  /**
   * The table's name.
   *
   * @return its name in the store
   */
  public String name() {
    return name;
  }

  /**
   * The key.
   *
   * @return one or two columns: partition key, sort key
   */
  public List<Column> keyColumns() {
    return keys.columns();
  }

  /**
   * The values.
   *
   * @return at least one column
   */
  public List<Column> valueColumns() {
    return values.columns();
  }

  RecordMapping<V> values() {
    return values;
  }

  Object[] encodeKey(K key) {
    @Nullable Object[] row = keys.encode(Objects.requireNonNull(key, "key"));
    Object[] checked = new Object[row.length];
    boolean rounded = false;
    for (int i = 0; i < row.length; i++) {
      checked[i] = checkedKey(i, row[i]);
      rounded |= keys.javaType(i) == Instant.class;
    }
    if (rounded && !keys.decode(row).equals(key)) {
      throw new IllegalArgumentException(name + ": key: an Instant must be of whole microseconds");
    }
    return checked;
  }

  Object encodePartition(Object partition) {
    Class<?> expected = keys.javaType(0);
    Class<?> boxed =
        expected == long.class ? Long.class : expected == int.class ? Integer.class : expected;
    if (!boxed.isInstance(partition)) {
      throw new IllegalArgumentException(name + ": partition: must be a " + boxed.getSimpleName());
    }
    if (partition instanceof Instant instant
        && !instant.equals(instant.truncatedTo(ChronoUnit.MICROS))) {
      throw new IllegalArgumentException(name + ": key: an Instant must be of whole microseconds");
    }
    return checkedKey(0, keys.encode(0, partition));
  }

  private Object checkedKey(int index, @Nullable Object part) {
    if (part == null) {
      throw new IllegalArgumentException(name + ": key: must not be null");
    }
    if (part instanceof String text) {
      if (text.isEmpty() || text.endsWith(" ")) {
        throw new IllegalArgumentException(name + ": key: must not be empty or end with a space");
      }
      // UTF-8 takes at most 3 bytes for a char
      int most = index == 0 ? 2048 : 1024;
      if (text.length() > most / 3
          && text.getBytes(java.nio.charset.StandardCharsets.UTF_8).length > most) {
        throw new IllegalArgumentException(name + ": key: must not be over " + most + " bytes");
      }
    }
    return part;
  }

  K decodeKey(@Nullable Object[] row) {
    return keys.decode(row);
  }

  @Override
  public String toString() {
    return name;
  }

  /**
   * Describes a table. Not safe for use by several threads.
   *
   * @param <K> the type of the keys
   * @param <V> the type of the values
   */
  public static final class Builder<K, V> {
    private final String name;
    private final Class<K> key;
    private final Class<V> value;
    private final Map<String, String> columns = new HashMap<>();
    private String keyColumn = "id";

    private Builder(String name, Class<K> key, Class<V> value) {
      this.name = name;
      this.key = key;
      this.value = value;
    }

    /**
     * Names the column of a key that is no record.
     *
     * @param column its name; default {@code id}
     * @return this builder
     */
    public Builder<K, V> keyColumn(String column) {
      this.keyColumn = column;
      return this;
    }

    /**
     * Names the column of a component of the value.
     *
     * @param component the component
     * @param column its name; default is the component's name in snake case
     * @return this builder
     */
    public Builder<K, V> column(String component, String column) {
      columns.put(component, column);
      return this;
    }

    /**
     * Checks everything.
     *
     * @return the description
     */
    public HotTable<K, V> build() {
      if (!name.matches("[A-Za-z0-9_.-]{1,255}")) {
        throw new IllegalArgumentException("name: only letters, digits, _ . - are allowed");
      }
      RecordMapping<K> keys =
          key.isRecord()
              ? RecordMapping.ofRecord(key, Map.of())
              : RecordMapping.ofScalar(key, keyColumn);
      if (keys.columns().size() > 2) {
        throw new IllegalArgumentException("key: has more than partition key and sort key");
      }
      for (int i = 0; i < keys.columns().size(); i++) {
        if (NO_KEYS.contains(keys.javaType(i))) {
          throw new IllegalArgumentException(
              "key: type " + keys.javaType(i).getSimpleName() + " is not supported in keys");
        }
      }
      RecordMapping<V> values = RecordMapping.ofRecord(value, columns);
      for (String component : columns.keySet()) {
        values.indexOf(component);
      }
      List<Column> all = new ArrayList<>(keys.columns());
      all.addAll(values.columns());
      Set<String> names = new HashSet<>();
      for (Column column : all) {
        if (!column.name().matches("[A-Za-z][A-Za-z0-9_]{0,62}")) {
          throw new IllegalArgumentException(
              "column: "
                  + column.name()
                  + " must start with a letter and go on with letters, digits, _");
        }
        if (!names.add(column.name().toLowerCase(Locale.ROOT))) {
          throw new IllegalArgumentException(
              "column: " + column.name() + " is there twice; the value must not repeat the key");
        }
      }
      return new HotTable<>(name, keys, values);
    }
  }
}
