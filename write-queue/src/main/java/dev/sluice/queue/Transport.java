package dev.sluice.queue;

import java.time.Duration;
import java.util.List;

/**
 * A FIFO queue with message groups, as SQS has them; {@code dev.sluice.queue.sqs.SqsTransport} is
 * the one to use. Implementations are safe for use by several threads, bound every call in time,
 * and may throw any unchecked exception: it means that it is not known whether the call took
 * effect. Correctness needs only this of them: what {@link #send} has returned for is delivered
 * until it is deleted. Order within a group and deduplication are what makes it work without halts.
 */
public interface Transport {
  /**
   * The largest message that the queue takes.
   *
   * @return bytes in UTF-8
   */
  int maximumMessageBytes();

  /**
   * Stores a message; returns once it is stored.
   *
   * @param group the message group
   * @param deduplicationId of messages with the same id within some minutes all but the first may
   *     be dropped
   * @param body text of characters that XML allows
   */
  void send(String group, String deduplicationId, String body);

  /**
   * Receives messages and makes them invisible for others for some time.
   *
   * @param wait how long to wait for the first one
   * @param visibility how long they stay invisible
   * @return at most ten, those of a group in order; empty if there are none
   */
  List<QueueMessage> receive(Duration wait, Duration visibility);

  /**
   * Deletes messages. What cannot be deleted comes again, which does no harm.
   *
   * @param messages at most ten
   */
  void delete(List<QueueMessage> messages);

  /**
   * Sets anew how long messages stay invisible, from now.
   *
   * @param messages at most ten
   * @param visibility zero gives them back
   */
  void extend(List<QueueMessage> messages, Duration visibility);
}
