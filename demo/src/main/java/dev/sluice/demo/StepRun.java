package dev.sluice.demo;

import dev.sluice.demo.check.Journal;
import dev.sluice.demo.load.Latency;
import dev.sluice.demo.load.LoadResult;
import dev.sluice.demo.load.OpenLoop;
import dev.sluice.demo.report.NodeRates;
import dev.sluice.demo.report.Percentiles;
import dev.sluice.demo.report.StepResult;
import dev.sluice.demo.shop.ShopFloor;
import dev.sluice.demo.shop.Workload;
import dev.sluice.testkit.NodeCounters;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Offers the load to one step and measures what it does to the servers. Used once, by one thread.
 */
final class StepRun {
  private static final Duration WARM_UP = Duration.ofSeconds(3);
  private static final Duration SETTLE = Duration.ofSeconds(60);

  /** Arrivals later than this are dropped: nobody waits longer for a page. */
  private static final Duration LATEST = Duration.ofSeconds(1);

  private static final int WORKERS = 48;
  private static final long CUSTOMERS_A_STEP = 100_000;

  private final Step step;
  private final Options options;
  private final Servers servers;
  private final ShopFloor floor;
  private final BooleanSupplier stop;

  StepRun(Step step, Options options, Servers servers, ShopFloor floor, BooleanSupplier stop) {
    this.step = step;
    this.options = options;
    this.servers = servers;
    this.floor = floor;
    this.stop = stop;
  }

  /** Null when stopped before anything was offered. */
  @Nullable StepResult measure(Journal journal, AtomicLong orderNumbers, Progress progress)
      throws Exception {
    Workload workload =
        new Workload(floor.shop(), journal, orderNumbers, step.number() * CUSTOMERS_A_STEP);
    OpenLoop loop = new OpenLoop(options.rate(), WORKERS, LATEST);
    Duration warmUp = WARM_UP.compareTo(options.duration()) < 0 ? WARM_UP : options.duration();
    try (Watch watch = new Watch(floor, progress, warmUp.plus(options.duration()))) {
      loop.run(0, warmUp, workload, stop);
      if (stop.getAsBoolean()) {
        floor.settle(SETTLE);
        return null;
      }
      watch.measuring();
      OptionalLong reads = floor.cacheReads();
      OptionalLong hits = floor.cacheHits();
      List<NodeCounters> before = servers.counters();
      // The same arrivals in every step, and not those of the warm-up.
      long first = options.rate() * warmUp.toSeconds();
      LoadResult load = loop.run(first, options.duration(), workload, stop);
      Double hitRatio =
          ratio(difference(floor.cacheHits(), hits), difference(floor.cacheReads(), reads));
      // What is still on its way belongs to this load, so it is waited for before the counters are
      // read, and the rates refer to the load's duration all the same.
      floor.settle(SETTLE);
      List<NodeCounters> after = servers.counters();
      return load.offered() == 0
          ? null
          : result(load, rates(before, after, load.seconds()), hitRatio, watch.deepest());
    }
  }

  private StepResult result(
      LoadResult load, List<NodeRates> rates, @Nullable Double hitRatio, @Nullable Long deepest) {
    Exception failure = load.firstFailure();
    return new StepResult(
        new StepResult.Label(step.number(), step.title(), step.story()),
        new StepResult.Load(
            load.seconds(),
            load.cut(),
            load.offered(),
            load.completed(),
            load.late(),
            load.notStarted(),
            load.failed(),
            failure == null ? null : failure.toString()),
        rates.get(0),
        rates.subList(1, rates.size()),
        percentiles(load.reads()),
        percentiles(load.writes()),
        hitRatio,
        deepest);
  }

  private static List<NodeRates> rates(
      List<NodeCounters> before, List<NodeCounters> after, double seconds) {
    List<NodeRates> rates = new ArrayList<>();
    for (int i = 0; i < before.size(); i++) {
      NodeCounters spent = after.get(i).minus(before.get(i));
      rates.add(
          new NodeRates(
              spent.statements() / seconds,
              spent.commits() / seconds,
              spent.rowsWritten() / seconds,
              spent.busyMicros() / 1e6 / seconds));
    }
    return rates;
  }

  private static long difference(OptionalLong after, OptionalLong before) {
    return after.orElse(0) - before.orElse(0);
  }

  private static @Nullable Double ratio(long hits, long reads) {
    return reads == 0 ? null : (Double) ((double) hits / reads);
  }

  private static Percentiles percentiles(Latency latency) {
    return new Percentiles(latency.millis(50), latency.millis(99));
  }
}
