package dev.sluice.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is compared with what.
 *
 * @param title what is done
 * @param baseline the measurement that is 1.00, as {@link Measurement#key}
 * @param others measured beside it
 */
record Comparison(String title, String baseline, List<String> others) {
  /** All comparisons, in the order of the table. */
  static List<Comparison> all() {
    List<Comparison> all = new ArrayList<>();
    for (String below : List.of("RoutingOverhead", "RoutingInMemory")) {
      String title = below.equals("RoutingInMemory") ? "Routing over H2 in memory: " : "Routing: ";
      all.add(routing("read", below, title + "autocommit read"));
      all.add(routing("write", below, title + "autocommit write"));
      all.add(routing("readOnlyTransaction", below, title + "read-only transaction of one read"));
      all.add(routing("readWriteTransaction", below, title + "transaction of a read and a write"));
    }
    for (String method : List.of("read", "write")) {
      all.add(
          new Comparison(
              "Insights: autocommit " + method,
              "InsightsOverhead." + method + " nobody",
              List.of("InsightsOverhead." + method + " insights")));
    }
    for (String dialect : List.of("MYSQL", "MARIADB", "POSTGRESQL")) {
      all.add(
          of(
              "Scanner: 300 characters, " + dialect,
              "ScannerBenchmark.",
              " " + dialect,
              List.of("newText", "scan", "knownText", "knownTextNewString")));
    }
    all.addAll(withServers());
    return List.copyOf(all);
  }

  /** Those that need a server. */
  private static List<Comparison> withServers() {
    List<Comparison> all = new ArrayList<>();
    all.add(
        of(
            "Cache: one hit",
            "CacheHit.",
            "",
            List.of("jedisGet", "jedisGetTwo", "jetCacheGet", "redissonGet", "cacheGet")));
    all.add(
        of(
            "Cache: 50 hits",
            "CacheHit.",
            "",
            List.of("jedisPipeline50", "jetCacheGetAll50", "redissonGetAll50", "cacheGetAll50")));
    for (String writes : List.of("rows", "counters")) {
      all.add(
          of(
              "Queue: 1,000 messages, " + writes,
              "QueueBatch.",
              " " + writes,
              List.of("transactionEach", "queueAndApplier")));
    }
    all.add(
        of(
            "Queue: 500 rows through SQS",
            "SqsBatch.",
            "",
            List.of("transactionEach", "springListener", "queueAndApplier")));
    all.add(
        of(
            "Store: read of a row",
            "StoreOverhead.",
            "",
            List.of("lowLevelGet", "enhancedGet", "storeGet")));
    all.add(
        of(
            "Store: write of a row",
            "StoreOverhead.",
            "",
            List.of("lowLevelUpdate", "enhancedUpdate", "storePut")));
    return all;
  }

  private static Comparison routing(String method, String below, String title) {
    String start = below + "." + method + " ";
    Stream<String> peers =
        below.equals("RoutingInMemory")
            ? Stream.of("springLazy", "sluice", "shardingsphere")
            : Stream.of("springLazy", "sluice", "shardingsphere", "awsSetReadOnly", "awsAuto");
    return new Comparison(title, start + "hikari", peers.map(peer -> start + peer).toList());
  }

  /** The first method is the baseline. */
  private static Comparison of(String title, String start, String end, List<String> methods) {
    List<String> keys =
        methods.stream().map(method -> start + method + end).collect(Collectors.toList());
    return new Comparison(title, keys.remove(0), keys);
  }
}
