package dev.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.exceptions.JedisConnectionException;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

class ServersIT {
  static List<Backend> backends() {
    return Backend.available();
  }

  @ParameterizedTest
  @MethodSource("backends")
  void redisLosesItsKeysWhenKilledAndKeepsItsPort(Backend backend) {
    try (RedisServer redis = RedisServer.builder().backend(backend).start()) {
      set(redis);
      redis.flush();
      assertThat(get(redis)).isNull();
      set(redis);
      assertThat(get(redis)).isEqualTo("value");
      redis.kill();
      assertThat(redis.running()).isFalse();
      assertThatThrownBy(() -> get(redis)).isInstanceOf(JedisConnectionException.class);
      redis.start();
      assertThat(get(redis)).isNull();
      redis.pause();
      assertThat(redis.running()).isTrue();
      assertThatThrownBy(() -> get(redis)).isInstanceOf(JedisConnectionException.class);
      redis.resume();
      assertThat(get(redis)).isNull();
      redis.stop();
      redis.start();
      set(redis);
    }
  }

  @Test
  void valkeyAnswersInDocker() {
    assumeTrue(Backend.available().contains(Backend.DOCKER), "no Docker engine");
    try (RedisServer redis =
        RedisServer.builder().backend(Backend.DOCKER).image(RedisImage.VALKEY_8_1).start()) {
      set(redis);
      assertThat(get(redis)).isEqualTo("value");
    }
  }

  private static void set(RedisServer redis) {
    try (Jedis jedis = new Jedis(redis.host(), redis.port(), 2_000)) {
      jedis.set("key", "value");
    }
  }

  private static String get(RedisServer redis) {
    try (Jedis jedis = new Jedis(redis.host(), redis.port(), 2_000)) {
      return jedis.get("key");
    }
  }

  @ParameterizedTest
  @MethodSource("backends")
  void sqsDeliversInOrderOfAFifoQueueAndLosesResponsesOnDemand(Backend backend) {
    try (SqsServer server = SqsServer.builder().backend(backend).start();
        FaultProxy proxy = FaultProxy.http(server.endpoint());
        SqsClient direct = sqs(server, server.endpoint());
        SqsClient client = sqs(server, proxy.endpoint())) {
      String queue =
          direct
              .createQueue(
                  r ->
                      r.queueName("orders.fifo")
                          .attributes(Map.of(QueueAttributeName.FIFO_QUEUE, "true")))
              .queueUrl();
      proxy.add(Fault.dropResponse().whenRequestContains("SendMessage").times(1));
      assertThatThrownBy(() -> send(client, queue, "1")).isInstanceOf(SdkClientException.class);
      assertThat(proxy.happened()).containsExactly(1);
      send(client, queue, "2");
      proxy.add(Fault.cutBefore().whenRequestContains("SendMessage").times(1));
      assertThatThrownBy(() -> send(client, queue, "3")).isInstanceOf(SdkClientException.class);
      List<Message> received =
          direct
              .receiveMessage(r -> r.queueUrl(queue).maxNumberOfMessages(10).waitTimeSeconds(5))
              .messages();
      assertThat(received).extracting(Message::body).containsExactly("1", "2");
      assertThat(proxy.roundTrips()).isEqualTo(3);
      server.pause();
      server.resume();
      assertThat(direct.listQueues().queueUrls()).hasSize(1);
      server.kill();
      server.start();
      assertThat(direct.listQueues().queueUrls()).isEmpty();
    }
  }

  private static void send(SqsClient client, String queue, String body) {
    client.sendMessage(
        r ->
            r.queueUrl(queue)
                .messageBody(body)
                .messageGroupId("g")
                .messageDeduplicationId("d" + body));
  }

  private static SqsClient sqs(SqsServer server, URI endpoint) {
    return SqsClient.builder()
        .endpointOverride(endpoint)
        .region(Region.of(server.region()))
        .credentialsProvider(credentials(server.accessKey(), server.secretKey()))
        .overrideConfiguration(c -> c.retryStrategy(r -> r.maxAttempts(1)))
        .httpClient(UrlConnectionHttpClient.builder().socketTimeout(Duration.ofSeconds(20)).build())
        .build();
  }

  private static StaticCredentialsProvider credentials(String accessKey, String secretKey) {
    return StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKey, secretKey));
  }

  @ParameterizedTest
  @MethodSource("backends")
  void dynamoDbStoresItemsAndAnswersWithFaultsOnDemand(Backend backend) {
    try (DynamoDbServer server = DynamoDbServer.builder().backend(backend).start();
        FaultProxy proxy = FaultProxy.http(server.endpoint());
        DynamoDbClient client = dynamoDb(server, proxy.endpoint())) {
      client.createTable(
          r ->
              r.tableName("hot")
                  .billingMode(BillingMode.PAY_PER_REQUEST)
                  .keySchema(
                      List.of(
                          KeySchemaElement.builder()
                              .attributeName("id")
                              .keyType(KeyType.HASH)
                              .build()))
                  .attributeDefinitions(
                      List.of(
                          AttributeDefinition.builder()
                              .attributeName("id")
                              .attributeType(ScalarAttributeType.S)
                              .build())));
      proxy.add(Fault.dropResponse().whenRequestContains("PutItem").times(1));
      assertThatThrownBy(() -> put(client, "a")).isInstanceOf(SdkClientException.class);
      assertThat(exists(client, "a")).isTrue();
      proxy.clear();
      proxy.add(Fault.status(503).whenRequestContains("PutItem").after(1).times(1));
      put(client, "b");
      assertThatThrownBy(() -> put(client, "c"))
          .isInstanceOf(software.amazon.awssdk.core.exception.SdkServiceException.class);
      assertThat(exists(client, "b")).isTrue();
      assertThat(exists(client, "c")).isFalse();
      long begin = System.nanoTime();
      proxy.add(Fault.delayResponse(Duration.ofMillis(300)).whenRequestContains("GetItem"));
      assertThat(exists(client, "b")).isTrue();
      assertThat(Duration.ofNanos(System.nanoTime() - begin))
          .isGreaterThanOrEqualTo(Duration.ofMillis(300));
    }
  }

  private static void put(DynamoDbClient client, String id) {
    client.putItem(r -> r.tableName("hot").item(Map.of("id", AttributeValue.fromS(id))));
  }

  private static boolean exists(DynamoDbClient client, String id) {
    return client
        .getItem(r -> r.tableName("hot").key(Map.of("id", AttributeValue.fromS(id))))
        .hasItem();
  }

  private static DynamoDbClient dynamoDb(DynamoDbServer server, URI endpoint) {
    return DynamoDbClient.builder()
        .endpointOverride(endpoint)
        .region(Region.of(server.region()))
        .credentialsProvider(credentials(server.accessKey(), server.secretKey()))
        .overrideConfiguration(c -> c.retryStrategy(r -> r.maxAttempts(1)))
        .httpClient(UrlConnectionHttpClient.builder().socketTimeout(Duration.ofSeconds(30)).build())
        .build();
  }
}
