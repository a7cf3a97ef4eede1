package dev.sluice.testkit;

import java.util.List;
import java.util.Locale;

/**
 * Where the servers of a test run.
 *
 * <p>The system property {@code sluice.docker} says what becomes of the docker variants of a test:
 * {@code auto} (default) runs them when an engine answers and else says in one line on standard
 * output, once in a JVM, that they are skipped, {@code required} fails without an engine, {@code
 * off} leaves them out.
 */
public enum Backend {
  /** Child processes of this JVM, from artifacts on the class path; needs nothing installed. */
  EMBEDDED,
  /** Containers of a Docker engine, through Testcontainers. */
  DOCKER;

  /**
   * Whether a Docker engine answers; asked once in a JVM.
   *
   * @return false also when {@code sluice.docker} is {@code off}
   */
  public static boolean dockerAvailable() {
    return Mode.current() != Mode.OFF && Engine.ANSWERS;
  }

  /**
   * The backends to run a test on, for a parameterised test.
   *
   * @return {@link #EMBEDDED}, and {@link #DOCKER} when an engine answers
   * @throws IllegalStateException when {@code sluice.docker} is {@code required} and no engine
   *     answers, or has an unknown value
   */
  public static List<Backend> available() {
    Mode mode = Mode.current();
    if (mode == Mode.OFF) {
      return List.of(EMBEDDED);
    }
    if (Engine.ANSWERS) {
      return List.of(EMBEDDED, DOCKER);
    }
    if (mode == Mode.REQUIRED) {
      throw new IllegalStateException("sluice.docker=required, but no Docker engine answers");
    }
    Engine.Notice.GIVEN.run();
    return List.of(EMBEDDED);
  }

  private enum Mode {
    AUTO,
    REQUIRED,
    OFF;

    static Mode current() {
      String value = System.getProperty("sluice.docker", "auto");
      try {
        return valueOf(value.toUpperCase(Locale.ROOT));
      } catch (IllegalArgumentException e) {
        throw new IllegalStateException(
            "system property sluice.docker must be auto, required or off, not '" + value + "'", e);
      }
    }
  }

  private static final class Engine {
    static final boolean ANSWERS = DockerServer.engineAnswers();

    /** Loaded once, so that the line appears once in a JVM. */
    private static final class Notice {
      static final Runnable GIVEN = () -> {};

      static {
        // No log line: many a test run shows none below WARN.
        System.out.println(
            "sluice-testkit: no Docker engine answers: the docker variants of the tests are skipped");
      }
    }
  }
}
