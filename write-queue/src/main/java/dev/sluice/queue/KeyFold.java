package dev.sluice.queue;

import java.math.BigDecimal;
import java.text.Normalizer;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells keys apart that certainly are different rows. What equals what is the database's decision:
 * collations ignore case, accents, trailing spaces; {@code 07} is 7 in a numeric column. So keys
 * are folded, by what the columns are, to something that equal keys surely share; keys for which
 * that cannot be said have no fold and may be any row.
 */
final class KeyFold {
  private static final Pattern INTEGER = Pattern.compile("[+-]?[0-9]{1,15}");
  private static final Pattern UUID_TEXT =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");

  /** What PostgreSQL and MariaDB take for a UUID, too. */
  private static final Pattern LOOSE_UUID = Pattern.compile("\\{?([0-9a-fA-F]{4}-?){8}\\}?");

  private static final Pattern DECIMAL =
      Pattern.compile("[+-]?[0-9]{0,400}\\.?[0-9]{0,400}([eE][+-]?[0-9]{1,3})?");

  private static final int LONGEST_PLAIN = 500;

  private KeyFold() {}

  /** The fold; null if the key may equal any other. */
  static @Nullable String fold(List<Object> key, List<ColumnType> columns) {
    StringBuilder all = new StringBuilder();
    for (int i = 0; i < key.size(); i++) {
      String folded = part(key.get(i), columns.get(i));
      if (folded == null) {
        return null;
      }
      all.append(folded).append('/');
    }
    return all.toString();
  }

  private static @Nullable String part(Object part, ColumnType column) {
    return switch (column.kind()) {
      case NUMBER -> number(part, column);
      case EXACT_TEXT, FOLDED_TEXT -> text(part, column);
      case BINARY ->
          part instanceof byte[] bytes && bytes.length <= column.length() ? hex(bytes) : null;
      case UUID ->
          part instanceof UUID || (part instanceof String text && UUID_TEXT.matcher(text).matches())
              ? part.toString().toLowerCase(Locale.ROOT)
              : null;
      case DATE ->
          part instanceof LocalDate date && date.getYear() >= 1000 && date.getYear() <= 9999
              ? date.toString()
              : null;
      case OTHER -> null;
    };
  }

  private static @Nullable String number(Object part, ColumnType column) {
    BigDecimal number = null;
    if (part instanceof Long whole) {
      number = BigDecimal.valueOf(whole);
    } else if (part instanceof BigDecimal exact) {
      number = exact;
    } else if (part instanceof Boolean bit) {
      number = bit ? BigDecimal.ONE : BigDecimal.ZERO;
    } else if (part instanceof String text && INTEGER.matcher(text).matches()) {
      // longer ones are compared as floating point numbers by some
      number = new BigDecimal(text);
    }
    return number == null || !column.keeps(number)
        ? null
        : number.stripTrailingZeros().toPlainString();
  }

  private static @Nullable String text(Object part, ColumnType column) {
    if (!(part instanceof String) && !(part instanceof UUID)) {
      return null;
    }
    String text = part.toString();
    if (text.length() > column.length()) {
      return null;
    }
    boolean exact = column.kind() == ColumnType.Kind.EXACT_TEXT;
    int end = text.length();
    while (end > 0 && text.charAt(end - 1) == ' ') {
      end--;
    }
    StringBuilder folded = new StringBuilder(end);
    for (int i = 0; i < end; i++) {
      char c = text.charAt(i);
      if (exact && !Character.isSurrogate(c)) {
        folded.append(c);
      } else if (c > 127) {
        return null;
      } else if (letterOrDigit(c)) {
        folded.append(Character.toLowerCase(c));
      }
    }
    return folded.toString();
  }

  private static boolean letterOrDigit(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private static String hex(byte[] bytes) {
    int end = bytes.length;
    while (end > 0 && bytes[end - 1] == 0) {
      // what fixed lengths are filled up with
      end--;
    }
    return HexFormat.of().formatHex(bytes, 0, end);
  }

  /** For the order: equal for equal keys, as far as that can be told without their columns. */
  static String orderingPart(Object part) {
    if (part instanceof Long number) {
      return Long.toString(number);
    }
    if (part instanceof BigDecimal number) {
      return plain(number);
    }
    if (part instanceof Double number) {
      return plain(BigDecimal.valueOf(number));
    }
    if (part instanceof Boolean bit) {
      return bit ? "1" : "0";
    }
    if (part instanceof OffsetDateTime moment) {
      return moment.toInstant().toString();
    }
    if (part instanceof String || part instanceof UUID || part instanceof LocalDate) {
      return orderingText(part.toString());
    }
    return Values.print(part);
  }

  private static String plain(BigDecimal number) {
    BigDecimal stripped = number.stripTrailingZeros();
    return Math.abs((long) stripped.scale()) <= LONGEST_PLAIN
        ? stripped.toPlainString()
        : stripped.toString();
  }

  /** Letters without case and marks, numbers without leading zeros, nothing else. */
  private static String orderingText(String text) {
    String stripped = text.strip();
    int length = stripped.length();
    if (length >= 32 && length <= 41 && LOOSE_UUID.matcher(stripped).matches()) {
      return stripped.replaceAll("[{}-]", "").toLowerCase(Locale.ROOT);
    }
    if (number(stripped)) {
      return plain(new BigDecimal(stripped));
    }
    String decomposed = Normalizer.normalize(stripped, Normalizer.Form.NFKD);
    StringBuilder folded = new StringBuilder(decomposed.length());
    boolean inNumber = false;
    for (int i = 0; i < decomposed.length(); ) {
      int c = decomposed.codePointAt(i);
      i += Character.charCount(c);
      boolean digit = c >= '0' && c <= '9';
      if (c == '0' && !inNumber && i < decomposed.length() && digitAt(decomposed, i)) {
        continue;
      }
      inNumber = digit;
      if (Character.isLetterOrDigit(c)) {
        folded.appendCodePoint(c);
      }
    }
    return folded.toString().toUpperCase(Locale.ROOT).toLowerCase(Locale.ROOT);
  }

  private static boolean digitAt(String text, int i) {
    char c = text.charAt(i);
    return c >= '0' && c <= '9';
  }

  private static boolean number(String text) {
    boolean digit = false;
    for (int i = 0; i < text.length() && !digit; i++) {
      char c = text.charAt(i);
      digit = c >= '0' && c <= '9';
      if (!digit && c != '+' && c != '-' && c != '.') {
        return false;
      }
    }
    return digit && text.length() <= LONGEST_PLAIN && DECIMAL.matcher(text).matches();
  }
}
