package dev.sluice.testkit;

import org.jspecify.annotations.Nullable;

/**
 * A test server could not be started, controlled or asked.
 *
 * <p>The message says which server and which step failed and, where the server wrote a log, shows
 * its last 20 lines. Thrown unchecked, since a test can do nothing about it.
 */
public final class TestServerException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TestServerException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  TestServerException(String message) {
    super(message);
  }
}
