package dev.sluice.demo;

import dev.sluice.demo.check.Checker;
import dev.sluice.demo.check.FinalState;
import dev.sluice.demo.check.Invariants;
import dev.sluice.demo.check.Journal;
import dev.sluice.demo.report.HtmlReport;
import dev.sluice.demo.report.JsonReport;
import dev.sluice.demo.report.Report;
import dev.sluice.demo.report.StepResult;
import dev.sluice.demo.report.TextReport;
import dev.sluice.demo.shop.Catalogue;
import dev.sluice.demo.shop.ShopFloor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One run from the start of the servers to the reports. Used once, by one thread. */
final class Run {
  private static final int STOPPED = 130;
  private static final Duration REPLICATED = Duration.ofSeconds(60);

  /** A step in which more than this share of the operations fail has failed. */
  private static final double FAILED_SHARE = 0.01;

  private static final Logger LOG = LoggerFactory.getLogger(Run.class);

  private final Options options;
  private final Progress progress;
  private final BooleanSupplier stop;
  private final Journal journal = new Journal();
  private final AtomicLong orderNumbers = new AtomicLong();
  private final List<StepResult> results = new ArrayList<>();
  private Invariants invariants = new Invariants(0, 0, 0, 0, List.of());
  private @Nullable String trouble;

  Run(Options options, Progress progress, BooleanSupplier stop) {
    this.options = options;
    this.progress = progress;
    this.stop = stop;
  }

  int toExitCode() {
    try {
      play();
    } catch (Exception e) {
      if (e instanceof InterruptedException) {
        Thread.currentThread().interrupt();
      }
      LOG.error("the run ended early", e);
      trouble = "ended early: " + e;
    }
    report();
    if (trouble != null || !invariants.held()) {
      return 1;
    }
    return stop.getAsBoolean() ? STOPPED : 0;
  }

  private void play() throws Exception {
    progress.begin(
        "Starting the servers (%s) ..."
            .formatted(
                options.docker() ? "Docker: MySQL 9.7" : "embedded: MariaDB with two replicas"));
    long start = System.nanoTime();
    try (Servers servers = new Servers(options.docker())) {
      Catalogue.create(servers.database().primary().dataSource(), journal);
      progress.line("Ready after %.1f s.".formatted((System.nanoTime() - start) / 1e9));
      for (int number : options.steps()) {
        if (stop.getAsBoolean()) {
          break;
        }
        step(Step.of(number), servers);
      }
    }
  }

  private void step(Step step, Servers servers) throws Exception {
    progress.begin("%nStep %d: %s".formatted(step.number(), step.title()));
    StepResult result;
    try (ShopFloor floor = step.open(servers)) {
      Catalogue.restock(floor.source(), journal);
      floor.open();
      result =
          new StepRun(step, options, servers, floor, stop).measure(journal, orderNumbers, progress);
    }
    check(servers);
    if (result == null) {
      return;
    }
    results.add(result);
    progress.line(TextReport.print(result).stripTrailing());
    StepResult.Load load = result.load();
    if (load.failed() > FAILED_SHARE * load.offeredPerSecond() * options.duration().toSeconds()) {
      trouble =
          "step %d: %d operations failed, the first with %s"
              .formatted(step.number(), load.failed(), load.failure());
    }
  }

  /** Nothing is under way now: what was promised up to here must be there, on every server. */
  private void check(Servers servers) throws Exception {
    FinalState state = servers.state();
    Invariants found = Checker.check(journal, state);
    // A violation that later heals is one all the same.
    invariants = invariants.or(found);
    servers.database().awaitReplicated(REPLICATED);
    progress.line(
        "    %-10s %d lost, %d doubled, %d stale, %d negative stock so far"
            .formatted(
                "checked",
                found.lostWrites(),
                found.doubledWrites(),
                found.staleReads(),
                found.negativeStock()));
  }

  private void report() {
    Report report =
        new Report(
            "%d operations a second, %d s a step, %s"
                .formatted(
                    options.rate(),
                    options.duration().toSeconds(),
                    options.docker()
                        ? "MySQL 9.7 with two replicas in Docker"
                        : "MariaDB with two replicas, embedded"),
            results,
            invariants,
            journal.writes(),
            journal.reads(),
            trouble);
    progress.line(TextReport.print(report).stripTrailing());
    if (trouble != null) {
      progress.line("FAILED: " + trouble);
    }
    try {
      Path json = options.out().resolve(Report.jsonName());
      Path html = options.out().resolve(Report.htmlName());
      Files.writeString(json, JsonReport.print(report));
      Files.writeString(html, HtmlReport.print(report));
      progress.line("Reports: " + html.toAbsolutePath() + " and " + json.toAbsolutePath());
    } catch (IOException e) {
      trouble = "the reports cannot be written: " + e;
      progress.line("FAILED: " + trouble);
    }
  }
}
