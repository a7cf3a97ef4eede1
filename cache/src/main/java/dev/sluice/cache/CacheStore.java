package dev.sluice.cache;

import dev.sluice.causality.CausalSource;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.List;
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
 * answering. A commit does not go by the circuit: it is refused only when the server does not
 * answer it. Safe for use by several threads. Whoever builds it closes it, after its caches.
 */
public final class CacheStore implements AutoCloseable {
  private final LinkPool pool;
  private final StoreConfig config;
  private final ScheduledExecutorService connector;
  private final Mailbox mailbox;
  private boolean closed;
  private final IdentityHashMap<CausalSource, WriteHook> hooks = new IdentityHashMap<>();
  private final long readNanos;
  private final long writeNanos;

  private CacheStore(StoreTransport transport, StoreConfig config) {
    this.config = config;
    this.readNanos = config.readTimeout().toNanos();
    this.writeNanos = config.writeTimeout().toNanos();
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

  long readNanos() {
    return readNanos;
  }

  /** Until when a commit may wait that asks now. */
  long writeDeadline() {
    return System.nanoTime() + writeNanos;
  }

  /** Runs a call on a link before the deadline; while the circuit is open it fails at once. */
  <T extends @Nullable Object> T call(long deadline, Call<T> call) {
    return on(pool.borrow(deadline), deadline, call);
  }

  /** An entry and its table entry. Each hit comes by here, so nothing is made for it. */
  List<byte @Nullable []> get(long deadline, CacheTables tables, String text) {
    StoreLink link = pool.borrow(deadline);
    List<byte @Nullable []> found;
    try {
      link.deadline(deadline);
      found = link.get(tables.entry(link.run(), text), tables.table(link.run()));
    } catch (RuntimeException | Error e) {
      failed(link, e);
      throw e;
    }
    pool.giveBack(link);
    return found;
  }

  private void failed(StoreLink link, Throwable e) {
    if (e instanceof StoreException answer && answer.isRefusal()) {
      pool.failed.incrementAndGet();
      pool.giveBack(link);
    } else {
      pool.giveUp(link);
    }
  }

  /** The same for a write: while the circuit is open, the server is tried. */
  <T extends @Nullable Object> T insist(long deadline, Call<T> call) {
    return on(pool.insist(deadline), deadline, call);
  }

  private <T extends @Nullable Object> T on(StoreLink link, long deadline, Call<T> call) {
    T result;
    try {
      link.deadline(deadline);
      result = call.on(link);
    } catch (RuntimeException | Error e) {
      failed(link, e);
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
    if (closed) {
      throw new IllegalArgumentException("store: is closed");
    }
    hooks.forEach((other, hook) -> hook.refuseToShare(cache, other == source));
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

  /**
   * Leaves the sources, whose writes go on unannounced, tells the server within {@code
   * writeTimeout} what it has not been told yet, and ends connections and background threads.
   */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      hooks.forEach(CausalSource::removeCommitListener);
      hooks.clear();
    }
    mailbox.close(config.writeTimeout());
    pool.close();
    connector.shutdownNow();
  }

  /** Builds a {@link CacheStore}; not thread-safe. */
  public static final class Builder {
    private final StoreTransport transport;
    private String namespace = "sluice";
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
     * First part of the names of all entries. Applications that share a server have different
     * namespaces, or sources of different names: else their caches of the same name are one cache.
     *
     * @param namespace 1 to 64 letters, digits, - and _, the same in all processes of an
     *     application; default sluice
     * @return this
     */
    public Builder namespace(String namespace) {
      this.namespace = namespace;
      return this;
    }

    /**
     * The longest that a read waits for the server, with all that it asks it: for a connection, for
     * the entry, for the lease, for the answer to its fill. Waiting for another process that is
     * loading is not counted; {@code leaseTime} bounds it.
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
     * Failures in a row that open the circuit; a connection that cannot be made opens it at once if
     * there is no other.
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
              namespace,
              readTimeout,
              writeTimeout,
              connectTimeout,
              maximumLinks,
              failuresToOpen,
              probeInterval));
    }
  }
}
