package dev.sluice.queue;

import org.jspecify.annotations.Nullable;

/**
 * A message and what it is.
 *
 * @param message as received
 * @param pack its content; null if it could not be read
 */
record Received(QueueMessage message, @Nullable Pack pack) {
  static Received of(QueueMessage message) {
    try {
      return new Received(message, PackCodec.decode(message.body()));
    } catch (PackCodec.UnreadableException e) {
      return new Received(message, null);
    }
  }

  int writes() {
    return pack == null ? 1 : pack.writes().size();
  }
}
