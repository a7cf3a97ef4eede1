package dev.sluice.nosql;

import org.jspecify.annotations.Nullable;

/**
 * The answer was lost: the write may have happened, or happen a moment later. Read before deciding.
 */
public final class OutcomeUnknownException extends HotStoreException {
  private static final long serialVersionUID = 1;

  /**
   * A failure.
   *
   * @param message what failed
   * @param cause the driver's exception, if any
   */
  public OutcomeUnknownException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
