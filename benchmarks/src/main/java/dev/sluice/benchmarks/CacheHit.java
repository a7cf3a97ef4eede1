package dev.sluice.benchmarks;

import com.zaxxer.hikari.HikariDataSource;
import dev.sluice.cache.CacheAside;
import dev.sluice.cache.CacheStore;
import dev.sluice.cache.redis.RedisTransport;
import dev.sluice.jdbc.RoutingDataSource;
import dev.sluice.testkit.RedisServer;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.RedisClient;
import redis.clients.jedis.Response;

/**
 * Hits of a real Redis beside what the client alone takes for as many bytes, and beside JetCache
 * and Redisson, which keep a value of the same content. One round trip each.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class CacheHit {
  private static final int KEYS = 50;

  /** A cached value. */
  record Product(int id, String name, long price) implements Serializable {}

  private final List<Integer> ids = new ArrayList<>();
  private final byte[][] names = new byte[KEYS][];
  private RedisServer redis;
  private RedisClient jedis;
  private CachePeers peers;
  private Set<Integer> idSet = Set.of();
  private String[] redissonNames = {};
  private HikariDataSource primary;
  private HikariDataSource replica;
  private RoutingDataSource routing;
  private CacheStore store;
  private CacheAside<Integer, Product> products;

  /** Starts Redis and fills it, for both. */
  @Setup
  public void start() throws SQLException {
    redis = RedisServer.builder().memoryMegabytes(32).start();
    jedis = RedisClient.builder().hostAndPort(redis.host(), redis.port()).build();
    primary = RoutingOverhead.pool("primary");
    replica = RoutingOverhead.pool("replica");
    routing = Peers.sluice(primary, replica);
    store = CacheStore.builder(RedisTransport.to(redis.host(), redis.port())).build();
    products =
        CacheAside.builder("products", Integer.class, Product.class)
            .store(store)
            .source(routing)
            .invalidatedBy("product", "id")
            .loader(this::load)
            .build();
    peers = new CachePeers(redis.host(), redis.port());
    List<Product> all = new ArrayList<>();
    for (int id = 0; id < KEYS; id++) {
      ids.add(id);
      all.add(new Product(id, "lamp number " + id, 42));
      names[id] = ("product:" + id).getBytes(StandardCharsets.UTF_8);
      jedis.set(
          names[id],
          ("{\"id\":" + id + ",\"name\":\"lamp number " + id + "\",\"price\":42}")
              .getBytes(StandardCharsets.UTF_8));
      products.get(id);
    }
    peers.fill(all);
    idSet = Set.copyOf(ids);
    redissonNames = ids.stream().map(CachePeers::redissonName).toArray(String[]::new);
    long before = products.stats().hits();
    if (products.getAll(ids).size() != KEYS || products.stats().hits() != before + KEYS) {
      throw new IllegalStateException("the cache does not hit: " + products.stats());
    }
    Product seventh = all.get(7);
    if (!seventh.equals(jetCacheGet())
        || !seventh.equals(redissonGet())
        || jetCacheGetAll50().size() != KEYS
        || redissonGetAll50().size() != KEYS) {
      throw new IllegalStateException("a peer does not hit");
    }
  }

  private Product load(int id) throws SQLException {
    return new Product(id, "lamp number " + id, RoutingOverhead.read(routing));
  }

  /** Stops all. */
  @TearDown
  public void stop() {
    products.close();
    store.close();
    routing.close();
    replica.close();
    primary.close();
    peers.close();
    jedis.close();
    redis.close();
  }

  /** GET. */
  @Benchmark
  public byte[] jedisGet() {
    return jedis.get(names[7]);
  }

  /** MGET of two keys, what a hit asks for. */
  @Benchmark
  public List<byte[]> jedisGetTwo() {
    return jedis.mget(names[7], names[8]);
  }

  /** A hit of JetCache. */
  @Benchmark
  public Product jetCacheGet() {
    return peers.jetCacheGet(7);
  }

  /** A hit of Redisson. */
  @Benchmark
  public Product redissonGet() {
    return peers.redissonGet(7);
  }

  /** A hit. */
  @Benchmark
  public Optional<Product> cacheGet() {
    return products.get(7);
  }

  /** A pipeline of 50 GET. */
  @Benchmark
  public List<byte[]> jedisPipeline50() {
    List<byte[]> values = new ArrayList<>(KEYS);
    try (AbstractPipeline pipeline = jedis.pipelined()) {
      List<Response<byte[]>> answers = new ArrayList<>(KEYS);
      for (byte[] name : names) {
        answers.add(pipeline.get(name));
      }
      pipeline.sync();
      answers.forEach(answer -> values.add(answer.get()));
    }
    return values;
  }

  /** 50 hits of JetCache at once. */
  @Benchmark
  public Map<Integer, Product> jetCacheGetAll50() {
    return peers.jetCacheGetAll(idSet);
  }

  /** 50 hits of Redisson at once. */
  @Benchmark
  public Map<String, Product> redissonGetAll50() {
    return peers.redissonGetAll(redissonNames);
  }

  /** 50 hits at once. */
  @Benchmark
  public Map<Integer, Product> cacheGetAll50() {
    return products.getAll(ids);
  }
}
