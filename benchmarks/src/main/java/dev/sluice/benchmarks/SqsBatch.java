package dev.sluice.benchmarks;

import dev.sluice.queue.Write;
import dev.sluice.queue.WriteApplier;
import dev.sluice.queue.WriteQueue;
import dev.sluice.queue.sqs.SqsTransport;
import dev.sluice.testkit.NodeCounters;
import dev.sluice.testkit.SqsServer;
import io.awspring.cloud.sqs.listener.SqsMessageListenerContainer;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.springframework.messaging.Message;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsAsyncClient;
import software.amazon.awssdk.services.sqs.SqsBaseClientBuilder;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;

/**
 * 500 messages, each of which inserts a row, through SQS FIFO from their sending until all are
 * committed: a plain consumer and a listener of Spring Cloud AWS with a transaction each, and queue
 * and applier with one lane. ElasticMQ and MariaDB without replicas. The plain ones send ten
 * messages a request, in 50 groups; Spring Cloud AWS has its defaults, ten messages at a time.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class SqsBatch {
  static final int MESSAGES = 500;
  private static final int REQUEST = 10;
  private static final int GROUPS = 50;

  private final Semaphore inserted = new Semaphore(0);
  private SqsServer server;
  private SqsClient sqs;
  private SqsAsyncClient asynchronous;
  private SqsMessageListenerContainer<String> spring;
  private OrdersDatabase database;
  private WriteQueue queue;
  private WriteApplier applier;
  private String plainUrl = "";
  private String springUrl = "";
  private long number;

  /** Starts servers, listener, queue and applier, each with a queue of its own. */
  @Setup
  public void start() throws SQLException {
    database = new OrdersDatabase(REQUEST);
    server = SqsServer.builder().start();
    sqs = connect(SqsClient.builder()).build();
    asynchronous = connect(SqsAsyncClient.builder()).build();
    plainUrl = create("plain.fifo");
    springUrl = create("spring.fifo");
    SqsTransport transport =
        SqsTransport.builder().client(sqs).queueUrl(create("sluice.fifo")).build();
    spring =
        SqsMessageListenerContainer.<String>builder()
            .sqsAsyncClient(asynchronous)
            .queueNames("spring.fifo")
            .messageListener(this::insert)
            .build();
    spring.start();
    queue =
        WriteQueue.builder()
            .name("shop")
            .lanes(1)
            .transport(transport)
            .ledger(database.pool())
            .appliedPoll(Duration.ofMillis(5))
            .build();
    applier =
        WriteApplier.builder()
            .name("shop")
            .lanes(1)
            .transport(transport)
            .dataSource(database.pool())
            .build()
            .start();
  }

  private <B extends SqsBaseClientBuilder<B, ?>> B connect(B builder) {
    URI endpoint = server.endpoint();
    return builder
        .endpointOverride(endpoint)
        .region(Region.of(server.region()))
        .credentialsProvider(
            StaticCredentialsProvider.create(
                AwsBasicCredentials.create(server.accessKey(), server.secretKey())));
  }

  private String create(String name) {
    return sqs.createQueue(
            request ->
                request.queueName(name).attributes(Map.of(QueueAttributeName.FIFO_QUEUE, "true")))
        .queueUrl();
  }

  private void insert(Message<String> message) {
    try {
      database.write(OrdersDatabase.INSERT, Long.parseLong(message.getPayload()));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    inserted.release();
  }

  /** Checks that every row is there, and stops all. */
  @TearDown
  public void stop() throws SQLException {
    try {
      database.check(number);
    } finally {
      spring.stop();
      queue.close();
      applier.close();
      asynchronous.close();
      sqs.close();
      server.close();
      database.close();
    }
  }

  private void send(String url) {
    for (int sent = 0; sent < MESSAGES; sent += REQUEST) {
      List<SendMessageBatchRequestEntry> entries = new ArrayList<>(REQUEST);
      for (int i = 0; i < REQUEST; i++) {
        String id = Long.toString(number);
        entries.add(
            SendMessageBatchRequestEntry.builder()
                .id(id)
                .messageGroupId("group" + number % GROUPS)
                .messageDeduplicationId(id)
                .messageBody(id)
                .build());
        number++;
      }
      sqs.sendMessageBatch(request -> request.queueUrl(url).entries(entries));
    }
  }

  /** Ten messages a request, a transaction a message, deleted ten a request. */
  @Benchmark
  public void transactionEach(ServerCounts counts) throws SQLException {
    NodeCounters before = database.counters();
    send(plainUrl);
    int left = MESSAGES;
    while (left > 0) {
      List<DeleteMessageBatchRequestEntry> done = new ArrayList<>(REQUEST);
      for (var message :
          sqs.receiveMessage(
                  request ->
                      request.queueUrl(plainUrl).maxNumberOfMessages(REQUEST).waitTimeSeconds(5))
              .messages()) {
        database.write(OrdersDatabase.INSERT, Long.parseLong(message.body()));
        done.add(
            DeleteMessageBatchRequestEntry.builder()
                .id(message.body())
                .receiptHandle(message.receiptHandle())
                .build());
      }
      if (done.isEmpty()) {
        throw new IllegalStateException(left + " messages did not arrive");
      }
      sqs.deleteMessageBatch(request -> request.queueUrl(plainUrl).entries(done));
      left -= done.size();
    }
    database.count(counts, before);
  }

  /** A listener of Spring Cloud AWS. */
  @Benchmark
  public void springListener(ServerCounts counts) throws InterruptedException {
    NodeCounters before = database.counters();
    send(springUrl);
    if (!inserted.tryAcquire(MESSAGES, 60, TimeUnit.SECONDS)) {
      throw new IllegalStateException(inserted.availablePermits() + " messages arrived");
    }
    database.count(counts, before);
  }

  /** Through the queue: submitted, sent in packs, applied in batches, and known to be applied. */
  @Benchmark
  public void queueAndApplier(ServerCounts counts) throws Exception {
    NodeCounters before = database.counters();
    List<CompletableFuture<Void>> applied = new ArrayList<>(MESSAGES);
    for (int i = 0; i < MESSAGES; i++) {
      Write write = Write.insert("orders", Map.of("id", number), Map.of("quantity", 1));
      applied.add(queue.submit(write).applied().toCompletableFuture());
      number++;
    }
    for (CompletableFuture<Void> each : applied) {
      each.get(30, TimeUnit.SECONDS);
    }
    database.count(counts, before);
  }
}
