package dev.sluice.insights;

import dev.sluice.core.Ticker;
import dev.sluice.sql.Dialect;
import dev.sluice.sql.LexerMode;
import dev.sluice.sql.SqlScanner;
import dev.sluice.sql.SqlStatement;
import dev.sluice.sql.StatementObserver;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Records what an application asks of its database: calls, errors, time and rows by statement, load
 * over the last hour, patterns such as N+1. Give it to a routing DataSource as its observer, or
 * wrap a plain DataSource in {@link ObservedDataSource}; read it through {@link #report()}.
 *
 * <p>Guarantees: times are exact sums; a load of 2.5 means that on average 2.5 statements were
 * running. Bind values are never kept, only a hash of a sample of them; statements are kept
 * normalised, without literals. Memory is bounded by the number of statements; the ones that come
 * after the limit count under one name. Percentiles are off by at most a fifth. The share of
 * repeated reads is an estimate from one execution in 64, on the low side.
 *
 * <p>Safe for use by several threads, without locks on the path. Holds no resources, needs no
 * close. Never throws into the application's statements.
 */
public final class Insights implements StatementObserver {
  private static final String OVERFLOW = "(all other statements)";
  private static final int MOST_FINDINGS = 200;
  private static final long SHORTEST = 1_000_000_000;
  static final long PATTERN_NANOS = 10_000_000;
  static final double PATTERN_SHARE = 0.2;

  private final int windowCount;
  private final long windowNanos;
  private final int nPlusOneRuns;
  private final Ticker ticker;
  private final long started;
  private final RecorderTable recorders;
  private final StatementRecorder overflow;
  private final Windows total;

  // One for each instance: two recorders must not see each other's scopes.
  @SuppressWarnings("ThreadLocalUsage")
  private final ThreadLocal<@Nullable ScopeRecord> scope = new ThreadLocal<>();

  private final ArrayDeque<Seen> findings = new ArrayDeque<>();

  private record Seen(Finding finding, long window) {}

  private Insights(Builder builder) {
    this.windowCount = builder.windows;
    this.windowNanos = builder.windowLength.toNanos();
    this.nPlusOneRuns = builder.nPlusOneRuns;
    this.ticker = builder.ticker;
    this.started = ticker.nanos();
    this.recorders = new RecorderTable(builder.maximumStatements);
    this.total = new Windows(windowCount);
    this.overflow =
        new StatementRecorder(
            this, SqlScanner.scan(OVERFLOW, LexerMode.of(Dialect.MYSQL)), windowCount);
  }

  /**
   * Starts a configuration.
   *
   * @return a builder with the defaults
   */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public Recorder prepared(SqlStatement statement) {
    long fingerprint = statement.fingerprint();
    StatementRecorder known = recorders.find(fingerprint);
    if (known == null) {
      known = recorders.get(fingerprint, () -> new StatementRecorder(this, statement, windowCount));
    }
    return known == null ? overflow : known;
  }

  /**
   * Opens a scope on this thread: one request, one job. Statements that this thread executes until
   * it is closed are looked at together, to find N+1 and the like; those of a scope inside count in
   * the outer one too, unless they were found there.
   *
   * @param name what the scope does, without data in it, for example the route {@code GET /orders}
   * @return to be closed on this thread, innermost first
   */
  public Scope scope(String name) {
    ScopeRecord record = new ScopeRecord(name, scope.get());
    scope.set(record);
    return new Scope(this, record);
  }

  void close(ScopeRecord record) {
    if (scope.get() != record) {
      throw new IllegalStateException(
          "scope " + record.name + ": close on the thread that opened it, innermost first");
    }
    List<Finding> found = record.findings(nPlusOneRuns, PATTERN_NANOS, PATTERN_SHARE);
    if (record.outer == null) {
      scope.remove();
    } else {
      record.outer.absorb(record);
      scope.set(record.outer);
    }
    if (!found.isEmpty()) {
      long window = window();
      synchronized (findings) {
        for (Finding each : found) {
          findings.removeIf(
              seen ->
                  seen.finding.kind() == each.kind()
                      && seen.finding.scope().equals(each.scope())
                      && seen.finding.statement().equals(each.statement()));
          findings.addLast(new Seen(each, window));
        }
        while (findings.size() > MOST_FINDINGS) {
          findings.removeFirst();
        }
      }
    }
  }

  @Nullable ScopeRecord scopeOfThread() {
    return scope.get();
  }

  long window() {
    return (ticker.nanos() - started) / windowNanos;
  }

  void total(long window, long elapsedNanos) {
    total.add(window, elapsedNanos);
  }

  /**
   * What was recorded so far, with advice.
   *
   * @return an immutable report
   */
  public InsightsReport report() {
    long elapsed = Math.max(1, ticker.nanos() - started);
    long now = elapsed / windowNanos;
    List<StatementStats> statements = new ArrayList<>();
    for (StatementRecorder recorder : recorders.all()) {
      statements.add(stats(recorder, now, elapsed));
    }
    if (overflow.count.sum() > 0) {
      statements.add(stats(overflow, now, elapsed));
    }
    statements.sort(Comparator.comparingLong(StatementStats::totalNanos).reversed());
    List<Double> load = new ArrayList<>();
    for (long w = Math.max(0, now - windowCount + 1); w <= now; w++) {
      long length = length(w, now, elapsed);
      load.add((double) total.nanos(w) / length);
    }
    List<Finding> seen = new ArrayList<>();
    synchronized (findings) {
      findings.removeIf(each -> each.window <= now - windowCount);
      findings.forEach(each -> seen.add(each.finding));
    }
    Duration recent = Duration.ofNanos(elapsed - Math.max(0, now - windowCount + 1) * windowNanos);
    return new InsightsReport(
        Duration.ofNanos(elapsed),
        Duration.ofNanos(windowNanos),
        load,
        statements,
        seen,
        Advisor.advise(recent, statements, seen, nPlusOneRuns));
  }

  /** A statement counts where it ended, so the first moments of a window would show too much. */
  private long length(long window, long now, long elapsed) {
    return window == now ? Math.max(SHORTEST, elapsed - now * windowNanos) : windowNanos;
  }

  private StatementStats stats(StatementRecorder r, long now, long elapsed) {
    long peak = 0;
    long calls = 0;
    long nanos = 0;
    List<Double> load = new ArrayList<>();
    for (long w = Math.max(0, now - windowCount + 1); w <= now; w++) {
      long length = length(w, now, elapsed);
      peak = Math.max(peak, r.windows.count(w));
      calls += r.windows.count(w);
      nanos += r.windows.nanos(w);
      load.add((double) r.windows.nanos(w) / length);
    }
    return new StatementStats(r, calls, nanos, peak, load);
  }

  /** An open scope. */
  public static final class Scope implements AutoCloseable {
    private final Insights insights;
    private final ScopeRecord record;
    private boolean closed;

    private Scope(Insights insights, ScopeRecord record) {
      this.insights = insights;
      this.record = record;
    }

    @Override
    public void close() {
      if (!closed) {
        insights.close(record);
        closed = true;
      }
    }
  }

  /** Configures {@link Insights}. Not safe for use by several threads. */
  public static final class Builder {
    private int maximumStatements = 2_000;
    private int windows = 60;
    private Duration windowLength = Duration.ofMinutes(1);
    private int nPlusOneRuns = 5;
    private Ticker ticker = Ticker.system();

    private Builder() {}

    /**
     * How many different statements are told apart.
     *
     * @param most 10 to 100,000; default 2,000; each takes about 5 KiB
     * @return this
     */
    public Builder maximumStatements(int most) {
      this.maximumStatements = most;
      return this;
    }

    /**
     * How many windows of load are kept.
     *
     * @param count 2 to 1,440; default 60
     * @return this
     */
    public Builder windows(int count) {
      this.windows = count;
      return this;
    }

    /**
     * Length of a window of load.
     *
     * @param length 1 second to 1 hour; default 1 minute
     * @return this
     */
    public Builder windowLength(Duration length) {
      this.windowLength = length;
      return this;
    }

    /**
     * How often a statement must run in one scope, with as many different bindings, to be called
     * N+1.
     *
     * @param runs 3 to 1,000; default 5
     * @return this
     */
    public Builder nPlusOneRuns(int runs) {
      this.nPlusOneRuns = runs;
      return this;
    }

    /**
     * Where time comes from.
     *
     * @param source default {@link Ticker#system()}
     * @return this
     */
    public Builder ticker(Ticker source) {
      this.ticker = source;
      return this;
    }

    /**
     * Checks the options and starts recording.
     *
     * @return the recorder
     * @throws IllegalArgumentException naming the option that is out of bounds
     */
    public Insights build() {
      require(
          maximumStatements >= 10 && maximumStatements <= 100_000,
          "maximumStatements: must be 10 to 100000");
      require(windows >= 2 && windows <= 1_440, "windows: must be 2 to 1440");
      require(
          windowLength.compareTo(Duration.ofSeconds(1)) >= 0
              && windowLength.compareTo(Duration.ofHours(1)) <= 0,
          "windowLength: must be 1 second to 1 hour");
      require(nPlusOneRuns >= 3 && nPlusOneRuns <= 1_000, "nPlusOneRuns: must be 3 to 1000");
      return new Insights(this);
    }

    private static void require(boolean condition, String message) {
      if (!condition) {
        throw new IllegalArgumentException(message);
      }
    }
  }
}
