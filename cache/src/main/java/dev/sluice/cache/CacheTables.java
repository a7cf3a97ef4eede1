package dev.sluice.cache;

import dev.sluice.causality.TableWrite;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What a cache depends on, and the names of its entries on a server. Thread-safe.
 *
 * @see WriteHook
 */
final class CacheTables {
  private final String namespace;
  private final String source;
  private final String name;
  private final KeyText<?> keys;

  /** Column that is the key, by table; empty for a table of which any write counts for all. */
  private final Map<String, String> columns;

  private final List<String> tables;
  private final int mostKeys;
  final LongAdder keyWrites = new LongAdder();
  final LongAdder tableWrites = new LongAdder();
  final Untold untold = new Untold();
  private volatile boolean met;
  private volatile Names names = new Names("", new byte[0], new byte[0]);

  /**
   * The rules of a cache.
   *
   * @param namespace first part of all names on the server
   * @param source name of the source, so that caches of two sources are two caches
   * @param columns column that is the key, by table; empty for none
   */
  CacheTables(
      String namespace,
      String source,
      String name,
      KeyText<?> keys,
      Map<String, String> columns,
      int mostKeys) {
    this.namespace = namespace;
    this.source = source;
    this.name = name;
    this.keys = keys;
    this.columns = Map.copyOf(columns);
    this.tables = List.copyOf(columns.keySet());
    this.mostKeys = mostKeys;
  }

  String name() {
    return name;
  }

  List<String> tables() {
    return tables;
  }

  /** Where the entries are, but for the run of the server. */
  String place() {
    return namespace + ":" + source + ":" + name;
  }

  /** Which option of another cache of this name makes it invalidate others; null for none. */
  @Nullable String differsFrom(CacheTables other) {
    if (!columns.equals(other.columns)) {
      return "invalidatedBy";
    }
    return keys.getClass() == other.keys.getClass() ? null : "textKeys or keyType";
  }

  /** Whether the table entry has been on the server as far as this process knows. */
  boolean met() {
    return met;
  }

  void meet() {
    if (!met) {
      met = true;
    }
  }

  /** Prefix of all entries of this cache in one run of a server. */
  private record Names(String run, byte[] prefix, byte[] table) {}

  private Names names(String run) {
    Names known = names;
    if (!known.run.equals(run)) {
      String prefix = namespace + ":" + run + ":" + source + ":" + name + ":";
      known =
          new Names(
              run,
              (prefix + "k:").getBytes(StandardCharsets.UTF_8),
              (prefix + "t").getBytes(StandardCharsets.UTF_8));
      names = known;
    }
    return known;
  }

  byte[] table(String run) {
    return names(run).table;
  }

  Calls.Target target(String run) {
    return Calls.Target.table(table(run), met);
  }

  byte[] entry(String run, String text) {
    byte[] prefix = names(run).prefix;
    byte[] key;
    int length = text.length();
    if (isLatin(text)) {
      key = new byte[prefix.length + length];
      for (int i = 0; i < length; i++) {
        key[prefix.length + i] = (byte) text.charAt(i);
      }
    } else {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      key = new byte[prefix.length + bytes.length];
      System.arraycopy(bytes, 0, key, prefix.length, bytes.length);
    }
    System.arraycopy(prefix, 0, key, 0, prefix.length);
    return key;
  }

  private static boolean isLatin(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) > 0x7f) {
        return false;
      }
    }
    return true;
  }

  /**
   * What of this cache a transaction may have changed.
   *
   * @param writes what it wrote
   * @return null for nothing; an empty set for anything; else the keys
   */
  @Nullable Set<String> touchedBy(List<TableWrite> writes) {
    Set<String> touched = null;
    for (TableWrite write : writes) {
      boolean any = write.table().equals(TableWrite.ANY_TABLE);
      String column = columns.get(write.table());
      if (!any && column == null) {
        continue;
      }
      List<Object> values = any || column == null ? null : write.keys().get(column);
      if (values == null || values.isEmpty()) {
        return Set.of();
      }
      touched = touched == null ? new HashSet<>() : touched;
      for (Object value : values) {
        String text = keys.ofColumn(value);
        if (text == null) {
          return Set.of();
        }
        touched.add(text);
      }
      if (touched.size() > mostKeys) {
        return Set.of();
      }
    }
    return touched == null || touched.isEmpty() ? null : touched;
  }
}
