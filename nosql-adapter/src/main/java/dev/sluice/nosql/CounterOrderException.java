package dev.sluice.nosql;

/**
 * A batch does not follow the one before in its stream, or overlaps with one that was applied with
 * other bounds. Nothing of it is known to be lost or doubled, but it must not be skipped: the
 * source of the batches has to repeat what is missing, with its first bounds.
 */
public final class CounterOrderException extends HotStoreException {
  private static final long serialVersionUID = 1;

  CounterOrderException(String message) {
    super(message, null);
  }
}
