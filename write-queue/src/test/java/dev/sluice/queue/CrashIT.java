package dev.sluice.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testkit.DatabaseEngine;
import dev.sluice.testkit.DatabaseNode;
import dev.sluice.testkit.ReplicatedDatabase;
import dev.sluice.testkit.SqsServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * An applier killed with SIGKILL at every named point; another one goes on. For each point one
 * process has an applier on every engine, and is killed when all of them are there.
 */
class CrashIT {
  private static final Databases DATABASES = new Databases();
  private static final Queues QUEUES = new Queues();
  private static final int WRITES = 200;
  private static final int KEYS = 5;

  /** The queue of one engine. */
  private record Shop(
      DatabaseEngine engine, DataSource pool, String name, String url, Transport transport) {}

  @AfterAll
  static void close() {
    QUEUES.close();
    DATABASES.close();
  }

  @ParameterizedTest
  @EnumSource(CrashPoint.class)
  void nothingIsLostDoubledOrReorderedByAKill(CrashPoint point) throws Exception {
    Map<Shop, WriteQueue> queues = new LinkedHashMap<>();
    Map<Shop, WriteApplier> heirs = new LinkedHashMap<>();
    try {
      Map<Shop, List<WriteTicket>> tickets = new LinkedHashMap<>();
      for (DatabaseEngine engine : ReplicatedDatabase.availableEngines()) {
        Shop shop = shop(engine, point);
        queues.put(shop, queue(shop));
        tickets.put(shop, submit(queues.get(shop)));
      }
      killAt(point, List.copyOf(queues.keySet()));
      for (Shop shop : queues.keySet()) {
        heirs.put(shop, heir(shop).start());
      }
      for (Map.Entry<Shop, List<WriteTicket>> each : tickets.entrySet()) {
        each.getValue().forEach(WriteTicket::applied); // asked for at once
        for (WriteTicket ticket : each.getValue()) {
          ticket.applied().toCompletableFuture().get(90, TimeUnit.SECONDS);
        }
        Shop shop = each.getKey();
        List<LaneStats> stats = heirs.get(shop).stats();
        assertThat(stats.stream().mapToLong(LaneStats::gaps).sum()).isZero();
        assertThat(stats.stream().mapToLong(LaneStats::writes).sum()).isBetween(1L, (long) WRITES);
        assertAllOnceInOrder(shop.pool);
      }
    } finally {
      queues.values().forEach(WriteQueue::close);
      heirs.values().forEach(WriteApplier::close);
    }
  }

  private static Shop shop(DatabaseEngine engine, CrashPoint point) throws SQLException {
    DataSource pool = DATABASES.pool(engine);
    String id = engine == DatabaseEngine.POSTGRESQL ? "BIGSERIAL" : "BIGINT AUTO_INCREMENT";
    Databases.run(
        pool,
        "DROP TABLE IF EXISTS entries",
        "CREATE TABLE entries (id " + id + " PRIMARY KEY, k INT NOT NULL, n INT NOT NULL)");
    String name = "crash-" + engine + "-" + point;
    String url = QUEUES.create(engine.backend(), name);
    return new Shop(engine, pool, name, url, QUEUES.transport(engine.backend(), url));
  }

  private static WriteQueue queue(Shop shop) {
    return WriteQueue.builder()
        .transport(shop.transport)
        .name(shop.name)
        .lanes(2)
        .maxPackWrites(10)
        .ledger(shop.pool)
        .build();
  }

  private static List<WriteTicket> submit(WriteQueue queue) throws Exception {
    List<WriteTicket> tickets = new ArrayList<>();
    for (int n = 0; n < WRITES; n++) {
      int key = n % KEYS;
      tickets.add(
          queue.submit(Write.sql("key" + key, "INSERT INTO entries (k, n) VALUES (?, ?)", key, n)));
    }
    for (WriteTicket ticket : tickets) {
      ticket.accepted().toCompletableFuture().get(60, TimeUnit.SECONDS);
    }
    return tickets;
  }

  private static WriteApplier heir(Shop shop) {
    return WriteApplier.builder()
        .transport(shop.transport)
        .dataSource(shop.pool)
        .name(shop.name)
        .lanes(2)
        .visibility(Duration.ofSeconds(5))
        .receiveWait(Duration.ofSeconds(1))
        .build();
  }

  private static void assertAllOnceInOrder(DataSource pool) throws SQLException {
    StringBuilder expected = new StringBuilder();
    for (int k = 0; k < KEYS; k++) {
      for (int n = k; n < WRITES; n += KEYS) {
        expected.append(k).append('|').append(n).append('\n');
      }
    }
    assertThat(Databases.rows(pool, "SELECT k, n FROM entries ORDER BY k, id"))
        .isEqualTo(expected.toString());
  }

  private static void killAt(CrashPoint point, List<Shop> shops) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    command.addAll(List.of("-Xmx160m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp"));
    command.add(
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
    command.add(CrashingApplier.class.getName());
    command.add(point.name());
    for (Shop shop : shops) {
      DatabaseNode node = DATABASES.primary(shop.engine);
      SqsServer sqs = QUEUES.server(shop.engine.backend());
      command.addAll(List.of(node.jdbcUrl(), node.user(), node.password()));
      command.addAll(
          List.of(sqs.endpoint().toString(), sqs.region(), sqs.accessKey(), sqs.secretKey()));
      command.addAll(List.of(shop.url, shop.name));
    }
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try {
      awaitThere(process, shops);
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  private static void awaitThere(Process process, List<Shop> shops) throws IOException {
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    Set<String> missing = new HashSet<>();
    shops.forEach(shop -> missing.add(CrashingApplier.THERE + shop.name));
    List<String> lines = new ArrayList<>();
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      lines.add(line);
      missing.remove(line);
      if (missing.isEmpty()) {
        return;
      }
    }
    throw new AssertionError("the applier ended: " + lines);
  }
}
