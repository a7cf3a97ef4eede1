package dev.sluice.nosql;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Between a Java type and its stored form. Encoding checks what no store could hold, so that both
 * refuse the same values, before any call.
 */
record Conversion(
    ColumnType type,
    boolean required,
    boolean exact,
    Function<Object, Object> encode,
    Function<Object, Object> decode) {

  private static final int MOST_DIGITS = 38;
  private static final BigDecimal LARGEST =
      new BigDecimal("9.9999999999999999999999999999999999999E+125");
  private static final BigDecimal SMALLEST = new BigDecimal("1E-130");
  private static final double LARGEST_DOUBLE = 9.99e125;
  private static final double SMALLEST_DOUBLE = 1e-129;

  private static final Map<Class<?>, Conversion> SCALARS =
      Map.ofEntries(
          Map.entry(String.class, of(ColumnType.TEXT, true, Conversion::text, v -> v)),
          Map.entry(
              UUID.class,
              of(ColumnType.TEXT, true, Object::toString, v -> UUID.fromString((String) v))),
          Map.entry(Long.class, of(ColumnType.INTEGER, true, v -> v, v -> v)),
          Map.entry(Integer.class, integer(v -> Math.toIntExact((Long) v))),
          Map.entry(Short.class, integer(v -> toShort((Long) v))),
          Map.entry(
              BigDecimal.class,
              of(
                  ColumnType.DECIMAL,
                  false,
                  v -> decimal((BigDecimal) v),
                  v -> plain((BigDecimal) v))),
          Map.entry(
              BigInteger.class,
              of(
                  ColumnType.DECIMAL,
                  true,
                  v -> decimal(new BigDecimal((BigInteger) v)),
                  v -> ((BigDecimal) v).toBigIntegerExact())),
          Map.entry(Double.class, of(ColumnType.DOUBLE, false, v -> finite((Double) v), v -> v)),
          Map.entry(
              Float.class,
              of(
                  ColumnType.DOUBLE,
                  false,
                  v -> finite(((Float) v).doubleValue()),
                  v -> ((Double) v).floatValue())),
          Map.entry(Boolean.class, of(ColumnType.BOOLEAN, true, v -> v, v -> v)),
          Map.entry(
              Instant.class,
              of(ColumnType.INTEGER, false, v -> micros((Instant) v), v -> instant((Long) v))),
          Map.entry(LocalDate.class, of(ColumnType.DATE, true, v -> date((LocalDate) v), v -> v)),
          Map.entry(byte[].class, of(ColumnType.BYTES, true, v -> v, v -> v)));

  private static final Map<Class<?>, Class<?>> BOXES =
      Map.of(
          long.class, Long.class,
          int.class, Integer.class,
          short.class, Short.class,
          double.class, Double.class,
          float.class, Float.class,
          boolean.class, Boolean.class);

  /** The conversion of a type, or null if there is none. */
  static @Nullable Conversion find(Class<?> type) {
    if (type.isPrimitive()) {
      Class<?> box = BOXES.get(type);
      Conversion boxed = box == null ? null : SCALARS.get(box);
      return boxed == null
          ? null
          : new Conversion(boxed.type, true, boxed.exact, boxed.encode, boxed.decode);
    }
    if (type.isEnum()) {
      return of(ColumnType.TEXT, true, v -> ((Enum<?>) v).name(), v -> constant(type, (String) v));
    }
    return SCALARS.get(type);
  }

  private static Conversion of(
      ColumnType type,
      boolean exact,
      Function<Object, Object> encode,
      Function<Object, Object> decode) {
    return new Conversion(type, false, exact, encode, decode);
  }

  private static Conversion integer(Function<Object, Object> decode) {
    return of(ColumnType.INTEGER, true, v -> ((Number) v).longValue(), decode);
  }

  private static Object toShort(long value) {
    if (value != (short) value) {
      throw new ArithmeticException("short overflow");
    }
    return (short) value;
  }

  private static Object constant(Class<?> type, String name) {
    for (Object constant : type.getEnumConstants()) {
      if (((Enum<?>) constant).name().equals(name)) {
        return constant;
      }
    }
    throw new IllegalArgumentException("the stored name is no constant of " + type.getSimpleName());
  }

  private static Object text(Object value) {
    String text = (String) value;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == 0) {
        throw new IllegalArgumentException(
            "text with a NUL character, which PostgreSQL cannot hold");
      }
      if (Character.isSurrogate(c)) {
        if (!Character.isSurrogatePair(c, i + 1 < text.length() ? text.charAt(i + 1) : 0)) {
          throw new IllegalArgumentException("text with an unpaired surrogate");
        }
        i++;
      }
    }
    return value;
  }

  private static Object decimal(BigDecimal value) {
    BigDecimal canonical = plain(value);
    BigDecimal size = canonical.abs();
    if (size.stripTrailingZeros().precision() > MOST_DIGITS
        || (size.signum() != 0 && (size.compareTo(LARGEST) > 0 || size.compareTo(SMALLEST) < 0))) {
      throw new IllegalArgumentException("number with more than 38 digits or out of range");
    }
    return canonical;
  }

  /** DynamoDB drops the scale, so it is not part of the value: 10.50 becomes 10.5, 1E+2 100. */
  private static BigDecimal plain(BigDecimal value) {
    if (value.signum() == 0) {
      return BigDecimal.ZERO;
    }
    BigDecimal stripped = value.stripTrailingZeros();
    return stripped.scale() < 0 ? stripped.setScale(0) : stripped;
  }

  private static Object finite(double value) {
    double size = Math.abs(value);
    if (!(size <= LARGEST_DOUBLE) || (size != 0 && size < SMALLEST_DOUBLE)) {
      throw new IllegalArgumentException("number that is not finite or out of range");
    }
    return value == 0 ? 0.0 : value;
  }

  private static Object micros(Instant value) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, value.truncatedTo(ChronoUnit.MICROS));
  }

  private static Object instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }

  private static Object date(LocalDate value) {
    if (value.getYear() < 1 || value.getYear() > 9999) {
      throw new IllegalArgumentException("date outside of the years 1 to 9999");
    }
    return value;
  }
}
