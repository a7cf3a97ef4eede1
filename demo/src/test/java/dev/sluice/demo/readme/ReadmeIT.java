package dev.sluice.demo.readme;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.sluice.cache.CacheAside;
import dev.sluice.cache.CacheStore;
import dev.sluice.cache.redis.RedisTransport;
import dev.sluice.causality.CausalScope;
import dev.sluice.causality.CausalToken;
import dev.sluice.insights.Insights;
import dev.sluice.insights.ObservedDataSource;
import dev.sluice.jdbc.RoutingDataSource;
import dev.sluice.nosql.Expect;
import dev.sluice.nosql.HotStore;
import dev.sluice.nosql.HotTable;
import dev.sluice.nosql.Versioned;
import dev.sluice.nosql.dynamodb.DynamoDbHotStore;
import dev.sluice.queue.Write;
import dev.sluice.queue.WriteApplier;
import dev.sluice.queue.WriteLedger;
import dev.sluice.queue.WriteQueue;
import dev.sluice.queue.WriteTicket;
import dev.sluice.queue.sqs.SqsTransport;
import dev.sluice.sql.Dialect;
import dev.sluice.testkit.Backend;
import dev.sluice.testkit.DatabaseEngine;
import dev.sluice.testkit.DatabaseNode;
import dev.sluice.testkit.DynamoDbServer;
import dev.sluice.testkit.RedisServer;
import dev.sluice.testkit.ReplicatedDatabase;
import dev.sluice.testkit.SqsServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/**
 * Each method holds the code of one part of README between its marks, with real servers around it.
 */
@ParameterizedClass
@MethodSource("backends")
class ReadmeIT {
  @Parameter Backend backend;

  private static ReplicatedDatabase database;
  private static HikariDataSource primaryPool;
  private static HikariDataSource replicaPool;

  record Product(long id, String name, int price) {}

  record View(String page, long count) {}

  static List<Backend> backends() {
    return Backend.available();
  }

  @BeforeParameterizedClassInvocation
  static void start(Backend backend) throws SQLException {
    database =
        ReplicatedDatabase.builder()
            .engine(backend == Backend.DOCKER ? DatabaseEngine.MYSQL_9_7 : DatabaseEngine.MARIADB)
            .replicas(1)
            .start();
    primaryPool = pool(database.primary());
    replicaPool = pool(database.replica(0));
    try (Connection connection = primaryPool.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "CREATE TABLE product (id BIGINT PRIMARY KEY, name VARCHAR(40), price INT NOT NULL)");
      statement.execute("INSERT INTO product VALUES (42, 'lamp', 30)");
      statement.execute(
          "CREATE TABLE orders (id VARCHAR(36) PRIMARY KEY, product BIGINT NOT NULL)");
      statement.execute("CREATE TABLE page (id VARCHAR(40) PRIMARY KEY, views BIGINT NOT NULL)");
    }
    database.awaitReplicated(Duration.ofSeconds(30));
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    primaryPool.close();
    replicaPool.close();
    database.close();
  }

  private static HikariDataSource pool(DatabaseNode node) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(node.jdbcUrl());
    config.setUsername(node.user());
    config.setPassword(node.password());
    config.setMaximumPoolSize(4);
    return new HikariDataSource(config);
  }

  private static RoutingDataSource routing() {
    return RoutingDataSource.builder()
        .name("shop")
        .primary(primaryPool)
        .replica("r1", replicaPool)
        .build();
  }

  private static Product product(DataSource source, long id) throws SQLException {
    try (Connection connection = source.getConnection();
        PreparedStatement statement =
            connection.prepareStatement("SELECT name, price FROM product WHERE id = ?")) {
      statement.setLong(1, id);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? new Product(id, row.getString(1), row.getInt(2)) : null;
      }
    }
  }

  private static void setPrice(DataSource source, long id, int price) throws SQLException {
    try (Connection connection = source.getConnection();
        PreparedStatement statement =
            connection.prepareStatement("UPDATE product SET price = ? WHERE id = ?")) {
      statement.setInt(1, price);
      statement.setLong(2, id);
      statement.executeUpdate();
    }
  }

  @Test
  void insights() throws SQLException {
    DataSource pool = primaryPool;
    // README insights
    Insights insights = Insights.builder().build();
    DataSource observed = new ObservedDataSource(pool, Dialect.MARIADB, insights);
    try (Insights.Scope scope = insights.scope("GET /product")) { // finds N+1 in here
      product(observed, 42);
    }
    System.out.println(insights.report().toText()); // also toJson(), toHtml()
    // end
    assertThat(insights.report().toText()).contains("product");
  }

  @Test
  void routing_() throws Exception {
    // README routing
    RoutingDataSource shop =
        RoutingDataSource.builder()
            .name("shop")
            .primary(primaryPool)
            .replica("r1", replicaPool)
            .build();
    String cookie;
    try (CausalScope scope = CausalScope.open()) { // one user's request
      setPrice(shop, 42, 35); // to the primary
      assert product(shop, 42).price() == 35; // never older, even if the replica lags
      cookie = scope.token(Duration.ofSeconds(1)).toString();
    }
    try (CausalScope scope =
        CausalScope.open(CausalToken.parse(cookie))) { // the next one, anywhere
      assert product(shop, 42).price() == 35;
    }
    // end
    try (shop) {
      try (CausalScope scope = CausalScope.open(CausalToken.parse(cookie))) {
        assertThat(product(shop, 42).price()).isEqualTo(35);
      }
    }
  }

  @Test
  void urls() throws SQLException {
    String primaryUrl = database.primary().jdbcUrl();
    String replicaUrl = database.replica(0).jdbcUrl();
    String user = database.primary().user();
    String password = database.primary().password();
    // README urls
    try (RoutingDataSource shop =
        RoutingDataSource.builder()
            .name("shop")
            .primary(primaryUrl, user, password) // a jdbc:mysql://... or other URL
            .replica("r1", replicaUrl, user, password)
            .build()) {
      setPrice(shop, 42, 36);
    }
    // end
    assertThat(product(primaryPool, 42).price()).isEqualTo(36);
  }

  @Test
  void cache() throws Exception {
    try (RedisServer redis = RedisServer.builder().backend(backend).start();
        RoutingDataSource shop = routing()) {
      // README cache
      CacheStore store = CacheStore.builder(RedisTransport.to(redis.host(), redis.port())).build();
      CacheAside<Long, Product> products =
          CacheAside.builder("product", Long.class, Product.class)
              .store(store)
              .source(shop) // commits through the RoutingDataSource invalidate
              .invalidatedBy("product", "id")
              .timeToLive(Duration.ofMinutes(10))
              .loader(id -> product(shop, id))
              .build();
      Optional<Product> lamp = products.get(42L); // from Redis, or loaded by one thread
      setPrice(shop, 42, 40);
      assert products.get(42L).orElseThrow().price() == 40;
      // end
      assertThat(lamp).isPresent();
      assertThat(products.get(42L).orElseThrow().price()).isEqualTo(40);
      products.close();
      store.close();
    }
  }

  @Test
  void queue() throws Exception {
    try (SqsServer server = SqsServer.builder().backend(backend).start();
        SqsClient sqs =
            SqsClient.builder()
                .endpointOverride(server.endpoint())
                .region(Region.of(server.region()))
                .credentialsProvider(
                    StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(server.accessKey(), server.secretKey())))
                .build();
        RoutingDataSource shop = routing()) {
      String url =
          sqs.createQueue(
                  r ->
                      r.queueName("writes.fifo")
                          .attributes(Map.of(QueueAttributeName.FIFO_QUEUE, "true")))
              .queueUrl();
      // README queue
      SqsTransport transport = SqsTransport.builder().client(sqs).queueUrl(url).build();
      WriteLedger.createTables(shop);
      WriteApplier applier =
          WriteApplier.builder()
              .transport(transport)
              .name("shop")
              .lanes(2)
              .dataSource(shop)
              .build()
              .start();
      WriteQueue writes =
          WriteQueue.builder()
              .transport(transport)
              .name("shop")
              .lanes(2)
              .ledger(shop)
              .source(shop)
              .build();
      WriteTicket ticket =
          writes.submit(
              Write.insert(
                  "orders", Map.of("id", UUID.randomUUID().toString()), Map.of("product", 42)));
      writes.submit(
          Write.add("page", Map.of("id", "home"), Map.of("views", 1))); // merged with others
      ticket.accepted().toCompletableFuture().get(30, TimeUnit.SECONDS); // safe in SQS
      CausalToken token = ticket.token().toCompletableFuture().get(30, TimeUnit.SECONDS); // applied
      // end
      try (CausalScope scope = CausalScope.open(token);
          Connection connection = shop.getConnection();
          Statement statement = connection.createStatement();
          ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM orders")) {
        assertThat(row.next()).isTrue();
        assertThat(row.getInt(1)).isEqualTo(1);
      }
      writes.close();
      applier.close();
    }
  }

  @Test
  void nosql() {
    try (DynamoDbServer server = DynamoDbServer.builder().backend(backend).start();
        DynamoDbClient client =
            DynamoDbClient.builder()
                .endpointOverride(server.endpoint())
                .region(Region.of(server.region()))
                .credentialsProvider(
                    StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(server.accessKey(), server.secretKey())))
                .build()) {
      // README nosql
      HotTable<String, View> table =
          HotTable.builder("views", String.class, View.class).keyColumn("id").build();
      client.createTable(DynamoDbHotStore.createTable(table));
      HotStore<String, View> views =
          DynamoDbHotStore.builder(table, client).build(); // or JdbcHotStore
      Versioned<View> first = views.put("home", new View("home", 1), Expect.ABSENT);
      views.update(
          "home", view -> new View(view.page(), view.count() + 1)); // retried on a conflict
      views.put("home", new View("home", 9), Expect.VERSION(first.version() + 1));
      // end
      assertThat(views.get("home").orElseThrow().value().count()).isEqualTo(9);
    }
  }

  @Test
  void testkit() throws Exception {
    // README testkit
    try (ReplicatedDatabase shop =
            ReplicatedDatabase.builder().engine(DatabaseEngine.MARIADB).replicas(2).start();
        RedisServer redis = RedisServer.builder().start()) {
      shop.replica(0).delay(Duration.ofSeconds(5)); // applies everything 5 seconds late
      shop.replica(1).kill(); // SIGKILL
      shop.replica(1).start();
      redis.pause(); // hangs
      redis.resume();
    }
    // end
  }
}
