package dev.sluice.causality;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What a caller has seen and written, in a form that can leave the process: in a cookie, a header
 * or a message. Immutable and safe for use by several threads. {@link #toString()} prints it in
 * printable ASCII without spaces, quotes, commas and semicolons, so it needs no escaping in a
 * cookie; {@link #parse} reads it back, always. It holds positions, no data. Above about a thousand
 * characters it no longer tells tables apart: it then asks for more than is needed, never for less.
 */
public final class CausalToken {
  /** A token that asks for nothing. */
  public static final CausalToken EMPTY = new CausalToken(List.of());

  private static final String PREFIX = "s1";
  private static final int LONGEST = 4096;

  /** A longer text speaks of sources and not of tables. */
  private static final int LONGEST_BY_TABLE = 1000;

  /**
   * One position asked for.
   *
   * @param source name of the {@link CausalSource}
   * @param table the table it counts for; {@link TableWrite#ANY_TABLE} for all
   * @param position the position
   */
  public record Entry(String source, String table, Position position) {
    /** Checks the components. */
    public Entry {
      requireName("source", source);
      requireName("table", table);
      Objects.requireNonNull(position, "position");
    }
  }

  private final List<Entry> entries;
  private final String text;

  private CausalToken(List<Entry> entries) {
    this.entries = entries;
    this.text = print(entries);
  }

  /**
   * A token of entries. Of several positions for one table on one timeline the latest counts; where
   * the tables make the text longer than 1,000 characters, each source gets one position for all
   * tables.
   *
   * @param entries the entries
   * @return the token
   * @throws IllegalArgumentException if its text would be longer than 4,096 characters all the
   *     same: many sources or timelines, or long names
   */
  public static CausalToken of(List<Entry> entries) {
    CausalToken token = latest(entries);
    if (token.text.length() > LONGEST_BY_TABLE) {
      token =
          latest(
              entries.stream()
                  .map(e -> new Entry(e.source, TableWrite.ANY_TABLE, e.position))
                  .toList());
    }
    if (token.text.length() > LONGEST) {
      throw new IllegalArgumentException(
          "token: "
              + token.entries.size()
              + " positions of sources do not fit into "
              + LONGEST
              + " characters");
    }
    return token;
  }

  private static CausalToken latest(List<Entry> entries) {
    Map<Entry, Entry> latest =
        new TreeMap<>(
            Comparator.comparing(Entry::source)
                .thenComparing(e -> e.position.timeline())
                .thenComparing(Entry::table));
    for (Entry entry : entries) {
      latest.merge(entry, entry, (a, b) -> a.position.includes(b.position) ? a : b);
    }
    return new CausalToken(List.copyOf(latest.values()));
  }

  /**
   * Reads what {@link #toString()} printed.
   *
   * @param text the text, at most 4,096 characters
   * @return the token
   * @throws IllegalArgumentException if the text is not a token; the message does not repeat it
   */
  public static CausalToken parse(String text) {
    if (text.length() > LONGEST) {
      throw new IllegalArgumentException("token: longer than " + LONGEST + " characters");
    }
    String[] groups = text.split("!", -1);
    if (!groups[0].equals(PREFIX)) {
      throw new IllegalArgumentException("token: unknown version");
    }
    List<Entry> entries = new ArrayList<>();
    for (int i = 1; i < groups.length; i++) {
      String[] parts = groups[i].split("~", -1);
      if (parts.length < 4 || parts.length % 2 != 0) {
        throw new IllegalArgumentException("token: malformed group " + i);
      }
      for (int j = 2; j < parts.length; j += 2) {
        entries.add(new Entry(parts[0], parts[j], new Position(parts[1], offset(parts[j + 1], i))));
      }
    }
    return of(entries);
  }

  private static long offset(String digits, int group) {
    try {
      return Long.parseLong(digits, Character.MAX_RADIX);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("token: malformed offset in group " + group);
    }
  }

  /**
   * What it asks for.
   *
   * @return the entries
   */
  public List<Entry> entries() {
    return entries;
  }

  /**
   * A token that asks for what both ask for.
   *
   * @param other the other token
   * @return the union, as {@link #of} makes it
   * @throws IllegalArgumentException like {@link #of}
   */
  public CausalToken and(CausalToken other) {
    List<Entry> all = new ArrayList<>(entries);
    all.addAll(other.entries);
    return of(all);
  }

  static boolean printable(String name) {
    return !name.isEmpty()
        && name.chars().noneMatch(c -> c <= ' ' || c > '~' || "!~\",;\\".indexOf(c) >= 0);
  }

  static void requireName(String what, String name) {
    if (!printable(name)) {
      throw new IllegalArgumentException(
          what + ": must be printable ASCII without ! ~ \" , ; \\ and spaces");
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof CausalToken token && token.entries.equals(entries);
  }

  @Override
  public int hashCode() {
    return entries.hashCode();
  }

  @Override
  public String toString() {
    return text;
  }

  /** Prints entries that are in order: a group for each source and timeline. */
  private static String print(List<Entry> entries) {
    StringBuilder text = new StringBuilder(PREFIX);
    Entry before = null;
    for (Entry entry : entries) {
      if (before == null
          || !before.source.equals(entry.source)
          || !before.position.timeline().equals(entry.position.timeline())) {
        text.append('!').append(entry.source).append('~').append(entry.position.timeline());
      }
      String offset = Long.toString(entry.position.offset(), Character.MAX_RADIX);
      text.append('~').append(entry.table).append('~').append(offset);
      before = entry;
    }
    return text.toString();
  }
}
