package dev.sluice.nosql;

import java.util.Objects;

/**
 * A value and the version at which it was read or written. Immutable if the value is.
 *
 * @param value the value, in canonical form (see {@link HotTable})
 * @param version at least 1; grows with every write of the key, deletes included
 * @param <V> the type of the value
 */
public record Versioned<V>(V value, long version) {
  /** Checks the components. */
  public Versioned {
    Objects.requireNonNull(value, "value");
    if (version < 1) {
      throw new IllegalArgumentException("version: must be at least 1, got " + version);
    }
  }
}
