package dev.sluice.testkit;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;

/**
 * What a {@link FaultProxy} does to the requests that fit. Immutable: each method returns a new
 * fault. Without a condition each request fits, and without {@link #times} always.
 */
public final class Fault {
  /** What happens. */
  enum Action {
    CUT_BEFORE,
    DROP_RESPONSE,
    DELAY_REQUEST,
    DELAY_RESPONSE,
    STATUS
  }

  private final Action action;
  private final Duration delay;
  private final int status;
  private final String pattern;
  private final int skip;
  private final int times;

  private Fault(Action action, Duration delay, int status, String pattern, int skip, int times) {
    this.action = action;
    this.delay = delay;
    this.status = status;
    this.pattern = pattern;
    this.skip = skip;
    this.times = times;
  }

  private static Fault of(Action action, Duration delay, int status) {
    return new Fault(action, delay, status, "", 0, Integer.MAX_VALUE);
  }

  /**
   * The request does not reach the server; the client's connection is cut.
   *
   * @return a fault
   */
  public static Fault cutBefore() {
    return of(Action.CUT_BEFORE, Duration.ZERO, 0);
  }

  /**
   * The request reaches the server, which answers; the client's connection is cut instead of
   * passing the answer on. So the effect is there and the client does not know.
   *
   * @return a fault
   */
  public static Fault dropResponse() {
    return of(Action.DROP_RESPONSE, Duration.ZERO, 0);
  }

  /**
   * The request reaches the server late.
   *
   * @param delay by how much
   * @return a fault
   */
  public static Fault delayRequest(Duration delay) {
    return of(Action.DELAY_REQUEST, Objects.requireNonNull(delay, "delay"), 0);
  }

  /**
   * The answer reaches the client late.
   *
   * @param delay by how much
   * @return a fault
   */
  public static Fault delayResponse(Duration delay) {
    return of(Action.DELAY_RESPONSE, Objects.requireNonNull(delay, "delay"), 0);
  }

  /**
   * The request does not reach the server; the client gets an empty answer with a status, for
   * instance 503. Only through {@link FaultProxy#http}.
   *
   * @param status 400 to 599
   * @return a fault
   */
  public static Fault status(int status) {
    if (status < 400 || status > 599) {
      throw new IllegalArgumentException("status must be 400 to 599, not " + status);
    }
    return of(Action.STATUS, Duration.ZERO, status);
  }

  /**
   * Only requests whose bytes contain this text, headers included; upper and lower case are the
   * same. Of TCP a text that is split over several packets of one request is found.
   *
   * @param text ASCII, for instance {@code COMMIT} or {@code SendMessageBatch}
   * @return a new fault
   */
  public Fault whenRequestContains(String text) {
    return new Fault(action, delay, status, Objects.requireNonNull(text, "text"), skip, times);
  }

  /**
   * Passes the first requests that fit.
   *
   * @param count how many
   * @return a new fault
   */
  public Fault after(int count) {
    if (count < 0) {
      throw new IllegalArgumentException("count must not be negative, but is " + count);
    }
    return new Fault(action, delay, status, pattern, count, times);
  }

  /**
   * Happens only so often.
   *
   * @param count how often, at least 1
   * @return a new fault
   */
  public Fault times(int count) {
    if (count < 1) {
      throw new IllegalArgumentException("count must be at least 1, but is " + count);
    }
    return new Fault(action, delay, status, pattern, skip, count);
  }

  Action action() {
    return action;
  }

  Duration delay() {
    return delay;
  }

  int status() {
    return status;
  }

  int skip() {
    return skip;
  }

  int times() {
    return times;
  }

  boolean fits(byte[] request, int length) {
    byte[] wanted = pattern.getBytes(StandardCharsets.ISO_8859_1);
    outer:
    for (int i = 0; i <= length - wanted.length; i++) {
      for (int j = 0; j < wanted.length; j++) {
        if (lower(request[i + j]) != lower(wanted[j])) {
          continue outer;
        }
      }
      return true;
    }
    return false;
  }

  private static int lower(byte b) {
    return b >= 'A' && b <= 'Z' ? b + ('a' - 'A') : b;
  }
}
