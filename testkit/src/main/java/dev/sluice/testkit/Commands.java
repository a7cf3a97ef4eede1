package dev.sluice.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Commands that run to their end. */
final class Commands {
  private static final String USER = System.getProperty("user.name", "");

  private Commands() {}

  static boolean isRoot() {
    return USER.equals("root");
  }

  /**
   * Runs a command, with a file as its input, and throws with the end of its output if it fails.
   */
  static void run(String what, Path input, List<String> command) {
    try {
      Path output = Files.createTempFile("sluice-testkit", ".log");
      try {
        Process process =
            new ProcessBuilder(command)
                .redirectInput(input.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!endedWithin120Seconds(process)) {
          throw new TestServerException(what + ": not done within 120 s; " + tail(output));
        }
        if (process.exitValue() != 0) {
          throw new TestServerException(
              what + ": ended with code " + process.exitValue() + "; " + tail(output));
        }
      } finally {
        Files.deleteIfExists(output);
      }
    } catch (IOException e) {
      throw new TestServerException(what + ": cannot run " + command.get(0), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new TestServerException(what + ": interrupted", e);
    }
  }

  private static boolean endedWithin120Seconds(Process process) throws InterruptedException {
    try {
      return process.waitFor(120, TimeUnit.SECONDS);
    } finally {
      process.destroyForcibly(); // does nothing to one that ended
    }
  }

  static void run(String what, List<String> command) {
    run(what, Path.of("/dev/null"), command);
  }

  private static String tail(Path output) throws IOException {
    List<String> lines = Files.readAllLines(output, StandardCharsets.ISO_8859_1);
    return "last lines of output:"
        + System.lineSeparator()
        + String.join(
            System.lineSeparator(), lines.subList(Math.max(0, lines.size() - 20), lines.size()));
  }
}
