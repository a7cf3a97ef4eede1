package dev.sluice.cache;

import dev.sluice.causality.CausalSource;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * A Redis or Valkey server as a place for caches: its connections, its circuit breaker, and the
 * hook that tells it of writes. One for a server, shared by all caches on it; a commit then costs
 * one round trip before and one after it, however many of them it touches.
 *
 * <p>A server that is slow or gone costs a read its {@code readTimeout} at most; after some
 * failures the circuit opens and it costs nothing, until a probe in the background finds the server
 * answering. Safe for use by several threads. Whoever builds it closes it, after its caches.
 */
public final class CacheStore implements AutoCloseable {
  private final LinkPool pool;
  private final StoreConfig config;
  private final ScheduledExecutorService connector;
  private final Mailbox mailbox;
  private final IdentityHashMap<CausalSource, WriteHook> hooks = new IdentityHashMap<>();

  private CacheStore(StoreTransport transport, StoreConfig config) {
    this.config = config;
    this.connector =
        Executors.newScheduledThreadPool(
            2,
            task -> {
              Thread thread = new Thread(task, "sluice-cache-connect");
              thread.setDaemon(true);
              return thread;
            });
    this.pool = new LinkPool(transport, config, connector);
    this.mailbox = new Mailbox(this);
    try {
      pool.start();
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /**
   * A store with defaults.
   *
   * @param transport how to connect to the server
   * @return a builder
   */
  public static Builder builder(StoreTransport transport) {
    return new Builder(transport);
  }

  StoreConfig config() {
    return config;
  }

  Mailbox mailbox() {
    return mailbox;
  }

  boolean available() {
    return pool.available();
  }

  long failures() {
    return pool.failed.get();
  }

  /** Runs a call on a link, within the time. */
  <T extends @Nullable Object> T call(Duration budget, Call<T> call) {
    StoreLink link = pool.borrow(budget);
    T result;
    try {
      link.timeout(LinkPool.millis(budget));
      result = call.on(link);
    } catch (RuntimeException | Error e) {
      pool.giveUp(link);
      throw e;
    }
    pool.giveBack(link);
    return result;
  }

  @FunctionalInterface
  interface Call<T extends @Nullable Object> {
    T on(StoreLink link);
  }

  /** The hook of a source, registered when its first cache comes. */
  synchronized WriteHook join(CacheTables cache, CausalSource source, Calls calls) {
    WriteHook known = hooks.get(source);
    WriteHook hook = known == null ? new WriteHook(this, source, calls) : known;
    hook.add(cache, calls);
    if (known == null) {
      hooks.put(source, hook);
      source.addCommitListener(hook);
    }
    return hook;
  }

  synchronized void leave(CacheTables cache, CausalSource source) {
    @Nullable WriteHook hook = hooks.get(source);
    if (hook != null && hook.remove(cache)) {
      hooks.remove(source);
      source.removeCommitListener(hook);
    }
  }

  /** Ends connections and background threads. Writes through the sources go on, unannounced. */
  @Override
  public void close() {
    mailbox.close();
    pool.close();
    connector.shutdownNow();
  }

  /** Builds a {@link CacheStore}; not thread-safe. */
  public static final class Builder {
    private final StoreTransport transport;
    private Duration readTimeout = Duration.ofMillis(50);
    private Duration writeTimeout = Duration.ofMillis(500);
    private Duration connectTimeout = Duration.ofSeconds(1);
    private int maximumLinks = 16;
    private int failuresToOpen = 3;
    private Duration probeInterval = Duration.ofMillis(500);

    private Builder(StoreTransport transport) {
      this.transport = transport;
    }

    /**
     * The longest that a read waits for a connection, and for an answer on it, before it goes to
     * the database.
     *
     * @param readTimeout 1 ms to 10 s; default 50 ms
     * @return this
     */
    public Builder readTimeout(Duration readTimeout) {
      this.readTimeout = readTimeout;
      return this;
    }

    /**
     * The longest that a commit waits before it is refused, and again after it was done.
     *
     * @param writeTimeout 1 ms to 10 s; default 500 ms
     * @return this
     */
    public Builder writeTimeout(Duration writeTimeout) {
      this.writeTimeout = writeTimeout;
      return this;
    }

    /**
     * The longest that the background takes to connect; callers never wait for it longer than their
     * own limit.
     *
     * @param connectTimeout 1 ms to 30 s; default 1 s
     * @return this
     */
    public Builder connectTimeout(Duration connectTimeout) {
      this.connectTimeout = connectTimeout;
      return this;
    }

    /**
     * The number of connections at most; made when needed.
     *
     * @param maximumLinks 1 to 1024; default 16
     * @return this
     */
    public Builder maximumLinks(int maximumLinks) {
      this.maximumLinks = maximumLinks;
      return this;
    }

    /**
     * Failures in a row that open the circuit; a refused connection opens it at once.
     *
     * @param failuresToOpen 1 to 1000; default 3
     * @return this
     */
    public Builder failuresToOpen(int failuresToOpen) {
      this.failuresToOpen = failuresToOpen;
      return this;
    }

    /**
     * How often the background tries a server whose circuit is open; give or take a fifth.
     *
     * @param probeInterval 10 ms to 1 min; default 500 ms
     * @return this
     */
    public Builder probeInterval(Duration probeInterval) {
      this.probeInterval = probeInterval;
      return this;
    }

    /**
     * Builds the store and connects. A server that does not answer now is no error: the circuit
     * starts open.
     *
     * @return the store, to be closed
     * @throws IllegalArgumentException if an option is out of bounds, naming it
     * @throws IllegalStateException if the server is of a kind that cannot be used, such as a
     *     cluster
     */
    public CacheStore build() {
      return new CacheStore(
          transport,
          new StoreConfig(
              readTimeout,
              writeTimeout,
              connectTimeout,
              maximumLinks,
              failuresToOpen,
              probeInterval));
    }
  }
}
