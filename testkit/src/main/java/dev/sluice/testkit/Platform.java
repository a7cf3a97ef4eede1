package dev.sluice.testkit;

import java.util.Locale;

/** Which machine this is, in the words that the embedded artifacts use. */
record Platform(String os, String architecture) {
  static Platform current() {
    String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    String architecture = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    return new Platform(
        os.contains("linux") ? "linux" : os.contains("mac") ? "darwin" : "windows",
        architecture.equals("aarch64") || architecture.equals("arm64") ? "arm64" : architecture);
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
