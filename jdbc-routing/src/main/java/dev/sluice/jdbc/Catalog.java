package dev.sluice.jdbc;

import dev.sluice.sql.SqlStatement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which names stand for tables that are all there is to a statement that names them. Immutable.
 * What it does not know, or knows to be more than it seems, it resolves to "any table".
 *
 * <p>Partitions and inherited tables count as the table at the root. A write reaches the tables
 * that foreign keys carry it to. A name that several schemas have must be harmless in all of them.
 */
final class Catalog {
  static final Catalog UNKNOWN = new Catalog(Map.of());

  /**
   * A name.
   *
   * @param reads what a read of it depends on; null if not known
   * @param writes what a write of it changes; null if not known
   * @param onlyPrimaryKey whether it has no unique index but its primary key
   * @param undoes whether a statement that fails leaves nothing in it
   * @param reachesItself whether a change of some rows may change others of them by foreign keys
   */
  private record Name(
      @Nullable Set<String> reads,
      @Nullable Set<String> writes,
      boolean onlyPrimaryKey,
      boolean undoes,
      boolean reachesItself) {
    Name and(Name other) {
      return new Name(
          both(reads, other.reads),
          both(writes, other.writes),
          onlyPrimaryKey && other.onlyPrimaryKey,
          undoes && other.undoes,
          reachesItself || other.reachesItself);
    }

    private static @Nullable Set<String> both(@Nullable Set<String> a, @Nullable Set<String> b) {
      if (a == null || b == null) {
        return null;
      }
      Set<String> all = new LinkedHashSet<>(a);
      all.addAll(b);
      return all;
    }
  }

  private final Map<String, Name> names;

  private Catalog(Map<String, Name> names) {
    this.names = names;
  }

  static Catalog of(CatalogRows rows) {
    Map<String, CatalogRows.Relation> byId = new HashMap<>();
    rows.relations().forEach(r -> byId.put(r.id(), r));
    Map<String, String> parent = new HashMap<>();
    for (CatalogRows.Pair part : rows.parts()) {
      String other = parent.put(part.from(), part.to());
      if (other != null && !other.equals(part.to())) {
        // Several parents: no single root stands for it.
        byId.computeIfPresent(
            part.from(), (id, r) -> new CatalogRows.Relation(id, r.name(), false));
      }
    }
    Map<String, List<String>> children = new HashMap<>();
    rows.cascades()
        .forEach(c -> children.computeIfAbsent(c.from(), k -> new ArrayList<>()).add(c.to()));
    // What is written through the root may be any part, with the part's triggers and keys.
    parent.forEach(
        (child, up) ->
            children.computeIfAbsent(root(up, parent), k -> new ArrayList<>()).add(child));
    Map<String, Integer> uniques = new HashMap<>();
    Set<String> primaryKeys = new HashSet<>();
    for (CatalogRows.UniqueIndex key : rows.keys()) {
      uniques.merge(key.table(), 1, Integer::sum);
      if (key.primary()) {
        primaryKeys.add(key.table());
      }
    }
    Cascades cascades = new Cascades(rows, id -> root(id, parent));
    Map<String, Name> names = new HashMap<>();
    for (CatalogRows.Relation relation : byId.values()) {
      String id = relation.id();
      boolean single = primaryKeys.contains(id) && uniques.getOrDefault(id, 0) == 1;
      Name name =
          new Name(
              readSet(id, byId, parent),
              writeSet(id, byId, parent, children, rows.triggered()),
              single,
              !rows.keepsFailed().contains(id),
              cascades.reachesItself(id));
      names.merge(lower(relation.name()), name, Name::and);
    }
    return new Catalog(names);
  }

  private static String lower(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  private static String root(String id, Map<String, String> parent) {
    String up = id;
    for (String next = parent.get(up); next != null; next = parent.get(up)) {
      up = next;
    }
    return up;
  }

  private static @Nullable String rootName(
      String id, Map<String, CatalogRows.Relation> byId, Map<String, String> parent) {
    CatalogRows.Relation own = byId.get(id);
    CatalogRows.Relation root = byId.get(root(id, parent));
    return own != null && own.plain() && root != null && root.plain() ? lower(root.name()) : null;
  }

  private static @Nullable Set<String> readSet(
      String id, Map<String, CatalogRows.Relation> byId, Map<String, String> parent) {
    String name = rootName(id, byId, parent);
    return name == null ? null : Set.of(name);
  }

  private static @Nullable Set<String> writeSet(
      String id,
      Map<String, CatalogRows.Relation> byId,
      Map<String, String> parent,
      Map<String, List<String>> children,
      Set<String> triggered) {
    Set<String> written = new LinkedHashSet<>();
    Set<String> visited = new HashSet<>();
    Deque<String> todo = new ArrayDeque<>(List.of(id, root(id, parent)));
    while (!todo.isEmpty()) {
      String next = todo.remove();
      if (visited.add(next)) {
        String name = rootName(next, byId, parent);
        if (name == null || triggered.contains(next)) {
          return null;
        }
        written.add(name);
        todo.addAll(children.getOrDefault(next, List.of()));
        todo.add(root(next, parent));
      }
    }
    return written;
  }

  /** The tables that count for a statement; empty for any. */
  List<String> tables(SqlStatement statement) {
    return statement.isRead()
        ? tables(statement.tablesRead(), true)
        : tables(statement.tablesWritten(), false);
  }

  /** The tables that a read of some names depends on, or a write of them changes; empty for any. */
  List<String> tables(Collection<String> named, boolean read) {
    Set<String> all = new LinkedHashSet<>();
    for (String name : named) {
      Name known = names.get(name);
      Set<String> tables = known == null ? null : read ? known.reads() : known.writes();
      if (tables == null) {
        return List.of();
      }
      all.addAll(tables);
    }
    return List.copyOf(all);
  }

  /** Whether the tables are known, and a statement that fails leaves nothing in them. */
  boolean undoes(List<String> tables) {
    for (String each : tables) {
      Name name = names.get(each);
      if (name == null || !name.undoes()) {
        return false;
      }
    }
    return !tables.isEmpty();
  }

  /**
   * Whether a change of one row of a table may, by foreign keys, change other rows of it. True for
   * a table that is not known.
   */
  boolean reachesItself(String table) {
    Name name = names.get(table);
    return name == null || name.reachesItself();
  }

  /** Whether a name stands for tables only, and reading them runs no code. */
  boolean isTable(String name) {
    Name known = names.get(name);
    return known != null && known.reads() != null;
  }

  boolean onlyUniqueIndexIsPrimaryKey(String table) {
    Name name = names.get(table);
    return name != null && name.onlyPrimaryKey();
  }

  @Override
  public String toString() {
    return names.size() + " names, " + Objects.hashCode(names);
  }
}
