package dev.sluice.nosql;

import java.util.OptionalLong;

/** Something else is there than the write expected. No effect. */
public final class ConditionFailedException extends HotStoreException {
  private static final long serialVersionUID = 1;

  private final long current;

  ConditionFailedException(String message, long current) {
    super(message, null);
    this.current = current;
  }

  /**
   * What is there instead.
   *
   * @return the version of the value; empty if there is none
   */
  public OptionalLong currentVersion() {
    return current == 0 ? OptionalLong.empty() : OptionalLong.of(current);
  }
}
