package dev.sluice.cache;

/**
 * The server behind a cache did not answer, or not as expected. Readers never see it, they get
 * their value from the database; a writer gets it as the cause of a refused commit.
 */
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /**
   * A failure.
   *
   * @param message what failed, without keys and credentials
   * @param cause what the client library threw
   */
  public StoreException(String message, Throwable cause) {
    super(message, cause);
  }

  /**
   * A failure without a cause.
   *
   * @param message what failed, without keys and credentials
   */
  public StoreException(String message) {
    super(message);
  }
}
