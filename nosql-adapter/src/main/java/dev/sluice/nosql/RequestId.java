package dev.sluice.nosql;

import java.util.UUID;

/**
 * Names one change, so that its repetition is recognised. Take it from what caused the change (a
 * message id, an order number), or make a random one and keep it until the answer is definite.
 *
 * @param value 1 to 36 characters of {@code a-z 0-9 . _ : -}
 */
public record RequestId(String value) {
  static final int LONGEST = 36;

  /** Checks the value; the message does not repeat it. */
  public RequestId {
    if (value.isEmpty() || value.length() > LONGEST) {
      throw new IllegalArgumentException("request id: must have 1 to 36 characters");
    }
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      boolean allowed = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || "-_.:".indexOf(c) >= 0;
      if (!allowed) {
        throw new IllegalArgumentException("request id: only a-z 0-9 . _ : - are allowed");
      }
    }
  }

  /**
   * A new id.
   *
   * @return a random id, different from every other for all practical purposes
   */
  public static RequestId random() {
    return new RequestId(UUID.randomUUID().toString());
  }
}
