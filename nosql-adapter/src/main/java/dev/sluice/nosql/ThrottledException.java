package dev.sluice.nosql;

import org.jspecify.annotations.Nullable;

/** The server takes no more load at the moment. No effect; the advice says what to change. */
public final class ThrottledException extends HotStoreException {
  private static final long serialVersionUID = 1;

  private final String reason;

  /**
   * A failure.
   *
   * @param reason short and stable, fit for a metric tag
   * @param advice one sentence on what to change
   * @param cause the driver's exception, if any
   */
  public ThrottledException(String reason, String advice, @Nullable Throwable cause) {
    super(advice, cause);
    this.reason = reason;
  }

  /**
   * Why.
   *
   * @return short and stable, fit for a metric tag, like {@code
   *     TableWriteKeyRangeThroughputExceeded}
   */
  public String reason() {
    return reason;
  }
}
