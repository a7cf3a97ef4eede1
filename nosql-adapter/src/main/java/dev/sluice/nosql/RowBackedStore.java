package dev.sluice.nosql;

import dev.sluice.nosql.Retry.Attempts;
import dev.sluice.nosql.RowStore.Outcome;
import dev.sluice.nosql.RowStore.Outcome.Refused;
import dev.sluice.nosql.RowStore.Outcome.Written;
import dev.sluice.nosql.RowStore.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A {@link HotStore} over rows: the protocol of conditions, repetitions and doubtful answers, the
 * same for every database. Each request has an id that is stored with the row, so that "refused
 * because my own first attempt was made" is told from a conflict. For authors of stores. Safe for
 * use by several threads; no resources of its own.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
public abstract class RowBackedStore<K, V> implements HotStore<K, V> {
  /** So many additions a row remembers at least. */
  public static final int REMEMBERED = 64;

  /**
   * An attempt of an addition is bound to so many versions of the row. The rest of what the row
   * remembers is the time in which a caller without answer can still learn that it was not made.
   */
  private static final int WINDOW = 16;

  private static final int MOST_VERSIONS = 10_000;
  private static final int MOST_DOUBTS = 10_000;
  private static final int LARGEST_PAGE = 1_000;

  /** Tombstones are skipped this many at a time, and not without bound in one call. */
  private static final int LEAST_SLICE = 100;

  private static final int MOST_SLICES = 20;

  private final HotTable<K, V> table;
  private final RowStore rows;
  private final Retry retry;

  /** Lower bounds of versions, so that an addition needs no read before it. */
  private final Map<K, Long> seenVersions = new ConcurrentHashMap<>();

  /** Additions that ended without an answer, with the first version their attempts are bound to. */
  private final Map<Doubt<K>, Long> doubts = new ConcurrentHashMap<>();

  private record Doubt<K>(K key, RequestId id) {}

  /**
   * A store.
   *
   * @param table the table
   * @param rows where it lives
   * @param retry how to repeat
   */
  protected RowBackedStore(HotTable<K, V> table, RowStore rows, Retry retry) {
    this.table = Objects.requireNonNull(table, "table");
    this.rows = Objects.requireNonNull(rows, "rows");
    this.retry = Objects.requireNonNull(retry, "retry");
  }

  @Override
  public final Optional<Versioned<V>> get(K key) {
    Object[] encoded = table.encodeKey(key);
    return Optional.ofNullable(versioned(reading(() -> rows.read(encoded))));
  }

  @Override
  public final Map<K, Versioned<V>> getAll(Collection<K> keys) {
    List<Object[]> encoded = new ArrayList<>(keys.size());
    for (K key : new LinkedHashSet<>(keys)) {
      encoded.add(table.encodeKey(key));
    }
    Map<K, Versioned<V>> found = new HashMap<>();
    for (Row row : reading(() -> rows.readAll(encoded))) {
      Versioned<V> versioned = versioned(row);
      if (versioned != null) {
        found.put(table.decodeKey(row.key()), versioned);
      }
    }
    return found;
  }

  @Override
  public final Versioned<V> put(K key, V value, Expect expect) {
    Object[] encodedKey = table.encodeKey(key);
    Objects.requireNonNull(value, "value");
    @Nullable Object[] encoded = table.values().encode(value);
    String writer = RequestId.random().value();
    Outcome outcome = write("put", new RowWrite.Put(encodedKey, encoded, expect, writer), expect);
    if (outcome instanceof Refused refused
        && refused.deleted()
        && expect instanceof Expect.Absent) {
      long tombstone = refused.version();
      outcome =
          write(
              "put",
              new RowWrite.Revive(encodedKey, encoded, tombstone, writer),
              new Expect.Version(tombstone));
    }
    if (outcome instanceof Written written) {
      return new Versioned<>(table.values().canonical(value, encoded), written.version());
    }
    throw conflict("put", (Refused) outcome);
  }

  @Override
  public void putAll(Map<K, V> values) {
    values.forEach((key, value) -> put(key, value, Expect.ANY));
  }

  @Override
  public final boolean delete(K key, Expect expect) {
    if (expect instanceof Expect.Absent) {
      throw new IllegalArgumentException("expect: what is absent cannot be deleted");
    }
    String writer = RequestId.random().value();
    RowWrite.Delete delete = new RowWrite.Delete(table.encodeKey(key), expect, writer);
    Outcome outcome = write("delete", delete, expect);
    if (outcome instanceof Refused refused) {
      if (expect instanceof Expect.Version) {
        throw conflict("delete", refused);
      }
      return false;
    }
    return true;
  }

  @Override
  public final Versioned<V> update(K key, UnaryOperator<V> change) {
    Attempts attempts = retry.start();
    while (true) {
      Versioned<V> current =
          get(key).orElseThrow(() -> new ConditionFailedException(says("update", "no value"), 0));
      V changed = Objects.requireNonNull(change.apply(current.value()), "changed value");
      try {
        return put(key, changed, new Expect.Version(current.version()));
      } catch (ConditionFailedException e) {
        if (!attempts.next()) {
          throw e;
        }
      }
    }
  }

  @Override
  public final long add(K key, String counter, long delta, RequestId id) {
    int column = counter(counter);
    Class<?> type = table.values().javaType(column);
    long least = least(type);
    long most = most(type);
    long lowest = delta < 0 ? least - delta : least;
    long highest = delta > 0 ? most - delta : most;
    if (delta == Long.MIN_VALUE) {
      throw new IllegalArgumentException("delta: must be above the least long");
    }
    if (lowest > most || highest < least) {
      throw new ArithmeticException(says("add", "the delta is out of the counter's range"));
    }
    Outcome outcome = addition(key, new RowWrite.Addition(column, delta, lowest, highest), id);
    if (outcome instanceof Written written) {
      return written.counter();
    }
    throw new ArithmeticException(
        says(
            "add",
            ((Refused) outcome).withdrawn()
                ? "refused before under the same request id"
                : "the counter would leave the range of its type"));
  }

  @Override
  public final boolean reserve(K key, String counter, long amount, RequestId id) {
    int column = counter(counter);
    if (amount < 1) {
      throw new IllegalArgumentException("amount: must be at least 1, got " + amount);
    }
    RowWrite.Addition taken = new RowWrite.Addition(column, -amount, amount, Long.MAX_VALUE);
    return addition(key, taken, id) instanceof Written;
  }

  @Override
  public final Page<K, V> query(Object partition, int limit, Optional<K> after) {
    if (table.keyColumns().size() < 2) {
      throw new UnsupportedOperationException(says("query", "keys have no sort key"));
    }
    if (limit < 1 || limit > LARGEST_PAGE) {
      throw new IllegalArgumentException("limit: must be 1 to " + LARGEST_PAGE + ", got " + limit);
    }
    Object encoded = table.encodePartition(partition);
    Object @Nullable [] from = after.map(table::encodeKey).orElse(null);
    if (from != null && !from[0].equals(encoded)) {
      throw new IllegalArgumentException("after: is a key of another partition");
    }
    List<Page.Entry<K, V>> entries = new ArrayList<>();
    int slices = 0;
    do {
      Object @Nullable [] start = from;
      int most = Math.max(limit - entries.size(), LEAST_SLICE);
      RowStore.Slice slice = reading(() -> rows.query(encoded, most, start));
      from = slice.next();
      for (Row row : slice.rows()) {
        if (entries.size() == limit) {
          // What is left of the slice belongs to the next page
          from = table.encodeKey(entries.get(limit - 1).key());
          break;
        }
        Versioned<V> versioned = versioned(row);
        if (versioned != null) {
          entries.add(new Page.Entry<>(table.decodeKey(row.key()), versioned));
        }
      }
    } while (from != null && entries.size() < limit && ++slices < MOST_SLICES);
    return new Page<>(entries, Optional.ofNullable(from).map(table::decodeKey));
  }

  /**
   * An addition within bounds. All attempts of one call are bound to {@link #WINDOW} versions of
   * the row, counted from one that is not above the version at the first attempt: more additions
   * are remembered, so none of them can be made twice, however late an attempt arrives. Where an
   * attempt is without answer and the number does not fit, the request is withdrawn, so that the
   * refusal is final. A call that ended without answer is remembered here, so that the next one
   * under the same id knows of attempts that may still be under way.
   */
  private Outcome addition(K key, RowWrite.Addition wanted, RequestId id) {
    Object[] encoded = table.encodeKey(key);
    Doubt<K> request = new Doubt<>(key, id);
    Long doubted = doubts.isEmpty() ? null : doubts.get(request);
    Long seen = doubted == null ? seenVersions.get(key) : doubted;
    Attempts attempts = retry.start();
    int rounds = 0;
    while (true) {
      long from = seen == null ? 0 : seen;
      if (seen == null) {
        Row row = reading(() -> rows.read(encoded));
        if (row == null || row.values() == null) {
          throw new ConditionFailedException(says("add", "no value"), 0);
        }
        from = row.version();
      }
      RowWrite.Addition bound = wanted.within(from, from + WINDOW);
      Outcome outcome;
      try {
        outcome = addWithin(new RowWrite.Add(encoded, bound, id.value()), doubted != null);
      } catch (OutcomeUnknownException e) {
        if (doubts.size() < MOST_DOUBTS) {
          doubts.merge(request, from, Math::min);
        }
        throw e;
      }
      if (doubted != null) {
        doubts.remove(request);
        doubted = null;
      }
      if (outcome instanceof Written written) {
        remember(key, Math.max(from, written.version()));
        return outcome;
      }
      Refused refused = (Refused) outcome;
      if (Verdict.of(bound, refused, false) != Verdict.REPEAT) {
        if (refused.version() == 0 || refused.deleted()) {
          seenVersions.remove(key);
          throw new ConditionFailedException(says("add", "no value"), 0);
        }
        return outcome;
      }
      seen = refused.version();
      if (++rounds > 3 && !attempts.next()) {
        throw new UnavailableException(says("add", "no progress " + attempts), null);
      }
    }
  }

  private Outcome addWithin(RowWrite.Add add, boolean doubted) {
    Attempts attempts = retry.start();
    OutcomeUnknownException unanswered = null;
    boolean doubt = doubted;
    while (true) {
      Outcome outcome;
      try {
        outcome = rows.write(add);
      } catch (ThrottledException | UnavailableException e) {
        giveUp("add", attempts, doubt, e);
        continue;
      } catch (OutcomeUnknownException e) {
        doubt = true;
        unanswered = e;
        giveUp("add", attempts, true, e);
        continue;
      }
      if (!(outcome instanceof Refused refused)) {
        return outcome;
      }
      switch (Verdict.of(add.addition(), refused, doubt)) {
        case MADE -> {
          return new Written(0, refused.deleted() ? 0 : refused.counter());
        }
        case CONFLICT, REPEAT -> {
          return refused;
        }
        case WITHDRAW -> {
          if (withdrawn(add, attempts)) {
            return refused;
          }
        }
        case UNKNOWN ->
            throw new OutcomeUnknownException(
                says(
                    "add",
                    "an attempt got no answer, and the row has changed too much " + attempts),
                unanswered);
      }
    }
  }

  /** Whether no attempt can be made any more; if not, the row tells when it is asked again. */
  private boolean withdrawn(RowWrite.Add add, Attempts attempts) {
    RowWrite.Withdraw withdraw = new RowWrite.Withdraw(add.key(), add.addition(), add.writer());
    while (true) {
      try {
        Outcome outcome = rows.write(withdraw);
        if (outcome instanceof Refused refused && !refused.withdrawn()) {
          if (!attempts.next()) {
            throw new OutcomeUnknownException(
                says("add", "an attempt got no answer and cannot be withdrawn " + attempts), null);
          }
          return false;
        }
        return true;
      } catch (ThrottledException | UnavailableException | OutcomeUnknownException e) {
        giveUp("add", attempts, true, e);
      }
    }
  }

  private Outcome write(String what, RowWrite write, Expect expect) {
    Attempts attempts = retry.start();
    OutcomeUnknownException unanswered = null;
    while (true) {
      Outcome outcome;
      try {
        outcome = rows.write(write);
      } catch (ThrottledException | UnavailableException e) {
        giveUp(what, attempts, unanswered != null, e);
        continue;
      } catch (OutcomeUnknownException e) {
        unanswered = e;
        giveUp(what, attempts, true, e);
        continue;
      }
      if (outcome instanceof Refused refused) {
        return switch (Verdict.of(expect, write.writer(), refused, unanswered != null)) {
          case MADE -> new Written(refused.version(), 0);
          case CONFLICT, REPEAT -> refused;
          case UNKNOWN, WITHDRAW ->
              throw new OutcomeUnknownException(
                  says(what, "an attempt got no answer, and others wrote since " + attempts),
                  unanswered);
        };
      }
      return outcome;
    }
  }

  /** Waits for the next attempt, or throws what is known of the effect. */
  private void giveUp(String what, Attempts attempts, boolean doubt, HotStoreException last) {
    if (attempts.next()) {
      return;
    }
    String message = says(what, last.getMessage() + " " + attempts);
    if (doubt) {
      throw new OutcomeUnknownException(message, last);
    }
    if (last instanceof ThrottledException throttled) {
      throw new ThrottledException(throttled.reason(), message, throttled);
    }
    throw new UnavailableException(message, last);
  }

  private <T extends @Nullable Object> T reading(Supplier<T> read) {
    Attempts attempts = retry.start();
    while (true) {
      try {
        return read.get();
      } catch (ThrottledException | UnavailableException | OutcomeUnknownException e) {
        giveUp("read", attempts, false, e);
      }
    }
  }

  private @Nullable Versioned<V> versioned(@Nullable Row row) {
    @Nullable Object[] values = row == null ? null : row.values();
    return row == null || values == null
        ? null
        : new Versioned<>(table.values().decode(values), row.version());
  }

  private void remember(K key, long version) {
    if (seenVersions.size() >= MOST_VERSIONS) {
      seenVersions.clear();
    }
    seenVersions.merge(key, version, Math::max);
  }

  private int counter(String component) {
    int index = table.values().indexOf(component);
    if (!List.of(long.class, Long.class, int.class, Integer.class, short.class, Short.class)
        .contains(table.values().javaType(index))) {
      throw new IllegalArgumentException(says("add", component + " is no integer"));
    }
    return index;
  }

  private static long least(Class<?> type) {
    return -most(type) - 1;
  }

  private static long most(Class<?> type) {
    if (Arrays.asList(long.class, Long.class).contains(type)) {
      return Long.MAX_VALUE;
    }
    return Arrays.asList(int.class, Integer.class).contains(type)
        ? Integer.MAX_VALUE
        : Short.MAX_VALUE;
  }

  private ConditionFailedException conflict(String what, Refused refused) {
    long current = refused.deleted() ? 0 : refused.version();
    return new ConditionFailedException(
        says(what, current == 0 ? "there is no value" : "the version is " + current), current);
  }

  private String says(String what, String rest) {
    return table + ": " + what + " failed: " + rest;
  }
}
