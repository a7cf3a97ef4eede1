package dev.sluice.demo.shop;

import dev.sluice.demo.check.StateReader;
import dev.sluice.jdbc.RoutingDataSource;
import dev.sluice.queue.LaneStats;
import dev.sluice.queue.Transport;
import dev.sluice.queue.WriteApplier;
import dev.sluice.queue.WriteLedger;
import dev.sluice.queue.WriteQueue;
import dev.sluice.queue.sqs.SqsTransport;
import dev.sluice.testkit.RedisServer;
import dev.sluice.testkit.SqsServer;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import redis.clients.jedis.RedisClient;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/** Step 4: orders and page views through a queue, applied many at once by one writer. */
public final class QueueFloor extends Layer {
  private static final String NAME = "shop";
  private static final int LANES = 1;

  /**
   * Adds some tens of milliseconds to the answer of a write. A receive takes ten packs, so with
   * packs more often than that the applier would fall behind.
   */
  private static final Duration SENDS = Duration.ofMillis(60);

  /** About so often the applier commits. */
  private static final Duration TRANSACTIONS = Duration.ofMillis(400);

  private final SqsClient sqs;
  private final WriteQueue queue;
  private final WriteApplier applier;
  private final QueuedShop shop;
  private final Reservations reservations;

  /**
   * Opens the queue and starts its applier, with reservations in Redis.
   *
   * @param below the step before
   * @param routing its way to the database
   * @param server where the queue is
   * @param redis where goods are reserved
   * @return the floor
   * @throws SQLException if the database does not answer
   */
  public static QueueFloor withRedis(
      ShopFloor below, RoutingDataSource routing, SqsServer server, RedisServer redis)
      throws SQLException {
    RedisClient client = RedisClient.builder().hostAndPort(redis.host(), redis.port()).build();
    return new QueueFloor(
        new Layer(below) {
          @Override
          public void close() {
            client.close();
            super.close();
          }
        },
        routing,
        server,
        new RedisReservations(client));
  }

  /**
   * The same with reservations in DynamoDB.
   *
   * @param below the step before
   * @param routing its way to the database
   * @param server where the queue is
   * @param dynamoDb where goods are reserved
   * @return the floor
   * @throws SQLException if the database does not answer
   */
  public static QueueFloor withDynamoDb(
      ShopFloor below, RoutingDataSource routing, SqsServer server, DynamoDb dynamoDb)
      throws SQLException {
    return new QueueFloor(below, routing, server, new DynamoReservations(dynamoDb.left()));
  }

  private QueueFloor(
      ShopFloor below, RoutingDataSource routing, SqsServer server, Reservations reservations)
      throws SQLException {
    super(below);
    this.reservations = reservations;
    WriteLedger.createTables(routing);
    sqs =
        SqsClient.builder()
            .endpointOverride(server.endpoint())
            .region(Region.of(server.region()))
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(server.accessKey(), server.secretKey())))
            .build();
    String url =
        sqs.createQueue(
                request ->
                    request
                        .queueName(NAME + ".fifo")
                        .attributes(Map.of(QueueAttributeName.FIFO_QUEUE, "true")))
            .queueUrl();
    Transport transport = SqsTransport.builder().client(sqs).queueUrl(url).build();
    queue =
        WriteQueue.builder()
            .name(NAME)
            .lanes(LANES)
            .transport(transport)
            .ledger(routing)
            .source(routing)
            .linger(SENDS)
            .appliedPoll(Duration.ofMillis(50))
            .build();
    applier =
        WriteApplier.builder()
            .name(NAME)
            .lanes(LANES)
            .transport(transport)
            .dataSource(routing)
            .receiveWait(Duration.ofSeconds(1))
            .receiveInterval(TRANSACTIONS)
            .build()
            .start();
    shop = new QueuedShop(below.shop(), queue, reservations);
  }

  @Override
  public Shop shop() {
    return shop;
  }

  @Override
  public void open() throws Exception {
    super.open();
    reservations.stock(new StateReader(source()).read().products());
  }

  @Override
  public OptionalLong queueDepth() {
    return OptionalLong.of(Math.max(0, shop.submitted() - applied()));
  }

  private long applied() {
    return applier.stats().stream().mapToLong(LaneStats::writes).sum();
  }

  @Override
  public void settle(Duration limit) throws Exception {
    super.settle(limit);
    long end = System.nanoTime() + limit.toNanos();
    while (shop.submitted() > applied()) {
      if (System.nanoTime() > end) {
        throw new TimeoutException(
            "the queue was not empty in time: %d submitted, %d applied, %s"
                .formatted(shop.submitted(), applied(), applier.stats()));
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
  }

  @Override
  public void close() {
    queue.close();
    applier.close();
    sqs.close();
    super.close();
  }
}
