package dev.sluice.cache;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A transport of which parts fail when told to. */
final class FaultyTransport implements StoreTransport {
  private final StoreTransport server;

  /** Nothing reaches the server. */
  volatile boolean cut;

  /** Scripts that the server refuses. */
  volatile Set<Script> refused = EnumSet.noneOf(Script.class);

  /** Scripts that do not reach it. */
  volatile Set<Script> lost = EnumSet.noneOf(Script.class);

  /** Links that were given up. */
  final AtomicInteger closed = new AtomicInteger();

  FaultyTransport(StoreTransport server) {
    this.server = server;
  }

  @Override
  public StoreLink connect(int millis) {
    fail();
    return new Link(server.connect(millis));
  }

  private void fail() {
    if (cut) {
      throw new StoreException("cut");
    }
  }

  @Override
  public String address() {
    return server.address();
  }

  private final class Link implements StoreLink {
    private final StoreLink link;

    Link(StoreLink link) {
      this.link = link;
    }

    @Override
    public String run() {
      return link.run();
    }

    @Override
    public void deadline(long nanoTime) {
      link.deadline(nanoTime);
    }

    @Override
    public List<byte @Nullable []> get(byte[]... keys) {
      fail();
      return link.get(keys);
    }

    @Override
    public List<Object> run(List<ScriptCall> calls) {
      fail();
      for (ScriptCall call : calls) {
        if (refused.contains(call.script())) {
          throw StoreException.refusal("refused", new IllegalStateException("OOM"));
        }
        if (lost.contains(call.script())) {
          throw new StoreException("lost");
        }
      }
      return link.run(calls);
    }

    @Override
    public void close() {
      closed.incrementAndGet();
      link.close();
    }
  }
}
