package dev.sluice.queue;

import java.util.List;

/**
 * The content of one message.
 *
 * @param queue name of the queue
 * @param id producer and sequence
 * @param lane the lane, from 0
 * @param lanes how many lanes the producer counts
 * @param writes the writes in order
 */
record Pack(String queue, PackId id, int lane, int lanes, List<Write> writes) {
  Pack {
    writes = List.copyOf(writes);
  }
}
