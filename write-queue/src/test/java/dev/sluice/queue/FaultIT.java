package dev.sluice.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.sluice.queue.sqs.SqsTransport;
import dev.sluice.testkit.DatabaseEngine;
import dev.sluice.testkit.DatabaseNode;
import dev.sluice.testkit.Fault;
import dev.sluice.testkit.FaultProxy;
import dev.sluice.testkit.ReplicatedDatabase;
import dev.sluice.testkit.SqsServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.sqs.SqsClient;

/** Answers lost and connections cut on the wire, while writes flow. */
class FaultIT {
  private static final Databases DATABASES = new Databases();
  private static final Queues QUEUES = new Queues();
  private static final int KEYS = 7;
  private static final int WRITES = 400;

  static List<DatabaseEngine> engines() {
    return ReplicatedDatabase.availableEngines();
  }

  @AfterAll
  static void close() {
    QUEUES.close();
    DATABASES.close();
  }

  @ParameterizedTest
  @MethodSource("engines")
  void eachWriteOnceInOrderThoughAnswersOfSqsAreLostAfterTheirEffect(DatabaseEngine engine)
      throws Exception {
    DataSource pool = shop(engine);
    String name = "wire-" + engine;
    SqsServer server = QUEUES.server(engine.backend());
    String url = QUEUES.create(engine.backend(), name);
    try (FaultProxy proxy = FaultProxy.http(server.endpoint());
        SqsClient client =
            Queues.client(
                proxy.endpoint(), server.region(), server.accessKey(), server.secretKey())) {
      Transport transport = SqsTransport.builder().client(client).queueUrl(url).build();
      for (String call : List.of("SendMessage", "ReceiveMessage", "DeleteMessage")) {
        // more in a row than the SDK tries again by itself
        proxy.add(Fault.dropResponse().whenRequestContains("AmazonSQS." + call).after(3).times(12));
      }
      long sendFailures = flow(name, transport, pool, pool);
      assertThat(proxy.happened()).containsExactly(12, 12, 12);
      assertThat(sendFailures).isPositive();
    }
    assertAllOnceInOrder(pool);
  }

  @ParameterizedTest
  @MethodSource("engines")
  void eachWriteOnceInOrderThoughConnectionsAreCutAtCommit(DatabaseEngine engine) throws Exception {
    DataSource pool = shop(engine);
    String name = "cut-" + engine;
    DatabaseNode node = DATABASES.primary(engine);
    try (FaultProxy proxy = FaultProxy.tcp(node.host(), node.port());
        HikariDataSource cut = new HikariDataSource(through(proxy, node, engine))) {
      for (int skip = 1; skip <= 9; skip += 4) {
        proxy.add(Fault.cutBefore().whenRequestContains("COMMIT").after(skip).times(1));
        proxy.add(Fault.dropResponse().whenRequestContains("COMMIT").after(skip + 2).times(1));
      }
      Transport transport =
          QUEUES.transport(engine.backend(), QUEUES.create(engine.backend(), name));
      flow(name, transport, cut, pool);
      assertThat(proxy.happened()).containsExactly(1, 1, 1, 1, 1, 1);
    }
    assertAllOnceInOrder(pool);
  }

  private static HikariConfig through(FaultProxy proxy, DatabaseNode node, DatabaseEngine engine) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(
        node.jdbcUrl().replace(node.host() + ":" + node.port(), proxy.host() + ":" + proxy.port()));
    config.setUsername(node.user());
    config.setPassword(node.password());
    config.setMaximumPoolSize(8);
    config.setMinimumIdle(0);
    if (engine == DatabaseEngine.POSTGRESQL) {
      // so that each COMMIT goes over the wire as text and the proxy can tell it
      config.addDataSourceProperty("prepareThreshold", "0");
    }
    return config;
  }

  /** Submits and applies; returns how many sends failed. */
  private static long flow(String name, Transport transport, DataSource applied, DataSource ledger)
      throws Exception {
    try (WriteApplier applier =
            WriteApplier.builder()
                .transport(transport)
                .dataSource(applied)
                .name(name)
                .lanes(3)
                .batchWrites(16)
                .visibility(Duration.ofSeconds(1))
                .receiveWait(Duration.ofSeconds(1))
                .build();
        WriteQueue queue =
            WriteQueue.builder()
                .transport(transport)
                .name(name)
                .lanes(3)
                .maxPackWrites(8)
                .ledger(ledger)
                .build()) {
      applier.start();
      List<WriteTicket> tickets = new ArrayList<>();
      for (int n = 0; n < WRITES; n++) {
        tickets.add(queue.submit(entry(n % KEYS, n)));
      }
      tickets.forEach(WriteTicket::applied); // at once, or each costs a poll
      for (WriteTicket ticket : tickets) {
        ticket.applied().toCompletableFuture().get(90, TimeUnit.SECONDS);
      }
      assertThat(applier.stats().stream().mapToLong(LaneStats::gaps).sum()).isZero();
      assertThat(applier.stats().stream().mapToLong(LaneStats::parked).sum()).isZero();
      return queue.sendFailures();
    }
  }

  @ParameterizedTest
  @MethodSource("engines")
  void aBatchCostsThreeRoundTripsMoreThanItsStatements(DatabaseEngine engine) throws Exception {
    shop(engine);
    DatabaseNode node = DATABASES.primary(engine);
    try (FaultProxy proxy = FaultProxy.tcp(node.host(), node.port())) {
      HikariConfig config = through(proxy, node, engine);
      config.setMaximumPoolSize(1);
      try (HikariDataSource counted = new HikariDataSource(config)) {
        long few = Long.MAX_VALUE;
        long many = Long.MAX_VALUE;
        // a pause of this machine makes the applier give its connection back: the least counts
        for (int i = 0; i < 4; i++) {
          few = Math.min(few, roundTrips("few" + i + engine, proxy, counted, 20));
          many = Math.min(many, roundTrips("many" + i + engine, proxy, counted, 60));
        }
        int statements = 2;
        assertThat(many - few).isEqualTo((60 - 20) * (statements + 3L));
      }
    }
  }

  /** Of as many batches, each of one pack with two statements, and of what comes once. */
  private static long roundTrips(
      String name, FaultProxy proxy, HikariDataSource counted, int batches) throws Exception {
    MemoryTransport transport = new MemoryTransport();
    for (int pack = 1; pack <= batches; pack++) {
      List<String> writes = new ArrayList<>();
      for (int key = 0; key < 10; key++) {
        writes.add(JsonText.of(Write.add("counters", Map.of("k", key), Map.of("n", 1))));
        writes.add(JsonText.of(Write.upsert("stock", Map.of("k", key), Map.of("n", pack))));
      }
      PackId id = new PackId("c".repeat(32), pack);
      transport.put("0", PackCodec.body(PackCodec.header(name, id, 0, 1), writes));
    }
    long before = proxy.roundTrips();
    try (WriteApplier applier =
        WriteApplier.builder()
            .transport(transport)
            .dataSource(counted)
            .name(name)
            .lanes(1)
            .batchWrites(20)
            .receiveWait(Duration.ZERO)
            .build()) {
      applier.start();
      Awaitility.await().atMost(Duration.ofSeconds(60)).until(transport::isEmpty);
      assertThat(applier.drain(Duration.ofSeconds(30))).isTrue();
      LaneStats stats = applier.stats().get(0);
      assertThat(stats.packs()).isEqualTo(batches);
      assertThat(stats.transactions()).isEqualTo(batches);
      assertThat(stats.statements()).isEqualTo(2L * batches);
    }
    return proxy.roundTrips() - before;
  }

  private static DataSource shop(DatabaseEngine engine) throws Exception {
    DataSource pool = DATABASES.pool(engine);
    String id = engine == DatabaseEngine.POSTGRESQL ? "BIGSERIAL" : "BIGINT AUTO_INCREMENT";
    Databases.run(
        pool,
        "DROP TABLE IF EXISTS entries",
        "DROP TABLE IF EXISTS counters",
        "DROP TABLE IF EXISTS stock",
        "CREATE TABLE entries (id " + id + " PRIMARY KEY, k INT NOT NULL, n INT NOT NULL)",
        "CREATE TABLE stock (k INT PRIMARY KEY, n INT NOT NULL)",
        "CREATE TABLE counters (k INT PRIMARY KEY, n BIGINT NOT NULL)");
    return pool;
  }

  private static Write entry(int key, int n) {
    return Write.atomically(
        "key" + key,
        List.of(
            Write.sql("key" + key, "INSERT INTO entries (k, n) VALUES (?, ?)", key, n),
            Write.add("counters", Map.of("k", key), Map.of("n", 1))));
  }

  private static void assertAllOnceInOrder(DataSource pool) throws Exception {
    StringBuilder expected = new StringBuilder();
    for (int key = 0; key < KEYS; key++) {
      for (int n = key; n < WRITES; n += KEYS) {
        expected.append(key).append('|').append(n).append('\n');
      }
    }
    assertThat(Databases.rows(pool, "SELECT k, n FROM entries ORDER BY k, id"))
        .isEqualTo(expected.toString());
    assertThat(Databases.rows(pool, "SELECT SUM(n) FROM counters")).isEqualTo(WRITES + "\n");
  }
}
