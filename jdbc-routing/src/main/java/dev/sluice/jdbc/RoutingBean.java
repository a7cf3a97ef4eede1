package dev.sluice.jdbc;

import dev.sluice.causality.CausalScope;
import java.lang.management.ManagementFactory;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import javax.management.InstanceAlreadyExistsException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.ObjectName;
import javax.management.StandardMBean;
import org.jspecify.annotations.Nullable;

/** A data source as JMX shows it. Safe for use by several threads. */
final class RoutingBean implements RoutingDataSourceMXBean, AutoCloseable {
  private final RoutingDataSource source;
  private final ObjectName objectName;

  private RoutingBean(RoutingDataSource source) throws JMException {
    this.source = source;
    this.objectName = new ObjectName("dev.sluice:type=RoutingDataSource,name=" + source.name());
  }

  /**
   * Registers a data source.
   *
   * @throws IllegalArgumentException if one of that name is registered
   */
  static RoutingBean register(RoutingDataSource source) {
    try {
      RoutingBean bean = new RoutingBean(source);
      ManagementFactory.getPlatformMBeanServer()
          .registerMBean(
              new StandardMBean(bean, RoutingDataSourceMXBean.class, true), bean.objectName);
      return bean;
    } catch (InstanceAlreadyExistsException e) {
      throw new IllegalArgumentException(
          "jmx: a data source of the name " + source.name() + " is registered already", e);
    } catch (JMException e) {
      throw new IllegalStateException(source.name() + ": could not be registered with JMX", e);
    }
  }

  @Override
  public void close() {
    try {
      ManagementFactory.getPlatformMBeanServer().unregisterMBean(objectName);
    } catch (InstanceNotFoundException e) {
      // somebody else has done so
    } catch (JMException e) {
      throw new IllegalStateException(source.name() + ": could not be removed from JMX", e);
    }
  }

  private <T> Map<String, T> byNode(Function<NodeState, @Nullable T> value) {
    Map<String, T> all = new LinkedHashMap<>();
    for (NodeState each : source.nodes()) {
      T known = value.apply(each);
      if (known != null) {
        all.put(each.name(), known);
      }
    }
    return all;
  }

  @Override
  public String getName() {
    return source.name();
  }

  @Override
  public List<String> getNodes() {
    return source.nodes().stream().map(NodeState::toString).toList();
  }

  @Override
  public Map<String, Boolean> getUsable() {
    return byNode(NodeState::usable);
  }

  @Override
  public Map<String, Long> getLagMillis() {
    return byNode(each -> each.lag() == null ? null : each.lag().toMillis());
  }

  @Override
  public Map<String, Integer> getInFlight() {
    return byNode(NodeState::inFlight);
  }

  @Override
  public Map<String, Long> getLatencyMicros() {
    return byNode(each -> each.latency().toNanos() / 1000);
  }

  @Override
  public Map<String, Double> getShare() {
    return byNode(NodeState::share);
  }

  @Override
  public Map<String, Long> getEjections() {
    return byNode(NodeState::ejections);
  }

  @Override
  public Map<String, String> getPools() {
    return byNode(each -> each.pool() == null ? null : each.pool().toString());
  }

  @Override
  public String getShadow() {
    return source.shadowReport().map(ShadowReport::toString).orElse("");
  }

  @Override
  public String explain(String sql) throws SQLException {
    // The thread is one of JMX, whatever it has seen.
    try (CausalScope scope = CausalScope.open()) {
      return scope == null ? "" : source.explain(sql).toString();
    }
  }
}
