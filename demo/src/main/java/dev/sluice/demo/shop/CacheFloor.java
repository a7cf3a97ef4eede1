package dev.sluice.demo.shop;

import dev.sluice.cache.CacheAside;
import dev.sluice.cache.CacheStats;
import dev.sluice.cache.CacheStore;
import dev.sluice.cache.redis.RedisTransport;
import dev.sluice.demo.check.OrderLine;
import dev.sluice.demo.check.ProductRow;
import dev.sluice.jdbc.RoutingDataSource;
import dev.sluice.testkit.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;

/** Step 3: product pages from a cache. */
public final class CacheFloor extends Layer {
  private final CacheStore store;
  private final CacheAside<Integer, ProductRow> products;
  private final Shop shop;

  /**
   * Opens the cache.
   *
   * @param below the step before
   * @param routing its way to the database, which tells the cache of writes
   * @param redis where the cache is
   */
  public CacheFloor(ShopFloor below, RoutingDataSource routing, RedisServer redis) {
    super(below);
    store =
        CacheStore.builder(RedisTransport.to(redis.host(), redis.port()))
            // For two cores that run all servers besides: Redis is never gone here, only late.
            .readTimeout(Duration.ofMillis(500))
            .writeTimeout(Duration.ofSeconds(2))
            .maximumLinks(64)
            .failuresToOpen(50)
            .build();
    products =
        CacheAside.builder("products", Integer.class, ProductRow.class)
            .store(store)
            .source(routing)
            .invalidatedBy("product", "id")
            .timeToLive(Duration.ofMinutes(10))
            .build();
    shop = new CachedShop(below.shop());
  }

  @Override
  public Shop shop() {
    return shop;
  }

  @Override
  public OptionalLong cacheReads() {
    CacheStats stats = products.stats();
    return OptionalLong.of(stats.hits() + stats.misses());
  }

  @Override
  public OptionalLong cacheHits() {
    return OptionalLong.of(products.stats().hits());
  }

  @Override
  public void close() {
    products.close();
    store.close();
    super.close();
  }

  private final class CachedShop implements Shop {
    private final Shop inner;

    CachedShop(Shop inner) {
      this.inner = inner;
    }

    @Override
    public ProductRow product(Customer customer, int product) {
      return products.get(product, id -> inner.product(customer, id)).orElseThrow();
    }

    @Override
    public List<OrderLine> orders(Customer customer) throws Exception {
      return inner.orders(customer);
    }

    @Override
    public boolean order(Customer customer, OrderLine order) throws Exception {
      return inner.order(customer, order);
    }

    @Override
    public void view(int product) throws Exception {
      inner.view(product);
    }
  }
}
