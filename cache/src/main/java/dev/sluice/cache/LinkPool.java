package dev.sluice.cache;

import java.time.Duration;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The links to a server, and its circuit breaker. Callers never connect: a background thread does,
 * so that a caller waits for its budget at most, whatever a connect does. Open, the breaker costs a
 * volatile read; a background probe closes it.
 */
final class LinkPool implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LinkPool.class);

  /** Takes the place of a link that could not be had, so that its caller does not wait in vain. */
  private static final StoreLink FAILED = new NoLink();

  private final StoreTransport transport;
  private final StoreConfig config;
  private final ScheduledExecutorService background;
  private final LinkedBlockingDeque<StoreLink> idle = new LinkedBlockingDeque<>();
  private final AtomicInteger links = new AtomicInteger();
  private final AtomicInteger failures = new AtomicInteger();
  final AtomicLong failed = new AtomicLong();
  private volatile boolean open;
  private volatile boolean closed;

  LinkPool(StoreTransport transport, StoreConfig config, ScheduledExecutorService background) {
    this.transport = transport;
    this.config = config;
    this.background = background;
  }

  /** Connects once; a server that cannot be used at all is refused here. */
  void start() {
    try {
      links.incrementAndGet();
      idle.addFirst(transport.connect(millis(config.connectTimeout())));
    } catch (StoreException e) {
      links.decrementAndGet();
      log.warn("{}: not reached, reads go to the database until it is", transport.address(), e);
      open();
    } catch (IllegalStateException e) {
      links.decrementAndGet();
      throw e;
    }
  }

  boolean available() {
    return !open;
  }

  /** A link within the budget; a {@link StoreException} if there is none. */
  StoreLink borrow(Duration budget) {
    if (open || closed) {
      throw new StoreException(transport.address() + (closed ? ": closed" : ": circuit open"));
    }
    StoreLink link = idle.pollFirst();
    while (link == FAILED) {
      link = idle.pollFirst();
    }
    if (link == null) {
      link = await(budget);
    }
    return link;
  }

  /** In whole milliseconds, as links want it. */
  static int millis(Duration time) {
    return (int) Math.max(1, Math.min(Integer.MAX_VALUE, time.toMillis()));
  }

  private StoreLink await(Duration budget) {
    boolean connecting = links.incrementAndGet() <= config.maximumLinks();
    if (connecting) {
      try {
        background.execute(this::connect);
      } catch (RejectedExecutionException e) {
        throw new StoreException(transport.address() + ": closed", e);
      }
    } else {
      links.decrementAndGet();
    }
    StoreLink link;
    try {
      link = idle.pollFirst(budget.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoreException(transport.address() + ": interrupted while waiting for a link", e);
    }
    if (link == null) {
      if (connecting) {
        failed(); // with all links in use it is they that tell whether the server answers
      }
      throw new StoreException(
          transport.address()
              + ": no link after "
              + budget.toMillis()
              + " ms ("
              + links.get()
              + " of "
              + config.maximumLinks()
              + " in use)");
    }
    if (link == FAILED) {
      throw new StoreException(transport.address() + ": cannot be reached");
    }
    return link;
  }

  private void connect() {
    try {
      idle.addFirst(transport.connect(millis(config.connectTimeout())));
      if (closed || open) {
        drain();
      }
    } catch (RuntimeException e) {
      links.decrementAndGet();
      log.debug("{}: connect failed", transport.address(), e);
      failed.incrementAndGet();
      idle.addFirst(FAILED);
      open();
    }
  }

  /** Takes a link back after an answer. */
  void giveBack(StoreLink link) {
    if (failures.get() != 0) {
      failures.set(0);
    }
    idle.addFirst(link);
    if (closed || open) {
      drain();
    }
  }

  /** Gives a link up after a failure. Idle ones are likely to be as dead: they go too. */
  void giveUp(StoreLink link) {
    link.close();
    links.decrementAndGet();
    drain();
    failed();
  }

  private void failed() {
    failed.incrementAndGet();
    if (failures.incrementAndGet() >= config.failuresToOpen()) {
      open();
    }
  }

  private void drain() {
    for (StoreLink link = idle.pollLast(); link != null; link = idle.pollLast()) {
      if (link != FAILED) {
        link.close();
        links.decrementAndGet();
      }
    }
  }

  private synchronized void open() {
    if (open || closed) {
      return;
    }
    open = true;
    log.warn("{}: circuit open, reads go to the database", transport.address());
    drain();
    probeLater();
  }

  private void probeLater() {
    long nanos = config.probeInterval().toNanos();
    long jittered = nanos - nanos / 5 + ThreadLocalRandom.current().nextLong(nanos / 5 * 2 + 1);
    try {
      var unused = background.schedule(this::probe, jittered, TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      log.debug("{}: closed, no more probes", transport.address(), e);
    }
  }

  private void probe() {
    if (closed) {
      return;
    }
    try {
      StoreLink link = transport.connect(millis(config.connectTimeout()));
      links.incrementAndGet();
      failures.set(0);
      open = false;
      idle.addFirst(link);
      log.info("{}: answers again, circuit closed", transport.address());
    } catch (RuntimeException e) {
      log.debug("{}: probe failed", transport.address(), e);
      probeLater();
    }
  }

  @Override
  public void close() {
    closed = true;
    drain();
  }

  private static final class NoLink implements StoreLink {
    @Override
    public String run() {
      throw new IllegalStateException();
    }

    @Override
    public void timeout(int millis) {}

    @Override
    public java.util.List<byte @Nullable []> get(byte[]... keys) {
      throw new IllegalStateException();
    }

    @Override
    public java.util.List<Object> run(java.util.List<ScriptCall> calls) {
      throw new IllegalStateException();
    }

    @Override
    public void close() {}
  }
}
