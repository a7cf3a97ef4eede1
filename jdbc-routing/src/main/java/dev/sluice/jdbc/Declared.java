package dev.sluice.jdbc;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What the user says of functions and views, which counts for more than what the catalog shows.
 * Names in lower case without quotes, with a schema or without: then in whatever schema. Immutable.
 *
 * @param reads functions that only read
 * @param writes functions that write
 * @param readViews views that only read
 * @param writingViews views that write
 */
record Declared(
    Set<String> reads, Set<String> writes, Set<String> readViews, Set<String> writingViews) {
  static final Declared NOTHING = new Declared(Set.of(), Set.of(), Set.of(), Set.of());

  private static final Pattern NAME =
      Pattern.compile("([\\p{L}_][\\p{L}\\p{N}_$]*|\"[^\"]+\"|`[^`]+`)");

  Declared {
    reads = Set.copyOf(reads);
    writes = Set.copyOf(writes);
    readViews = Set.copyOf(readViews);
    writingViews = Set.copyOf(writingViews);
  }

  /**
   * What the builder's options say.
   *
   * @throws IllegalArgumentException names the option that is wrong
   */
  static Declared of(
      Collection<String> readOnlyFunctions,
      Collection<String> writingFunctions,
      Collection<String> readOnlyViews,
      Collection<String> writingViews) {
    Set<String> reads = names("readOnlyFunctions", readOnlyFunctions);
    Set<String> writes = names("writingFunctions", writingFunctions);
    Set<String> readViews = last("readOnlyViews", names("readOnlyViews", readOnlyViews));
    Set<String> writing = last("writingViews", names("writingViews", writingViews));
    differ("writingFunctions", writes, "readOnlyFunctions", reads);
    differ("writingViews", writing, "readOnlyViews", readViews);
    return new Declared(reads, writes, readViews, writing);
  }

  /** A statement's relations are known by their last identifier. */
  private static Set<String> last(String option, Set<String> names) {
    for (String each : names) {
      if (each.indexOf('.') >= 0) {
        throw new IllegalArgumentException(
            option + ": must be names without a schema, got \"" + each + "\"");
      }
    }
    return names;
  }

  /**
   * The names of an option.
   *
   * @throws IllegalArgumentException names the option
   */
  private static Set<String> names(String option, Collection<String> given) {
    if (given.size() > 10_000) {
      throw new IllegalArgumentException(
          option + ": must be 10000 names at the most, got " + given.size());
    }
    Set<String> names = new LinkedHashSet<>();
    for (String each : given) {
      StringBuilder name = new StringBuilder();
      for (String part : each.strip().split("\\.", -1)) {
        if (!NAME.matcher(part).matches()) {
          throw new IllegalArgumentException(
              option + ": must be names like f or s.f, got \"" + each + "\"");
        }
        name.append(name.isEmpty() ? "" : ".").append(part.replaceAll("[\"`]", ""));
      }
      names.add(name.toString().toLowerCase(Locale.ROOT));
    }
    return names;
  }

  /** Refuses a name that two options contradict each other about. */
  private static void differ(String option, Set<String> names, String other, Set<String> others) {
    Set<String> both = new HashSet<>(names);
    both.retainAll(others);
    if (!both.isEmpty()) {
      throw new IllegalArgumentException(
          option + ": must not name what " + other + " names, got " + both);
    }
  }

  boolean readsOnly(String schema, String name) {
    return says(reads, schema, name);
  }

  boolean writes(String schema, String name) {
    return says(writes, schema, name);
  }

  private static boolean says(Set<String> names, String schema, String name) {
    return !names.isEmpty() && (names.contains(name) || names.contains(schema + '.' + name));
  }

  /** Whether a call as it is written is declared to read only. */
  boolean readsOnly(String call) {
    return says(reads, call);
  }

  /** Whether a call as it is written is declared to write. */
  boolean writes(String call) {
    return says(writes, call);
  }

  private static boolean says(Set<String> names, String call) {
    return !names.isEmpty()
        && (names.contains(call) || names.contains(call.substring(call.lastIndexOf('.') + 1)));
  }
}
