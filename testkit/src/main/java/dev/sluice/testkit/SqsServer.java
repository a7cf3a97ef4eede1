package dev.sluice.testkit;

import java.net.URI;
import java.util.Objects;

/**
 * A server that speaks SQS (ElasticMQ embedded, LocalStack in Docker), for the AWS SDK with an
 * endpoint override; the testkit itself needs no SDK.
 *
 * <p>Queues and messages are in memory: they are gone after {@link #kill()} or {@link #stop()},
 * unlike those of the real service. For a service that is away and comes back with its data, use
 * {@link #pause()} or a {@link FaultProxy}. The address stays the same. Thread-safe. {@link
 * #close()} ends the server; an embedded one goes with this JVM, however that ends.
 */
public interface SqsServer extends AutoCloseable {
  /**
   * Describes a server to start.
   *
   * @return a builder with defaults
   */
  static Builder builder() {
    return new Builder();
  }

  /**
   * The endpoint for the SDK's {@code endpointOverride}.
   *
   * @return an HTTP address
   */
  URI endpoint();

  /**
   * The region for the SDK.
   *
   * @return a region's name
   */
  String region();

  /**
   * The access key for the SDK.
   *
   * @return any that the server takes
   */
  String accessKey();

  /**
   * The secret key for the SDK.
   *
   * @return any that the server takes
   */
  String secretKey();

  /** Ends the server with SIGKILL; does nothing when it is not running. */
  void kill();

  /** Ends the server orderly; does nothing when it is not running. */
  void stop();

  /** Starts the server again, empty; does nothing when it is running. */
  void start();

  /** Freezes the server: connections stay open, nothing answers. */
  void pause();

  /** Ends {@link #pause()}. */
  void resume();

  /**
   * Whether the server's process is there.
   *
   * @return true also when it is paused
   */
  boolean running();

  @Override
  void close();

  /** Describes a server to start; not thread-safe, every setter has a default. */
  final class Builder {
    private Backend backend = Backend.EMBEDDED;

    private Builder() {}

    /**
     * Where it runs; default {@link Backend#EMBEDDED}.
     *
     * @param backend embedded or Docker
     * @return this
     */
    public Builder backend(Backend backend) {
      this.backend = Objects.requireNonNull(backend, "backend");
      return this;
    }

    /**
     * Starts the server and returns when it answers.
     *
     * @return the running server
     * @throws TestServerException when it does not start, with its last log lines
     */
    public SqsServer start() {
      return AwsService.sqs(backend);
    }

    /** What tells this server from another. */
    Spec spec() {
      return new Spec(backend);
    }

    record Spec(Backend backend) {}
  }
}
