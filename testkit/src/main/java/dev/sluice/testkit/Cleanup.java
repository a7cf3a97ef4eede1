package dev.sluice.testkit;

/** Steps that follow a failure and must not hide it. */
final class Cleanup {
  private Cleanup() {}

  /** Runs the step; what it throws is added to the failure, which the caller throws. */
  static void after(Exception failure, Runnable step) {
    try {
      step.run();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }
}
