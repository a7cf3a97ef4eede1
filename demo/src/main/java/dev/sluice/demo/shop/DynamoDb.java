package dev.sluice.demo.shop;

import dev.sluice.demo.check.HotState;
import dev.sluice.demo.check.HotStateReader;
import dev.sluice.nosql.HotStore;
import dev.sluice.nosql.HotTable;
import dev.sluice.nosql.ShardedCounters;
import dev.sluice.nosql.dynamodb.DynamoDbCounters;
import dev.sluice.nosql.dynamodb.DynamoDbHotStore;
import dev.sluice.testkit.DynamoDbServer;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

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
   * What is in the tables themselves, read without the library: the checker's way.
   *
   * @return all of it
   */
  public HotState state() {
    return new HotStateReader(client).read(ORDERS.name(), LEFT.name(), VIEWS);
  }

  @Override
  public void close() {
    client.close();
  }
}
