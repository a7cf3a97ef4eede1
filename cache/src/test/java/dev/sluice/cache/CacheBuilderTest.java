package dev.sluice.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class CacheBuilderTest {
  /** A server that is never there. */
  private static final StoreTransport NOWHERE =
      new StoreTransport() {
        @Override
        public StoreLink connect(int millis) {
          throw new StoreException("nobody there");
        }

        @Override
        public String address() {
          return "nowhere";
        }
      };

  record Product(String name, List<Price> prices) {}

  record Price(String currency, long cents) {}

  private static void refused(String option, UnaryOperator<CacheBuilder<Long, Long>> change) {
    try (CacheStore store = CacheStore.builder(NOWHERE).build();
        TinyDatabase database = new TinyDatabase()) {
      CacheBuilder<Long, Long> builder =
          CacheAside.builder("numbers", Long.class, Long.class)
              .store(store)
              .source(database)
              .invalidatedBy("product", "id");
      assertThatThrownBy(() -> change.apply(builder).build())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith(option + ":");
    }
  }

  @Test
  void refusesWhatIsOutOfBoundsAndNamesTheOption() {
    refused("timeToLive", b -> b.timeToLive(Duration.ZERO));
    refused("timeToLiveJitter", b -> b.timeToLiveJitter(1));
    refused("negativeTimeToLive", b -> b.negativeTimeToLive(Duration.ofMillis(-1)));
    refused("leaseTime", b -> b.leaseTime(Duration.ofMinutes(2)));
    refused("intentTime", b -> b.intentTime(Duration.ofMillis(1)));
    refused("floorTime", b -> b.floorTime(Duration.ofMillis(1)));
    refused("maximumValueBytes", b -> b.maximumValueBytes(1023));
    refused("maximumValueBytes", b -> b.maximumValueBytes((64 << 20) + 1));
    refused("mostKeys", b -> b.mostKeys(0));
    refused("invalidatedBy", b -> b.invalidatedBy("PRODUCT"));
    refused("storeDown", b -> b.storeDown(StoreDown.FAIL_OPEN));
  }

  @Test
  void refusesToBuildWithoutWhatIsRequired() {
    assertThatThrownBy(() -> CacheAside.builder("x", Long.class, Long.class).build())
        .hasMessageStartingWith("store:");
    assertThatThrownBy(() -> CacheAside.builder("a b", Long.class, Long.class).build())
        .hasMessageStartingWith("name:");
    assertThatThrownBy(() -> CacheStore.builder(NOWHERE).readTimeout(Duration.ZERO).build())
        .hasMessageStartingWith("readTimeout:");
    assertThatThrownBy(() -> CacheStore.builder(NOWHERE).maximumLinks(0).build())
        .hasMessageStartingWith("maximumLinks:");
  }

  @Test
  void refusesFloorThatIsNotLongerThanTheLagOfTheSource() {
    try (CacheStore store = CacheStore.builder(NOWHERE).build();
        TinyDatabase database = new TinyDatabase()) {
      database.maximumLag = Optional.of(Duration.ofMinutes(1));
      CacheBuilder<Long, Long> builder =
          CacheAside.builder("numbers", Long.class, Long.class)
              .store(store)
              .source(database)
              .invalidatedBy("product", "id");
      assertThatThrownBy(builder::build)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("floorTime:")
          .hasMessageContaining("maximumLag");
      builder.floorTime(Duration.ofSeconds(61)).build().close();
    }
  }

  @Test
  void refusesCachesThatWouldShareEntriesAndNotTheirRules() {
    try (CacheStore store = CacheStore.builder(NOWHERE).build();
        TinyDatabase database = new TinyDatabase();
        TinyDatabase twin = new TinyDatabase();
        TinyDatabase other = new TinyDatabase("other");
        CacheAside<Long, Long> first = numbers(store, database).build();
        CacheAside<Long, Long> again = numbers(store, database).build();
        CacheAside<Long, Long> elsewhere = numbers(store, other).build()) {
      assertThat(List.of(first, again, elsewhere)).doesNotHaveDuplicates();
      assertThatThrownBy(() -> numbers(store, twin).build())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("source:");
      assertThatThrownBy(() -> numbers(store, database).invalidatedBy("price").build())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("invalidatedBy:");
      assertThatThrownBy(
              () ->
                  CacheAside.builder("numbers", String.class, Long.class)
                      .store(store)
                      .source(database)
                      .invalidatedBy("product", "id")
                      .build())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("textKeys or keyType:");
    }
  }

  private static CacheBuilder<Long, Long> numbers(CacheStore store, TinyDatabase database) {
    return CacheAside.builder("numbers", Long.class, Long.class)
        .store(store)
        .source(database)
        .invalidatedBy("product", "id");
  }

  @Test
  void namespaceIsTheFirstPartOfAllNames() {
    KeyText<Long> keys = KeyText.forType(Long.class, TextKeys.FOLDED);
    CacheTables tables = new CacheTables("shop", "main", "numbers", keys, Map.of("t", ""), 1);
    assertThat(new String(tables.entry("run", "7"), StandardCharsets.UTF_8))
        .isEqualTo("shop:run:main:numbers:k:7");
    assertThatThrownBy(() -> CacheStore.builder(NOWHERE).namespace("a:b").build())
        .hasMessageStartingWith("namespace:");
  }

  @Test
  void readsGoToTheDatabaseWhenTheServerWasNeverThere() throws Exception {
    try (CacheStore store = CacheStore.builder(NOWHERE).build();
        TinyDatabase database = new TinyDatabase();
        CacheAside<Long, Long> cache =
            CacheAside.builder("numbers", Long.class, Long.class)
                .store(store)
                .source(database)
                .invalidatedBy("product", "id")
                .loader(key -> 7L)
                .build()) {
      assertThat(cache.get(1L)).contains(7L);
      assertThat(cache.getAll(List.of(1L, 2L))).hasSize(2);
      assertThat(cache.stats().bypassed()).isEqualTo(3);
      assertThat(cache.explain(1L).verdict()).contains("circuit is open");
    }
  }

  @Test
  void jsonReadsBackWhatItWroteAndKnowsItsSchema() {
    JsonCodec<Product> codec = JsonCodec.of(Product.class);
    Product product = new Product("pen", List.of(new Price("EUR", 199)));
    assertThat(codec.decode(codec.encode(product))).isEqualTo(product);
    assertThat(codec.schema()).contains("prices", "cents");
    assertThat(JsonCodec.of(new TypeReference<List<Price>>() {}).schema())
        .contains("currency")
        .isNotEqualTo(codec.schema());
  }
}
