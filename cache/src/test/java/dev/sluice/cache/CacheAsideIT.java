package dev.sluice.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.cache.redis.RedisTransport;
import dev.sluice.causality.CausalMemory;
import dev.sluice.causality.CausalScope;
import dev.sluice.causality.CommitOutcome;
import dev.sluice.testkit.RedisServer;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What a user of a cache sees, on each kind of server. */
@ParameterizedClass
@MethodSource("dev.sluice.cache.ServersForTests#available")
class CacheAsideIT {
  private static final Map<ServersForTests, RedisServer> RUNNING =
      new EnumMap<>(ServersForTests.class);

  @Parameter ServersForTests server;

  private RedisServer redis;
  private TinyDatabase database;
  private CacheStore store;
  private CacheAside<Long, Long> cache;
  private final AtomicInteger loads = new AtomicInteger();

  @BeforeEach
  void open() {
    redis = RUNNING.computeIfAbsent(server, ServersForTests::start);
    redis.start();
    redis.flush();
    database = new TinyDatabase();
    store =
        CacheStore.builder(RedisTransport.to(redis.host(), redis.port()))
            .readTimeout(Duration.ofMillis(500))
            .probeInterval(Duration.ofMillis(50))
            .build();
    cache = builder().build();
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

  private CacheBuilder<Long, Long> builder() {
    return CacheAside.builder("numbers", Long.class, Long.class)
        .store(store)
        .source(database)
        .invalidatedBy(TinyDatabase.TABLE, TinyDatabase.COLUMN)
        .intentTime(Duration.ofSeconds(2))
        .loader(this::load);
  }

  private Long load(long key) {
    loads.incrementAndGet();
    return database.read(key);
  }

  /** Reads until the entry is filled: for a moment after a write it is not. */
  private void awaitHit(long key) {
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              cache.get(key);
              return cache.explain(key).hit();
            });
  }

  @Test
  void answersSecondReadWithoutLoad() throws SQLException {
    database.write(1, 10L, true);
    awaitHit(1);
    int before = loads.get();
    assertThat(cache.get(1L)).contains(10L);
    assertThat(loads).hasValue(before);
    assertThat(cache.stats().hits()).isPositive();
    assertThat(cache.explain(1L).verdict()).isEqualTo("a hit");
  }

  @Test
  void remembersThatThereIsNothing() throws SQLException {
    awaitHit(2);
    int before = loads.get();
    assertThat(cache.get(2L)).isEmpty();
    assertThat(loads).hasValue(before);
    database.write(2, 5L, true);
    assertThat(cache.get(2L)).contains(5L);
  }

  @Test
  void writeOfOneKeyLeavesOthers() throws SQLException {
    awaitHit(1);
    awaitHit(2);
    database.write(1, 11L, true);
    assertThat(cache.explain(2L).hit()).isTrue();
    assertThat(cache.explain(1L).hit()).isFalse();
    assertThat(cache.get(1L)).contains(11L);
  }

  @Test
  void writeOfUnknownRowsInvalidatesAll() throws SQLException {
    awaitHit(1);
    awaitHit(2);
    database.write(1, 11L, false);
    assertThat(cache.explain(2L).hit()).isFalse();
    assertThat(cache.get(1L)).contains(11L);
    assertThat(cache.stats().tableWrites()).isEqualTo(1);
    awaitHit(2);
  }

  @Test
  void hitsAreCachedFromReplicaOnceItHasTheWrite() throws SQLException {
    database.write(1, 1L, true);
    awaitHit(1);
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              database.write(1, 2L, true);
              int before = database.replicaReads.get();
              awaitHit(1);
              return database.replicaReads.get() > before;
            });
  }

  @Test
  void neverFillsFromReplicaThatLacksTheWrite() throws SQLException {
    database.lag = Duration.ofSeconds(30);
    database.write(1, 1L, true);
    awaitHit(1);
    for (long value = 2; value < 6; value++) {
      database.write(1, value, true);
      awaitHit(1);
      try (CausalScope other = CausalScope.open()) {
        assertThat(cache.get(1L)).contains(value);
        assertThat(database.read(1)).as("what the caller has seen, %s", other).isEqualTo(value);
      }
    }
  }

  @Test
  void followsFailoverToAnotherTimeline() throws SQLException {
    database.write(1, 1L, true);
    awaitHit(1);
    database.startTimeline("second");
    for (long value = 2; value < 5; value++) {
      database.write(1, value, true);
      assertThat(cache.get(1L)).contains(value);
      awaitHit(1);
      assertThat(cache.get(1L)).contains(value);
    }
  }

  @Test
  void bypassesWhileOwnTransactionHasWritten() throws SQLException {
    database.write(1, 1L, true);
    awaitHit(1);
    try (CausalScope scope = CausalScope.open()) {
      CausalMemory memory = scope.memory(database);
      memory.writing(List.of(TinyDatabase.TABLE));
      assertThat(cache.get(1L, k -> 99L)).contains(99L);
      assertThat(cache.getAll(List.of(1L))).containsEntry(1L, 1L);
      memory.settled(List.of(TinyDatabase.TABLE));
      assertThat(cache.get(1L, k -> 98L)).contains(1L);
    }
    assertThat(cache.stats().bypassed()).isEqualTo(2);
  }

  @Test
  void doesNotKeepWhatWasReadInTransaction() {
    Optional<Long> got =
        cache.get(
            7L,
            key -> {
              CausalScope.current().memory(database).sawTransaction();
              return 70L;
            });
    assertThat(got).contains(70L);
    assertThat(cache.explain(7L).hit()).isFalse();
    awaitHit(7);
    assertThat(cache.get(7L)).isEmpty();
  }

  @Test
  void getsManyWithOneBatch() throws SQLException {
    for (long key = 0; key < 50; key++) {
      database.write(key, key * 2, true);
    }
    List<Set<Long>> batches = new ArrayList<>();
    try (CacheAside<Long, Long> batched =
        builder()
            .batchLoader(
                keys -> {
                  batches.add(new HashSet<>(keys));
                  Map<Long, Long> values = new HashMap<>();
                  for (Long key : keys) {
                    Long value = database.read(key);
                    if (value != null) {
                      values.put(key, value);
                    }
                  }
                  return values;
                })
            .build()) {
      List<Long> keys = new ArrayList<>();
      for (long key = 0; key < 60; key++) {
        keys.add(key);
      }
      await()
          .atMost(Duration.ofSeconds(20))
          .until(
              () -> {
                assertThat(batched.getAll(keys)).hasSize(50).containsEntry(7L, 14L);
                return batched.explain(59L).hit()
                    && batched.explain(0L).hit()
                    && batched.explain(49L).hit();
              });
      batches.clear();
      assertThat(batched.getAll(keys)).hasSize(50).containsEntry(49L, 98L);
      assertThat(batches).isEmpty();
      assertThat(batches.size()).isLessThanOrEqualTo(2);
    }
  }

  @Test
  void getsManyColdKeysWithOneBatch() {
    List<Set<Long>> batches = new ArrayList<>();
    try (CacheAside<Long, Long> batched =
        builder()
            .batchLoader(
                keys -> {
                  batches.add(new HashSet<>(keys));
                  return Map.of(3L, 30L);
                })
            .build()) {
      List<Long> keys = List.of(1L, 2L, 3L, 4L);
      assertThat(batched.getAll(keys)).isEqualTo(Map.of(3L, 30L));
      assertThat(batches).containsExactly(Set.copyOf(keys));
      assertThat(batched.getAll(keys)).isEqualTo(Map.of(3L, 30L));
      assertThat(batches).hasSize(1);
      assertThat(batched.getAll(List.of(3L, 4L, 5L))).isEqualTo(Map.of(3L, 30L));
      assertThat(batches).containsExactly(Set.copyOf(keys), Set.of(5L));
      assertThat(loads).hasValue(0);
    }
  }

  @Test
  void valueOfAnotherSchemaIsMissAndReplaced() throws SQLException {
    database.write(1, 10L, true);
    awaitHit(1);
    try (CacheAside<Long, String> other =
        CacheAside.builder("numbers", Long.class, String.class)
            .store(store)
            .source(database)
            .invalidatedBy(TinyDatabase.TABLE, TinyDatabase.COLUMN)
            .loader(key -> "value " + database.read(key))
            .build()) {
      assertThat(other.get(1L)).contains("value 10");
      assertThat(other.stats().undecodable()).isPositive();
      assertThat(other.explain(1L).hit()).isTrue();
    }
  }

  @Test
  void keysThatDifferInCaseAreDifferentKeys() {
    Map<String, String> rows = Map.of("abc", "lower", "ABC", "upper", "é", "accent");
    try (CacheAside<String, String> texts =
        CacheAside.builder("texts", String.class, String.class)
            .store(store)
            .source(database)
            .invalidatedBy("texts", "code")
            .loader(rows::get)
            .build()) {
      for (int i = 0; i < 3; i++) {
        assertThat(texts.get("abc")).contains("lower");
        assertThat(texts.get("ABC")).contains("upper");
        assertThat(texts.get("é")).contains("accent");
      }
      assertThat(texts.explain("é").hit()).isFalse();
    }
  }

  @Test
  void invalidationByHandTakesEffectAtOnce() throws SQLException {
    database.write(1, 1L, true);
    awaitHit(1);
    AtomicReference<Long> outside = new AtomicReference<>(2L);
    cache.invalidate(1L);
    assertThat(cache.get(1L, key -> outside.get())).contains(2L);
    outside.set(3L);
    cache.invalidateAll();
    assertThat(cache.get(1L, key -> outside.get())).contains(3L);
  }

  @Test
  void expiresAfterTimeToLive() {
    try (CacheAside<Long, Long> brief =
        builder().timeToLive(Duration.ofMillis(200)).negativeTimeToLive(Duration.ZERO).build()) {
      AtomicInteger calls = new AtomicInteger();
      await()
          .atMost(Duration.ofSeconds(20))
          .until(
              () -> {
                brief.get(8L, key -> (long) calls.incrementAndGet());
                return calls.get() >= 3;
              });
      assertThat(brief.stats().fills()).isGreaterThanOrEqualTo(2);
    }
  }

  @Test
  void rolledBackWriteIsForgotten() throws SQLException {
    database.write(1, 1L, true);
    database.nextOutcome = CommitOutcome.ROLLED_BACK;
    database.write(1, 2L, true);
    awaitHit(1);
    assertThat(cache.get(1L)).contains(1L);
  }

  @Test
  void unknownOutcomeIsReadFromPrimaryUntilIntentExpires() throws SQLException {
    database.lag = Duration.ofMinutes(1);
    database.write(1, 1L, true);
    database.nextOutcome = CommitOutcome.UNKNOWN;
    database.write(1, 2L, true);
    assertThat(cache.explain(1L).verdict()).startsWith("a write of this key");
    assertThat(cache.get(1L)).contains(2L);
    awaitHit(1);
    try (CausalScope other = CausalScope.open()) {
      assertThat(cache.get(1L)).as("%s", other).contains(2L);
    }
  }

  @Test
  void serverThatForgetsDuringCommitShowsNothingOldAfterIt() throws SQLException {
    database.write(1, 1L, true);
    awaitHit(1);
    database.duringCommit =
        () -> {
          redis.flush();
          cache.get(1L);
        };
    database.write(1, 2L, true);
    assertThat(cache.get(1L)).contains(2L);
  }

  @Test
  void refusesCommitAndReadsDatabaseWhenServerIsGone() throws SQLException {
    database.write(1, 1L, true);
    awaitHit(1);
    redis.kill();
    assertThat(cache.get(1L)).contains(1L);
    assertThatThrownBy(() -> database.write(1, 2L, true))
        .isInstanceOf(SQLTransientException.class)
        .hasMessageContaining("commit refused");
    await().until(() -> !cache.stats().available());
    assertThat(cache.get(1L)).contains(1L);
    assertThatThrownBy(() -> cache.invalidate(1L)).isInstanceOf(StoreException.class);
    redis.start();
    await().atMost(Duration.ofSeconds(20)).until(() -> cache.stats().available());
    database.write(1, 2L, true);
    assertThat(cache.get(1L)).contains(2L);
  }

  @Test
  void failedLoadReachesCallerAndLeavesNothing() {
    assertThatThrownBy(
            () ->
                cache.get(
                    9L,
                    key -> {
                      throw new SQLException("down");
                    }))
        .isInstanceOf(CacheLoadException.class)
        .hasRootCauseMessage("down");
    assertThat(cache.get(9L, key -> 90L)).contains(90L);
  }
}
