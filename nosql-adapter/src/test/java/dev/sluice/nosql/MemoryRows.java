package dev.sluice.nosql;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The reference of what rows do, and with a defect, of what they must not do. */
final class MemoryRows implements RowStore {
  /** What a careless store would do. */
  enum Defect {
    NO_WRITER,
    REVIVES_ANY_TOMBSTONE,
    FORGETS_REQUESTS,
    FORGETS_WITHDRAWALS,
    NO_VERSION_BOUND,
    VERSION_NOT_RAISED,
    DELETES_REALLY
  }

  private static final String WITHDRAWN = "!";

  private static final class Item {
    @Nullable Object[] values = {};
    long version;
    @Nullable String writer;
    boolean deleted;
    List<String> requests = new ArrayList<>();
  }

  private final Set<Defect> defects;
  private final int remembered;
  private final TreeMap<List<Object>, Item> items;
  private final Map<String, Integer> effects = new HashMap<>();

  MemoryRows(int remembered, Defect... defects) {
    this.remembered = remembered;
    this.defects = EnumSet.noneOf(Defect.class);
    this.defects.addAll(List.of(defects));
    this.items = new TreeMap<>(MemoryRows::compare);
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static int compare(List<Object> a, List<Object> b) {
    for (int i = 0; i < a.size(); i++) {
      int order = ((Comparable) a.get(i)).compareTo(b.get(i));
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  /** How often the request has changed the row. */
  int effects(String writer) {
    return effects.getOrDefault(writer, 0);
  }

  @Override
  public synchronized @Nullable Row read(Object[] key) {
    Item item = items.get(Arrays.asList(key));
    return item == null
        ? null
        : new Row(key, item.deleted ? null : item.values.clone(), item.version, item.writer);
  }

  @Override
  public synchronized List<Row> readAll(List<Object[]> keys) {
    List<Row> rows = new ArrayList<>();
    for (Object[] key : keys) {
      Row row = read(key);
      if (row != null) {
        rows.add(row);
      }
    }
    return rows;
  }

  @Override
  public synchronized Slice query(Object partition, int limit, Object @Nullable [] after) {
    List<Row> rows = new ArrayList<>();
    for (List<Object> key : items.keySet()) {
      boolean later = after == null || compare(key, Arrays.asList(after)) > 0;
      if (key.get(0).equals(partition) && later) {
        if (rows.size() == limit) {
          return new Slice(rows, rows.get(limit - 1).key());
        }
        Row row = read(key.toArray());
        if (row != null) {
          rows.add(row);
        }
      }
    }
    return new Slice(rows, null);
  }

  @Override
  public synchronized Outcome write(RowWrite write) {
    Item item = items.get(Arrays.asList(write.key()));
    boolean made;
    if (write instanceof RowWrite.Put put) {
      made = admits(item, put);
    } else if (write instanceof RowWrite.Revive revive) {
      made =
          item != null
              && item.deleted
              && (item.version == revive.version()
                  || defects.contains(Defect.REVIVES_ANY_TOMBSTONE));
    } else if (write instanceof RowWrite.Delete delete) {
      made = item != null && !item.deleted && matches(item, delete.expect());
    } else if (write instanceof RowWrite.Withdraw withdraw) {
      made = admits(item, withdraw.addition(), withdraw.writer());
    } else {
      made = admits(item, (RowWrite.Add) write);
    }
    if (!made) {
      return refused(item, write);
    }
    if (!(write instanceof RowWrite.Withdraw)) {
      effects.merge(write.writer(), 1, Integer::sum);
    }
    Item changed = item == null ? new Item() : item;
    items.put(Arrays.asList(write.key()), changed);
    changed.version += defects.contains(Defect.VERSION_NOT_RAISED) && item != null ? 0 : 1;
    changed.writer = defects.contains(Defect.NO_WRITER) ? null : write.writer();
    long counter = change(changed, write);
    if (changed.deleted && defects.contains(Defect.DELETES_REALLY)) {
      items.remove(Arrays.asList(write.key()));
    }
    return new Outcome.Written(changed.version, counter);
  }

  private static boolean matches(Item item, Expect expect) {
    return !(expect instanceof Expect.Version version) || item.version == version.version();
  }

  private static boolean admits(@Nullable Item item, RowWrite.Put put) {
    if (put.expect() instanceof Expect.Absent) {
      return item == null;
    }
    if (put.expect() instanceof Expect.Version version) {
      return item != null && !item.deleted && item.version == version.version();
    }
    return item == null || !put.writer().equals(item.writer);
  }

  private boolean admits(@Nullable Item item, RowWrite.Add add) {
    RowWrite.Addition addition = add.addition();
    if (item == null || !admits(item, addition, add.writer())) {
      return false;
    }
    long number = number(item, addition.column());
    return number >= addition.lowest() && number <= addition.highest();
  }

  private boolean admits(@Nullable Item item, RowWrite.Addition addition, String writer) {
    if (item == null
        || item.deleted
        || item.requests.contains(writer)
        || item.requests.contains(WITHDRAWN + writer)) {
      return false;
    }
    return defects.contains(Defect.NO_VERSION_BOUND)
        || (item.version >= addition.fromVersion() && item.version < addition.belowVersion());
  }

  private long change(Item item, RowWrite write) {
    if (write instanceof RowWrite.Put put) {
      item.values = put.values().clone();
      item.deleted = false;
    } else if (write instanceof RowWrite.Revive revive) {
      item.values = revive.values().clone();
      item.deleted = false;
    } else if (write instanceof RowWrite.Delete) {
      item.deleted = true;
    } else if (write instanceof RowWrite.Withdraw) {
      if (!defects.contains(Defect.FORGETS_WITHDRAWALS)) {
        remember(item, WITHDRAWN + write.writer());
      }
    } else {
      RowWrite.Addition addition = ((RowWrite.Add) write).addition();
      long number = number(item, addition.column()) + addition.delta();
      item.values[addition.column()] = number;
      if (!defects.contains(Defect.FORGETS_REQUESTS)) {
        remember(item, write.writer());
      }
      return number;
    }
    return 0;
  }

  private void remember(Item item, String request) {
    item.requests.add(0, request);
    if (item.requests.size() > remembered) {
      item.requests.remove(remembered);
    }
  }

  private static long number(Item item, int column) {
    Object number = item.values[column];
    return number == null ? 0 : (Long) number;
  }

  private static Outcome.Refused refused(@Nullable Item item, RowWrite write) {
    if (item == null) {
      return Outcome.Refused.NO_ROW;
    }
    long counter = write instanceof RowWrite.Add add ? number(item, add.addition().column()) : 0;
    return new Outcome.Refused(
        item.version,
        item.deleted,
        item.writer,
        item.requests.contains(write.writer()),
        item.requests.contains(WITHDRAWN + write.writer()),
        counter);
  }
}
