package dev.sluice.queue.sqs;

import dev.sluice.queue.QueueMessage;
import dev.sluice.queue.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.awscore.AwsRequestOverrideConfiguration;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchResponse;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchResponse;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/**
 * A {@link Transport} over one SQS FIFO queue. Each send is a call of its own: a batch may fail in
 * part, and the SDK's batch manager does not keep the order.
 *
 * <p>Thread-safe. The SqsClient stays the user's to close, after the queues and appliers that use
 * this. Every call ends within {@link Builder#callTimeout}, a receive within that and its wait,
 * with the SDK's own exception; a call that failed may have taken effect, which the queue's
 * protocol expects.
 */
public final class SqsTransport implements Transport {
  private static final Logger LOG = LoggerFactory.getLogger(SqsTransport.class);
  private static final int SMALLEST_LIMIT = 1024;

  private final SqsClient client;
  private final String queueUrl;
  private final Duration callTimeout;
  private final int maximumMessageBytes;

  private SqsTransport(
      Builder builder, SqsClient client, String queueUrl, int maximumMessageBytes) {
    this.client = client;
    this.queueUrl = queueUrl;
    this.callTimeout = builder.callTimeout;
    this.maximumMessageBytes = maximumMessageBytes;
  }

  /**
   * Describes a transport.
   *
   * @return a builder
   */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public int maximumMessageBytes() {
    return maximumMessageBytes;
  }

  @Override
  public void send(String group, String deduplicationId, String body) {
    client.sendMessage(
        r ->
            r.queueUrl(queueUrl)
                .messageGroupId(group)
                .messageDeduplicationId(deduplicationId)
                .messageBody(body)
                .overrideConfiguration(limit(callTimeout)));
  }

  @Override
  public List<QueueMessage> receive(Duration wait, Duration visibility) {
    List<Message> messages =
        client
            .receiveMessage(
                r ->
                    r.queueUrl(queueUrl)
                        .maxNumberOfMessages(10)
                        .waitTimeSeconds((int) wait.toSeconds())
                        .visibilityTimeout((int) visibility.toSeconds())
                        .messageSystemAttributeNames(MessageSystemAttributeName.MESSAGE_GROUP_ID)
                        .overrideConfiguration(limit(callTimeout.plus(wait))))
            .messages();
    List<QueueMessage> received = new ArrayList<>(messages.size());
    for (Message message : messages) {
      String group = message.attributes().get(MessageSystemAttributeName.MESSAGE_GROUP_ID);
      received.add(
          new QueueMessage(group == null ? "" : group, message.body(), message.receiptHandle()));
    }
    return received;
  }

  @Override
  public void delete(List<QueueMessage> messages) {
    List<DeleteMessageBatchRequestEntry> entries = new ArrayList<>(messages.size());
    for (int i = 0; i < messages.size(); i++) {
      String receipt = messages.get(i).receipt();
      entries.add(
          DeleteMessageBatchRequestEntry.builder()
              .id(Integer.toString(i))
              .receiptHandle(receipt)
              .build());
    }
    DeleteMessageBatchResponse response =
        client.deleteMessageBatch(
            r -> r.queueUrl(queueUrl).entries(entries).overrideConfiguration(limit(callTimeout)));
    if (response.hasFailed() && !response.failed().isEmpty()) {
      LOG.debug(
          "sqs: {} of {} messages not deleted, they come again",
          response.failed().size(),
          messages.size());
    }
  }

  @Override
  public void extend(List<QueueMessage> messages, Duration visibility) {
    List<ChangeMessageVisibilityBatchRequestEntry> entries = new ArrayList<>(messages.size());
    for (int i = 0; i < messages.size(); i++) {
      String receipt = messages.get(i).receipt();
      entries.add(
          ChangeMessageVisibilityBatchRequestEntry.builder()
              .id(Integer.toString(i))
              .receiptHandle(receipt)
              .visibilityTimeout((int) visibility.toSeconds())
              .build());
    }
    ChangeMessageVisibilityBatchResponse response =
        client.changeMessageVisibilityBatch(
            r -> r.queueUrl(queueUrl).entries(entries).overrideConfiguration(limit(callTimeout)));
    if (response.hasFailed() && !response.failed().isEmpty()) {
      LOG.debug(
          "sqs: visibility of {} of {} messages not changed",
          response.failed().size(),
          messages.size());
    }
  }

  private static AwsRequestOverrideConfiguration limit(Duration timeout) {
    return AwsRequestOverrideConfiguration.builder().apiCallTimeout(timeout).build();
  }

  /** Describes a transport; not thread-safe. */
  public static final class Builder {
    private @Nullable SqsClient client;
    private @Nullable String queueUrl;
    private Duration callTimeout = Duration.ofSeconds(10);

    private Builder() {}

    /**
     * The client; required.
     *
     * @param client with region, credentials and HTTP client of the user's choice; not closed
     * @return this
     */
    public Builder client(SqsClient client) {
      this.client = Objects.requireNonNull(client, "client");
      return this;
    }

    /**
     * The queue; required.
     *
     * @param queueUrl URL of a FIFO queue
     * @return this
     */
    public Builder queueUrl(String queueUrl) {
      this.queueUrl = Objects.requireNonNull(queueUrl, "queueUrl");
      return this;
    }

    /**
     * How long one call may take with the SDK's own retries, not counting the wait of a receive;
     * default 10 seconds.
     *
     * @param callTimeout 100 milliseconds to 2 minutes
     * @return this
     */
    public Builder callTimeout(Duration callTimeout) {
      this.callTimeout = Objects.requireNonNull(callTimeout, "callTimeout");
      return this;
    }

    /**
     * Asks the queue what it is, in one call.
     *
     * @return the transport
     * @throws IllegalArgumentException if an option is missing or out of its bounds, or the queue
     *     is not FIFO
     */
    public SqsTransport build() {
      if (callTimeout.compareTo(Duration.ofMillis(100)) < 0
          || callTimeout.compareTo(Duration.ofMinutes(2)) > 0) {
        throw new IllegalArgumentException(
            "callTimeout: must be 100 ms to 2 minutes, got " + callTimeout);
      }
      SqsClient sqs = client;
      String url = queueUrl;
      if (sqs == null || url == null) {
        throw new IllegalArgumentException((sqs == null ? "client" : "queueUrl") + ": is required");
      }
      Map<QueueAttributeName, String> attributes =
          sqs.getQueueAttributes(
                  r ->
                      r.queueUrl(url)
                          .attributeNames(QueueAttributeName.ALL)
                          .overrideConfiguration(limit(callTimeout)))
              .attributes();
      if (!"true".equalsIgnoreCase(attributes.get(QueueAttributeName.FIFO_QUEUE))) {
        throw new IllegalArgumentException(
            "queueUrl: must be a FIFO queue; standard queues keep no order and are not supported");
      }
      String limit = attributes.get(QueueAttributeName.MAXIMUM_MESSAGE_SIZE);
      int bytes = limit == null ? 256 * SMALLEST_LIMIT : Integer.parseInt(limit);
      return new SqsTransport(this, sqs, url, Math.max(SMALLEST_LIMIT, bytes));
    }
  }
}
