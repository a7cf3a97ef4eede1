package dev.sluice.queue;

import org.jspecify.annotations.Nullable;

/** What the write queue throws when something outside it fails. Its message holds no data. */
public class WriteQueueException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  WriteQueueException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
