package dev.sluice.benchmarks;

import com.alicp.jetcache.Cache;
import com.alicp.jetcache.redis.lettuce.RedisLettuceCacheBuilder;
import com.alicp.jetcache.support.Fastjson2KeyConvertor;
import com.alicp.jetcache.support.JavaValueDecoder;
import com.alicp.jetcache.support.JavaValueEncoder;
import dev.sluice.benchmarks.CacheHit.Product;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.redisson.Redisson;
import org.redisson.api.RedissonClient;
import org.redisson.config.Config;

/**
 * JetCache and Redisson with the codecs that are their defaults, Java serialization and Kryo.
 * JetCache is driven by Lettuce: its adapter for Jedis is made for Jedis 5.
 */
final class CachePeers implements AutoCloseable {
  private final RedisClient lettuce;
  private final Cache<Integer, Product> jetCache;
  private final RedissonClient redisson;

  CachePeers(String host, int port) {
    lettuce = RedisClient.create(RedisURI.create(host, port));
    jetCache =
        RedisLettuceCacheBuilder.createRedisLettuceCacheBuilder()
            .redisClient(lettuce)
            .keyConvertor(Fastjson2KeyConvertor.INSTANCE)
            .valueEncoder(JavaValueEncoder.INSTANCE)
            .valueDecoder(JavaValueDecoder.INSTANCE)
            .keyPrefix("jetcache:")
            .expireAfterWrite(1, TimeUnit.HOURS)
            .buildCache();
    Config config = new Config();
    config.useSingleServer().setAddress("redis://" + host + ":" + port);
    redisson = Redisson.create(config);
  }

  static String redissonName(int id) {
    return "redisson:" + id;
  }

  void fill(List<Product> products) {
    for (Product each : products) {
      jetCache.put(each.id(), each);
      redisson.getBucket(redissonName(each.id())).set(each);
    }
  }

  Product jetCacheGet(int id) {
    return jetCache.get(id);
  }

  Map<Integer, Product> jetCacheGetAll(Set<Integer> ids) {
    return jetCache.getAll(ids);
  }

  Product redissonGet(int id) {
    return redisson.<Product>getBucket(redissonName(id)).get();
  }

  Map<String, Product> redissonGetAll(String... names) {
    return redisson.getBuckets().get(names);
  }

  @Override
  public void close() {
    redisson.shutdown();
    jetCache.close();
    lettuce.shutdown();
  }
}
