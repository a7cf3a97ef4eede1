package dev.sluice.jdbc;

import dev.sluice.core.Ticker;
import dev.sluice.sql.Dialect;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ScheduledExecutorService;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Cluster} is made of. Checked here, so that the builder of {@link RoutingDataSource}
 * only collects; messages name the builder's option.
 *
 * @param name name of the database in tokens, logs and messages: letters, digits, {@code -}, {@code
 *     _}
 * @param dialect null: asked of the first physical connection ({@link DialectProbe})
 * @param primary the node that takes writes
 * @param replicas may be empty: everything goes to the primary
 * @param limits times and counts
 * @param runtime clock and threads
 * @param topology how the replicas change while it runs
 * @param failover how a change of the primary is followed
 */
record ClusterConfig(
    String name,
    @Nullable Dialect dialect,
    NodeConfig primary,
    List<NodeConfig> replicas,
    Limits limits,
    Runtime runtime,
    TopologyConfig topology,
    FailoverConfig failover) {

  static final int DEFAULT_WEIGHT = 100;

  ClusterConfig {
    require(
        name.matches("[A-Za-z0-9_-]{1,64}"),
        "name: must be 1 to 64 letters, digits, - and _, got \"" + name + "\"");
    replicas = List.copyOf(replicas);
    require(
        replicas.stream().map(NodeConfig::name).distinct().count() == replicas.size()
            && replicas.stream().noneMatch(r -> r.name().equals(primary.name())),
        "replica: every node needs a name of its own");
    Objects.requireNonNull(limits, "limits");
    Objects.requireNonNull(runtime, "runtime");
    require(
        replicas.size() <= topology.maximumReplicas(),
        "maximumReplicas: is " + topology.maximumReplicas() + ", got " + replicas.size());
  }

  /** A change of the primary is followed as by default. */
  ClusterConfig(
      String name,
      @Nullable Dialect dialect,
      NodeConfig primary,
      List<NodeConfig> replicas,
      Limits limits,
      Runtime runtime,
      TopologyConfig topology) {
    this(name, dialect, primary, replicas, limits, runtime, topology, FailoverConfig.DEFAULTS);
  }

  /** Replicas that only the application changes, and no heartbeat. */
  ClusterConfig(
      String name,
      @Nullable Dialect dialect,
      NodeConfig primary,
      List<NodeConfig> replicas,
      Limits limits,
      Runtime runtime) {
    this(name, dialect, primary, replicas, limits, runtime, TopologyConfig.DEFAULTS);
  }

  /**
   * One server.
   *
   * @param name name in logs, metrics and messages
   * @param dataSource its pool; closed by whoever made it
   * @param weight share of the reads in relation to the other replicas, 1 to 1,000; 100 is usual.
   *     Ignored for the primary
   */
  record NodeConfig(String name, DataSource dataSource, int weight) {
    NodeConfig {
      require(!name.isBlank(), "replica: the name must not be blank");
      Objects.requireNonNull(dataSource, "dataSource");
      require(weight >= 1 && weight <= 1000, "weight: must be 1 to 1000, got " + weight);
    }
  }

  /**
   * Times and counts.
   *
   * @param maximumLag a replica that is known to be further behind takes no reads; 10 ms to 1 day
   * @param sampleInterval how often positions are read; 1 ms to 1 minute
   * @param sampleTimeout a sample that takes longer has failed; a replica whose position cannot be
   *     read is ejected; 10 ms to 1 minute
   * @param maximumFallbackReads how many reads at once may run on the primary because no replica is
   *     usable at all, 0 to 100,000. Reads that the primary takes because no usable replica has
   *     what their caller has written or seen are not limited, nor those of a cluster without
   *     replicas
   * @param causalWait how long a read waits for a replica to reach what its caller has written,
   *     before the primary takes it; 0 (no wait) to 10 s
   * @param ejection when a failing replica takes no reads
   */
  record Limits(
      Duration maximumLag,
      Duration sampleInterval,
      Duration sampleTimeout,
      int maximumFallbackReads,
      Duration causalWait,
      Ejection ejection) {

    static final Limits DEFAULTS =
        new Limits(
            Duration.ofSeconds(10),
            Duration.ofMillis(50),
            Duration.ofSeconds(2),
            64,
            Duration.ZERO,
            Ejection.DEFAULTS);

    Limits {
      within("maximumLag", maximumLag, Duration.ofMillis(10), Duration.ofDays(1));
      within("sampleInterval", sampleInterval, Duration.ofMillis(1), Duration.ofMinutes(1));
      within("sampleTimeout", sampleTimeout, Duration.ofMillis(10), Duration.ofMinutes(1));
      within("causalWait", causalWait, Duration.ZERO, Duration.ofSeconds(10));
      require(
          maximumFallbackReads >= 0 && maximumFallbackReads <= 100_000,
          "maximumFallbackReads: must be 0 to 100000, got " + maximumFallbackReads);
      require(
          maximumLag.compareTo(sampleInterval) > 0,
          "maximumLag: must be longer than sampleInterval, got "
              + maximumLag
              + " and "
              + sampleInterval);
      Objects.requireNonNull(ejection, "ejection");
    }
  }

  /**
   * Circuit breaker of a replica.
   *
   * @param failures so many failures of the node (not of the statement) in a row eject it; 1 to
   *     1,000
   * @param minimum how long it is out the first time; doubled each time it fails again at once; 1
   *     ms to 1 hour
   * @param maximum longest time it is out before it is tried again; from {@code minimum} to 1 hour
   */
  record Ejection(int failures, Duration minimum, Duration maximum) {
    static final Ejection DEFAULTS = new Ejection(3, Duration.ofSeconds(1), Duration.ofSeconds(30));

    Ejection {
      require(
          failures >= 1 && failures <= 1000,
          "ejection: failures must be 1 to 1000, got " + failures);
      within("ejection (minimum)", minimum, Duration.ofMillis(1), Duration.ofHours(1));
      within("ejection (maximum)", maximum, minimum, Duration.ofHours(1));
    }
  }

  /**
   * Clock and threads.
   *
   * @param ticker elapsed time
   * @param executor runs sampling and catalog look-ups, which block; shut down by whoever made it.
   *     Null: the cluster makes daemon threads of its own and stops them in {@code close()}
   * @param declared what is said of functions and views
   * @param events who is told of what happens; null for nobody
   */
  @SuppressWarnings("JavaLangClash")
  record Runtime(
      Ticker ticker,
      @Nullable ScheduledExecutorService executor,
      Declared declared,
      @Nullable RoutingEvents events) {
    static final Runtime SYSTEM = new Runtime(Ticker.system(), null, Declared.NOTHING, null);

    Runtime {
      Objects.requireNonNull(ticker, "ticker");
    }
  }

  static void within(String option, Duration value, Duration least, Duration most) {
    require(
        value.compareTo(least) >= 0 && value.compareTo(most) <= 0,
        option + ": must be " + least + " to " + most + ", got " + value);
  }

  static void require(boolean holds, String message) {
    if (!holds) {
      throw new IllegalArgumentException(message);
    }
  }
}
