package dev.sluice.jdbc;

import dev.sluice.causality.Position;
import org.jspecify.annotations.Nullable;

/**
 * How far one server was when it was asked, exactly as the server counts. Immutable.
 *
 * <p>A primary's reading is an upper bound: it contains everything that was visible anywhere when
 * the question was sent. A replica's reading is a lower bound: everything in it is visible there.
 */
interface Reading {
  /** Whether the server refuses writes, as a replica must and a primary must not. */
  boolean readOnly();

  /** Why it cannot be compared with others; null if it can. */
  @Nullable String unfit();

  /** The history that this server writes when it is the primary. */
  String timeline();

  /** Whether this server has everything that a reading of the primary, or of its own, contains. */
  boolean covers(Reading other);

  /**
   * Like {@link #covers}, but without what the primary has not yet handed to any replica. Only for
   * lag, never for what a caller may see.
   */
  default boolean coversDelivered(Reading primary) {
    return covers(primary);
  }

  /** As the primary's reading: whether something was written since the one before. */
  default boolean movedSince(Reading before) {
    return !equals(before);
  }

  /**
   * Why it may not even answer those who ask for nothing while nobody has ever heard of the
   * primary; null if it may.
   */
  default @Nullable String unfitAlone() {
    return unfit();
  }

  /** As a replica's reading: whether there is something in it that another replica's lacks. */
  default boolean ahead(Reading other) {
    return !other.covers(this);
  }

  /**
   * As the primary's reading: a position that includes all of it. Null if one number cannot tell,
   * since not only the primary's own transactions have come since the first reading.
   */
  @Nullable Position upperBound(Reading first);

  /**
   * As a replica's reading: the latest position of the primary's timeline that is certainly here.
   */
  @Nullable Position lowerBound(Reading primary);

  /** Whether a position belongs to a past that this primary's reading is known to include. */
  boolean provesPast(Position position);
}
