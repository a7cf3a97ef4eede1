package dev.sluice.testkit;

import java.util.Locale;

/** Which machine this is: linux, darwin or windows, and amd64, arm64 or as the JVM calls it. */
record Platform(String os, String architecture) {
  static Platform current() {
    String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    String architecture = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    return new Platform(
        os.contains("linux") ? "linux" : os.contains("mac") ? "darwin" : "windows",
        switch (architecture) {
          case "aarch64" -> "arm64";
          case "x86_64" -> "amd64"; // so called on macOS
          default -> architecture;
        });
  }

  /** The supervision of child processes needs a POSIX shell and signals. */
  boolean supervised() {
    return !os.equals("windows");
  }

  TestServerException without(String server) {
    return new TestServerException(
        "%s: there is no embedded server for %s %s on the class path; use the docker backend"
            .formatted(server, os, architecture));
  }
}
