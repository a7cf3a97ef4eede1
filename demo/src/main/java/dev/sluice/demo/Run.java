package dev.sluice.demo;

import dev.sluice.demo.check.Checker;
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
  private static final Duration REPLICATED = Duration.ofSeconds(60);

  private static final Logger LOG = LoggerFactory.getLogger(Run.class);

  private final Options options;
  private final Progress progress;
  private final BooleanSupplier stop;
  private final Journal journal = new Journal();
  private final AtomicLong orderNumbers = new AtomicLong();
  private final List<StepResult> results = new ArrayList<>();
  private Invariants invariants = new Invariants(0, 0, 0, 0, List.of());
  private @Nullable String ended;

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
      ended = "it ended early: " + e;
    }
    return report();
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
      if (step == Step.HOT_TABLES) {
        journal.hotTablesOpened();
      }
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
  }

  /** Nothing is under way now: what was promised up to here must be there, on every server. */
  private void check(Servers servers) throws Exception {
    servers.database().awaitReplicated(REPLICATED);
    Invariants found = Checker.check(journal, servers.state());
    // A violation that later heals is one all the same.
    invariants = invariants.or(found);
    progress.line(
        "    %-10s %d lost, %d doubled, %d stale, %d negative stock so far"
            .formatted(
                "checked",
                found.lostWrites(),
                found.doubledWrites(),
                found.staleReads(),
                found.negativeStock()));
  }

  private int report() {
    Report.Plan plan =
        new Report.Plan(
            "%d operations a second, %d s a step, %s"
                .formatted(
                    options.rate(),
                    options.duration().toSeconds(),
                    options.docker()
                        ? "MySQL 9.7 with two replicas in Docker"
                        : "MariaDB with two replicas, embedded"),
            options.steps().size());
    Report report =
        new Report(
            plan,
            stop.getAsBoolean(),
            results,
            invariants,
            journal.writes(),
            journal.reads(),
            ended);
    progress.line(TextReport.print(report).stripTrailing());
    try {
      Path json = options.out().resolve(Report.jsonName());
      Path html = options.out().resolve(Report.htmlName());
      Files.writeString(json, JsonReport.print(report));
      Files.writeString(html, HtmlReport.print(report));
      progress.line("Reports: " + html.toAbsolutePath() + " and " + json.toAbsolutePath());
      return report.exitCode();
    } catch (IOException e) {
      progress.line("FAILED: the reports cannot be written: " + e);
      return 1;
    }
  }
}
