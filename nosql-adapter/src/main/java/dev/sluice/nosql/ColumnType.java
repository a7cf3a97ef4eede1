package dev.sluice.nosql;

/** The forms in which values reach a store. */
public enum ColumnType {
  /** A {@link String}; also for UUIDs and enums. */
  TEXT,
  /** A {@link Long}; also for smaller integers, and for instants as microseconds since 1970. */
  INTEGER,
  /** A {@link java.math.BigDecimal} of at most 38 digits without trailing zeros. */
  DECIMAL,
  /** A finite {@link Double}; also for floats. */
  DOUBLE,
  /** A {@link Boolean}. */
  BOOLEAN,
  /** A {@link java.time.LocalDate}. */
  DATE,
  /** A {@code byte[]}, not copied. */
  BYTES
}
