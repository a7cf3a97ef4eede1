package dev.sluice.jdbc;

/** Whether MySQL stores a value as zero in an integer column. */
final class Zero {
  private Zero() {}

  /** Errs to true: numbers that may be rounded to zero, and texts that may be read as one. */
  static boolean isZero(Object value) {
    if (value instanceof Number number) {
      return Math.abs(number.doubleValue()) < 1;
    }
    if (value instanceof Boolean bool) {
      return !bool;
    }
    return value instanceof CharSequence text && isZeroText(text.toString().strip());
  }

  /** Texts that are no number at all are keys of text columns. */
  private static boolean isZeroText(String text) {
    for (int i = 0; i < text.length(); i++) {
      if ("0123456789.+-eE".indexOf(text.charAt(i)) < 0) {
        return false;
      }
    }
    try {
      return text.isEmpty() || Math.abs(Double.parseDouble(text)) < 1;
    } catch (NumberFormatException e) {
      return text.charAt(0) <= '0';
    }
  }
}
