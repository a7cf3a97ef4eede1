package dev.sluice.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.sluice.cache.redis.RedisTransport;
import dev.sluice.causality.CausalScope;
import dev.sluice.jdbc.RoutingDataSource;
import dev.sluice.testkit.Backend;
import dev.sluice.testkit.DatabaseEngine;
import dev.sluice.testkit.DatabaseNode;
import dev.sluice.testkit.RedisServer;
import dev.sluice.testkit.ReplicatedDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The cache over the routing DataSource, on real databases with replicas. */
class RoutedCacheIT {
  private static final Logger log = LoggerFactory.getLogger(RoutedCacheIT.class);
  private static final Duration LONG = Duration.ofSeconds(60);

  /** One table behind a DataSource. */
  private record Rows(DataSource dataSource) implements Numbers {
    @Override
    public void write(long key, @Nullable Long value, boolean keyVisible) throws SQLException {
      String where = keyVisible ? "id = ?" : "id + 0 = ?";
      try (Connection connection = dataSource.getConnection();
          PreparedStatement update =
              connection.prepareStatement("UPDATE product SET v = ? WHERE " + where)) {
        update.setLong(1, value == null ? 0 : value);
        update.setLong(2, key);
        assertThat(update.executeUpdate()).isEqualTo(1);
      }
    }

    @Override
    public @Nullable Long read(long key) throws SQLException {
      try (Connection connection = dataSource.getConnection();
          PreparedStatement select =
              connection.prepareStatement("SELECT v FROM product WHERE id = ?")) {
        select.setLong(1, key);
        try (ResultSet rows = select.executeQuery()) {
          return rows.next() ? rows.getLong(1) : null;
        }
      }
    }
  }

  /** All servers, and two processes: each with a source, a store and a cache of its own. */
  private static final class Setup implements AutoCloseable {
    final ReplicatedDatabase database;
    final RedisServer redis;
    final List<HikariDataSource> pools = new ArrayList<>();
    final List<RoutingDataSource> routings = new ArrayList<>();
    final List<CacheStore> stores = new ArrayList<>();
    final List<CacheAside<Long, Long>> caches = new ArrayList<>();
    final List<Rows> rows = new ArrayList<>();

    Setup(DatabaseEngine engine) throws SQLException {
      database = ReplicatedDatabase.builder().engine(engine).replicas(1).start();
      redis =
          (engine.backend() == Backend.DOCKER ? ServersForTests.REDIS : ServersForTests.EMBEDDED)
              .start();
      try (Connection connection = database.primary().dataSource().getConnection();
          Statement statement = connection.createStatement()) {
        statement.execute("CREATE TABLE product (id BIGINT PRIMARY KEY, v BIGINT NOT NULL)");
        for (int id = 0; id < 20; id++) {
          statement.execute("INSERT INTO product VALUES (" + id + ", 0)");
        }
      }
      database.awaitReplicated(LONG);
      for (int i = 0; i < 2; i++) {
        RoutingDataSource routing =
            RoutingDataSource.builder()
                .name("shop")
                .primary(pool(database.primary()))
                .replica("r1", pool(database.replica(0)))
                .maximumLag(Duration.ofSeconds(8))
                .sampleInterval(Duration.ofMillis(20))
                .build();
        routings.add(routing);
        Rows own = new Rows(routing);
        rows.add(own);
        CacheStore store =
            CacheStore.builder(RedisTransport.to(redis.host(), redis.port()))
                .readTimeout(Duration.ofSeconds(1))
                .writeTimeout(Duration.ofSeconds(2))
                .probeInterval(Duration.ofMillis(100))
                .build();
        stores.add(store);
        caches.add(
            CacheAside.builder("products", Long.class, Long.class)
                .store(store)
                .source(routing)
                .invalidatedBy("product", "id")
                .floorTime(Duration.ofSeconds(20))
                .intentTime(Duration.ofSeconds(5))
                .loader(own::read)
                .build());
      }
    }

    private DataSource pool(DatabaseNode node) {
      HikariConfig config = new HikariConfig();
      config.setDataSource(node.dataSource());
      config.setMaximumPoolSize(12);
      HikariDataSource pool = new HikariDataSource(config);
      pools.add(pool);
      return pool;
    }

    @Override
    public void close() {
      caches.forEach(CacheAside::close);
      stores.forEach(CacheStore::close);
      routings.forEach(RoutingDataSource::close);
      pools.forEach(HikariDataSource::close);
      redis.close();
      database.close();
    }
  }

  @ParameterizedTest
  @MethodSource("dev.sluice.testkit.ReplicatedDatabase#availableEngines")
  void nothingStaleWhileReplicaIsDelayedAndRedisRestarts(DatabaseEngine engine)
      throws SQLException {
    try (Setup setup = new Setup(engine)) {
      CacheAside<Long, Long> cache = setup.caches.get(0);
      assertThat(setup.routings.get(0).maximumLag()).contains(Duration.ofSeconds(8));
      writeIsSeenAtOnceAndNamesItsKey(setup, cache);
      StalenessChecker checker = new StalenessChecker(setup.rows, setup.caches);
      try (checker) {
        awaitHits(cache);
        setup.database.replica(0).delay(Duration.ofSeconds(5));
        awaitHits(cache);
        setup.redis.kill();
        long reads = checker.reads.get();
        await().atMost(LONG).until(() -> checker.reads.get() > reads + 200);
        setup.redis.start();
        awaitHits(cache);
        setup.database.replica(0).delay(Duration.ZERO);
        awaitHits(cache);
      }
      log.info(
          "{}: {} reads, {} writes, {} refused, 0 stale; {}",
          engine,
          checker.reads,
          checker.writes,
          checker.refused,
          cache.stats());
    }
  }

  private static void awaitHits(CacheAside<Long, Long> cache) {
    long before = cache.stats().hits();
    await().atMost(LONG).until(() -> cache.stats().hits() > before + 300);
  }

  private static void writeIsSeenAtOnceAndNamesItsKey(Setup setup, CacheAside<Long, Long> cache)
      throws SQLException {
    // Until the source has looked at the catalog, a write may have touched anything.
    await()
        .atMost(LONG)
        .until(
            () -> {
              setup.rows.get(0).write(1, 50L, true);
              return cache.stats().keyWrites() > 0;
            });
    for (long key = 1; key < 3; key++) {
      long k = key;
      await()
          .atMost(LONG)
          .until(
              () -> {
                cache.get(k);
                return cache.explain(k).hit();
              });
    }
    setup.rows.get(0).write(1, 100L, true);
    assertThat(cache.get(1L)).contains(100L);
    assertThat(cache.explain(2L).hit()).as("another key stays").isTrue();
    setup.rows.get(0).write(1, 0L, false);
    assertThat(cache.explain(2L).hit()).as("a write of unknown rows").isFalse();
    try (CausalScope other = CausalScope.open()) {
      assertThat(cache.get(1L)).as("%s", other).contains(0L);
    }
  }
}
