package dev.sluice.jdbc;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A MySQL GTID set: for each source (with its tag, where there is one) intervals of transaction
 * numbers. Immutable and safe for use by several threads.
 */
final class GtidSet {
  static final GtidSet EMPTY = new GtidSet(Map.of());

  /** By source: first, last, first, last, ... ascending, disjoint, not adjacent. */
  private final Map<String, long[]> intervals;

  private GtidSet(Map<String, long[]> intervals) {
    this.intervals = intervals;
  }

  /**
   * Reads {@code gtid_executed} ({@code uuid:1-5:7, uuid:tag:1}) or {@code gtid_owned} ({@code
   * uuid:8#12:9#13}, where what follows {@code #} is a thread).
   *
   * @throws IllegalArgumentException for anything else
   */
  static GtidSet parse(String text) {
    Map<String, List<long[]>> found = new HashMap<>();
    for (String part : text.split(",", -1)) {
      String source = part.strip().toLowerCase(Locale.ROOT);
      if (!source.isEmpty()) {
        parseSource(source, found);
      }
    }
    Map<String, long[]> merged = new HashMap<>();
    found.forEach((key, list) -> merged.put(key, merge(list)));
    return new GtidSet(merged);
  }

  private static void parseSource(String text, Map<String, List<long[]>> found) {
    String[] tokens = text.split(":", -1);
    if (tokens.length < 2 || tokens[0].isEmpty()) {
      throw new IllegalArgumentException("not a GTID set");
    }
    String key = tokens[0];
    for (int i = 1; i < tokens.length; i++) {
      String token = tokens[i];
      if (token.isEmpty()) {
        throw new IllegalArgumentException("not a GTID set");
      }
      if (!Character.isDigit(token.charAt(0))) {
        key = tokens[0] + ":" + token;
        continue;
      }
      int thread = token.indexOf('#');
      String range = thread < 0 ? token : token.substring(0, thread);
      int dash = range.indexOf('-');
      long first = Long.parseLong(dash < 0 ? range : range.substring(0, dash));
      long last = dash < 0 ? first : Long.parseLong(range.substring(dash + 1));
      if (first < 1 || last < first) {
        throw new IllegalArgumentException("not a GTID set");
      }
      found.computeIfAbsent(key, k -> new ArrayList<>()).add(new long[] {first, last});
    }
  }

  private static long[] merge(List<long[]> list) {
    list.sort(Comparator.comparingLong(interval -> interval[0]));
    long[] merged = new long[2 * list.size()];
    int end = 0;
    for (long[] interval : list) {
      if (end > 0 && interval[0] - 1 <= merged[end - 1]) {
        merged[end - 1] = Math.max(merged[end - 1], interval[1]);
      } else {
        merged[end++] = interval[0];
        merged[end++] = interval[1];
      }
    }
    return Arrays.copyOf(merged, end);
  }

  boolean contains(GtidSet other) {
    for (Map.Entry<String, long[]> each : other.intervals.entrySet()) {
      long[] mine = intervals.get(each.getKey());
      if (mine == null || !contains(mine, each.getValue())) {
        return false;
      }
    }
    return true;
  }

  private static boolean contains(long[] mine, long[] other) {
    int i = 0;
    for (int j = 0; j < other.length; j += 2) {
      while (i < mine.length && mine[i + 1] < other[j]) {
        i += 2;
      }
      if (i == mine.length || mine[i] > other[j] || mine[i + 1] < other[j + 1]) {
        return false;
      }
    }
    return true;
  }

  GtidSet union(GtidSet other) {
    if (other.intervals.isEmpty()) {
      return this;
    }
    Map<String, long[]> all = new HashMap<>(intervals);
    other.intervals.forEach((key, more) -> all.merge(key, more, GtidSet::union));
    return new GtidSet(all);
  }

  private static long[] union(long[] a, long[] b) {
    List<long[]> list = new ArrayList<>();
    for (long[] each : List.of(a, b)) {
      for (int i = 0; i < each.length; i += 2) {
        list.add(new long[] {each[i], each[i + 1]});
      }
    }
    return merge(list);
  }

  GtidSet without(String source) {
    Map<String, long[]> rest = new HashMap<>(intervals);
    rest.remove(source);
    return new GtidSet(rest);
  }

  /** Without all that one server has written, under whatever tag. */
  GtidSet withoutServer(String server) {
    Map<String, long[]> rest = new HashMap<>(intervals);
    rest.keySet().removeIf(key -> key.equals(server) || key.startsWith(server + ":"));
    return new GtidSet(rest);
  }

  /** Only what one server has written, under whatever tag. */
  GtidSet onlyServer(String server) {
    Map<String, long[]> own = new HashMap<>(intervals);
    own.keySet().removeIf(key -> !key.equals(server) && !key.startsWith(server + ":"));
    return new GtidSet(own);
  }

  boolean mentions(String source) {
    return intervals.containsKey(source);
  }

  /** The end of the interval that starts at 1; 0 if there is none. */
  long gapFreeEnd(String source) {
    long[] mine = intervals.get(source);
    return mine == null || mine[0] != 1 ? 0 : mine[1];
  }

  /** The highest number; 0 if there is none. */
  long last(String source) {
    long[] mine = intervals.get(source);
    return mine == null ? 0 : mine[mine.length - 1];
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof GtidSet set && contains(set) && set.contains(this);
  }

  @Override
  public int hashCode() {
    int hash = 0;
    for (Map.Entry<String, long[]> each : intervals.entrySet()) {
      hash += each.getKey().hashCode() ^ Arrays.hashCode(each.getValue());
    }
    return hash;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    intervals.keySet().stream()
        .sorted()
        .forEach(
            key -> {
              text.append(text.isEmpty() ? "" : ",").append(key);
              long[] mine = intervals.getOrDefault(key, new long[0]);
              for (int i = 0; i < mine.length; i += 2) {
                text.append(':').append(mine[i]);
                if (mine[i + 1] > mine[i]) {
                  text.append('-').append(mine[i + 1]);
                }
              }
            });
    return text.toString();
  }
}
