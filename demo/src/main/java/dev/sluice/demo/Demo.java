package dev.sluice.demo;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;

/** The demo's command line; see {@code --help}. */
public final class Demo {
  private static final int BAD_OPTIONS = 2;

  private Demo() {}

  /**
   * Runs the demo and ends the process with its exit code.
   *
   * @param arguments see {@code --help}
   */
  public static void main(String[] arguments) {
    Locale.setDefault(Locale.ROOT);
    // Exits by itself: a thread that some library left behind must not keep the process alive.
    System.exit(run(List.of(arguments), System.out, System.err));
  }

  static int run(List<String> arguments, PrintStream out, PrintStream err) {
    Options options;
    try {
      options = Options.parse(arguments);
    } catch (BadOptionException e) {
      err.println("demo: " + e.getMessage());
      err.println("demo: --help explains the options");
      return BAD_OPTIONS;
    }
    if (options.help()) {
      out.print(Options.usage());
      out.flush();
      return 0;
    }
    try {
      // Before the minutes of work, not after.
      Files.createDirectories(options.out());
      Files.delete(Files.createTempFile(options.out(), "probe", ".tmp"));
    } catch (IOException e) {
      err.println(
          "demo: --out: cannot make the folder %s, or a file in it (%s)"
              .formatted(options.out(), e));
      return BAD_OPTIONS;
    }
    Progress progress = new Progress(out, Terminal.interactive(), Terminal.width());
    StopSignal stop =
        StopSignal.install(
            () -> progress.line("Stopping: the servers end and the reports are written."));
    return new Run(options, progress, stop).toExitCode();
  }
}
