package dev.sluice.demo.check;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Reads the hot tables item by item, as they lie in DynamoDB. Holds nothing but its client. */
public final class HotStateReader {
  /** Marks an item that was deleted and is kept as a tombstone. */
  private static final String DELETED = "_d";

  private final DynamoDbClient client;

  /**
   * A reader.
   *
   * @param client the service itself, not through any library; closed by whoever made it
   */
  public HotStateReader(DynamoDbClient client) {
    this.client = client;
  }

  /**
   * Reads all, strongly consistent.
   *
   * @param orders table of the orders, whose key has the number, negative, in {@code newest}
   * @param stock table of what is left for sale
   * @param views table of the page views, by product and shard
   * @return the state
   */
  public HotState read(String orders, String stock, String views) {
    List<OrderLine> lines = new ArrayList<>();
    scan(
        orders,
        item ->
            lines.add(
                new OrderLine(
                    -number(item, "newest"),
                    number(item, "customer"),
                    (int) number(item, "product"),
                    (int) number(item, "quantity"))));
    Map<Integer, Integer> left = new HashMap<>();
    scan(stock, item -> left.put((int) number(item, "id"), (int) number(item, "available")));
    Map<Integer, Long> counts = new HashMap<>();
    scan(views, item -> count(counts, item));
    return new HotState(lines, left, counts);
  }

  private void scan(String table, Consumer<Map<String, AttributeValue>> reader) {
    client
        .scanPaginator(request -> request.tableName(table).consistentRead(true))
        .items()
        .forEach(
            item -> {
              if (!item.containsKey(DELETED)) {
                reader.accept(item);
              }
            });
  }

  /** The key is {@code product#shard} and the number is in {@code c}. */
  private static void count(Map<Integer, Long> counts, Map<String, AttributeValue> item) {
    String id = attribute(item, "id").s();
    int end = id.indexOf('#');
    // Without a name before it: the table's own note of its shards.
    if (end > 0) {
      counts.merge(Integer.valueOf(id.substring(0, end)), number(item, "c"), Long::sum);
    }
  }

  private static long number(Map<String, AttributeValue> item, String name) {
    return Long.parseLong(attribute(item, name).n());
  }

  private static AttributeValue attribute(Map<String, AttributeValue> item, String name) {
    AttributeValue value = item.get(name);
    if (value == null) {
      throw new IllegalStateException("hot tables: an item has no " + name);
    }
    return value;
  }
}
