package dev.sluice.jdbc;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/**
 * What JMX shows of a {@link RoutingDataSource}, as {@code
 * dev.sluice:type=RoutingDataSource,name=<name>}; see {@link RoutingDataSourceBuilder#jmx}. Asks no
 * server. Maps have the names of the nodes as keys.
 */
public interface RoutingDataSourceMXBean {
  /**
   * The name of the database.
   *
   * @return the name
   */
  String getName();

  /**
   * All nodes in words.
   *
   * @return a line for each, the primary first
   */
  List<String> getNodes();

  /**
   * Which nodes take their statements.
   *
   * @return whether each does
   */
  Map<String, Boolean> getUsable();

  /**
   * How far replicas are behind.
   *
   * @return an upper bound, milliseconds; those of which nothing is known are missing
   */
  Map<String, Long> getLagMillis();

  /**
   * Physical connections in use through the data source.
   *
   * @return their number
   */
  Map<String, Integer> getInFlight();

  /**
   * Moving average of the time of an execution.
   *
   * @return microseconds; 0 before the first one
   */
  Map<String, Long> getLatencyMicros();

  /**
   * The part of its usual reads that each node gets.
   *
   * @return 0 to 1
   */
  Map<String, Double> getShare();

  /**
   * How often failures have ejected a node.
   *
   * @return the number since the start
   */
  Map<String, Long> getEjections();

  /**
   * The pools in words.
   *
   * @return those that tell; others are missing
   */
  Map<String, String> getPools();

  /**
   * What shadow mode has found, in one sentence.
   *
   * @return empty if it is off
   */
  String getShadow();

  /**
   * Where a statement would run now for a caller who has neither written nor seen anything, and
   * why.
   *
   * @param sql the text
   * @return some lines, without the literals of the text
   * @throws SQLException see {@link RoutingDataSource#explain}
   */
  String explain(String sql) throws SQLException;
}
