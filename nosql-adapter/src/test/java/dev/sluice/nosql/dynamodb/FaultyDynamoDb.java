package dev.sluice.nosql.dynamodb;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.BatchGetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.KeysAndAttributes;
import software.amazon.awssdk.services.dynamodb.model.ThrottlingException;
import software.amazon.awssdk.services.dynamodb.model.ThrottlingReason;
import software.amazon.awssdk.services.dynamodb.model.TransactionConflictException;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/** A client that shows what DynamoDB Local never does. */
final class FaultyDynamoDb {
  private final DynamoDbClient client;
  private final Random random;
  private final double rate;
  final AtomicInteger updates = new AtomicInteger();
  final AtomicInteger injected = new AtomicInteger();

  FaultyDynamoDb(DynamoDbClient client, double rate, long seed) {
    this.client = client;
    this.rate = rate;
    this.random = new Random(seed);
  }

  DynamoDbClient client() {
    return (DynamoDbClient)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {DynamoDbClient.class},
            (proxy, method, arguments) -> {
              try {
                if (arguments != null && arguments[0] instanceof UpdateItemRequest) {
                  updates.incrementAndGet();
                }
                if (random.nextDouble() >= rate) {
                  return method.invoke(client, arguments);
                }
                injected.incrementAndGet();
                if (arguments != null && arguments[0] instanceof BatchGetItemRequest request) {
                  return unprocessed(request);
                }
                switch (random.nextInt(4)) {
                  case 0 ->
                      throw ThrottlingException.builder()
                          .message("injected")
                          .throttlingReasons(
                              List.of(
                                  ThrottlingReason.builder()
                                      .reason("TableWriteKeyRangeThroughputExceeded")
                                      .build()))
                          .build();
                  case 1 ->
                      throw TransactionConflictException.builder().message("injected").build();
                  case 2 -> throw SdkClientException.create("injected, before the effect");
                  default -> {
                    method.invoke(client, arguments);
                    throw SdkClientException.create("injected, after the effect");
                  }
                }
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  /** Answers the first key only. */
  @SuppressWarnings("unchecked")
  private BatchGetItemResponse unprocessed(BatchGetItemRequest request) {
    Map.Entry<String, KeysAndAttributes> table =
        request.requestItems().entrySet().iterator().next();
    List<Map<String, AttributeValue>> keys = table.getValue().keys();
    KeysAndAttributes first = table.getValue().toBuilder().keys(keys.get(0)).build();
    BatchGetItemResponse answer =
        client.batchGetItem(
            BatchGetItemRequest.builder().requestItems(Map.of(table.getKey(), first)).build());
    if (keys.size() == 1) {
      return answer;
    }
    KeysAndAttributes rest =
        table.getValue().toBuilder().keys(keys.subList(1, keys.size())).build();
    return answer.toBuilder().unprocessedKeys(Map.of(table.getKey(), rest)).build();
  }
}
