package dev.sluice.testkit;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;

/** The words of one engine; the connections are those of the node's monitor. */
interface Dialect {
  String url(String host, int port, String database);

  /** The URL with limits for connecting and for an answer. */
  String bounded(String url);

  /** The account of the administrator; its password is its name. */
  String administrator();

  /** A database that exists before the application's does. */
  String systemDatabase();

  DataSource dataSource(String url, String user, String password);

  /** Run once, on the primary, after the replicas replicate. */
  void createDatabase(Connection primary, String name) throws SQLException;

  /** Run on each node once its files are new, before it replicates. */
  default void prepare(Connection node) throws SQLException {}

  /**
   * Points a node to a primary, from the position that the node has; does not start.
   *
   * @param wasPrimary whether the node took writes itself until now
   */
  void follow(Connection replica, Upstream primary, boolean wasPrimary) throws SQLException;

  /** The address of a primary as the replica sees it. */
  record Upstream(String host, int port) {}

  void startReplication(Connection replica, Upstream primary) throws SQLException;

  void stopReplication(Connection replica) throws SQLException;

  /** Called while replication is stopped. */
  void delay(Connection replica, Duration delay) throws SQLException;

  /** Ends being a replica and takes writes. */
  void promote(Connection replica) throws SQLException;

  void readOnly(Connection node, boolean readOnly) throws SQLException;

  /** All that the node has committed, itself or as a replica. */
  String position(Connection node) throws SQLException;

  /** Whether all transactions of one position are in the other. */
  boolean within(Connection node, String part, String whole) throws SQLException;

  /** Whether a node can go from one primary to another with the files that it has. */
  default boolean changesPrimary() {
    return true;
  }

  /** Whether the replica has applied that; may block up to a second. */
  boolean applied(Connection replica, String position) throws SQLException;

  /** What the server says about its replication, for messages. */
  String replicationState(Connection replica) throws SQLException;

  /** Counters with this connection's own statements taken out. */
  NodeCounters counters(Connection node, String database) throws SQLException;
}
