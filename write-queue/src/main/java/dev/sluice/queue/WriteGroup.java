package dev.sluice.queue;

import java.util.List;

/** Writes that take effect together or not at all. */
record WriteGroup(String orderingKey, List<Write> writes) implements Write {
  private static final int MOST = 100;

  WriteGroup {
    Values.requireOrderingKey(orderingKey);
    if (writes.isEmpty() || writes.size() > MOST) {
      throw new IllegalArgumentException("writes: must be 1 to " + MOST + ", got " + writes.size());
    }
    for (Write write : writes) {
      if (write instanceof WriteGroup) {
        throw new IllegalArgumentException("writes: a group cannot contain a group");
      }
    }
    writes = List.copyOf(writes);
  }

  @Override
  public Write orderedBy(String orderingKey) {
    return new WriteGroup(orderingKey, writes);
  }
}
