package dev.sluice.benchmarks;

import dev.sluice.nosql.Expect;
import dev.sluice.nosql.HotStore;
import dev.sluice.nosql.HotTable;
import dev.sluice.nosql.Versioned;
import dev.sluice.nosql.dynamodb.DynamoDbHotStore;
import dev.sluice.testkit.DynamoDbServer;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.enhanced.dynamodb.DynamoDbEnhancedClient;
import software.amazon.awssdk.enhanced.dynamodb.DynamoDbTable;
import software.amazon.awssdk.enhanced.dynamodb.Key;
import software.amazon.awssdk.enhanced.dynamodb.TableSchema;
import software.amazon.awssdk.enhanced.dynamodb.mapper.annotations.DynamoDbBean;
import software.amazon.awssdk.enhanced.dynamodb.mapper.annotations.DynamoDbPartitionKey;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;

/**
 * What the store and the SDK's enhanced client add to the low-level client, over DynamoDB Local:
 * one request each.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class StoreOverhead {
  /** A row's values. */
  public record Product(String name, long price) {}

  /** The same row for the enhanced client. */
  @DynamoDbBean
  public static final class Row {
    private int id;
    private String name = "";
    private long price;

    /** The key. */
    @DynamoDbPartitionKey
    public int getId() {
      return id;
    }

    /** Sets it. */
    public void setId(int id) {
      this.id = id;
    }

    /** The name. */
    public String getName() {
      return name;
    }

    /** Sets it. */
    public void setName(String name) {
      this.name = name;
    }

    /** The price. */
    public long getPrice() {
      return price;
    }

    /** Sets it. */
    public void setPrice(long price) {
      this.price = price;
    }
  }

  private static final HotTable<Integer, Product> TABLE =
      HotTable.builder("product", Integer.class, Product.class).keyColumn("id").build();
  private static final Map<String, AttributeValue> ITEM = Map.of("id", AttributeValue.fromN("8"));
  private static final Product LAMP = new Product("lamp", 42);

  private static final int WARM_UP_SECONDS = 10;
  private static final Key KEY = Key.builder().partitionValue(9).build();

  private final Row row = new Row();
  private DynamoDbServer server;
  private DynamoDbClient client;
  private DynamoDbTable<Row> enhanced;
  private HotStore<Integer, Product> store;

  /** Starts DynamoDB Local with three rows. */
  @Setup
  public void start() {
    server = DynamoDbServer.builder().start();
    client =
        DynamoDbClient.builder()
            .endpointOverride(server.endpoint())
            .region(Region.of(server.region()))
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(server.accessKey(), server.secretKey())))
            .overrideConfiguration(o -> o.retryStrategy(AwsRetryStrategy.doNotRetry()))
            .build();
    client.createTable(DynamoDbHotStore.createTable(TABLE));
    store = DynamoDbHotStore.builder(TABLE, client).build();
    store.put(7, LAMP, Expect.ANY);
    lowLevelUpdate();
    enhanced =
        DynamoDbEnhancedClient.builder()
            .dynamoDbClient(client)
            .build()
            .table("product", TableSchema.fromBean(Row.class));
    row.setId(9);
    row.setName("lamp");
    row.setPrice(42);
    enhancedUpdate();
    if (store.get(7).isEmpty()
        || lowLevelGet().item().isEmpty()
        || enhancedGet().getPrice() != 42) {
      throw new IllegalStateException("the rows are not there");
    }
    warmUp();
  }

  /** DynamoDB Local is a JVM of its own, which gets faster for longer than JMH warms up ours. */
  private void warmUp() {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(WARM_UP_SECONDS);
    while (System.nanoTime() - end < 0) {
      lowLevelGet();
      enhancedGet();
      storeGet();
      lowLevelUpdate();
      enhancedUpdate();
      storePut();
    }
  }

  /** Stops it. */
  @TearDown
  public void stop() {
    client.close();
    server.close();
  }

  /** GetItem, consistent. */
  @Benchmark
  public GetItemResponse lowLevelGet() {
    return client.getItem(request -> request.tableName("product").key(ITEM).consistentRead(true));
  }

  /** The same through the enhanced client. */
  @Benchmark
  public Row enhancedGet() {
    return enhanced.getItem(request -> request.key(KEY).consistentRead(true));
  }

  /** The same through the store. */
  @Benchmark
  public Optional<Versioned<Product>> storeGet() {
    return store.get(7);
  }

  /** UpdateItem that sets two attributes. */
  @Benchmark
  public UpdateItemResponse lowLevelUpdate() {
    return client.updateItem(
        request ->
            request
                .tableName("product")
                .key(ITEM)
                .updateExpression("SET #n = :n, #p = :p")
                .expressionAttributeNames(Map.of("#n", "name", "#p", "price"))
                .expressionAttributeValues(
                    Map.of(":n", AttributeValue.fromS("lamp"), ":p", AttributeValue.fromN("42"))));
  }

  /** The same through the enhanced client. */
  @Benchmark
  public Row enhancedUpdate() {
    return enhanced.updateItem(row);
  }

  /** A put through the store, with version and tombstone rules. */
  @Benchmark
  public Versioned<Product> storePut() {
    return store.put(7, LAMP, Expect.ANY);
  }
}
