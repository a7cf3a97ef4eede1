package dev.sluice.cache;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The links to a server, and its circuit breaker. Callers never connect: a background thread does,
 * so that a caller waits until its deadline at most, whatever a connect does. Open, the breaker
 * costs a reader a volatile read; a background probe closes it. A writer does not take its word: it
 * waits for a probe of its own.
 */
final class LinkPool implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LinkPool.class);

  /** Stands among the idle links while the circuit is open, so that nobody waits in vain. */
  private static final StoreLink FAILED = new NoLink();

  private final StoreTransport transport;
  private final StoreConfig config;
  private final ScheduledExecutorService background;
  private final LinkedBlockingDeque<StoreLink> idle = new LinkedBlockingDeque<>();

  /** All links, with those that are being made. */
  private final AtomicInteger links = new AtomicInteger();

  private final AtomicInteger connecting = new AtomicInteger();
  private final AtomicInteger failures = new AtomicInteger();
  final AtomicLong failed = new AtomicLong();
  private volatile boolean open;
  private volatile boolean closed;

  /** No further link before this reading of the clock, while there are others. */
  private volatile long growAfter = System.nanoTime();

  /** The probe under way; guarded by this. */
  private @Nullable CompletableFuture<Boolean> probing;

  /** Whether the next probe is waiting for its time; guarded by this. */
  private boolean scheduled;

  LinkPool(StoreTransport transport, StoreConfig config, ScheduledExecutorService background) {
    this.transport = transport;
    this.config = config;
    this.background = background;
  }

  /** Connects once; a server that cannot be used at all is refused here. */
  void start() {
    try {
      links.incrementAndGet();
      idle.addFirst(connected());
    } catch (StoreException e) {
      links.decrementAndGet();
      log.warn("{}: not reached, reads go to the database until it is", transport.address(), e);
      open();
    } catch (IllegalStateException e) {
      links.decrementAndGet();
      throw e;
    }
  }

  private StoreLink connected() {
    return transport.connect((int) config.connectTimeout().toMillis());
  }

  boolean available() {
    return !open && !closed;
  }

  /** A link before the deadline; a {@link StoreException} if there is none. */
  StoreLink borrow(long deadline) {
    if (open || closed) {
      throw unavailable();
    }
    StoreLink link = idle.pollFirst();
    while (link == FAILED) {
      link = idle.pollFirst();
    }
    return link == null ? await(deadline) : link;
  }

  private StoreException unavailable() {
    return new StoreException(transport.address() + (closed ? ": closed" : ": circuit open"));
  }

  /** The same, and while the circuit is open the outcome of a probe is waited for. */
  StoreLink insist(long deadline) {
    if (open && !closed) {
      try {
        long left = Math.max(0, deadline - System.nanoTime());
        if (!probeNow().get(left, TimeUnit.NANOSECONDS)) {
          throw unavailable();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw interrupted(e);
      } catch (ExecutionException | TimeoutException e) {
        throw new StoreException(transport.address() + ": circuit open, no answer to a probe", e);
      }
    }
    return borrow(deadline);
  }

  private StoreException interrupted(InterruptedException e) {
    return new StoreException(transport.address() + ": interrupted while waiting for a link", e);
  }

  private StoreLink await(long deadline) {
    long start = System.nanoTime();
    boolean growing = grow();
    try {
      while (true) {
        StoreLink link =
            idle.pollFirst(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        if (link == null) {
          break;
        }
        if (link != FAILED) {
          return link;
        }
        if (open || closed) {
          idle.addFirst(FAILED);
          throw unavailable();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw interrupted(e);
    }
    if (growing && links.get() == connecting.get()) {
      failed(); // else it is the other links that tell whether the server answers
    }
    throw new StoreException(
        transport.address()
            + ": no link after "
            + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)
            + " ms ("
            + links.get()
            + " of "
            + config.maximumLinks()
            + " in use)");
  }

  /** Has one more link made in the background, unless there are enough. */
  private boolean grow() {
    if (links.get() > 0 && System.nanoTime() - growAfter < 0) {
      return false;
    }
    if (links.incrementAndGet() > config.maximumLinks()) {
      links.decrementAndGet();
      return false;
    }
    connecting.incrementAndGet();
    try {
      background.execute(this::connect);
      return true;
    } catch (RejectedExecutionException e) {
      connecting.decrementAndGet();
      links.decrementAndGet();
      throw new StoreException(transport.address() + ": closed", e);
    }
  }

  private void connect() {
    StoreLink link;
    try {
      link = connected();
    } catch (RuntimeException e) {
      log.debug("{}: connect failed", transport.address(), e);
      failed.incrementAndGet();
      int rest = connecting.decrementAndGet();
      if (links.decrementAndGet() > rest) {
        growAfter = System.nanoTime() + config.probeInterval().toNanos();
      } else {
        open();
      }
      return;
    }
    connecting.decrementAndGet();
    idle.addFirst(link);
    if (!available()) {
      drain();
    }
  }

  /** Takes a link back after an answer. */
  void giveBack(StoreLink link) {
    if (failures.get() != 0) {
      failures.set(0);
    }
    idle.addFirst(link);
    if (!available()) {
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
    if (!available()) {
      idle.addFirst(FAILED);
    }
  }

  private synchronized void open() {
    if (!available()) {
      return;
    }
    open = true;
    log.warn("{}: circuit open, reads go to the database", transport.address());
    drain();
    probeLater();
  }

  private synchronized void probeLater() {
    if (scheduled || !open) {
      return;
    }
    long nanos = config.probeInterval().toNanos();
    long jittered = nanos - nanos / 5 + ThreadLocalRandom.current().nextLong(nanos / 5 * 2 + 1);
    try {
      var unused = background.schedule(this::probeInTime, jittered, TimeUnit.NANOSECONDS);
      scheduled = true;
    } catch (RejectedExecutionException e) {
      log.debug("{}: closed, no more probes", transport.address(), e);
    }
  }

  private synchronized void probeInTime() {
    scheduled = false;
    if (open && !closed) {
      var unused = probeNow();
    }
  }

  /** The probe under way, or a new one: whether the server answers. */
  private synchronized CompletableFuture<Boolean> probeNow() {
    if (probing != null) {
      return probing;
    }
    CompletableFuture<Boolean> result = new CompletableFuture<>();
    if (!open) {
      result.complete(true);
      return result;
    }
    try {
      background.execute(() -> probe(result));
      probing = result;
    } catch (RejectedExecutionException e) {
      log.debug("{}: closed, no more probes", transport.address(), e);
      result.complete(false);
    }
    return result;
  }

  private void probe(CompletableFuture<Boolean> result) {
    StoreLink link = null;
    try {
      link = connected();
    } catch (RuntimeException e) {
      log.debug("{}: probe failed", transport.address(), e);
    }
    synchronized (this) {
      probing = null;
      if (link != null) {
        links.incrementAndGet();
        failures.set(0);
        open = false;
        idle.addFirst(link);
      } else {
        probeLater();
      }
    }
    if (link != null) {
      log.info("{}: answers again, circuit closed", transport.address());
      if (closed) {
        drain();
      }
    }
    result.complete(link != null);
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
    public void deadline(long nanoTime) {}

    @Override
    public List<byte @Nullable []> get(byte[]... keys) {
      throw new IllegalStateException();
    }

    @Override
    public List<Object> run(List<ScriptCall> calls) {
      throw new IllegalStateException();
    }

    @Override
    public void close() {}
  }
}
