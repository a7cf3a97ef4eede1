package dev.sluice.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/*
 * Aurora keeps a row for each instance: its name, a session that is MASTER_SESSION_ID for the writer,
 * and when the row was written. Instances that are gone leave their row behind for a while. Its age is
 * taken in relation to the newest row, since the clock and the time zone of a session may be others.
 * Aurora PostgreSQL leaves the time of the instance that is asked empty. The writer's row always counts.
 */
/** Instances of an Aurora cluster. Stateless. */
final class AuroraTopology implements TopologyProvider {
  static final String MYSQL =
      "SELECT server_id, session_id, last_update_timestamp"
          + " FROM information_schema.replica_host_status";
  static final String POSTGRESQL =
      "SELECT server_id, session_id, last_update_timestamp FROM aurora_replica_status()";
  private static final String WRITER = "MASTER_SESSION_ID";
  private static final long STALE_MILLIS = 300_000;

  private final String query;
  private final String hostPattern;
  private final int port;

  private record Row(String id, boolean writer, @Nullable Timestamp written) {
    long millis() {
      return written == null ? Long.MAX_VALUE : written.getTime();
    }
  }

  /**
   * Instances at hosts of one form.
   *
   * @param query gives id, session and time of each row
   */
  AuroraTopology(String query, String hostPattern, int port) {
    ClusterConfig.require(
        hostPattern.matches("[A-Za-z0-9_.-]*\\?[A-Za-z0-9_.-]*"),
        "hostPattern: must be a host name with one ? in place of the instance's, got \""
            + hostPattern
            + "\"");
    ClusterConfig.require(port >= 1 && port <= 65_535, "port: must be 1 to 65535, got " + port);
    this.query = query;
    this.hostPattern = hostPattern;
    this.port = port;
  }

  @Override
  public boolean sharedStorage() {
    return true;
  }

  @Override
  public List<TopologyNode> nodes(DataSource node) throws SQLException {
    Map<String, Row> rows = new LinkedHashMap<>();
    for (Row row : TopologyQuery.ask(node, s -> rows(s.executeQuery(query)))) {
      rows.merge(row.id(), row, (a, b) -> a.millis() > b.millis() ? a : b);
    }
    long newest = Long.MIN_VALUE;
    for (Row row : rows.values()) {
      newest = row.written() == null ? newest : Math.max(newest, row.millis());
    }
    List<TopologyNode> nodes = new ArrayList<>();
    for (Row row : rows.values()) {
      if (row.writer() || row.written() == null || newest - row.millis() <= STALE_MILLIS) {
        nodes.add(new TopologyNode(row.id(), host(row.id()), port, row.writer()));
      }
    }
    return nodes;
  }

  private static List<Row> rows(ResultSet result) throws SQLException {
    List<Row> rows = new ArrayList<>();
    while (result.next()) {
      rows.add(
          new Row(result.getString(1), WRITER.equals(result.getString(2)), result.getTimestamp(3)));
    }
    return rows;
  }

  /** It comes from a table and becomes a host that is connected to: nothing else may be in it. */
  private String host(String id) throws SQLException {
    if (!id.matches("[A-Za-z0-9-]{1,63}")) {
      throw new SQLException("the name of an instance is none that a host can have");
    }
    return hostPattern.replace("?", id);
  }
}
