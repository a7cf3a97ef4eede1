package dev.sluice.nosql.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.nosql.CounterFlusher;
import dev.sluice.nosql.CounterOrderException;
import dev.sluice.nosql.CounterRows;
import dev.sluice.nosql.HotStoreContract;
import dev.sluice.nosql.Retry;
import dev.sluice.nosql.ShardedCounters;
import dev.sluice.testkit.Backend;
import dev.sluice.testkit.DynamoDbServer;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

class DynamoDbHotStoreIT {
  static List<Backend> backends() {
    return Backend.available();
  }

  private static DynamoDbClient client(DynamoDbServer server) {
    return DynamoDbClient.builder()
        .endpointOverride(server.endpoint())
        .region(Region.of(server.region()))
        .credentialsProvider(
            StaticCredentialsProvider.create(
                AwsBasicCredentials.create(server.accessKey(), server.secretKey())))
        .httpClient(UrlConnectionHttpClient.create())
        .overrideConfiguration(c -> c.retryStrategy(AwsRetryStrategy.doNotRetry()))
        .build();
  }

  @ParameterizedTest
  @MethodSource("backends")
  void fulfilsTheContract(Backend backend) throws Exception {
    try (DynamoDbServer server = DynamoDbServer.builder().backend(backend).start();
        DynamoDbClient client = client(server)) {
      client.createTable(DynamoDbHotStore.createTable(HotStoreContract.table()));
      DynamoDbHotStore<HotStoreContract.Key, HotStoreContract.Order> plain =
          DynamoDbHotStore.builder(HotStoreContract.table(), client).build();
      HotStoreContract.behavesLikeTheReference(plain, 42);
      HotStoreContract.refusesWhatItCannotHold(plain);
      HotStoreContract.sellsEveryPieceOnce(plain);
      HotStoreContract.withdrawsForGood(
          plain,
          new DynamoDbRows(
              client,
              HotStoreContract.table(),
              new Expressions(HotStoreContract.table(), null, Clock.systemUTC()),
              new BatchReads(client, 1, TimeUnit.NANOSECONDS::sleep)));

      client.deleteTable(r -> r.tableName(HotStoreContract.table().name()));
      client.createTable(DynamoDbHotStore.createTable(HotStoreContract.table()));
      FaultyDynamoDb faulty = new FaultyDynamoDb(client, 0.05, 7);
      DynamoDbHotStore<HotStoreContract.Key, HotStoreContract.Order> store =
          DynamoDbHotStore.builder(HotStoreContract.table(), faulty.client())
              .retry(Retry.within(Duration.ofSeconds(30)))
              .build();
      HotStoreContract.behavesLikeTheReference(store, 43);
      assertThat(faulty.injected).hasPositiveValue();

      DynamoDbHotStore<HotStoreContract.Key, HotStoreContract.Order> doubtful =
          DynamoDbHotStore.builder(
                  HotStoreContract.table(), new FaultyDynamoDb(client, 0.3, 8).client())
              .retry(Retry.within(Duration.ofSeconds(30)))
              .build();
      HotStoreContract.sellsEveryPieceOnce(doubtful);
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void countsExactlyUnderFaults(Backend backend) throws Exception {
    try (DynamoDbServer server = DynamoDbServer.builder().backend(backend).start();
        DynamoDbClient client = client(server)) {
      client.createTable(DynamoDbCounters.createTable("counters"));
      FaultyDynamoDb faulty = new FaultyDynamoDb(client, 0.2, 11);
      ShardedCounters counters =
          ShardedCounters.builder(new DynamoDbCounters(faulty.client(), "counters"))
              .retry(Retry.within(Duration.ofSeconds(30)))
              .build();
      int threads = 16;
      int adds = 125;
      int rounds = 10;
      try (CounterFlusher flusher =
          CounterFlusher.builder(counters).interval(Duration.ZERO).build()) {
        for (int round = 0; round < rounds; round++) {
          List<Thread> running = new ArrayList<>();
          for (int t = 0; t < threads; t++) {
            Thread thread =
                new Thread(
                    () -> {
                      for (int i = 0; i < adds; i++) {
                        flusher.add("page-" + i % 4, 1);
                      }
                    });
            thread.start();
            running.add(thread);
          }
          flusher.flush();
          for (Thread thread : running) {
            thread.join(60_000);
          }
        }
      }
      long sum =
          counters.getAll(List.of("page-0", "page-1", "page-2", "page-3")).values().stream()
              .mapToLong(Long::longValue)
              .sum();
      assertThat(sum).isEqualTo((long) threads * rounds * adds);
      System.out.println(
          "counter on "
              + backend
              + ": "
              + threads * rounds * adds
              + " adds, "
              + faulty.updates
              + " writes, "
              + faulty.injected
              + " faults");
      assertThat(faulty.injected).hasValueGreaterThan(5);
      assertThat(faulty.updates.get()).isLessThanOrEqualTo(threads * rounds * adds / 100);
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void appliesPacksOfTheQueueOnce(Backend backend) throws Exception {
    try (DynamoDbServer server = DynamoDbServer.builder().backend(backend).start();
        DynamoDbClient client = client(server)) {
      client.createTable(DynamoDbCounters.createTable("counters"));
      FaultyDynamoDb faulty = new FaultyDynamoDb(client, 0.3, 5);
      Retry retry = Retry.within(Duration.ofSeconds(30));
      long[] wanted = new long[2];
      for (int consumer = 0; consumer < 4; consumer++) {
        // Another consumer takes over, and gets the last packs again
        ShardedCounters counters =
            ShardedCounters.builder(new DynamoDbCounters(faulty.client(), "counters"))
                .retry(retry)
                .build();
        for (int pack = Math.max(1, consumer * 10 - 3); pack <= consumer * 10 + 10; pack++) {
          counters.apply("p1/0", pack, pack, Map.of("views", (long) pack, "sales", 1L));
          if (pack > consumer * 10) {
            wanted[0] += pack;
            wanted[1]++;
          }
        }
        assertThat(counters.getAll(List.of("views", "sales")))
            .isEqualTo(Map.of("views", wanted[0], "sales", wanted[1]));
        int next = consumer * 10 + 11;
        assertThatThrownBy(() -> counters.apply("p1/0", next + 1, next + 1, Map.of("views", 1L)))
            .isInstanceOf(CounterOrderException.class);
      }
      ShardedCounters other =
          ShardedCounters.builder(new DynamoDbCounters(client, "counters")).shards(3).build();
      assertThatThrownBy(() -> other.get("views")).isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(
              () ->
                  ShardedCounters.builder(new DynamoDbCounters(client, "counters"))
                      .build()
                      .apply("p1/0", 40, 41, Map.of("views", 1L)))
          .isInstanceOf(CounterOrderException.class);
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void streamsWanderBetweenProcesses(Backend backend) throws Exception {
    try (DynamoDbServer server = DynamoDbServer.builder().backend(backend).start();
        DynamoDbClient client = client(server)) {
      client.createTable(DynamoDbCounters.createTable("counters"));
      FaultyDynamoDb faulty = new FaultyDynamoDb(client, 0.3, 6);
      List<ShardedCounters> processes = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        processes.add(
            ShardedCounters.builder(new DynamoDbCounters(faulty.client(), "counters"))
                .retry(Retry.within(Duration.ofSeconds(30)))
                .build());
      }
      long wanted = 0;
      for (int pack = 1; pack <= 40; pack += pack % 5 == 0 ? 2 : 1) {
        wanted += pack;
        // The one before repeats what it did not see committed; packs without deltas are left out
        processes.get(pack / 3 % 2).applyOrdered("p1/0", pack, Map.of("views", (long) pack));
        processes.get(1 - pack / 3 % 2).applyOrdered("p1/0", pack, Map.of("views", (long) pack));
      }
      assertThat(processes.get(0).get("views")).isEqualTo(wanted);
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void forgetsStreamsThatRetired(Backend backend) throws Exception {
    try (DynamoDbServer server = DynamoDbServer.builder().backend(backend).start();
        DynamoDbClient client = client(server)) {
      client.createTable(DynamoDbCounters.createTable("counters"));
      DynamoDbCounters rows = new DynamoDbCounters(client, "counters");
      long future = System.currentTimeMillis() / 1000 + 3600;
      assertThat(rows.add("a", 0, new CounterRows.Batch("old", 5, 5, 1), 2))
          .isEqualTo(Long.MIN_VALUE);
      assertThat(rows.add("a", 0, new CounterRows.Batch("new", 1, 1, future), 3))
          .isEqualTo(Long.MIN_VALUE);
      assertThat(
              client
                  .getItem(r -> r.tableName("counters").key(Map.of("id", Attributes.of("a#0"))))
                  .item()
                  .get("m")
                  .m())
          .containsOnlyKeys("new");
      assertThat(rows.read(List.of("a"), 1)).isEqualTo(Map.of("a", 5L));
    }
  }
}
