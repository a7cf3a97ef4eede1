package dev.sluice.queue;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Checks of options, with messages that name them. */
final class Options {
  private Options() {}

  static <T> T required(String option, @Nullable T value) {
    if (value == null) {
      throw new IllegalArgumentException(option + ": is required");
    }
    return value;
  }

  static String name(@Nullable String name) {
    String given = required("name", name);
    if (given.isEmpty() || given.length() > 64 || given.chars().anyMatch(c -> !nameCharacter(c))) {
      throw new IllegalArgumentException("name: must be 1 to 64 of letters, digits, - and _");
    }
    return given;
  }

  private static boolean nameCharacter(int c) {
    return c < 128 && (Character.isLetterOrDigit(c) || c == '-' || c == '_');
  }

  static void range(String option, long value, long least, long most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          option + ": must be " + least + " to " + most + ", got " + value);
    }
  }

  static void range(String option, Duration value, Duration least, Duration most) {
    if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
      throw new IllegalArgumentException(
          option + ": must be " + least + " to " + most + ", got " + value);
    }
  }
}
