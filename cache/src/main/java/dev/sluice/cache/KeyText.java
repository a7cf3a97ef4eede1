package dev.sluice.cache;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The text of a key on the server. Two values that the database may take for the same must have the
 * same text, else a write of the one would leave the other cached; where that is not certain there
 * is none, and a write counts for the whole table, a read is not cached.
 *
 * @param <K> the type of the keys
 */
abstract sealed class KeyText<K> {
  private static final Set<Class<?>> INTEGERS =
      Set.of(Byte.class, Short.class, Integer.class, Long.class, BigInteger.class);
  private static final int LONGEST = 512;

  /** Text of a key that a reader asks for; null if it cannot be cached. */
  abstract @Nullable String of(K key);

  /** Text of a value of the key column in a statement; null if other keys may be meant. */
  abstract @Nullable String ofColumn(Object value);

  /** Whether keys that are not equal may have the same text, so that an entry must name its key. */
  boolean ambiguous() {
    return false;
  }

  @SuppressWarnings("unchecked")
  static <K> KeyText<K> forType(Class<K> type, TextKeys comparison) {
    if (INTEGERS.contains(type)) {
      return (KeyText<K>) new OfInteger();
    }
    if (type == String.class) {
      return (KeyText<K>) (comparison == TextKeys.EXACT ? new OfExactText() : new OfFoldedText());
    }
    if (type == UUID.class) {
      return (KeyText<K>) new OfUuid();
    }
    throw new IllegalArgumentException(
        "keyType: must be Byte, Short, Integer, Long, BigInteger, String or UUID, got "
            + type.getName());
  }

  private static final class OfInteger extends KeyText<Number> {
    @Override
    String of(Number key) {
      return key.toString();
    }

    @Override
    @Nullable String ofColumn(Object value) {
      if (value instanceof BigDecimal decimal) {
        return decimal.signum() == 0 || decimal.stripTrailingZeros().scale() <= 0
            ? decimal.toBigInteger().toString()
            : null;
      }
      if (value instanceof Number && INTEGERS.contains(value.getClass())) {
        return value.toString();
      }
      if (value instanceof String text && text.matches("-?[0-9]{1,30}")) {
        return new BigInteger(text).toString();
      }
      return null;
    }
  }

  private static final class OfExactText extends KeyText<String> {
    @Override
    @Nullable String of(String key) {
      return key.length() <= LONGEST ? key : null;
    }

    @Override
    @Nullable String ofColumn(Object value) {
      return value instanceof String text ? of(text) : null;
    }
  }

  private static final class OfFoldedText extends KeyText<String> {
    @Override
    @Nullable String of(String key) {
      if (key.length() > LONGEST) {
        return null;
      }
      for (int i = 0; i < key.length(); i++) {
        if (key.charAt(i) < ' ' || key.charAt(i) > '~') {
          return null;
        }
      }
      int end = key.length();
      while (end > 0 && key.charAt(end - 1) == ' ') {
        end--;
      }
      return key.substring(0, end).toLowerCase(Locale.ROOT);
    }

    @Override
    @Nullable String ofColumn(Object value) {
      return value instanceof String text ? of(text) : null;
    }

    @Override
    boolean ambiguous() {
      return true;
    }
  }

  private static final class OfUuid extends KeyText<UUID> {
    @Override
    String of(UUID key) {
      return key.toString();
    }

    @Override
    @Nullable String ofColumn(Object value) {
      if (value instanceof UUID uuid) {
        return uuid.toString();
      }
      if (value instanceof String text && text.length() == 36) {
        try {
          return UUID.fromString(text).toString();
        } catch (IllegalArgumentException e) {
          return null;
        }
      }
      return null;
    }
  }
}
