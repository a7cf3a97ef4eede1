package dev.sluice.jdbc;

/**
 * A node of a database as a {@link TopologyProvider} tells it. Immutable.
 *
 * @param id what tells it from the other nodes for ever, and its name in logs, metrics and
 *     messages: 1 to 255 printable characters without spaces
 * @param host where it listens, a name or an address: never that of an endpoint that leads to
 *     several nodes
 * @param port the port, 1 to 65,535
 * @param writer whether it takes writes
 */
public record TopologyNode(String id, String host, int port, boolean writer) {
  /** Checks the components. */
  public TopologyNode {
    ClusterConfig.require(
        id.matches("[\\x21-\\x7e]{1,255}"),
        "id: must be 1 to 255 printable characters without spaces");
    ClusterConfig.require(
        host.matches("[\\x21-\\x7e]{1,255}"),
        "host: must be 1 to 255 printable characters without spaces");
    ClusterConfig.require(port >= 1 && port <= 65_535, "port: must be 1 to 65535, got " + port);
  }

  /** Whether both are one server at one address, whatever it does. */
  boolean samePlace(TopologyNode other) {
    return host.equalsIgnoreCase(other.host) && port == other.port;
  }
}
