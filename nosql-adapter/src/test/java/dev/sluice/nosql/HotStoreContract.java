package dev.sluice.nosql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What every store must do, against a reference in memory. */
public final class HotStoreContract {
  private static final int OPERATIONS = 600;

  private HotStoreContract() {}

  /** Partition key and sort key. */
  public record Key(String customer, long number) {}

  /** A constant. */
  public enum Status {
    OPEN,
    DONE
  }

  /** One component of every supported type. */
  public record Order(
      @Nullable String note,
      Status status,
      long views,
      int stock,
      short small,
      boolean paid,
      double weight,
      @Nullable Float length,
      @Nullable BigDecimal total,
      @Nullable BigInteger big,
      @Nullable Instant placed,
      @Nullable LocalDate day,
      @Nullable UUID reference) {}

  /** The table; names like total and status are reserved words somewhere. */
  public static HotTable<Key, Order> table() {
    return HotTable.builder("hot_orders", Key.class, Order.class).build();
  }

  static Order order(Random random) {
    boolean empty = random.nextInt(4) == 0;
    return new Order(
        empty ? null : "näme ' \" \\ " + random.nextInt(),
        Status.values()[random.nextInt(2)],
        random.nextInt(100),
        random.nextInt(10),
        (short) random.nextInt(),
        random.nextBoolean(),
        random.nextGaussian(),
        empty ? null : 1.5f,
        empty ? null : new BigDecimal(random.nextInt(100_000)).movePointLeft(2),
        empty ? null : new BigInteger(60, random),
        empty ? null : Instant.ofEpochSecond(random.nextInt(), random.nextInt(1_000_000_000)),
        empty ? null : LocalDate.of(2024, 2, 29),
        empty ? null : new UUID(random.nextLong(), random.nextLong()));
  }

  /** Random operations, each compared with the reference, and all rows at the end. */
  public static void behavesLikeTheReference(HotStore<Key, Order> store, long seed) {
    Random random = new Random(seed);
    HotStore<Key, Order> reference = new Reference();
    Map<Key, Long> versions = new HashMap<>();
    for (int i = 0; i < OPERATIONS; i++) {
      Key key = new Key("c" + random.nextInt(2), random.nextInt(4));
      Order value = order(random);
      long version = versions.getOrDefault(key, 1L) - (random.nextInt(4) == 0 ? 1 : 0);
      Expect expect =
          switch (random.nextInt(3)) {
            case 0 -> Expect.ANY;
            case 1 -> Expect.ABSENT;
            default -> Expect.VERSION(Math.max(1, version));
          };
      RequestId id = new RequestId("r" + random.nextInt(i + 1));
      int kind = random.nextInt(8);
      Object found = attempt(store, kind, key, value, expect, id);
      Object wanted = attempt(reference, kind, key, value, expect, id);
      assertThat(found).as("operation %d, kind %d", i, kind).isEqualTo(wanted);
      reference.get(key).ifPresent(v -> versions.put(key, v.version()));
    }
    List<Key> all = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      all.add(new Key("c" + i % 2, i / 2));
    }
    assertThat(store.getAll(all)).isEqualTo(reference.getAll(all)).isNotEmpty();
    assertThat(pages(store)).isEqualTo(pages(reference));
  }

  private static List<Page.Entry<Key, Order>> pages(HotStore<Key, Order> store) {
    List<Page.Entry<Key, Order>> rows = new ArrayList<>();
    Optional<Key> after = Optional.empty();
    do {
      Page<Key, Order> page = store.query("c1", 2, after);
      rows.addAll(page.entries());
      after = page.next();
    } while (after.isPresent());
    return rows;
  }

  private static Object attempt(
      HotStore<Key, Order> store, int kind, Key key, Order value, Expect expect, RequestId id) {
    try {
      return switch (kind) {
        case 0, 1, 2 -> store.put(key, value, expect);
        case 3 -> store.delete(key, expect instanceof Expect.Absent ? Expect.ANY : expect);
        case 4 -> store.update(key, v -> value);
        case 5 -> store.add(key, "views", 3, id);
        case 6 -> store.reserve(key, "stock", 2, id);
        default -> store.get(key);
      };
    } catch (ConditionFailedException e) {
      return "failed at " + e.currentVersion();
    }
  }

  /** What must be refused before any call. */
  public static void refusesWhatItCannotHold(HotStore<Key, Order> store) {
    Order good = order(new Random(1));
    Key key = new Key("c1", 1);
    assertThatThrownBy(() -> store.get(new Key("", 1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("must not be empty");
    Order digits =
        new Order(
            null,
            Status.OPEN,
            0,
            0,
            (short) 0,
            true,
            0,
            null,
            new BigDecimal("1".repeat(39)),
            null,
            null,
            null,
            null);
    assertThatThrownBy(() -> store.put(key, digits, Expect.ANY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("38 digits");
    assertThatThrownBy(() -> store.add(key, "weight", 1, RequestId.random()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no integer");
    store.put(key, good, Expect.ANY);
    assertThatThrownBy(() -> store.add(key, "views", Long.MAX_VALUE, RequestId.random()))
        .isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> store.delete(key, Expect.ABSENT))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** Many threads take from one stock; none is sold twice and none is left. */
  public static void sellsEveryPieceOnce(HotStore<Key, Order> store) throws Exception {
    Key key = new Key("guard", 1);
    Order order = order(new Random(2));
    store.put(key, order, Expect.ANY);
    store.update(
        key,
        o ->
            new Order(
                o.note(),
                o.status(),
                0,
                50,
                o.small(),
                o.paid(),
                o.weight(),
                o.length(),
                o.total(),
                o.big(),
                o.placed(),
                o.day(),
                o.reference()));
    List<Thread> threads = new ArrayList<>();
    java.util.concurrent.atomic.AtomicInteger sold =
        new java.util.concurrent.atomic.AtomicInteger();
    List<Throwable> failures = new java.util.concurrent.CopyOnWriteArrayList<>();
    for (int t = 0; t < 4; t++) {
      Thread thread =
          new Thread(
              () -> {
                for (int i = 0; i < 20; i++) {
                  if (store.reserve(key, "stock", 1, RequestId.random())) {
                    sold.incrementAndGet();
                  }
                }
              });
      thread.setUncaughtExceptionHandler((failed, e) -> failures.add(e));
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join(60_000);
    }
    assertThat(failures).isEmpty();
    assertThat(sold).hasValue(50);
    assertThat(store.get(key).orElseThrow().value().stock()).isZero();
  }

  /** An addition that was withdrawn is never made, and the withdrawal changes no value. */
  public static void withdrawsForGood(HotStore<Key, Order> store, RowStore rows) {
    Key key = new Key("withdrawn", 1);
    store.put(key, order(new Random(3)), Expect.ANY);
    Versioned<Order> before = store.get(key).orElseThrow();
    Object[] encoded = table().encodeKey(key);
    int column = table().values().indexOf("views");
    RowWrite.Addition addition =
        new RowWrite.Addition(
            column, 1, Long.MIN_VALUE, Long.MAX_VALUE, before.version(), before.version() + 32);
    String writer = RequestId.random().value();
    RowWrite.Withdraw withdraw = new RowWrite.Withdraw(encoded, addition, writer);
    RowWrite.Add add = new RowWrite.Add(encoded, addition, writer);
    RowWrite.Add other = new RowWrite.Add(encoded, addition, RequestId.random().value());

    assertThat(rows.write(withdraw)).isInstanceOf(RowStore.Outcome.Written.class);
    assertThat(store.get(key).orElseThrow().value()).isEqualTo(before.value());
    for (RowWrite late : List.of(add, withdraw)) {
      assertThat(rows.write(late))
          .isInstanceOfSatisfying(
              RowStore.Outcome.Refused.class,
              refused -> {
                assertThat(refused.withdrawn()).isTrue();
                assertThat(refused.remembered()).isFalse();
              });
    }
    assertThat(rows.write(other)).isInstanceOf(RowStore.Outcome.Written.class);
    assertThat(rows.write(new RowWrite.Withdraw(encoded, addition, other.writer())))
        .isInstanceOfSatisfying(
            RowStore.Outcome.Refused.class, refused -> assertThat(refused.remembered()).isTrue());
    assertThat(store.get(key).orElseThrow().value().views()).isEqualTo(before.value().views() + 1);
  }

  private static final class Reference extends RowBackedStore<Key, Order> {
    Reference() {
      super(table(), new MemoryRows(10_000), Retry.within(java.time.Duration.ZERO));
    }
  }
}
