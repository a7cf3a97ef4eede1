package dev.sluice.nosql.dynamodb;

import dev.sluice.nosql.CounterRows;
import dev.sluice.nosql.HotStoreException;
import dev.sluice.nosql.Retry;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/**
 * Counters in a DynamoDB table of their own, for {@link dev.sluice.nosql.ShardedCounters}. The
 * shard is part of the partition key, so that shards lie in different partitions. An item holds the
 * sum in {@code c} and for each stream its last sequence number and time of retirement in {@code
 * m}. Safe for use by several threads; the client belongs to the caller, and should not repeat
 * calls itself.
 */
public final class DynamoDbCounters implements CounterRows {
  private static final Logger LOG = LoggerFactory.getLogger(DynamoDbCounters.class);
  private static final String KEY = "id";
  private static final String SHARDS = "#shards";
  private static final String SUM = "c";
  private static final String STREAMS = "m";
  private static final String SEQUENCE = "s";
  private static final String RETIRE = "t";
  private static final int FRUITLESS_ROUNDS = 8;
  private static final int MOST_RETIRED = 20;

  /** Clocks of writers differ. */
  private static final Duration CLOCK_SKEW = Duration.ofHours(1);

  private final DynamoDbClient client;
  private final String table;
  private final BatchReads reads;

  /**
   * Counters in a table.
   *
   * @param client the client
   * @param table name of the table, as made by {@link #createTable}
   */
  public DynamoDbCounters(DynamoDbClient client, String table) {
    this.client = Objects.requireNonNull(client, "client");
    this.table = Objects.requireNonNull(table, "table");
    this.reads =
        new BatchReads(client, FRUITLESS_ROUNDS, Retry.within(Duration.ofSeconds(1)).pause());
  }

  /**
   * The request that creates the table, on demand.
   *
   * @param table its name
   * @return the request, to be completed and sent by the caller
   */
  public static CreateTableRequest createTable(String table) {
    return CreateTableRequest.builder()
        .tableName(table)
        .attributeDefinitions(
            AttributeDefinition.builder()
                .attributeName(KEY)
                .attributeType(ScalarAttributeType.S)
                .build())
        .keySchema(KeySchemaElement.builder().attributeName(KEY).keyType(KeyType.HASH).build())
        .billingMode(BillingMode.PAY_PER_REQUEST)
        .build();
  }

  @Override
  public int agree(int shards) {
    UpdateItemRequest request =
        UpdateItemRequest.builder()
            .tableName(table)
            .key(Map.of(KEY, Attributes.of(SHARDS)))
            .updateExpression("SET #c=if_not_exists(#c,:c)")
            .expressionAttributeNames(Map.of("#c", SUM))
            .expressionAttributeValues(Map.of(":c", Attributes.of((long) shards)))
            .returnValues(ReturnValue.UPDATED_NEW)
            .build();
    try {
      return Integer.parseInt(attribute(client.updateItem(request).attributes(), SUM).n());
    } catch (SdkException e) {
      throw Failures.of(e);
    }
  }

  @Override
  public long add(String counter, int shard, Batch batch, long delta) {
    Map<String, AttributeValue> key = key(counter, shard);
    try {
      Map<String, AttributeValue> found = tryAdd(key, batch, delta);
      if (found.isEmpty()) {
        create(key);
        found = tryAdd(key, batch, delta);
      }
      AttributeValue stored = found.get(STREAMS);
      if (stored == null || !stored.m().containsKey(batch.stream())) {
        throw new HotStoreException("a counter's item is not as this program writes it", null);
      }
      return found.containsKey(KEY)
          ? Long.parseLong(attribute(attribute(stored.m(), batch.stream()).m(), SEQUENCE).n())
          : Long.MIN_VALUE;
    } catch (SdkException e) {
      throw Failures.of(e);
    }
  }

  /** The item that refused, with its key; or what was written, without it; empty if no item. */
  private Map<String, AttributeValue> tryAdd(
      Map<String, AttributeValue> key, Batch batch, long delta) {
    UpdateItemRequest request =
        UpdateItemRequest.builder()
            .tableName(table)
            .key(key)
            .updateExpression("SET #c=#c+:d, #m.#k=:e")
            .conditionExpression(
                "attribute_exists(#c) AND (attribute_not_exists(#m.#k) OR #m.#k.#s < :first)")
            .expressionAttributeNames(
                Map.of("#c", SUM, "#m", STREAMS, "#k", batch.stream(), "#s", SEQUENCE))
            .expressionAttributeValues(
                Map.of(
                    ":d", Attributes.of(delta),
                    ":first", Attributes.of(batch.first()),
                    ":e",
                        AttributeValue.builder()
                            .m(
                                Map.of(
                                    SEQUENCE, Attributes.of(batch.last()),
                                    RETIRE, Attributes.of(batch.retireAt())))
                            .build()))
            .returnValues(ReturnValue.ALL_NEW)
            .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)
            .build();
    try {
      Map<String, AttributeValue> written = new HashMap<>(client.updateItem(request).attributes());
      retire(key, attribute(written, STREAMS).m());
      written.remove(KEY);
      return written;
    } catch (ConditionalCheckFailedException e) {
      return e.item() == null ? Map.of() : e.item();
    }
  }

  private void create(Map<String, AttributeValue> key) {
    client.updateItem(
        UpdateItemRequest.builder()
            .tableName(table)
            .key(key)
            .updateExpression("SET #c=if_not_exists(#c,:zero), #m=if_not_exists(#m,:empty)")
            .expressionAttributeNames(Map.of("#c", SUM, "#m", STREAMS))
            .expressionAttributeValues(
                Map.of(
                    ":zero", Attributes.of(0L),
                    ":empty", AttributeValue.builder().m(Map.of()).build()))
            .build());
  }

  /** Forgets streams that retired. Their numbers are in the condition: none of them came back. */
  private void retire(Map<String, AttributeValue> key, Map<String, AttributeValue> streams) {
    long before = Instant.now().minus(CLOCK_SKEW).getEpochSecond();
    StringJoiner remove = new StringJoiner(", ", "REMOVE ", "");
    StringJoiner condition = new StringJoiner(" AND ");
    Map<String, String> names = new HashMap<>(Map.of("#m", STREAMS, "#t", RETIRE));
    Map<String, AttributeValue> bound = new HashMap<>();
    streams.forEach(
        (stream, entry) -> {
          AttributeValue time = attribute(entry.m(), RETIRE);
          int i = bound.size();
          if (i < MOST_RETIRED && Long.parseLong(time.n()) < before) {
            names.put("#k" + i, stream);
            bound.put(":t" + i, time);
            remove.add("#m.#k" + i);
            condition.add("#m.#k" + i + ".#t=:t" + i);
          }
        });
    if (bound.isEmpty()) {
      return;
    }
    try {
      client.updateItem(
          UpdateItemRequest.builder()
              .tableName(table)
              .key(key)
              .updateExpression(remove.toString())
              .conditionExpression(condition.toString())
              .expressionAttributeNames(names)
              .expressionAttributeValues(bound)
              .build());
    } catch (SdkException e) {
      LOG.debug("counters: retired streams are left for the next write", e);
    }
  }

  @Override
  public Map<String, Long> read(Collection<String> counters, int shards) {
    List<Map<String, AttributeValue>> keys = new ArrayList<>(counters.size() * shards);
    for (String counter : counters) {
      for (int shard = 0; shard < shards; shard++) {
        keys.add(key(counter, shard));
      }
    }
    Map<String, BigDecimal> sums = new HashMap<>();
    reads.read(
        table,
        keys,
        item -> {
          String id = attribute(item, KEY).s();
          sums.merge(
              id.substring(0, id.indexOf('#')),
              new BigDecimal(attribute(item, SUM).n()),
              BigDecimal::add);
        });
    Map<String, Long> read = new HashMap<>();
    sums.forEach((counter, sum) -> read.put(counter, sum.longValueExact()));
    return read;
  }

  private static AttributeValue attribute(Map<String, AttributeValue> item, String name) {
    AttributeValue value = item.get(name);
    if (value == null) {
      throw new HotStoreException("a counter's item is not as this program writes it", null);
    }
    return value;
  }

  private static Map<String, AttributeValue> key(String counter, int shard) {
    return Map.of(KEY, Attributes.of(counter + "#" + shard));
  }
}
