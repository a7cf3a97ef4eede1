package dev.sluice.queue;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What may be written, and names. */
final class Values {
  private static final int LONGEST_NAME = 64;
  private static final int LONGEST_ORDERING_KEY = 500;

  private Values() {}

  /** One type for each kind of value, copies of what is mutable. */
  static @Nullable Object normal(@Nullable Object value) {
    if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
      return ((Number) value).longValue();
    }
    if (value instanceof BigInteger big) {
      return new BigDecimal(big);
    }
    if (value instanceof Float number) {
      return Double.parseDouble(number.toString());
    }
    if (value instanceof Instant instant) {
      return instant.atOffset(ZoneOffset.UTC);
    }
    return value instanceof byte[] bytes ? bytes.clone() : value;
  }

  static void requireSupported(@Nullable Object value) {
    boolean good =
        value == null
            || value instanceof String
            || value instanceof Long
            || value instanceof Boolean
            || value instanceof BigDecimal
            || (value instanceof Double number && Double.isFinite(number))
            || value instanceof byte[]
            || value instanceof LocalDate
            || value instanceof LocalTime
            || value instanceof LocalDateTime
            || value instanceof OffsetDateTime
            || value instanceof UUID;
    if (value != null && !good) {
      throw new IllegalArgumentException(
          "value: a "
              + value.getClass().getName()
              + (value instanceof Double ? " that is not finite" : "")
              + " cannot be queued");
    }
  }

  static String print(Object value) {
    return value instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : value.toString();
  }

  static void requireTable(String name) {
    int dot = name.indexOf('.');
    if (!(dot < 0
        ? identifier(name, 0, name.length())
        : identifier(name, 0, dot) && identifier(name, dot + 1, name.length()))) {
      throw new IllegalArgumentException(
          "table: must be a plain identifier, perhaps after a schema");
    }
  }

  static void requireColumn(String name) {
    if (!identifier(name, 0, name.length())) {
      throw new IllegalArgumentException("column: must be a plain identifier");
    }
  }

  private static boolean identifier(String name, int from, int to) {
    if (to <= from || to - from > LONGEST_NAME) {
      return false;
    }
    for (int i = from; i < to; i++) {
      char c = name.charAt(i);
      boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
      if (!letter && (i == from || !((c >= '0' && c <= '9') || c == '$'))) {
        return false;
      }
    }
    return true;
  }

  static void requireOrderingKey(String key) {
    if (key.isEmpty() || key.length() > LONGEST_ORDERING_KEY) {
      throw new IllegalArgumentException(
          "orderingKey: must have 1 to "
              + LONGEST_ORDERING_KEY
              + " characters, got "
              + key.length());
    }
  }
}
