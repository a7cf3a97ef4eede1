package dev.sluice.nosql;

/**
 * The order of the batches of one stream, as far as this process knows. Every batch follows the one
 * before without a gap, so that a lower one cannot come after a higher one, where it would look
 * like a repetition and be lost. Used under the lock of its stream.
 */
final class StreamOrder {
  private long done;
  private boolean known;

  /** What to do with a batch. */
  enum Step {
    /** Every part of it is in the store. */
    DONE,
    /** Add its parts, each of which may be there already. */
    ADD,
    /** It does not follow. */
    REFUSE
  }

  Step offer(long first, long last) {
    if (!known) {
      known = true;
      done = first - 1;
    }
    if (last <= done) {
      return Step.DONE;
    }
    return first == done + 1 ? Step.ADD : Step.REFUSE;
  }

  void done(long last) {
    done = last;
  }

  long next() {
    return done + 1;
  }

  /**
   * Judges an item that did not take its part.
   *
   * @param stored the number that the item holds
   * @param first first number of the batch
   * @param last last number of the batch
   * @return whether the item has the part; false means that it holds another batch that overlaps
   */
  static boolean has(long stored, long first, long last) {
    if (stored < first) {
      throw new IllegalStateException("an item refused a batch that it does not have");
    }
    return stored >= last;
  }
}
