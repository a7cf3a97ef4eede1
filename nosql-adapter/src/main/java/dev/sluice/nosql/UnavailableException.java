package dev.sluice.nosql;

import org.jspecify.annotations.Nullable;

/**
 * The server could not be reached, or refused for a moment (deadlock, conflict). No effect; repeat
 * later.
 */
public final class UnavailableException extends HotStoreException {
  private static final long serialVersionUID = 1;

  /**
   * A failure.
   *
   * @param message what failed
   * @param cause the driver's exception, if any
   */
  public UnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
