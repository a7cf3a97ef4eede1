package dev.sluice.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.cache.redis.RedisTransport;
import dev.sluice.causality.CausalScope;
import dev.sluice.testkit.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Loads that several readers of one process could share, on each kind of server. */
@ParameterizedClass
@MethodSource("dev.sluice.cache.ServersForTests#available")
class SharedLoadsIT {
  private static final Map<ServersForTests, RedisServer> RUNNING =
      new EnumMap<>(ServersForTests.class);

  @Parameter ServersForTests server;

  private RedisServer redis;
  private TinyDatabase database;
  private CacheStore store;
  private CacheAside<Long, Long> cache;

  @BeforeEach
  void open() {
    redis = RUNNING.computeIfAbsent(server, ServersForTests::start);
    redis.start();
    redis.flush();
    database = new TinyDatabase();
    store =
        CacheStore.builder(RedisTransport.to(redis.host(), redis.port()))
            .readTimeout(Duration.ofSeconds(10))
            .writeTimeout(Duration.ofSeconds(5))
            .probeInterval(Duration.ofMillis(50))
            .build();
    cache =
        CacheAside.builder("numbers", Long.class, Long.class)
            .store(store)
            .source(database)
            .invalidatedBy(TinyDatabase.TABLE, TinyDatabase.COLUMN)
            .loader(database::read)
            .build();
  }

  @AfterEach
  void close() {
    cache.close();
    store.close();
    database.close();
  }

  @AfterAll
  static void stop() {
    RUNNING.values().forEach(RedisServer::close);
    RUNNING.clear();
  }

  @Test
  void loadsOnceForManyThreads() throws Exception {
    database.write(3, 30L, true);
    int threads = 64;
    await().until(() -> cache.explain(3L).verdict().startsWith("it was written"));
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    CountDownLatch all = new CountDownLatch(threads);
    AtomicInteger slow = new AtomicInteger();
    Callable<Optional<Long>> read =
        () -> {
          all.countDown();
          all.await(10, TimeUnit.SECONDS);
          return cache.get(
              3L,
              key -> {
                slow.incrementAndGet();
                await().pollDelay(Duration.ofMillis(300)).until(() -> true);
                return database.read(key);
              });
        };
    List<Future<Optional<Long>>> results = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      results.add(pool.submit(read));
    }
    for (Future<Optional<Long>> result : results) {
      assertThat(result.get(30, TimeUnit.SECONDS)).contains(30L);
    }
    pool.shutdown();
    assertThat(slow).hasValue(1);
  }

  @Test
  void takesNoValueWhoseLoadBeganBeforeAnAcknowledgedWrite() throws Exception {
    database.write(4, 1L, true);
    await().until(() -> cache.explain(4L).verdict().startsWith("it was written"));
    CountDownLatch loaded = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    ExecutorService pool = Executors.newFixedThreadPool(2);
    Future<Optional<Long>> early =
        pool.submit(
            () ->
                cache.get(
                    4L,
                    key -> {
                      Long value = database.read(key);
                      loaded.countDown();
                      goOn.await(10, TimeUnit.SECONDS);
                      return value;
                    }));
    assertThat(loaded.await(10, TimeUnit.SECONDS)).isTrue();
    database.write(4, 2L, true);
    Future<Optional<Long>> late = pool.submit(() -> cache.get(4L));
    goOn.countDown();
    assertThat(early.get(20, TimeUnit.SECONDS)).contains(1L);
    assertThat(late.get(20, TimeUnit.SECONDS)).contains(2L);
    assertThat(cache.get(4L)).contains(2L);
    assertThat(cache.stats().refusedFills()).isEqualTo(1);
    pool.shutdown();
  }

  @Test
  void readersDoNotQueueForLoadsThatAreOfNoUseToOthers() throws Exception {
    int readers = 8;
    ExecutorService pool = Executors.newFixedThreadPool(readers);
    CountDownLatch others = new CountDownLatch(readers - 1);
    AtomicInteger first = new AtomicInteger();
    CountDownLatch leads = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    CacheLoader<Long, Long> inTransaction =
        key -> {
          CausalScope.current().memory(database).sawTransaction();
          if (first.getAndIncrement() == 0) {
            leads.countDown();
            goOn.await(20, TimeUnit.SECONDS);
          } else {
            others.countDown();
            assertThat(others.await(20, TimeUnit.SECONDS)).as("all load at once").isTrue();
          }
          return 1L;
        };
    List<Future<Optional<Long>>> results = new ArrayList<>();
    results.add(pool.submit(() -> cache.get(3L, inTransaction)));
    assertThat(leads.await(20, TimeUnit.SECONDS)).isTrue();
    long before = cache.stats().misses();
    for (int i = 1; i < readers; i++) {
      results.add(pool.submit(() -> cache.get(3L, inTransaction)));
    }
    await().until(() -> cache.stats().misses() == before + readers - 1);
    goOn.countDown();
    for (Future<Optional<Long>> result : results) {
      assertThat(result.get(30, TimeUnit.SECONDS)).contains(1L);
    }
    pool.shutdown();
  }

  @Test
  void readersWhoWaitGetTheExceptionOfTheLoaderAsItIs() throws Exception {
    int readers = 16;
    ExecutorService pool = Executors.newFixedThreadPool(readers);
    CountDownLatch all = new CountDownLatch(readers);
    List<Future<Optional<Long>>> results = new ArrayList<>();
    for (int i = 0; i < readers; i++) {
      results.add(
          pool.submit(
              () -> {
                all.countDown();
                all.await(20, TimeUnit.SECONDS);
                return cache.get(
                    3L,
                    key -> {
                      await().pollDelay(Duration.ofMillis(50)).until(() -> true);
                      throw new IllegalArgumentException("no such");
                    });
              }));
    }
    for (Future<Optional<Long>> result : results) {
      assertThatThrownBy(() -> result.get(30, TimeUnit.SECONDS))
          .hasCauseInstanceOf(IllegalArgumentException.class);
    }
    pool.shutdown();
  }

  @Test
  void interruptedLeaderFailsNoOtherReader() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(2);
    CountDownLatch leads = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    CacheLoader<Long, Long> interrupted =
        key -> {
          leads.countDown();
          goOn.await(20, TimeUnit.SECONDS);
          throw new InterruptedException("leader");
        };
    Future<Optional<Long>> leader = pool.submit(() -> cache.get(3L, interrupted));
    assertThat(leads.await(20, TimeUnit.SECONDS)).isTrue();
    Future<Optional<Long>> other = pool.submit(() -> cache.get(3L, key -> 5L));
    await().until(() -> cache.stats().misses() == 2);
    goOn.countDown();
    assertThatThrownBy(() -> leader.get(30, TimeUnit.SECONDS))
        .hasCauseInstanceOf(CacheLoadException.class);
    assertThat(other.get(30, TimeUnit.SECONDS)).contains(5L);
    pool.shutdown();
  }
}
