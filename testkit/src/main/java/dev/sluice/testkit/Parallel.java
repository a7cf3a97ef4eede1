package dev.sluice.testkit;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Independent steps at the same time. */
final class Parallel {
  private Parallel() {}

  /** Runs all, waits for all, and throws the first failure with the others suppressed. */
  static void run(List<Runnable> steps) {
    if (steps.isEmpty()) {
      return;
    }
    ExecutorService threads =
        Executors.newFixedThreadPool(
            steps.size(),
            step -> {
              Thread thread = new Thread(step, "sluice-testkit");
              thread.setDaemon(true);
              return thread;
            });
    try {
      List<CompletableFuture<Void>> running =
          steps.stream().map(step -> CompletableFuture.runAsync(step, threads)).toList();
      RuntimeException failure = null;
      for (CompletableFuture<Void> step : running) {
        try {
          step.join();
        } catch (CompletionException e) {
          RuntimeException cause =
              e.getCause() instanceof RuntimeException r ? r : new IllegalStateException(e);
          if (failure == null) {
            failure = cause;
          } else {
            failure.addSuppressed(cause);
          }
        }
      }
      if (failure != null) {
        throw failure;
      }
    } finally {
      threads.shutdown();
    }
  }
}
