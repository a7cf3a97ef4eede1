package dev.sluice.causality;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * What a caller has seen and written, in a form that can leave the process: in a cookie, a header
 * or a message. Immutable and safe for use by several threads. {@link #toString()} prints it in
 * printable ASCII without spaces, quotes, commas and semicolons, so it needs no escaping in a
 * cookie; {@link #parse} reads it back. It holds positions, no data.
 */
public final class CausalToken {
  /** A token that asks for nothing. */
  public static final CausalToken EMPTY = new CausalToken(List.of());

  private static final String PREFIX = "s1";
  private static final int LONGEST = 4096;

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

  private CausalToken(List<Entry> entries) {
    this.entries = entries;
  }

  /**
   * A token of entries.
   *
   * @param entries the entries
   * @return the token
   */
  public static CausalToken of(List<Entry> entries) {
    return new CausalToken(
        entries.stream()
            .sorted(
                Comparator.comparing(Entry::source)
                    .thenComparing(e -> e.position.timeline())
                    .thenComparing(Entry::table))
            .toList());
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
   * @return the union; of two positions for one table on one timeline the later one
   */
  public CausalToken and(CausalToken other) {
    List<Entry> all = new ArrayList<>(entries);
    for (Entry entry : other.entries) {
      if (all.stream().noneMatch(e -> sameKey(e, entry) && e.position.includes(entry.position))) {
        all.removeIf(e -> sameKey(e, entry) && entry.position.includes(e.position));
        all.add(entry);
      }
    }
    return of(all);
  }

  private static boolean sameKey(Entry a, Entry b) {
    return a.source.equals(b.source) && a.table.equals(b.table);
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
    return entries.stream()
        .collect(
            Collectors.groupingBy(
                e -> e.source + "~" + e.position.timeline(),
                java.util.TreeMap::new,
                Collectors.toList()))
        .entrySet()
        .stream()
        .map(
            group ->
                "!"
                    + group.getKey()
                    + group.getValue().stream()
                        .map(
                            e ->
                                "~"
                                    + e.table
                                    + "~"
                                    + Long.toString(e.position.offset(), Character.MAX_RADIX))
                        .collect(Collectors.joining()))
        .collect(Collectors.joining("", PREFIX, ""));
  }
}
