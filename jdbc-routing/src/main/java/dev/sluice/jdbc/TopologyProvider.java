package dev.sluice.jdbc;

import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;

/**
 * Tells which nodes a database has. Asked in the background, again and again, over a connection to
 * the primary and, if that fails, to one replica after the other.
 *
 * <p>What it tells decides which replicas are tried, never what they may be used for: a node takes
 * reads only if it says itself that it is read-only and is proven to be far enough. So a provider
 * that is wrong can cost capacity, not correctness. An answer that contradicts itself (no nodes,
 * two writers, an id or an address twice) or that does not come leaves the replicas as they are;
 * one that is missing is given up after three answers without it.
 *
 * <p>Implementations must be safe for use by one thread at a time, and should bound their waits:
 * one that hangs ends discovery, and nothing else.
 */
@FunctionalInterface
public interface TopologyProvider {
  /**
   * The nodes at this moment.
   *
   * @param node connections to one node of the database, to be closed; not every provider needs one
   * @return the nodes, the writer among them or not
   * @throws SQLException if the node cannot tell; then another one is asked
   */
  List<TopologyNode> nodes(DataSource node) throws SQLException;

  /**
   * Whether the nodes share their storage, so that the positions of their logs do not prove what
   * they show, and a heartbeat is needed.
   *
   * @return false, unless overridden
   */
  default boolean sharedStorage() {
    return false;
  }

  /**
   * Nodes that do not change.
   *
   * @param nodes the nodes
   * @return tells always the same
   */
  static TopologyProvider fixed(List<TopologyNode> nodes) {
    List<TopologyNode> copy = List.copyOf(nodes);
    return node -> copy;
  }

  /**
   * Aurora MySQL: asks {@code information_schema.replica_host_status}. Needs a heartbeat.
   *
   * @param hostPattern the host of an instance with {@code ?} in place of its name, as in {@code
   *     ?.abc123.eu-west-1.rds.amazonaws.com}
   * @param port the port of every instance, 1 to 65,535
   * @return the provider
   */
  static TopologyProvider auroraMySql(String hostPattern, int port) {
    return new AuroraTopology(AuroraTopology.MYSQL, hostPattern, port);
  }

  /**
   * Aurora PostgreSQL: asks {@code aurora_replica_status()}. Needs a heartbeat.
   *
   * @param hostPattern the host of an instance with {@code ?} in place of its name, as in {@code
   *     ?.abc123.eu-west-1.rds.amazonaws.com}
   * @param port the port of every instance, 1 to 65,535
   * @return the provider
   */
  static TopologyProvider auroraPostgreSql(String hostPattern, int port) {
    return new AuroraTopology(AuroraTopology.POSTGRESQL, hostPattern, port);
  }

  /**
   * A Multi-AZ DB cluster of RDS for MySQL: asks {@code mysql.rds_topology}, and {@code SHOW
   * REPLICA STATUS} for the writer. The account needs SELECT on the table and {@code REPLICATION
   * CLIENT}.
   *
   * @return the provider
   */
  static TopologyProvider rdsClusterMySql() {
    return new RdsTopology(RdsTopology.MYSQL);
  }

  /**
   * A Multi-AZ DB cluster of RDS for PostgreSQL: asks {@code rds_tools.show_topology}. Needs the
   * extension {@code rds_tools}.
   *
   * @return the provider
   */
  static TopologyProvider rdsClusterPostgreSql() {
    return new RdsTopology(RdsTopology.POSTGRESQL);
  }
}
