package dev.sluice.demo;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether somebody looks at the output of this process. */
final class Terminal {
  private static final int NARROWEST = 40;

  private Terminal() {}

  /**
   * Standard output is a terminal that can move its cursor. {@link System#console()} alone does not
   * tell: up to JDK 21 it is null as soon as the input is redirected, from 22 on it is there even
   * when nothing is a terminal, and {@code isTerminal} exists only since then.
   */
  static boolean interactive() {
    String kind = System.getenv("TERM");
    return kind != null && !kind.equals("dumb") && outputIsTerminal();
  }

  @SuppressWarnings("SystemConsoleNull") // Both behaviours are taken care of.
  private static boolean outputIsTerminal() {
    Path output = Path.of("/proc/self/fd/1");
    if (Files.isSymbolicLink(output)) {
      try {
        String target = Files.readSymbolicLink(output).toString();
        return target.startsWith("/dev/pts/")
            || target.startsWith("/dev/tty")
            || target.equals("/dev/console");
      } catch (IOException e) {
        return false;
      }
    }
    Console console = System.console();
    if (console == null) {
      return false;
    }
    try {
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (ReflectiveOperationException e) {
      // Before JDK 22 a console is there only when input and output are terminals.
      return true;
    }
  }

  /** The width in characters, as far as the environment says. */
  static int width() {
    String columns = System.getenv("COLUMNS");
    if (columns != null && columns.matches("\\d{1,4}")) {
      return Math.max(NARROWEST, Integer.parseInt(columns));
    }
    return 80;
  }
}
