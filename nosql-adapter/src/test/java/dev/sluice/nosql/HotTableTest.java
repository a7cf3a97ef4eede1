package dev.sluice.nosql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class HotTableTest {
  record Key(String customer, Instant placed) {}

  record Value(String note) {}

  private static final HotTable<Key, Value> TABLE =
      HotTable.builder("orders", Key.class, Value.class).build();

  @Test
  void refusesKeysThatWouldBecomeOthers() {
    Instant exact = Instant.parse("2026-11-25T10:00:00.123456Z");
    assertThat(TABLE.decodeKey(TABLE.encodeKey(new Key("a", exact))))
        .isEqualTo(new Key("a", exact));
    assertThatThrownBy(() -> TABLE.encodeKey(new Key("a", exact.plusNanos(1))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("microseconds");
    HotTable<Instant, Value> times = HotTable.builder("times", Instant.class, Value.class).build();
    assertThatThrownBy(() -> times.encodeKey(exact.plusNanos(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("microseconds");
    assertThatThrownBy(() -> times.encodePartition(exact.plusNanos(1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("microseconds");
  }

  @Test
  void refusesTextThatNoStoreKeeps() {
    Instant time = Instant.EPOCH;
    for (String text : new String[] {"a\ud800", "\udc00a", "\ud800\ud800", "a\0"}) {
      assertThatThrownBy(() -> TABLE.encodeKey(new Key(text, time)))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> TABLE.values().encode(new Value(text)))
          .isInstanceOf(IllegalArgumentException.class);
    }
    assertThat(TABLE.values().encode(new Value("a\ud83d\ude00b")))
        .containsExactly("a\ud83d\ude00b");
  }

  @Test
  void aPageOverTombstonesIsBounded() {
    MemoryRows rows = new MemoryRows(RowBackedStore.REMEMBERED);
    HotStore<Key, Value> store =
        new RowBackedStore<>(TABLE, rows, Retry.within(java.time.Duration.ZERO)) {};
    for (int i = 0; i < 5_000; i++) {
      Key key = new Key("a", Instant.EPOCH.plusSeconds(i));
      store.put(key, new Value("n" + i), Expect.ANY);
      if (i < 4_990) {
        store.delete(key, Expect.ANY);
      }
    }
    int pages = 0;
    int found = 0;
    java.util.Optional<Key> after = java.util.Optional.empty();
    do {
      Page<Key, Value> page = store.query("a", 3, after);
      assertThat(page.entries()).hasSizeLessThanOrEqualTo(3);
      for (Page.Entry<Key, Value> entry : page.entries()) {
        assertThat(entry.versioned().value()).isEqualTo(new Value("n" + (4_990 + found++)));
      }
      after = page.next();
      pages++;
    } while (after.isPresent());
    assertThat(found).isEqualTo(10);
    assertThat(pages).isBetween(5, 10);
  }
}
