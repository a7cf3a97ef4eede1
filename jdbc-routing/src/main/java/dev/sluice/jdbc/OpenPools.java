package dev.sluice.jdbc;

import dev.sluice.jdbc.ClusterConfig.NodeConfig;
import dev.sluice.jdbc.hikari.HikariPools;
import dev.sluice.jdbc.hikari.PoolAdvice;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The nodes of a data source with their pools, and which of these it has made itself.
 *
 * @param own closed with the data source
 * @param hikari whether HikariCP is there, so that its pools can be looked at
 */
record OpenPools(
    NodeConfig primary, List<NodeConfig> replicas, List<AutoCloseable> own, boolean hikari)
    implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OpenPools.class);

  /**
   * Looks at their settings, and tells once what would be better.
   *
   * @throws IllegalArgumentException for settings that would make answers wrong
   */
  List<PoolAdvice> review(String name) {
    if (!hikari) {
      return List.of();
    }
    Map<String, DataSource> nodes = new LinkedHashMap<>();
    nodes.put(primary.name(), primary.dataSource());
    replicas.forEach(each -> nodes.put(each.name(), each.dataSource()));
    List<PoolAdvice> advice = HikariPools.review(nodes);
    if (!advice.isEmpty() && LOG.isInfoEnabled()) {
      LOG.info(
          "{}: {} settings of pools could be better, advice() says why: {}",
          name,
          advice.size(),
          advice.stream()
              .map(each -> each.node() + " " + each.option() + " " + each.found())
              .collect(Collectors.joining(", ")));
    }
    return advice;
  }

  @Override
  public void close() {
    close(own);
  }

  static void close(List<AutoCloseable> pools) {
    for (AutoCloseable each : pools) {
      try {
        each.close();
      } catch (Exception e) {
        LOG.debug("a pool did not close", e);
      }
    }
  }
}
