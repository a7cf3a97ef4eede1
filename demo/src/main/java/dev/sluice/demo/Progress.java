package dev.sluice.demo;

import java.io.PrintStream;
import java.time.Duration;

/** Shows how far the demo is. Safe for use by several threads; lines never tear a bar apart. */
final class Progress {
  private static final int BAR = 24;
  private static final Duration PLAIN_LINES = Duration.ofSeconds(5);

  private final PrintStream out;
  private final boolean interactive;
  private final int width;
  private boolean barShown;
  private long lastPlainLine = System.nanoTime();

  Progress(PrintStream out, boolean interactive, int width) {
    this.out = out;
    this.interactive = interactive;
    this.width = width;
  }

  /** A line that stays. */
  synchronized void line(String text) {
    clearBar();
    out.println(text);
    out.flush();
  }

  /** A new activity begins: the next plain line is due at once. */
  synchronized void begin(String text) {
    line(text);
    lastPlainLine = System.nanoTime();
  }

  /**
   * How far an activity is: redraws the bar, or prints a line every few seconds.
   *
   * @param share 0 to 1
   * @param text what happens now
   */
  synchronized void show(double share, String text) {
    double within = Math.max(0, Math.min(1, share));
    if (interactive) {
      int full = (int) Math.round(within * BAR);
      String bar =
          "  [%s%s] %3.0f %%  %s"
              .formatted("#".repeat(full), ".".repeat(BAR - full), within * 100, text);
      String line = bar.length() < width ? bar : bar.substring(0, width - 1);
      out.print("\r" + line + "\u001b[K");
      barShown = true;
    } else {
      long now = System.nanoTime();
      if (now - lastPlainLine < PLAIN_LINES.toNanos()) {
        return;
      }
      lastPlainLine = now;
      out.printf("  %3.0f %%  %s%n", within * 100, text);
    }
    out.flush();
  }

  private void clearBar() {
    if (barShown) {
      out.print("\r\u001b[K");
      barShown = false;
    }
  }
}
