package dev.sluice.nosql.dynamodb;

import dev.sluice.nosql.Column;
import dev.sluice.nosql.Expect;
import dev.sluice.nosql.HotTable;
import dev.sluice.nosql.RowBackedStore;
import dev.sluice.nosql.RowWrite;
import dev.sluice.nosql.Trace;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/**
 * The expressions of every write. Names are always aliased, since many words are reserved. The
 * texts depend only on the kind of write and on which values are null (those attributes are
 * removed, so that sparse indexes stay sparse), so they are made once.
 */
final class Expressions {
  private static final AttributeValue ZERO = Attributes.of(0L);
  private static final AttributeValue ONE = Attributes.of(1L);
  private static final AttributeValue TRUE = Attributes.of(true);
  private static final AttributeValue EMPTY = AttributeValue.builder().l(List.of()).build();
  private static final String REMEMBER =
      "#v=#v+:one, #w=:w, #r=list_append(:new,if_not_exists(#r,:empty))";
  private static final String NOT_REMEMBERED =
      "attribute_not_exists(#d) AND #v BETWEEN :from AND :to"
          + " AND (attribute_not_exists(#r) OR NOT (contains(#r,:t) OR contains(#r,:x)))";
  private static final int FORGOTTEN_AT_ONCE = 16;
  private static final int MOST_TEMPLATES = 1_000;
  private static final int LARGEST_ITEM = 400 * 1024;
  private static final int OVERHEAD = 200;

  private final HotTable<?, ?> table;
  private final List<Column> keys;
  private final List<Column> values;
  private final String[] valueAliases;
  private final @Nullable Duration tombstoneLifetime;
  private final Clock clock;
  private final Map<Shape, Template> templates = new ConcurrentHashMap<>();

  private enum Kind {
    ANY,
    ABSENT,
    VERSION,
    REVIVE
  }

  private record Shape(Kind kind, long nulls) {}

  private record Template(String update, String condition, Map<String, String> names) {}

  Expressions(HotTable<?, ?> table, @Nullable Duration tombstoneLifetime, Clock clock) {
    this.table = table;
    this.keys = table.keyColumns();
    this.values = table.valueColumns();
    this.tombstoneLifetime = tombstoneLifetime;
    this.clock = clock;
    if (values.size() > Long.SIZE) {
      throw new IllegalArgumentException(table + ": value: has more than 64 components");
    }
    this.valueAliases = new String[values.size()];
    for (int i = 0; i < valueAliases.length; i++) {
      valueAliases[i] = ":c" + i;
    }
  }

  Map<String, AttributeValue> key(Object[] key) {
    return key.length == 1
        ? Map.of(keys.get(0).name(), Attributes.of(key[0]))
        : Map.of(
            keys.get(0).name(), Attributes.of(key[0]), keys.get(1).name(), Attributes.of(key[1]));
  }

  UpdateItemRequest request(RowWrite write) {
    if (write instanceof RowWrite.Put put) {
      return put(put);
    }
    if (write instanceof RowWrite.Revive revive) {
      Map<String, AttributeValue> bound = new HashMap<>();
      bound.put(":old", Attributes.of(revive.version()));
      bound.put(":next", Attributes.of(revive.version() + 1));
      return put(Kind.REVIVE, revive, revive.values(), bound);
    }
    if (write instanceof RowWrite.Delete delete) {
      return delete(delete);
    }
    if (write instanceof RowWrite.Withdraw withdraw) {
      return withdraw(withdraw);
    }
    return add((RowWrite.Add) write);
  }

  /** The version after a write that names it; 0 if it does not. */
  static long nextVersion(RowWrite write) {
    if (write instanceof RowWrite.Revive revive) {
      return revive.version() + 1;
    }
    Expect expect =
        write instanceof RowWrite.Put put ? put.expect() : ((RowWrite.Delete) write).expect();
    if (expect instanceof Expect.Version version) {
      return version.version() + 1;
    }
    return expect instanceof Expect.Absent ? 1 : 0;
  }

  private UpdateItemRequest put(RowWrite.Put put) {
    Map<String, AttributeValue> bound = new HashMap<>();
    Kind kind;
    if (put.expect() instanceof Expect.Version version) {
      kind = Kind.VERSION;
      bound.put(":old", Attributes.of(version.version()));
      bound.put(":next", Attributes.of(version.version() + 1));
    } else if (put.expect() instanceof Expect.Absent) {
      kind = Kind.ABSENT;
      bound.put(":next", ONE);
    } else {
      kind = Kind.ANY;
      bound.put(":zero", ZERO);
      bound.put(":one", ONE);
    }
    return put(kind, put, put.values(), bound);
  }

  private UpdateItemRequest put(
      Kind kind, RowWrite write, @Nullable Object[] row, Map<String, AttributeValue> bound) {
    long nulls = 0;
    for (int i = 0; i < row.length; i++) {
      Object stored = row[i];
      if (stored == null) {
        nulls |= 1L << i;
      } else {
        bound.put(valueAliases[i], Attributes.of(stored));
      }
    }
    checkSize(write.key(), row);
    bound.put(":w", Attributes.of(write.writer()));
    Shape shape = new Shape(kind, nulls);
    Template template = templates.get(shape);
    if (template == null) {
      template = template(shape);
      if (templates.size() < MOST_TEMPLATES) {
        templates.put(shape, template);
      }
    }
    return start(write.key(), template.update, template.condition, template.names, bound)
        .returnValues(kind == Kind.ANY ? ReturnValue.UPDATED_NEW : ReturnValue.NONE)
        .build();
  }

  private Template template(Shape shape) {
    Map<String, String> names = new HashMap<>();
    names.put("#v", HotTable.VERSION);
    names.put("#w", HotTable.WRITER);
    StringJoiner set = new StringJoiner(", ", "SET ", "");
    set.add(shape.kind == Kind.ANY ? "#v=if_not_exists(#v,:zero)+:one" : "#v=:next");
    set.add("#w=:w");
    List<String> remove = new ArrayList<>();
    for (int i = 0; i < valueAliases.length; i++) {
      names.put("#c" + i, values.get(i).name());
      if ((shape.nulls & 1L << i) == 0) {
        set.add("#c" + i + "=:c" + i);
      } else {
        remove.add("#c" + i);
      }
    }
    if (shape.kind == Kind.ANY || shape.kind == Kind.REVIVE) {
      names.put("#x", HotTable.EXPIRES);
      remove.add("#d");
      remove.add("#x");
    }
    String condition =
        switch (shape.kind) {
          case ANY -> "attribute_not_exists(#w) OR #w <> :w";
          case ABSENT -> "attribute_not_exists(#k)";
          case VERSION -> "#v=:old AND attribute_not_exists(#d)";
          case REVIVE -> "#v=:old AND attribute_exists(#d)";
        };
    if (shape.kind == Kind.ABSENT) {
      names.put("#k", keys.get(0).name());
    } else {
      names.put("#d", HotTable.DELETED);
    }
    String update =
        remove.isEmpty() ? set.toString() : set + " REMOVE " + String.join(", ", remove);
    return new Template(update, condition, Map.copyOf(names));
  }

  private UpdateItemRequest delete(RowWrite.Delete delete) {
    Map<String, String> names = new HashMap<>();
    names.put("#v", HotTable.VERSION);
    names.put("#w", HotTable.WRITER);
    names.put("#d", HotTable.DELETED);
    names.put("#k", keys.get(0).name());
    Map<String, AttributeValue> bound = new HashMap<>();
    bound.put(":one", ONE);
    bound.put(":w", Attributes.of(delete.writer()));
    bound.put(":true", TRUE);
    StringJoiner set = new StringJoiner(", ", "SET ", "");
    set.add("#v=#v+:one").add("#w=:w").add("#d=:true");
    if (tombstoneLifetime != null) {
      names.put("#x", HotTable.EXPIRES);
      set.add("#x=:x");
      bound.put(":x", Attributes.of(clock.instant().plus(tombstoneLifetime).getEpochSecond()));
    }
    StringJoiner remove = new StringJoiner(", ", " REMOVE ", "");
    for (int i = 0; i < valueAliases.length; i++) {
      names.put("#c" + i, values.get(i).name());
      remove.add("#c" + i);
    }
    String condition = "attribute_exists(#k) AND attribute_not_exists(#d)";
    if (delete.expect() instanceof Expect.Version version) {
      condition += " AND #v=:old";
      bound.put(":old", Attributes.of(version.version()));
    }
    return start(delete.key(), set.toString() + remove, condition, names, bound).build();
  }

  private UpdateItemRequest add(RowWrite.Add add) {
    RowWrite.Addition addition = add.addition();
    Map<String, AttributeValue> bound = remembering(add.writer(), false, addition);
    bound.put(":zero", ZERO);
    bound.put(":delta", Attributes.of(addition.delta()));
    bound.put(":lo", Attributes.of(addition.lowest()));
    bound.put(":hi", Attributes.of(addition.highest()));
    boolean nullFits = addition.lowest() <= 0 && addition.highest() >= 0;
    return start(
            add.key(),
            "SET #c=if_not_exists(#c,:zero)+:delta, " + REMEMBER,
            NOT_REMEMBERED
                + (nullFits
                    ? " AND (attribute_not_exists(#c) OR #c BETWEEN :lo AND :hi)"
                    : " AND #c BETWEEN :lo AND :hi"),
            Map.of(
                "#c", values.get(addition.column()).name(),
                "#v", HotTable.VERSION,
                "#w", HotTable.WRITER,
                "#d", HotTable.DELETED,
                "#r", HotTable.REQUESTS),
            bound)
        .returnValues(ReturnValue.UPDATED_NEW)
        .build();
  }

  private UpdateItemRequest withdraw(RowWrite.Withdraw withdraw) {
    return start(
            withdraw.key(),
            "SET " + REMEMBER,
            NOT_REMEMBERED,
            Map.of(
                "#v", HotTable.VERSION,
                "#w", HotTable.WRITER,
                "#d", HotTable.DELETED,
                "#r", HotTable.REQUESTS),
            remembering(withdraw.writer(), true, withdraw.addition()))
        .build();
  }

  /** What {@link #REMEMBER} and {@link #NOT_REMEMBERED} need. */
  private static Map<String, AttributeValue> remembering(
      String writer, boolean withdrawn, RowWrite.Addition addition) {
    Trace trace = Trace.of(writer);
    AttributeValue entry = Attributes.of(withdrawn ? trace.withdrawn() : trace.made());
    Map<String, AttributeValue> bound = new HashMap<>();
    bound.put(":one", ONE);
    bound.put(":w", Attributes.of(writer));
    bound.put(":t", Attributes.of(trace.made()));
    bound.put(":x", Attributes.of(trace.withdrawn()));
    bound.put(":new", AttributeValue.builder().l(List.of(entry)).build());
    bound.put(":empty", EMPTY);
    bound.put(":from", Attributes.of(addition.fromVersion()));
    bound.put(":to", Attributes.of(addition.belowVersion() - 1));
    return bound;
  }

  /** The oldest are last, so a concurrent addition moves only older ones to the indexes cut. */
  @Nullable UpdateItemRequest forget(Object[] key, @Nullable AttributeValue requests) {
    int size = requests == null ? 0 : requests.l().size();
    if (size < RowBackedStore.REMEMBERED + FORGOTTEN_AT_ONCE) {
      return null;
    }
    StringJoiner remove = new StringJoiner(", ", "REMOVE ", "");
    for (int i = RowBackedStore.REMEMBERED; i < size; i++) {
      remove.add("#r[" + i + "]");
    }
    return UpdateItemRequest.builder()
        .tableName(table.name())
        .key(key(key))
        .updateExpression(remove.toString())
        .conditionExpression("attribute_exists(#r)")
        .expressionAttributeNames(Map.of("#r", HotTable.REQUESTS))
        .build();
  }

  private UpdateItemRequest.Builder start(
      Object[] key,
      String update,
      String condition,
      Map<String, String> names,
      Map<String, AttributeValue> bound) {
    return UpdateItemRequest.builder()
        .tableName(table.name())
        .key(key(key))
        .updateExpression(update)
        .conditionExpression(condition)
        .expressionAttributeNames(names)
        .expressionAttributeValues(bound)
        .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD);
  }

  private void checkSize(Object[] key, @Nullable Object[] row) {
    long bound = size(key, row, false);
    if (bound > LARGEST_ITEM && size(key, row, true) > LARGEST_ITEM) {
      throw new IllegalArgumentException(table + ": value: makes an item of more than 400 KB");
    }
  }

  private long size(Object[] key, @Nullable Object[] row, boolean exact) {
    long size = OVERHEAD;
    for (int i = 0; i < key.length; i++) {
      size += Attributes.size(keys.get(i), key[i], exact);
    }
    for (int i = 0; i < row.length; i++) {
      size += Attributes.size(values.get(i), row[i], exact);
    }
    return size;
  }
}
