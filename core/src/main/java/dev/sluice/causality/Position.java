package dev.sluice.causality;

import java.util.Objects;

/**
 * A place in the history of a database, comparable within one timeline. What the offset counts
 * depends on the database: the write-ahead log position (PostgreSQL), the number of the last
 * transaction of the source server that is applied without gaps before it (MySQL GTIDs), the
 * sequence number of a GTID domain (MariaDB).
 *
 * @param timeline names the history, without {@code ~}, {@code !} and white space; a failover
 *     starts another one
 * @param offset how far, at least 0; grows with every commit
 */
public record Position(String timeline, long offset) {
  /** Checks the components. */
  public Position {
    Objects.requireNonNull(timeline, "timeline");
    CausalToken.requireName("timeline", timeline);
    if (offset < 0) {
      throw new IllegalArgumentException("offset: must not be negative, got " + offset);
    }
  }

  /**
   * Whether a node that is here has everything up to another position.
   *
   * @param required the other position
   * @return true if both are on one timeline and this one is not before; false for different
   *     timelines, where nothing is known
   */
  public boolean includes(Position required) {
    return offset >= required.offset && timeline.equals(required.timeline);
  }
}
