package dev.sluice.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import java.time.Duration;
import java.util.List;
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
