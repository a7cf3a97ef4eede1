package dev.sluice.demo.shop;

import dev.sluice.demo.check.OrderLine;
import dev.sluice.demo.check.ProductRow;
import java.util.List;
import redis.clients.jedis.UnifiedJedis;

/** What is left for sale, as numbers in Redis, which a script takes from. */
final class RedisReservations implements Reservations {
  /** A number that is gone (evicted, or Redis came back empty) sells nothing. */
  private static final String TAKE =
      """
      local left = tonumber(redis.call('GET', KEYS[1]) or '-1')
      if left < 0 then return -1 end
      if left < tonumber(ARGV[1]) then return 0 end
      redis.call('DECRBY', KEYS[1], ARGV[1])
      return 1
      """;

  private final UnifiedJedis redis;

  RedisReservations(UnifiedJedis redis) {
    this.redis = redis;
  }

  @Override
  public void stock(List<ProductRow> rows) {
    rows.forEach(row -> redis.set(key(row.id()), Integer.toString(row.stock())));
  }

  @Override
  public boolean reserve(OrderLine order) {
    Object answer =
        redis.eval(
            TAKE, List.of(key(order.product())), List.of(Integer.toString(order.quantity())));
    if (answer instanceof Long taken && taken >= 0) {
      return taken == 1;
    }
    throw new IllegalStateException("what is left of a product is not known");
  }

  private static String key(int product) {
    return "left:" + product;
  }
}
