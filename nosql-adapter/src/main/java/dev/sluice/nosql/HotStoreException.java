package dev.sluice.nosql;

import org.jspecify.annotations.Nullable;

/**
 * A store could not do what it was asked for. The subclasses say what is known of the effect; this
 * class itself means that the server refused the request, which had no effect and would be refused
 * again. Messages hold no keys and no values.
 */
public class HotStoreException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /**
   * A failure.
   *
   * @param message what failed
   * @param cause the driver's exception, if any
   */
  public HotStoreException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
