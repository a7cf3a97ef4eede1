/**
 * A queue for writes, for application developers who want to keep write peaks away from their
 * database: {@link dev.sluice.queue.WriteQueue} takes {@link dev.sluice.queue.Write}s, {@link
 * dev.sluice.queue.WriteApplier} applies them exactly once, in order for each key, through a few
 * serialized writers. The transport over SQS is in {@code dev.sluice.queue.sqs}.
 */
@NullMarked
package dev.sluice.queue;

import org.jspecify.annotations.NullMarked;
