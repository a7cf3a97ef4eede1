package dev.sluice.testkit;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A Redis server without persistence: what it held is gone after {@link #stop()} or {@link
 * #kill()}, as with a cache node that is replaced.
 *
 * <p>Address and port stay the same over its restarts. Thread-safe. {@link #close()} ends it; an
 * embedded one goes with this JVM, however that ends.
 */
public interface RedisServer extends AutoCloseable {
  /**
   * Describes a server to start.
   *
   * @return a builder with defaults
   */
  static Builder builder() {
    return new Builder();
  }

  /**
   * The host to connect to.
   *
   * @return a name or an address
   */
  String host();

  /**
   * The port to connect to, without TLS and password.
   *
   * @return a port on {@link #host()}
   */
  int port();

  /** Ends the server with SIGKILL; does nothing when it is not running. */
  void kill();

  /** Starts the server again, empty; does nothing when it is running. */
  void start();

  /** Ends the server orderly; does nothing when it is not running. */
  void stop();

  /** Freezes the server: connections stay open, nothing answers. */
  void pause();

  /** Ends {@link #pause()}. */
  void resume();

  /** Removes all keys. */
  void flush();

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
    private @Nullable RedisImage image;
    private int memoryMegabytes = 64;

    private Builder() {}

    /**
     * Where it runs; default {@link Backend#EMBEDDED}, which is Redis 6.2.
     *
     * @param backend embedded or Docker
     * @return this
     */
    public Builder backend(Backend backend) {
      this.backend = Objects.requireNonNull(backend, "backend");
      return this;
    }

    /**
     * What runs in Docker; default {@link RedisImage#REDIS_8_0}.
     *
     * @param image refused on the embedded backend
     * @return this
     */
    public Builder image(RedisImage image) {
      this.image = Objects.requireNonNull(image, "image");
      return this;
    }

    /**
     * The memory for keys in MiB; default 64. When it is full, the least recently used go.
     *
     * @param memoryMegabytes 16 to 4096
     * @return this
     */
    public Builder memoryMegabytes(int memoryMegabytes) {
      this.memoryMegabytes = memoryMegabytes;
      return this;
    }

    /**
     * Starts the server and returns when it answers.
     *
     * @return the running server
     * @throws IllegalArgumentException for an option out of its bounds, naming it
     * @throws TestServerException when it does not start, with its last log lines
     */
    public RedisServer start() {
      return Redis.start(spec());
    }

    /** Checked. */
    RedisSpec spec() {
      if (memoryMegabytes < 16 || memoryMegabytes > 4096) {
        throw new IllegalArgumentException(
            "memoryMegabytes must be 16 to 4096, not " + memoryMegabytes);
      }
      if (backend == Backend.EMBEDDED && image != null) {
        throw new IllegalArgumentException("image is for the docker backend only");
      }
      return new RedisSpec(backend, image == null ? RedisImage.REDIS_8_0 : image, memoryMegabytes);
    }
  }
}
