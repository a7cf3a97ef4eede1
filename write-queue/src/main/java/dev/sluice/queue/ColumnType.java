package dev.sluice.queue;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What a column makes of a value, as far as it decides which values are equal and which sums are
 * exact.
 *
 * @param kind what it holds
 * @param scale numbers: digits after the point that are kept
 * @param least numbers: the least one
 * @param most numbers: the largest one
 * @param length text and bytes: how much is kept
 */
record ColumnType(Kind kind, int scale, BigDecimal least, BigDecimal most, long length) {
  /** Kinds of columns. */
  enum Kind {
    /** Exact numbers. */
    NUMBER,
    /** Text that equals nothing but itself, apart from spaces at its end. */
    EXACT_TEXT,
    /** Text that for ASCII ignores case and marks at most. */
    FOLDED_TEXT,
    /** Bytes. */
    BINARY,
    /** UUIDs. */
    UUID,
    /** Dates without a time. */
    DATE,
    /** Anything else: what equals what is not known here. */
    OTHER
  }

  static final ColumnType OTHER = plain(Kind.OTHER, Long.MAX_VALUE);

  /** Collations in which two ASCII texts differ if a letter or digit of them differs. */
  private static final Pattern NEUTRAL =
      Pattern.compile(
          "((utf8|utf8mb3|utf8mb4|latin1|ascii)_)?(bin|nopad_bin|0900_bin|general_(nopad_)?ci|general_mysql500_ci"
              + "|unicode_(520_)?(nopad_)?ci|0900_a[is]_c[is]|uca1400_(nopad_)?a[is]_c[is])"
              + "|latin1_(swedish_ci|general_c[is])");

  private static final int MOST_SCALE = 1000;
  private static final Map<String, Integer> BITS =
      Map.of(
          "tinyint",
          8,
          "smallint",
          16,
          "mediumint",
          24,
          "int",
          32,
          "bigint",
          64,
          "int2",
          16,
          "int4",
          32,
          "int8",
          64);

  /**
   * Reads a row of the catalog.
   *
   * @param type name of the type
   * @param unsigned whether numbers are 0 at least
   * @param precision decimals: digits; -1 if there is no bound
   * @param scale decimals: digits after the point
   * @param length most characters or bytes; -1 if there is no bound
   * @param collation name of the collation, {@code exact}, or empty
   */
  static ColumnType of(
      String type, boolean unsigned, int precision, int scale, long length, String collation) {
    String name = type.toLowerCase(Locale.ROOT);
    long most = length < 0 ? Long.MAX_VALUE : length;
    return switch (name) {
      case "tinyint", "smallint", "mediumint", "int", "bigint", "int2", "int4", "int8" ->
          integer(BITS.getOrDefault(name, 8), unsigned);
      case "decimal", "numeric" -> decimal(unsigned, precision, scale);
      case "char", "varchar", "text" -> text(collation, most);
      case "binary", "varbinary", "bytea" -> plain(Kind.BINARY, most);
      case "uuid" -> plain(Kind.UUID, most);
      case "date" -> plain(Kind.DATE, most);
      default -> OTHER;
    };
  }

  private static ColumnType integer(int bits, boolean unsigned) {
    BigInteger range = BigInteger.ONE.shiftLeft(unsigned ? bits : bits - 1);
    BigDecimal least = unsigned ? BigDecimal.ZERO : new BigDecimal(range.negate());
    return new ColumnType(Kind.NUMBER, 0, least, new BigDecimal(range.subtract(BigInteger.ONE)), 0);
  }

  private static ColumnType decimal(boolean unsigned, int precision, int scale) {
    if (precision < 0) {
      BigDecimal most = BigDecimal.TEN.pow(MOST_SCALE);
      return new ColumnType(Kind.NUMBER, MOST_SCALE, most.negate(), most, 0);
    }
    if (scale < 0 || scale > MOST_SCALE) {
      return OTHER;
    }
    BigDecimal most = new BigDecimal(BigInteger.TEN.pow(precision).subtract(BigInteger.ONE), scale);
    return new ColumnType(Kind.NUMBER, scale, unsigned ? BigDecimal.ZERO : most.negate(), most, 0);
  }

  private static ColumnType text(String collation, long length) {
    if (collation.equals("exact")) {
      return plain(Kind.EXACT_TEXT, length);
    }
    return NEUTRAL.matcher(collation).matches() ? plain(Kind.FOLDED_TEXT, length) : OTHER;
  }

  private static ColumnType plain(Kind kind, long length) {
    return new ColumnType(kind, 0, BigDecimal.ZERO, BigDecimal.ZERO, length);
  }

  /** Whether a number is stored as it is. */
  boolean keeps(BigDecimal number) {
    return kind == Kind.NUMBER
        && number.compareTo(least) >= 0
        && number.compareTo(most) <= 0
        && adds(number);
  }

  /** Whether adding this rounds nothing. */
  boolean adds(BigDecimal amount) {
    return kind == Kind.NUMBER
        && (amount.scale() <= scale || amount.stripTrailingZeros().scale() <= scale);
  }
}
