/**
 * The transport of the write queue over Amazon SQS, with the AWS SDK 2. Entry point: {@link
 * dev.sluice.queue.sqs.SqsTransport}.
 */
@NullMarked
package dev.sluice.queue.sqs;

import org.jspecify.annotations.NullMarked;
