package dev.sluice.jdbc.micrometer;

import dev.sluice.jdbc.NodeState;
import dev.sluice.jdbc.PoolState;
import dev.sluice.jdbc.RoutingDataSource;
import dev.sluice.jdbc.RoutingListener;
import dev.sluice.sql.SqlStatement;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.Timer;
import java.sql.SQLException;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * Meters of one {@link RoutingDataSource} in a Micrometer registry, all named {@code
 * sluice.routing.*} and tagged with the name of the data source ({@code source}), most also with
 * that of the node ({@code node}). The list is in {@code docs/operations.md}.
 *
 * <pre>
 * RoutingDataSource.builder()....listener(new RoutingMeters(registry)).build();
 * </pre>
 *
 * <p>Meters are looked up when a node is made known, never for a statement. Gauges ask {@link
 * RoutingDataSource#nodes()}, which asks no server. All meters are removed from the registry when
 * the data source is closed. Safe for use by several threads; one for each data source.
 */
public final class RoutingMeters implements RoutingListener {
  private static final String PREFIX = "sluice.routing.";

  private final MeterRegistry registry;
  private final Map<String, NodeMeters> nodes = new ConcurrentHashMap<>();
  private final Queue<Meter> all = new ConcurrentLinkedQueue<>();
  private volatile @Nullable RoutingDataSource source;
  private volatile @Nullable Common common;

  /**
   * Registers nothing before the data source is built.
   *
   * @param registry where the meters are
   */
  public RoutingMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  /** The meters that are not of a node. */
  private record Common(
      Counter learned, Counter refused, Counter failovers, Timer reached, Timer notReached) {}

  Counter counter(String name, Tags tags, String what) {
    return kept(Counter.builder(PREFIX + name).tags(tags).description(what).register(registry));
  }

  Timer timer(String name, Tags tags, String what) {
    return kept(Timer.builder(PREFIX + name).tags(tags).description(what).register(registry));
  }

  private <M extends Meter> M kept(M meter) {
    all.add(meter);
    return meter;
  }

  private Tags tags() {
    RoutingDataSource known = source;
    return Tags.of("source", known == null ? "" : known.name());
  }

  Tags tags(String node) {
    return tags().and("node", node);
  }

  @Override
  public void built(RoutingDataSource built) {
    if (source != null) {
      throw new IllegalStateException("listener: RoutingMeters are for one data source each");
    }
    source = built;
    Tags waits = tags();
    common =
        new Common(
            counter("learned.writes", tags(), "statements found to write by being refused"),
            counter("refused.reads", tags(), "reads refused because the fallback was full"),
            counter("failovers", tags(), "changes of the primary or of its history"),
            timer("causal.waits", waits.and("reached", "true"), "waits of reads"),
            timer("causal.waits", waits.and("reached", "false"), "waits of reads"));
  }

  @Override
  public NodeListener node(String name) {
    NodeMeters known = nodes.get(name);
    if (known == null) {
      known = new NodeMeters(this, name);
      nodes.put(name, known);
      gauges(name);
    }
    return known;
  }

  private void gauges(String node) {
    gauge("in.flight", node, "physical connections in use", NodeState::inFlight);
    gauge("usable", node, "1 if it takes its statements, else 0", s -> s.usable() ? 1 : 0);
    gauge("share", node, "1; less while it starts slowly; 0 if not usable", NodeState::share);
    ToDoubleFunction<NodeState> lag = s -> s.lag() == null ? Double.NaN : s.lag().toNanos();
    kept(
        TimeGauge.builder(PREFIX + "lag", this, TimeUnit.NANOSECONDS, m -> m.ask(node, lag))
            .tags(tags(node))
            .description("upper bound of a replica's lag")
            .register(registry));
    poolGauge("pool.active", node, "connections of its pool in use", PoolState::active);
    poolGauge("pool.idle", node, "connections of its pool not in use", PoolState::idle);
    poolGauge("pool.waiting", node, "threads that wait for one", PoolState::waiting);
    poolGauge("pool.maximum", node, "size of its pool", PoolState::maximum);
  }

  private void poolGauge(String name, String node, String what, ToDoubleFunction<PoolState> value) {
    gauge(name, node, what, s -> s.pool() == null ? Double.NaN : value.applyAsDouble(s.pool()));
  }

  private void gauge(String name, String node, String what, ToDoubleFunction<NodeState> value) {
    kept(
        Gauge.builder(PREFIX + name, this, m -> m.ask(node, value))
            .tags(tags(node))
            .description(what)
            .register(registry));
  }

  private double ask(String node, ToDoubleFunction<NodeState> value) {
    RoutingDataSource asked = source;
    if (asked != null) {
      for (NodeState each : asked.nodes()) {
        if (each.name().equals(node)) {
          return value.applyAsDouble(each);
        }
      }
    }
    return Double.NaN;
  }

  @Override
  public void usable(String node, boolean usable, String reason) {
    NodeMeters meters = nodes.get(node);
    if (meters != null) {
      (usable ? meters.readmissions : meters.ejections).increment();
    }
  }

  @Override
  public void removed(String node) {
    nodes.remove(node);
    all.removeIf(
        each -> {
          boolean its = node.equals(each.getId().getTag("node"));
          if (its) {
            registry.remove(each);
          }
          return its;
        });
  }

  @Override
  public void failover(String primary) {
    Common known = common;
    if (known != null) {
      known.failovers.increment();
    }
  }

  @Override
  public void repeated(SqlStatement statement, String node, SQLException error) {
    NodeMeters meters = nodes.get(node);
    if (meters != null) {
      meters.repeated.increment();
    }
  }

  @Override
  public void learned(SqlStatement statement, String node) {
    Common known = common;
    if (known != null) {
      known.learned.increment();
    }
  }

  @Override
  public void refused() {
    Common known = common;
    if (known != null) {
      known.refused.increment();
    }
  }

  @Override
  public void waited(long elapsedNanos, boolean reached) {
    Common known = common;
    if (known != null) {
      (reached ? known.reached : known.notReached).record(elapsedNanos, TimeUnit.NANOSECONDS);
    }
  }

  @Override
  public void closed() {
    for (Meter each = all.poll(); each != null; each = all.poll()) {
      registry.remove(each);
    }
  }
}
