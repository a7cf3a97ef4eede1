package dev.sluice.queue;

import java.math.BigDecimal;
import java.text.Normalizer;
import java.time.LocalDate;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Tells keys apart that certainly are different rows. What equals what is the database's decision:
 * collations ignore case, accents, trailing spaces; {@code 07} is 7 in a numeric column. So keys
 * are folded to something that equal keys surely share; keys for which that cannot be said have no
 * fold and may be any row.
 */
final class KeyFold {
  private KeyFold() {}

  /** The fold; null if the key may equal any other. */
  static @Nullable String fold(List<Object> key) {
    StringBuilder all = new StringBuilder();
    for (Object part : key) {
      String folded = part(part);
      if (folded == null) {
        return null;
      }
      all.append(folded).append('/');
    }
    return all.toString();
  }

  /** For the order: equal for equal keys, as far as can be told. */
  static String orderingPart(Object part) {
    String folded = part(part);
    return folded == null ? Values.print(part) : folded;
  }

  private static @Nullable String part(Object part) {
    if (part instanceof Long number) {
      return Long.toString(number);
    }
    if (part instanceof String text) {
      return text(text);
    }
    if (part instanceof BigDecimal number) {
      return number.stripTrailingZeros().scale() <= 0 ? number.toBigInteger().toString() : null;
    }
    if (part instanceof Boolean bit) {
      return bit ? "1" : "0";
    }
    if (part instanceof UUID || part instanceof LocalDate) {
      return text(part.toString());
    }
    if (part instanceof byte[] bytes) {
      return "x" + HexFormat.of().formatHex(bytes);
    }
    return null;
  }

  private static @Nullable String text(String text) {
    if (decimal(text)) {
      return null;
    }
    String plain = Normalizer.normalize(text, Normalizer.Form.NFKD);
    StringBuilder folded = new StringBuilder(plain.length());
    for (int i = 0; i < plain.length(); i++) {
      char c = plain.charAt(i);
      if (c > 127 && Character.getType(c) != Character.NON_SPACING_MARK) {
        return null;
      }
      if (c < 128 && Character.isLetterOrDigit(c)) {
        folded.append(c);
      }
    }
    String lower = folded.toString().toLowerCase(Locale.ROOT);
    int zeros = 0;
    while (zeros < lower.length() - 1 && lower.charAt(zeros) == '0') {
      zeros++;
    }
    return (text.startsWith("-") ? "-" : "") + lower.substring(zeros);
  }

  /** Whether a numeric column may equal it to another spelling. */
  private static boolean decimal(String text) {
    boolean point = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      point |= c == '.' || c == 'e' || c == 'E';
      if ((c < '0' || c > '9') && "+-.eE ".indexOf(c) < 0) {
        return false;
      }
    }
    return point;
  }
}
