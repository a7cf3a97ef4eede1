package dev.sluice.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.cache.redis.RawRedis;
import dev.sluice.cache.redis.RedisTransport;
import dev.sluice.testkit.RedisServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Caches of two processes, under load, while things fail: nothing stale is ever read. */
class CacheFaultsIT {
  private static final Logger log = LoggerFactory.getLogger(CacheFaultsIT.class);

  /** Two processes, each with its own store and its own way to the one database. */
  private static final class Setup implements AutoCloseable {
    final RedisServer redis;
    final TinyDatabase database = new TinyDatabase();
    final List<TinyDatabase.Process> processes = new ArrayList<>();
    final List<CacheStore> stores = new ArrayList<>();
    final List<CacheAside<Long, Long>> caches = new ArrayList<>();

    Setup(ServersForTests server) {
      redis = server.start();
      for (int i = 0; i < 2; i++) {
        CacheStore store =
            CacheStore.builder(RedisTransport.to(redis.host(), redis.port()))
                .probeInterval(Duration.ofMillis(50))
                .build();
        stores.add(store);
        TinyDatabase.Process process = database.process();
        processes.add(process);
        caches.add(
            CacheAside.builder("numbers", Long.class, Long.class)
                .store(store)
                .source(process)
                .invalidatedBy(TinyDatabase.TABLE, TinyDatabase.COLUMN)
                .leaseTime(Duration.ofMillis(500))
                .intentTime(Duration.ofSeconds(2))
                .floorTime(Duration.ofSeconds(10))
                .loader(process::read)
                .build());
      }
    }

    CacheStats stats(int cache) {
      return caches.get(cache).stats();
    }

    void awaitHits() {
      long before = stats(0).hits();
      await().atMost(Duration.ofSeconds(30)).until(() -> stats(0).hits() > before + 200);
    }

    void awaitReads(StalenessChecker checker) {
      long before = checker.reads.get();
      await().atMost(Duration.ofSeconds(30)).until(() -> checker.reads.get() > before + 500);
    }

    @Override
    public void close() {
      caches.forEach(CacheAside::close);
      stores.forEach(CacheStore::close);
      database.close();
      redis.close();
    }
  }

  private static void report(
      String fault, ServersForTests server, Setup setup, StalenessChecker c) {
    log.info(
        "{} on {}: {} reads, {} writes, {} refused, 0 stale; {}",
        fault,
        server,
        c.reads,
        c.writes,
        c.refused,
        setup.stats(0));
  }

  @ParameterizedTest
  @MethodSource("dev.sluice.cache.ServersForTests#available")
  void nothingStaleWhenServerIsKilledAndRestarted(ServersForTests server) {
    try (Setup setup = new Setup(server)) {
      StalenessChecker checker = new StalenessChecker(setup.processes, setup.caches);
      try (checker) {
        for (int round = 0; round < 3; round++) {
          setup.awaitHits();
          setup.redis.kill();
          setup.awaitReads(checker);
          setup.redis.start();
          setup.awaitHits();
          checker.verifyNothingStaleSoFar();
        }
      }
      assertThat(checker.refused.get()).as("commits refused while it was gone").isPositive();
      report("killed and restarted", server, setup, checker);
    }
  }

  @ParameterizedTest
  @MethodSource("dev.sluice.cache.ServersForTests#available")
  void nothingStaleWhenServerHangs(ServersForTests server) {
    try (Setup setup = new Setup(server)) {
      StalenessChecker checker = new StalenessChecker(setup.processes, setup.caches);
      try (checker) {
        for (int round = 0; round < 3; round++) {
          setup.awaitHits();
          setup.redis.pause();
          setup.awaitReads(checker);
          setup.redis.resume();
          setup.awaitHits();
          checker.verifyNothingStaleSoFar();
        }
      }
      report("hanging", server, setup, checker);
    }
  }

  @ParameterizedTest
  @MethodSource("dev.sluice.cache.ServersForTests#available")
  void nothingStaleWhenServerEvicts(ServersForTests server) {
    try (Setup setup = new Setup(server);
        RawRedis raw = new RawRedis(setup.redis.host(), setup.redis.port())) {
      raw.configure("maxmemory-policy", "allkeys-random");
      raw.configure("maxmemory", "4mb");
      StalenessChecker checker = new StalenessChecker(setup.processes, setup.caches);
      try (checker) {
        for (int round = 0; round < 5; round++) {
          setup.awaitHits();
          long before = raw.number("evicted_keys");
          List<byte[]> names = new ArrayList<>();
          for (int i = 0; i < 5000; i++) {
            names.add(("junk:" + round + ":" + i).getBytes(StandardCharsets.US_ASCII));
          }
          for (int from = 0; from < names.size(); from += 100) {
            raw.eval(
                "for i = 1, #KEYS do redis.call('SET', KEYS[i], ARGV[1], 'PX', 60000) end return 1",
                names.subList(from, from + 100),
                List.of(new byte[1000]));
          }
          assertThat(raw.number("evicted_keys")).isGreaterThan(before + 1000);
          checker.verifyNothingStaleSoFar();
        }
      }
      report("evicting", server, setup, checker);
    }
  }

  @ParameterizedTest
  @MethodSource("dev.sluice.cache.ServersForTests#available")
  void nothingStaleWhenReplicaLagsAndServerIsFlushed(ServersForTests server) {
    try (Setup setup = new Setup(server)) {
      setup.database.lag = Duration.ofSeconds(5);
      StalenessChecker checker = new StalenessChecker(setup.processes, setup.caches);
      try (checker) {
        for (int round = 0; round < 10; round++) {
          setup.awaitHits();
          setup.redis.flush();
        }
        setup.awaitReads(checker);
      }
      assertThat(setup.stats(0).hits()).isPositive();
      report("replica 5 s behind, flushed", server, setup, checker);
    }
  }
}
