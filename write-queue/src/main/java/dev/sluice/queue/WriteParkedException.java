package dev.sluice.queue;

/**
 * A write was accepted but not applied: it is in the table {@code sluice_parked}, where {@link
 * ParkedWrites} shows it, replays or discards it.
 */
public final class WriteParkedException extends WriteQueueException {
  private static final long serialVersionUID = 1L;

  private final String reason;

  WriteParkedException(String queue, int lane, String reason) {
    super(queue + ": write of lane " + lane + " was parked: " + reason, null);
    this.reason = reason;
  }

  /**
   * Why.
   *
   * @return as {@link ParkedWrite#reason()}
   */
  public String reason() {
    return reason;
  }
}
