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
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;

/** What the store adds to the low-level client, over DynamoDB Local: one request each. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class StoreOverhead {
  /** A row's values. */
  public record Product(String name, long price) {}

  private static final HotTable<Integer, Product> TABLE =
      HotTable.builder("product", Integer.class, Product.class).build();
  private static final Map<String, AttributeValue> ITEM =
      Map.of(TABLE.keyColumns().get(0).name(), AttributeValue.fromN("8"));
  private static final Product LAMP = new Product("lamp", 42);

  private DynamoDbServer server;
  private DynamoDbClient client;
  private HotStore<Integer, Product> store;

  /** Starts DynamoDB Local with two rows. */
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
    if (store.get(7).isEmpty() || lowLevelGet().item().isEmpty()) {
      throw new IllegalStateException("the rows are not there");
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

  /** A put through the store, with version and tombstone rules. */
  @Benchmark
  public Versioned<Product> storePut() {
    return store.put(7, LAMP, Expect.ANY);
  }
}
