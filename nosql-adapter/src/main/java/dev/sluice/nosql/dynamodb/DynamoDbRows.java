package dev.sluice.nosql.dynamodb;

import dev.sluice.nosql.Column;
import dev.sluice.nosql.Expect;
import dev.sluice.nosql.HotStoreException;
import dev.sluice.nosql.HotTable;
import dev.sluice.nosql.RowStore;
import dev.sluice.nosql.RowWrite;
import dev.sluice.nosql.Trace;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;

/**
 * Rows as items. Every write is an UpdateItem, never a PutItem: it raises the version at the
 * server, keeps the remembered requests and attributes that this version of the program does not
 * know.
 */
final class DynamoDbRows implements RowStore {
  private final DynamoDbClient client;
  private final HotTable<?, ?> table;
  private final List<Column> keys;
  private final List<Column> values;
  private final Expressions expressions;
  private final BatchReads reads;

  DynamoDbRows(
      DynamoDbClient client, HotTable<?, ?> table, Expressions expressions, BatchReads reads) {
    this.client = client;
    this.table = table;
    this.keys = table.keyColumns();
    this.values = table.valueColumns();
    this.expressions = expressions;
    this.reads = reads;
  }

  @Override
  public @Nullable Row read(Object[] key) {
    GetItemRequest request =
        GetItemRequest.builder()
            .tableName(table.name())
            .key(expressions.key(key))
            .consistentRead(true)
            .build();
    try {
      Map<String, AttributeValue> item = client.getItem(request).item();
      return item.isEmpty() ? null : row(key, item);
    } catch (SdkException e) {
      throw Failures.of(e);
    }
  }

  @Override
  public List<Row> readAll(List<Object[]> wanted) {
    List<Map<String, AttributeValue>> all = new ArrayList<>(wanted.size());
    for (Object[] key : wanted) {
      all.add(expressions.key(key));
    }
    List<Row> found = new ArrayList<>(wanted.size());
    reads.read(table.name(), all, item -> found.add(row(key(item), item)));
    return found;
  }

  @Override
  public Outcome write(RowWrite write) {
    UpdateItemRequest request = expressions.request(write);
    try {
      UpdateItemResponse response = client.updateItem(request);
      if (write instanceof RowWrite.Add add) {
        forget(add, response.attributes());
        Column counter = values.get(add.addition().column());
        AttributeValue number =
            Objects.requireNonNull(response.attributes().get(counter.name()), counter.name());
        return new Outcome.Written(version(response.attributes()), Long.parseLong(number.n()));
      }
      if (write instanceof RowWrite.Withdraw) {
        return new Outcome.Written(0, 0);
      }
      if (write instanceof RowWrite.Put put && put.expect() instanceof Expect.Any) {
        return new Outcome.Written(version(response.attributes()), 0);
      }
      return new Outcome.Written(Expressions.nextVersion(write), 0);
    } catch (ConditionalCheckFailedException e) {
      if (Failures.repeated(e)) {
        // Refused by its own first attempt, perhaps; asking again in doubt tells.
        throw Failures.of(e);
      }
      return refused(write, e.item());
    } catch (SdkException e) {
      throw Failures.of(e);
    }
  }

  private Outcome.Refused refused(RowWrite write, Map<String, AttributeValue> item) {
    if (item == null || item.isEmpty()) {
      return Outcome.Refused.NO_ROW;
    }
    long counter = 0;
    if (write instanceof RowWrite.Add add) {
      Object number = Attributes.read(values.get(add.addition().column()), item);
      counter = number == null ? 0 : (Long) number;
    }
    Trace trace = Trace.of(write.writer());
    return new Outcome.Refused(
        version(item),
        deleted(item),
        writer(item),
        remembers(item, trace.made()),
        remembers(item, trace.withdrawn()),
        counter);
  }

  private static boolean remembers(Map<String, AttributeValue> item, String entry) {
    AttributeValue requests = item.get(HotTable.REQUESTS);
    return requests != null && requests.l().contains(Attributes.of(entry));
  }

  /** The list of remembered requests is cut when it is much longer than it must be. */
  private void forget(RowWrite.Add add, Map<String, AttributeValue> written) {
    UpdateItemRequest cut = expressions.forget(add.key(), written.get(HotTable.REQUESTS));
    if (cut != null) {
      try {
        client.updateItem(cut);
      } catch (SdkException e) {
        // The next addition sees the long list and cuts it.
      }
    }
  }

  @Override
  public Slice query(Object partition, int limit, Object @Nullable [] after) {
    QueryRequest request =
        QueryRequest.builder()
            .tableName(table.name())
            .consistentRead(true)
            .limit(limit)
            .keyConditionExpression("#k=:k")
            .expressionAttributeNames(Map.of("#k", keys.get(0).name()))
            .expressionAttributeValues(Map.of(":k", Attributes.of(partition)))
            .exclusiveStartKey(after == null ? null : expressions.key(after))
            .build();
    try {
      QueryResponse response = client.query(request);
      List<Row> rows = new ArrayList<>(response.count());
      for (Map<String, AttributeValue> item : response.items()) {
        rows.add(row(key(item), item));
      }
      boolean more = response.hasLastEvaluatedKey() && !response.lastEvaluatedKey().isEmpty();
      return new Slice(rows, more ? key(response.lastEvaluatedKey()) : null);
    } catch (SdkException e) {
      throw Failures.of(e);
    }
  }

  private Row row(Object[] key, Map<String, AttributeValue> item) {
    if (deleted(item)) {
      return new Row(key, null, version(item), writer(item));
    }
    @Nullable Object[] row = new @Nullable Object[values.size()];
    for (int i = 0; i < row.length; i++) {
      row[i] = Attributes.read(values.get(i), item);
    }
    return new Row(key, row, version(item), writer(item));
  }

  private Object[] key(Map<String, AttributeValue> item) {
    Object[] key = new Object[keys.size()];
    for (int i = 0; i < key.length; i++) {
      key[i] = Objects.requireNonNull(Attributes.read(keys.get(i), item));
    }
    return key;
  }

  private static long version(Map<String, AttributeValue> item) {
    AttributeValue version = item.get(HotTable.VERSION);
    if (version == null || version.n() == null) {
      throw new HotStoreException("an item has no version; it was not written by this store", null);
    }
    return Long.parseLong(version.n());
  }

  private static boolean deleted(Map<String, AttributeValue> item) {
    return item.containsKey(HotTable.DELETED);
  }

  private static @Nullable String writer(Map<String, AttributeValue> item) {
    AttributeValue writer = item.get(HotTable.WRITER);
    return writer == null ? null : writer.s();
  }
}
