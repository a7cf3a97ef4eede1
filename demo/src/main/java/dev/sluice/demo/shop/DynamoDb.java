package dev.sluice.demo.shop;

import dev.sluice.nosql.HotStore;
import dev.sluice.nosql.HotTable;
import dev.sluice.nosql.ShardedCounters;
import dev.sluice.nosql.dynamodb.DynamoDbCounters;
import dev.sluice.nosql.dynamodb.DynamoDbHotStore;
import dev.sluice.testkit.DynamoDbServer;
import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The shop's tables in DynamoDB. Safe for use by several threads; closed by whoever made it. */
public final class DynamoDb implements AutoCloseable {
  private static final String VIEWS = "page_view";
  private static final int SHARDS = 4;

  /**
   * What is left of a product.
   *
   * @param available how many
   */
  record Left(int available) {}

  /**
   * Names an order of a customer. DynamoDB reads a partition in ascending order, so that newest
   * first needs descending numbers.
   *
   * @param customer who ordered
   * @param newest the order's number, negative
   */
  record OrderKey(long customer, long newest) {}

  /**
   * What was ordered.
   *
   * @param product what
   * @param quantity how many
   */
  record Ordered(int product, int quantity) {}

  private static final HotTable<Integer, Left> LEFT =
      HotTable.builder("stock", Integer.class, Left.class).build();
  private static final HotTable<OrderKey, Ordered> ORDERS =
      HotTable.builder("customer_orders", OrderKey.class, Ordered.class).build();

  private final DynamoDbClient client;

  /**
   * Makes the tables.
   *
   * @param server where
   */
  public DynamoDb(DynamoDbServer server) {
    client =
        DynamoDbClient.builder()
            .endpointOverride(server.endpoint())
            .region(Region.of(server.region()))
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(server.accessKey(), server.secretKey())))
            .overrideConfiguration(o -> o.retryStrategy(AwsRetryStrategy.doNotRetry()))
            .build();
    client.createTable(DynamoDbHotStore.createTable(LEFT));
    client.createTable(DynamoDbHotStore.createTable(ORDERS));
    client.createTable(DynamoDbCounters.createTable(VIEWS));
  }

  HotStore<Integer, Left> left() {
    return DynamoDbHotStore.builder(LEFT, client).build();
  }

  HotStore<OrderKey, Ordered> orders() {
    return DynamoDbHotStore.builder(ORDERS, client).build();
  }

  ShardedCounters views() {
    return ShardedCounters.builder(new DynamoDbCounters(client, VIEWS)).shards(SHARDS).build();
  }

  /**
   * The page views in the table itself, read without the library: the checker's way. An item's key
   * is {@code counter#shard} and its number is in {@code c}.
   *
   * @return views by product
   */
  public Map<Integer, Long> countedViews() {
    Map<Integer, Long> views = new HashMap<>();
    client
        .scanPaginator(request -> request.tableName(VIEWS).consistentRead(true))
        .items()
        .forEach(item -> add(views, item));
    return views;
  }

  private static void add(Map<Integer, Long> views, Map<String, AttributeValue> item) {
    AttributeValue id = item.get("id");
    AttributeValue count = item.get("c");
    if (id == null || count == null) {
      throw new IllegalStateException("page views: an item has no id or no number");
    }
    int end = id.s().indexOf('#');
    // Without a name before it: the table's own note of its shards.
    if (end > 0) {
      views.merge(Integer.valueOf(id.s().substring(0, end)), Long.valueOf(count.n()), Long::sum);
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
