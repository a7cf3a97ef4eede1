package dev.sluice.cache;

import org.jspecify.annotations.Nullable;

/**
 * The server behind a cache did not answer, or not as expected. Readers never see it, they get
 * their value from the database; a writer gets it as the cause of a refused commit.
 */
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final boolean refusal;

  private StoreException(String message, @Nullable Throwable cause, boolean refusal) {
    super(message, cause);
    this.refusal = refusal;
  }

  /**
   * A failure.
   *
   * @param message what failed, without keys and credentials
   * @param cause what the client library threw
   */
  public StoreException(String message, Throwable cause) {
    this(message, cause, false);
  }

  /**
   * A failure without a cause.
   *
   * @param message what failed, without keys and credentials
   */
  public StoreException(String message) {
    this(message, null, false);
  }

  /**
   * The server answered all that it was asked, and refused some of it: the link stays good.
   *
   * @param message what was refused, without keys and credentials
   * @param cause what the client library threw
   * @return the exception
   */
  public static StoreException refusal(String message, Throwable cause) {
    return new StoreException(message, cause, true);
  }

  /**
   * Whether the server answered, so that the link is still of use.
   *
   * @return true for a {@link #refusal}
   */
  public boolean isRefusal() {
    return refusal;
  }
}
