package dev.sluice.nosql.dynamodb;

import dev.sluice.nosql.Column;
import dev.sluice.nosql.HotTable;
import dev.sluice.nosql.Retry;
import dev.sluice.nosql.RowBackedStore;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;

/**
 * A hot table in DynamoDB.
 *
 * <p>Guarantees: those of {@link dev.sluice.nosql.HotStore}. Every item holds its version in {@code
 * _v} and the id of the last request in {@code _w}; a deleted item stays as a tombstone, marked by
 * {@code _d}, so that its versions never start again. With {@link Builder#tombstoneLifetime} a
 * tombstone carries its time of removal in {@code _x}, for which time to live must be switched on
 * in the table: after that, versions of the key start at 1 again.
 *
 * <p>Safe for use by several threads. The client belongs to the caller, who closes it. Give it a
 * timeout for each attempt, and no retries of its own ({@code AwsRetryStrategy.doNotRetry()}): this
 * store repeats calls itself, within its budget, and knows which repetitions are safe; where the
 * client has repeated a call, a failure counts as doubt.
 *
 * @param <K> the type of the keys
 * @param <V> the type of the values
 */
public final class DynamoDbHotStore<K, V> extends RowBackedStore<K, V> {
  private DynamoDbHotStore(HotTable<K, V> table, DynamoDbRows rows, Retry retry) {
    super(table, rows, retry);
  }

  /**
   * Starts a store.
   *
   * @param table the table
   * @param client the client
   * @param <K> the type of the keys
   * @param <V> the type of the values
   * @return a builder
   */
  public static <K, V> Builder<K, V> builder(HotTable<K, V> table, DynamoDbClient client) {
    return new Builder<>(table, client);
  }

  /**
   * The request that creates the table, on demand, with nothing but its key.
   *
   * @param table the table
   * @return the request, to be completed and sent by the caller
   */
  public static CreateTableRequest createTable(HotTable<?, ?> table) {
    List<AttributeDefinition> attributes = new ArrayList<>();
    List<KeySchemaElement> schema = new ArrayList<>();
    for (Column column : table.keyColumns()) {
      attributes.add(
          AttributeDefinition.builder()
              .attributeName(column.name())
              .attributeType(Attributes.keyType(column.type()))
              .build());
      schema.add(
          KeySchemaElement.builder()
              .attributeName(column.name())
              .keyType(schema.isEmpty() ? KeyType.HASH : KeyType.RANGE)
              .build());
    }
    return CreateTableRequest.builder()
        .tableName(table.name())
        .attributeDefinitions(attributes)
        .keySchema(schema)
        .billingMode(BillingMode.PAY_PER_REQUEST)
        .build();
  }

  /**
   * Configures a store. Not safe for use by several threads.
   *
   * @param <K> the type of the keys
   * @param <V> the type of the values
   */
  public static final class Builder<K, V> {
    private final HotTable<K, V> table;
    private final DynamoDbClient client;
    private Retry retry = Retry.within(Duration.ofSeconds(3));
    private int fruitlessRounds = 8;
    private @Nullable Duration tombstoneLifetime;

    private Builder(HotTable<K, V> table, DynamoDbClient client) {
      this.table = Objects.requireNonNull(table, "table");
      this.client = Objects.requireNonNull(client, "client");
    }

    /**
     * How calls are repeated.
     *
     * @param policy the policy; default {@link Retry#within} 3 s
     * @return this builder
     */
    public Builder<K, V> retry(Retry policy) {
      this.retry = policy;
      return this;
    }

    /**
     * Rounds of a batch read that may bring nothing at all before it fails as throttled.
     *
     * @param rounds 0 to 100; default 8
     * @return this builder
     */
    public Builder<K, V> fruitlessRounds(int rounds) {
      this.fruitlessRounds = rounds;
      return this;
    }

    /**
     * After which time tombstones may be removed, by time to live on {@code _x}.
     *
     * @param lifetime at least one hour, and longer than any caller holds a version; default is for
     *     ever
     * @return this builder
     */
    public Builder<K, V> tombstoneLifetime(Duration lifetime) {
      this.tombstoneLifetime = lifetime;
      return this;
    }

    /**
     * Checks everything; makes no call.
     *
     * @return the store
     */
    public DynamoDbHotStore<K, V> build() {
      Objects.requireNonNull(retry, "retry");
      if (fruitlessRounds < 0 || fruitlessRounds > 100) {
        throw new IllegalArgumentException(
            "fruitlessRounds: must be 0 to 100, got " + fruitlessRounds);
      }
      if (tombstoneLifetime != null && tombstoneLifetime.compareTo(Duration.ofHours(1)) < 0) {
        throw new IllegalArgumentException(
            "tombstoneLifetime: must be at least 1 h, got " + tombstoneLifetime);
      }
      if (table.name().length() < 3) {
        throw new IllegalArgumentException("name: DynamoDB asks for at least 3 characters");
      }
      Expressions expressions = new Expressions(table, tombstoneLifetime, Clock.systemUTC());
      BatchReads reads = new BatchReads(client, fruitlessRounds, retry.pause());
      return new DynamoDbHotStore<>(
          table, new DynamoDbRows(client, table, expressions, reads), retry);
    }
  }
}
