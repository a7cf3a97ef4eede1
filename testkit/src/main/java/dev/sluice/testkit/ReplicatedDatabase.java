package dev.sluice.testkit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A database with one writable primary and its replicas, on real servers.
 *
 * <pre>{@code
 * try (ReplicatedDatabase database =
 *     ReplicatedDatabase.builder().engine(DatabaseEngine.MARIADB).replicas(2).start()) {
 *   database.replica(0).delay(Duration.ofSeconds(1));
 *   ...
 * }
 * }</pre>
 *
 * <p>Thread-safe. {@link #close()} ends the servers and removes their files; a JVM that ends
 * without it takes embedded servers along, however it ends. Memory is bounded by the builder.
 */
public interface ReplicatedDatabase extends AutoCloseable {
  /**
   * Describes a database to start.
   *
   * @return a builder with defaults
   */
  static Builder builder() {
    return new Builder();
  }

  /**
   * The engines that a parameterised test can run on here.
   *
   * @return the embedded engines, and both MySQL when a Docker engine answers
   * @throws IllegalStateException as {@link Backend#available()}
   */
  static List<DatabaseEngine> availableEngines() {
    List<DatabaseEngine> engines = new ArrayList<>();
    List<Backend> backends = Backend.available();
    for (DatabaseEngine engine : DatabaseEngine.values()) {
      if (backends.contains(engine.backend())) {
        engines.add(engine);
      }
    }
    return List.copyOf(engines);
  }

  /**
   * The engine of all nodes.
   *
   * @return as given to the builder
   */
  DatabaseEngine engine();

  /**
   * Where the nodes run.
   *
   * @return the engine's backend
   */
  default Backend backend() {
    return engine().backend();
  }

  /**
   * The node that takes writes.
   *
   * @return the first node, or the one last {@linkplain #promote promoted}
   */
  DatabaseNode primary();

  /**
   * All nodes but the primary.
   *
   * @return in the order of their start, with a former primary at its old place
   */
  List<DatabaseNode> replicas();

  /**
   * One of {@link #replicas()}.
   *
   * @param index from 0
   * @return that replica
   */
  default DatabaseNode replica(int index) {
    return replicas().get(index);
  }

  /**
   * Waits until each replica that is running, not paused and replicating has applied all that the
   * primary has committed now, and has nothing else. A delayed replica is waited for.
   *
   * @param limit how long at most
   * @throws TestServerException when a replica is not that far by then, has transactions that the
   *     primary never saw, or does not follow the primary, naming it
   */
  void awaitReplicated(Duration limit);

  /**
   * Makes a replica the primary: its delay and {@linkplain DatabaseNode#stopReplication() stop}
   * end, it catches up with the old primary if that answers, becomes writable, and the other nodes
   * replicate from it. The old primary, if it answers, becomes a replica and read only; if not,
   * {@link DatabaseNode#start()} or {@link DatabaseNode#resume()} makes it one when it comes back.
   *
   * <p>With an old primary that does not answer, what it committed and the replica has not is lost
   * on all nodes.
   *
   * @param replica one of {@link #replicas()}, running
   * @throws TestServerException when the replica has not caught up within 60 s, or cannot become
   *     writable; the old primary then takes writes as before
   */
  void promote(DatabaseNode replica);

  /** Ends all servers and removes their files. */
  @Override
  void close();

  /** Describes a database to start; not thread-safe, every setter has a default. */
  final class Builder {
    private DatabaseEngine engine = DatabaseEngine.MARIADB;
    private int replicas = 1;
    private String databaseName = "test";
    private int memoryMegabytes;
    private Duration startTimeout = Duration.ofMinutes(2);

    private Builder() {}

    /**
     * The engine; default {@link DatabaseEngine#MARIADB}.
     *
     * @param engine decides the backend, too
     * @return this
     */
    public Builder engine(DatabaseEngine engine) {
      this.engine = Objects.requireNonNull(engine, "engine");
      return this;
    }

    /**
     * The number of replicas; default 1.
     *
     * @param replicas 0 to 5
     * @return this
     */
    public Builder replicas(int replicas) {
      this.replicas = replicas;
      return this;
    }

    /**
     * The database that the URLs name; default {@code test}.
     *
     * @param databaseName lower-case letters, digits and underscores, a letter first, 40 at most
     * @return this
     */
    public Builder databaseName(String databaseName) {
      this.databaseName = Objects.requireNonNull(databaseName, "databaseName");
      return this;
    }

    /**
     * The memory of each server in MiB: its buffer pool or shared buffers get a quarter, and a
     * container is limited to it; default 256 embedded and 768 in Docker.
     *
     * @param memoryMegabytes 128 (in Docker 512) to 16384
     * @return this
     */
    public Builder memoryMegabytes(int memoryMegabytes) {
      this.memoryMegabytes = memoryMegabytes;
      return this;
    }

    /**
     * How long each server may take until it answers; default 2 minutes.
     *
     * @param startTimeout 1 second to 1 hour
     * @return this
     */
    public Builder startTimeout(Duration startTimeout) {
      this.startTimeout = Objects.requireNonNull(startTimeout, "startTimeout");
      return this;
    }

    /**
     * Starts the servers and returns when all replicas replicate.
     *
     * @return the running database
     * @throws IllegalArgumentException for an option out of its bounds, naming it
     * @throws TestServerException when a server does not start, with its last log lines
     */
    public ReplicatedDatabase start() {
      ClusterSpec spec = spec();
      if (engine.backend() == Backend.DOCKER && !Backend.dockerAvailable()) {
        throw new TestServerException(
            engine
                + " runs in Docker only, and no Docker engine answers (or sluice.docker is off)");
      }
      return Cluster.start(spec);
    }

    /** Checked. */
    ClusterSpec spec() {
      boolean docker = engine.backend() == Backend.DOCKER;
      int memory = memoryMegabytes == 0 ? (docker ? 768 : 256) : memoryMegabytes;
      require(replicas >= 0 && replicas <= 5, "replicas must be 0 to 5, not " + replicas);
      require(
          databaseName.matches("[a-z][a-z0-9_]{0,39}"),
          "databaseName must be of a-z, 0-9 and _, a letter first, at most 40 characters");
      require(
          memory >= (docker ? 512 : 128) && memory <= 16_384,
          "memoryMegabytes must be %d to 16384 for %s, not %d"
              .formatted(docker ? 512 : 128, engine, memory));
      require(
          startTimeout.compareTo(Duration.ofSeconds(1)) >= 0
              && startTimeout.compareTo(Duration.ofHours(1)) <= 0,
          "startTimeout must be 1 second to 1 hour, not " + startTimeout);
      return new ClusterSpec(engine, replicas, databaseName, memory, startTimeout);
    }

    private static void require(boolean condition, String message) {
      if (!condition) {
        throw new IllegalArgumentException(message);
      }
    }
  }
}
