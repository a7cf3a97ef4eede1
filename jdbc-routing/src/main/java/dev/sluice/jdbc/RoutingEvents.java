package dev.sluice.jdbc;

import dev.sluice.core.Ticker;
import dev.sluice.jdbc.RoutingListener.NodeListener;
import dev.sluice.sql.SqlStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the listeners of a data source, and keeps what they throw from its callers. Safe for use by
 * several threads. Not made where there is no listener.
 */
final class RoutingEvents {
  private static final Logger LOG = LoggerFactory.getLogger(RoutingEvents.class);
  private static final long BETWEEN_LINES_NANOS = 60_000_000_000L;

  private final String name;
  private final Ticker ticker;
  private final RoutingListener[] listeners;
  private final AtomicLong nextLine;
  private final List<NodeEvents> early = new ArrayList<>();
  private volatile boolean built;

  private RoutingEvents(String name, Ticker ticker, List<RoutingListener> listeners) {
    this.name = name;
    this.ticker = ticker;
    this.listeners = listeners.toArray(new RoutingListener[0]);
    this.nextLine = new AtomicLong(ticker.nanos());
  }

  /** Null if there is nobody to tell. */
  static @Nullable RoutingEvents of(String name, Ticker ticker, List<RoutingListener> listeners) {
    return listeners.isEmpty() ? null : new RoutingEvents(name, ticker, listeners);
  }

  /** What a node's executions are told to. */
  static final class NodeEvents {
    private final RoutingEvents all;
    private final String node;

    /** Empty until the data source is built; set before it has connections. */
    private NodeListener[] listeners = {};

    private NodeEvents(RoutingEvents all, String node) {
      this.all = all;
      this.node = node;
    }

    private void find() {
      List<NodeListener> wanted = new ArrayList<>(all.listeners.length);
      all.tell(
          each -> {
            NodeListener one = each.node(node);
            if (one != null) {
              wanted.add(one);
            }
          });
      listeners = wanted.toArray(new NodeListener[0]);
    }

    void executed(
        SqlStatement statement,
        RouteReason reason,
        long elapsedNanos,
        @Nullable SQLException error) {
      for (NodeListener each : listeners) {
        try {
          each.executed(statement, reason, elapsedNanos, error);
        } catch (RuntimeException | Error e) {
          // An Error too: the statement has run, and its caller must hear of that.
          all.failed(e);
        }
      }
    }
  }

  /** A node is known; to be published safely. */
  synchronized NodeEvents node(String node) {
    NodeEvents events = new NodeEvents(this, node);
    if (built) {
      events.find();
    } else {
      early.add(events);
    }
    return events;
  }

  /** The first that listeners are told of. */
  void built(RoutingDataSource source) {
    for (RoutingListener each : listeners) {
      each.built(source);
    }
    synchronized (this) {
      built = true;
      early.forEach(NodeEvents::find);
      early.clear();
    }
  }

  void usable(String node, boolean usable, String reason) {
    tell(each -> each.usable(node, usable, reason));
  }

  void removed(String node) {
    tell(each -> each.removed(node));
  }

  void failover(String primary) {
    tell(each -> each.failover(primary));
  }

  void repeated(SqlStatement statement, Node node, SQLException error) {
    tell(each -> each.repeated(statement, node.name(), error));
  }

  void learned(SqlStatement statement, Node node) {
    tell(each -> each.learned(statement, node.name()));
  }

  void refused() {
    tell(RoutingListener::refused);
  }

  void waited(long elapsedNanos, boolean reached) {
    tell(each -> each.waited(elapsedNanos, reached));
  }

  void closed() {
    tell(RoutingListener::closed);
  }

  private void tell(Consumer<RoutingListener> what) {
    if (!built) {
      return;
    }
    for (RoutingListener each : listeners) {
      try {
        what.accept(each);
      } catch (RuntimeException | Error e) {
        failed(e);
      }
    }
  }

  private void failed(Throwable error) {
    long now = ticker.nanos();
    long next = nextLine.get();
    if (now - next >= 0 && nextLine.compareAndSet(next, now + BETWEEN_LINES_NANOS)) {
      LOG.warn(
          "{}: a routing listener failed; more failures of a minute are not logged", name, error);
    }
  }
}
