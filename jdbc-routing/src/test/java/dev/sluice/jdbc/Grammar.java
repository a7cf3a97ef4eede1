package dev.sluice.jdbc;

import java.util.List;
import java.util.Random;

/** Makes statements of all shapes for one dialect; the same ones from the same random numbers. */
interface Grammar {
  /** The statements that make, on the primary, what the others refer to. */
  List<String> schema();

  /** One statement. */
  String next(Random random);

  /**
   * Whether the statement that {@link #next} gave last was made of nothing that writes, locks or
   * belongs to a session, so that any node may answer it.
   */
  boolean offloadable();
}
