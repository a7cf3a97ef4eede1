package dev.sluice.jdbc;

import java.time.Duration;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * How the replicas of a cluster change while it runs. Checked here; messages name the builder's
 * option.
 *
 * @param provider tells the nodes; null: only those that are added by the application
 * @param pools makes the pool of a node that the provider has told of; null without provider
 * @param discoveryInterval how often the provider is asked; 100 ms to 1 hour
 * @param maximumReplicas so many replicas at most, those that are drained included; 1 to 64
 * @param drainTimeout how long what runs on a removed replica may take; 1 ms to 1 day
 * @param heartbeat the table whose one row tells how far replicas are; null: positions do
 */
record TopologyConfig(
    @Nullable TopologyProvider provider,
    @Nullable Function<TopologyNode, DataSource> pools,
    Duration discoveryInterval,
    int maximumReplicas,
    Duration drainTimeout,
    @Nullable String heartbeat) {
  static final TopologyConfig DEFAULTS =
      new TopologyConfig(null, null, Duration.ofSeconds(5), 16, Duration.ofMinutes(5), null);

  TopologyConfig {
    ClusterConfig.within(
        "discoveryInterval", discoveryInterval, Duration.ofMillis(100), Duration.ofHours(1));
    ClusterConfig.within("drainTimeout", drainTimeout, Duration.ofMillis(1), Duration.ofDays(1));
    ClusterConfig.require(
        maximumReplicas >= 1 && maximumReplicas <= 64,
        "maximumReplicas: must be 1 to 64, got " + maximumReplicas);
    ClusterConfig.require(
        (provider == null) == (pools == null), "discovery: needs a provider and pools");
    ClusterConfig.require(
        heartbeat == null || heartbeat.matches("([A-Za-z0-9_]{1,64}\\.)?[A-Za-z0-9_]{1,64}"),
        "heartbeat: must be a table's name of letters, digits and _, perhaps after a schema's and a"
            + " dot, got \""
            + heartbeat
            + "\"");
    ClusterConfig.require(
        provider == null || heartbeat != null || !provider.sharedStorage(),
        "heartbeat: is required with nodes that share their storage, since their log positions do"
            + " not prove what they show");
  }
}
