package dev.sluice.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.cache.redis.RawRedis;
import dev.sluice.cache.redis.RedisTransport;
import dev.sluice.causality.CausalScope;
import dev.sluice.causality.Freshness;
import dev.sluice.testkit.RedisServer;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Two processes on one database and one server, of which the first is cut off or refused. */
@ParameterizedClass
@MethodSource("dev.sluice.cache.ServersForTests#available")
class CacheCutIT {
  private static final Map<ServersForTests, RedisServer> RUNNING =
      new EnumMap<>(ServersForTests.class);
  private static final Duration LEASE = Duration.ofMinutes(1);

  @Parameter ServersForTests server;

  private RedisServer redis;
  private RawRedis raw;
  private TinyDatabase database;
  private FaultyTransport transport;
  private CacheStore writerStore;
  private CacheStore otherStore;
  private TinyDatabase.Process writer;
  private CacheAside<Long, Long> own;
  private CacheAside<Long, Long> others;

  @BeforeEach
  void open() {
    redis = RUNNING.computeIfAbsent(server, ServersForTests::start);
    redis.start();
    redis.flush();
    raw = new RawRedis(redis.host(), redis.port());
    database = new TinyDatabase();
    transport = new FaultyTransport(RedisTransport.to(redis.host(), redis.port()));
    writerStore =
        CacheStore.builder(transport)
            .readTimeout(Duration.ofSeconds(1))
            .writeTimeout(Duration.ofSeconds(2))
            .failuresToOpen(1000) // a link that cannot be made opens the circuit all the same
            .probeInterval(Duration.ofMinutes(1))
            .build();
    otherStore =
        CacheStore.builder(RedisTransport.to(redis.host(), redis.port()))
            .readTimeout(Duration.ofSeconds(1))
            .writeTimeout(Duration.ofSeconds(2))
            .build();
    writer = database.process();
    own = cache(writerStore, writer);
    others = cache(otherStore, database.process());
  }

  private static CacheAside<Long, Long> cache(CacheStore store, TinyDatabase.Process process) {
    return CacheAside.builder("numbers", Long.class, Long.class)
        .store(store)
        .source(process)
        .invalidatedBy(TinyDatabase.TABLE, TinyDatabase.COLUMN)
        .leaseTime(LEASE)
        .intentTime(Duration.ofSeconds(2))
        .maximumValueBytes(1024)
        .loader(process::read)
        .build();
  }

  @AfterEach
  void close() {
    transport.cut = false;
    transport.refused = EnumSet.noneOf(Script.class);
    own.close();
    others.close();
    writerStore.close();
    otherStore.close();
    raw.close();
    database.close();
  }

  @AfterAll
  static void stop() {
    RUNNING.values().forEach(RedisServer::close);
    RUNNING.clear();
  }

  private static void awaitHit(CacheAside<Long, Long> cache, long key) {
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              fresh(cache, key);
              return cache.explain(key).hit();
            });
  }

  /** As another caller, whose past is not that of the test; loads come from the primary. */
  private static Optional<Long> fresh(CacheAside<Long, Long> cache, long key) {
    return CompletableFuture.supplyAsync(
            () -> {
              try (CausalScope scope = CausalScope.nested(Freshness.LATEST)) {
                assertThat(scope).isNotNull();
                return cache.get(key);
              }
            })
        .orTimeout(20, TimeUnit.SECONDS)
        .join();
  }

  private byte[] nameOf(long key) {
    String name =
        raw.keys().stream().filter(k -> k.endsWith(":k:" + key)).findFirst().orElseThrow();
    return name.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void nothingOldIsFilledWhenServerForgetsDuringCommitOfWriterThatIsCutOff() throws SQLException {
    writer.write(1, 1L, true);
    awaitHit(others, 1);
    AtomicReference<String> verdict = new AtomicReference<>();
    database.duringCommit =
        () -> {
          transport.cut = true;
          redis.flush();
          assertThat(fresh(others, 1)).contains(1L);
          assertThat(fresh(others, 1)).contains(1L);
          verdict.set(others.explain(1L).verdict());
        };
    writer.write(1, 2L, true);
    assertThat(verdict.get()).startsWith("the server lost its memory");
    assertThat(fresh(others, 1)).contains(2L);
    assertThat(own.stats().untoldCommits()).isEqualTo(1);
    assertThat(own.get(1L)).contains(2L);
    awaitHit(others, 1);
    assertThat(fresh(others, 1)).contains(2L);
  }

  @Test
  void processReadsPastTheCacheUntilServerIsToldOfItsCommit() throws SQLException {
    writer.write(1, 1L, true);
    awaitHit(own, 1);
    awaitHit(others, 1);
    database.duringCommit =
        () -> {
          transport.refused = EnumSet.of(Script.POST);
          raw.delete(nameOf(1));
          awaitHit(others, 1);
        };
    writer.write(1, 2L, true);
    database.duringCommit = () -> {};
    assertThat(own.stats().available()).isTrue();
    assertThat(own.stats().untoldCommits()).isEqualTo(1);
    assertThat(own.get(1L)).as("an old value is in the cache").contains(2L);
    assertThat(own.getAll(List.of(1L))).containsEntry(1L, 2L);
    assertThat(own.explain(1L).verdict()).startsWith("the server was not told");
    transport.refused = EnumSet.noneOf(Script.class);
    await().atMost(Duration.ofSeconds(20)).until(() -> own.stats().untoldCommits() == 0);
    assertThat(fresh(own, 1)).contains(2L);
    assertThat(fresh(others, 1)).contains(2L);
  }

  @Test
  void commitsThatWaitInGreatNumberAreToldAsOneWriteOfUnknownRows() {
    Calls calls = new Calls(LEASE, LEASE, LEASE);
    Calls.Target single = Calls.Target.entry("single".getBytes(StandardCharsets.UTF_8));
    Calls.Target all = Calls.Target.table("all".getBytes(StandardCharsets.UTF_8), false);
    Untold untold = new Untold();
    transport.lost = EnumSet.of(Script.POST);
    AtomicInteger singles = new AtomicInteger();
    AtomicInteger alls = new AtomicInteger();
    for (int i = 0; i < Untold.MOST + 50; i++) {
      int number = i;
      writerStore
          .mailbox()
          .owe(
              untold,
              run -> {
                singles.accumulateAndGet(number + 1, Math::max);
                return List.of(calls.committed(single, number, null));
              },
              run -> {
                alls.incrementAndGet();
                return List.of(calls.committed(all, number, null));
              });
    }
    assertThat(untold.count()).isEqualTo(Untold.MOST + 50);
    transport.lost = EnumSet.noneOf(Script.class);
    await().atMost(Duration.ofSeconds(20)).until(untold::none);
    assertThat(singles).hasValue(Untold.MOST);
    assertThat(alls).hasValue(1);
    assertThat(raw.keys()).contains("single", "all");
  }

  @Test
  void failedFillLeavesNoLeaseBehind() {
    transport.refused = EnumSet.of(Script.FILL);
    own.get(9L);
    transport.refused = EnumSet.noneOf(Script.class);
    await()
        .atMost(LEASE.dividedBy(4))
        .until(() -> own.explain(9L).verdict().startsWith("it was written"));
    long start = System.nanoTime();
    own.get(9L);
    assertThat(System.nanoTime() - start).isLessThan(LEASE.toNanos() / 4);
    assertThat(own.explain(9L).hit()).isTrue();
    assertThat(own.stats().available()).isTrue();
  }

  @Test
  void fullServerCostsNoReaderTheLeaseTimeAndNoLink() {
    raw.configure("maxmemory-policy", "noeviction");
    raw.configure("maxmemory", "1000");
    try {
      long start = System.nanoTime();
      for (int i = 0; i < 4; i++) {
        own.get(9L);
        own.getAll(List.of(10L, 11L));
      }
      assertThat(System.nanoTime() - start).isLessThan(LEASE.toNanos() / 4);
      assertThat(own.stats().available()).isTrue();
      assertThat(transport.closed).hasValue(0);
      assertThatThrownBy(() -> writer.write(9, 1L, true)).isInstanceOf(SQLTransientException.class);
    } finally {
      raw.configure("maxmemory", "64mb");
      raw.configure("maxmemory-policy", "allkeys-lru");
    }
    awaitHit(own, 9);
  }

  @Test
  void commitIsAcceptedByServerThatAnswersAlthoughReadersOpenedTheCircuit() throws SQLException {
    writer.write(1, 1L, true);
    transport.cut = true;
    for (int i = 0; i < 3; i++) {
      own.get(1L);
    }
    assertThat(own.stats().available()).isFalse();
    assertThatThrownBy(() -> writer.write(1, 2L, true)).isInstanceOf(SQLTransientException.class);
    transport.cut = false;
    assertThat(own.stats().available()).as("no probe for a minute").isFalse();
    writer.write(1, 2L, true);
    assertThat(own.stats().available()).isTrue();
    assertThat(own.get(1L)).contains(2L);
  }

  @Test
  void valueAboveTheMaximumIsNotKept() {
    try (CacheAside<Long, String> texts =
        CacheAside.builder("texts", Long.class, String.class)
            .store(otherStore)
            .source(database)
            .invalidatedBy("texts", "id")
            .maximumValueBytes(1024)
            .build()) {
      assertThat(texts.get(1L, key -> "x".repeat(1022))).isPresent();
      assertThat(texts.explain(1L).hit()).isTrue();
      assertThat(texts.get(2L, key -> "x".repeat(1023))).isPresent();
      assertThat(texts.explain(2L).hit()).isFalse();
      assertThat(texts.stats().unfilled()).isEqualTo(1);
    }
  }

  @Test
  void sourcesOfOtherNamesHaveCachesOfTheirOwn() throws SQLException {
    TinyDatabase second = new TinyDatabase("second");
    try (CacheAside<Long, Long> shard =
        CacheAside.builder("numbers", Long.class, Long.class)
            .store(otherStore)
            .source(second)
            .invalidatedBy(TinyDatabase.TABLE, TinyDatabase.COLUMN)
            .loader(second::read)
            .build()) {
      writer.write(1, 111L, true);
      second.write(1, 222L, true);
      awaitHit(others, 1);
      awaitHit(shard, 1);
      assertThat(others.get(1L)).contains(111L);
      assertThat(shard.get(1L)).contains(222L);
    } finally {
      second.close();
    }
  }

  @Test
  void commitsGoOnWhenStoreWasClosedBeforeItsCaches() throws SQLException {
    writer.write(1, 1L, true);
    writerStore.close();
    writer.write(1, 2L, true);
    assertThat(own.get(1L)).contains(2L);
    assertThat(own.stats().available()).isFalse();
  }

  @Test
  void closeTellsWhatWasNotToldYet() throws SQLException {
    writer.write(1, 1L, true);
    awaitHit(others, 1);
    database.duringCommit = () -> transport.lost = EnumSet.of(Script.POST);
    writer.write(1, 2L, true);
    assertThat(own.stats().untoldCommits()).isEqualTo(1);
    transport.lost = EnumSet.noneOf(Script.class);
    writerStore.close();
    assertThat(own.stats().untoldCommits()).isZero();
    assertThat(fresh(others, 1)).contains(2L);
  }
}
