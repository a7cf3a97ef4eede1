package dev.sluice.nosql.dynamodb;

import dev.sluice.nosql.HotStoreException;
import dev.sluice.nosql.ThrottledException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;

/**
 * Consistent BatchGetItem over any number of keys: in chunks of 100, keys that come back
 * unprocessed are asked for again. Only rounds that bring no item at all count as repetitions.
 */
final class BatchReads {
  private static final int CHUNK = 100;

  private final DynamoDbClient client;
  private final int fruitlessRounds;
  private final dev.sluice.nosql.Retry.Pause pause;

  BatchReads(DynamoDbClient client, int fruitlessRounds, dev.sluice.nosql.Retry.Pause pause) {
    this.client = client;
    this.fruitlessRounds = fruitlessRounds;
    this.pause = pause;
  }

  void read(
      String table,
      Collection<Map<String, AttributeValue>> keys,
      Consumer<Map<String, AttributeValue>> found) {
    Deque<Map<String, AttributeValue>> open = new ArrayDeque<>(keys);
    int fruitless = 0;
    while (!open.isEmpty()) {
      List<Map<String, AttributeValue>> chunk = new ArrayList<>(CHUNK);
      while (chunk.size() < CHUNK && !open.isEmpty()) {
        chunk.add(open.poll());
      }
      BatchGetItemResponse response = call(table, chunk);
      response.responses().getOrDefault(table, List.of()).forEach(found);
      KeysAndAttributes left = response.unprocessedKeys().get(table);
      int unprocessed = left == null ? 0 : left.keys().size();
      if (left != null) {
        open.addAll(left.keys());
      }
      if (unprocessed < chunk.size()) {
        fruitless = 0;
      } else if (++fruitless > fruitlessRounds) {
        throw new ThrottledException(
            "UnprocessedKeys",
            "DynamoDB leaves reads of a batch unprocessed; raise the read capacity of the table",
            null);
      }
      if (unprocessed > 0) {
        pauseAfter(fruitless);
      }
    }
  }

  private BatchGetItemResponse call(String table, List<Map<String, AttributeValue>> chunk) {
    try {
      return client.batchGetItem(
          BatchGetItemRequest.builder()
              .requestItems(
                  Map.of(
                      table, KeysAndAttributes.builder().keys(chunk).consistentRead(true).build()))
              .build());
    } catch (SdkException e) {
      throw Failures.of(e);
    }
  }

  private void pauseAfter(int fruitless) {
    try {
      long most = 10_000_000L << Math.min(fruitless, 6);
      pause.await(most / 2 + java.util.concurrent.ThreadLocalRandom.current().nextLong(most / 2));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new HotStoreException("interrupted while waiting to read again", e);
    }
  }
}
