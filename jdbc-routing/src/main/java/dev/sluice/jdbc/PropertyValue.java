package dev.sluice.jdbc;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The text of one property.
 *
 * @param name its full name, for messages
 * @param text as it was given, without blanks around it. Printed where it is no number, duration or
 *     constant although it should be; never elsewhere, it may be a password
 */
record PropertyValue(String name, String text) {
  private static final Pattern SHORT = Pattern.compile("(\\d{1,12}) ?(ms|s|m|h|d)");

  PropertyValue {
    text = text.strip();
  }

  int number() {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw wrong("a whole number");
    }
  }

  boolean flag() {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw wrong("true or false");
    };
  }

  /** As {@code 500ms}, {@code 10s}, {@code 2m}, {@code 1h}, {@code 1d}, or {@code PT0.5S}. */
  Duration duration() {
    Matcher matcher = SHORT.matcher(text);
    try {
      if (!matcher.matches()) {
        return Duration.parse(text);
      }
      long amount = Long.parseLong(matcher.group(1));
      return switch (matcher.group(2)) {
        case "ms" -> Duration.ofMillis(amount);
        case "s" -> Duration.ofSeconds(amount);
        case "m" -> Duration.ofMinutes(amount);
        case "h" -> Duration.ofHours(amount);
        default -> Duration.ofDays(amount);
      };
    } catch (DateTimeParseException | ArithmeticException e) {
      throw wrong("a duration with its unit, such as 500ms, 10s, 2m, 1h, 1d or PT0.5S");
    }
  }

  /** One of an enum, in whatever case. */
  <E extends Enum<E>> E constant(Class<E> type) {
    for (E each : type.getEnumConstants()) {
      if (each.name().equalsIgnoreCase(text.replace('-', '_'))) {
        return each;
      }
    }
    throw wrong(
        "one of "
            + Arrays.stream(type.getEnumConstants())
                .map(each -> each.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", ")));
  }

  private IllegalArgumentException wrong(String expected) {
    return new IllegalArgumentException(name + ": must be " + expected + ", got \"" + text + '"');
  }

  /** The text may be a password. */
  @Override
  public String toString() {
    return name;
  }
}
