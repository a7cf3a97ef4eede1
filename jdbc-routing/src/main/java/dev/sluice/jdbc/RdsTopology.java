package dev.sluice.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/*
 * A Multi-AZ DB cluster of RDS is one writer and two replicas that follow by its log. Every node has the
 * list; who writes is told by the source that a node follows, and a node that follows nobody is the
 * writer itself.
 */
/** Nodes of a Multi-AZ DB cluster of RDS. Stateless. */
final class RdsTopology implements TopologyProvider {
  static final Queries MYSQL =
      new Queries(
          "SELECT id, endpoint, port FROM mysql.rds_topology",
          "SHOW REPLICA STATUS",
          "Source_Server_Id",
          "SELECT @@GLOBAL.server_id");
  static final Queries POSTGRESQL =
      new Queries(
          "SELECT id, endpoint, port FROM rds_tools.show_topology('sluice')",
          "SELECT multi_az_db_cluster_source_dbi_resource_id AS source"
              + " FROM rds_tools.multi_az_db_cluster_source_dbi_resource_id()",
          "source",
          "SELECT dbi_resource_id FROM rds_tools.dbi_resource_id()");

  /**
   * What is asked.
   *
   * @param nodes gives id, endpoint and port of every node
   * @param source gives the id that the asked node follows, or nothing
   * @param sourceColumn where in the answer it stands
   * @param self gives the id of the asked node
   */
  record Queries(String nodes, String source, String sourceColumn, String self) {}

  private final Queries queries;

  RdsTopology(Queries queries) {
    this.queries = queries;
  }

  @Override
  public List<TopologyNode> nodes(DataSource node) throws SQLException {
    return TopologyQuery.ask(
        node,
        statement -> {
          String writer = first(statement.executeQuery(queries.source()), queries.sourceColumn());
          if (writer == null) {
            writer = first(statement.executeQuery(queries.self()), null);
          }
          List<TopologyNode> nodes = new ArrayList<>();
          try (ResultSet rows = statement.executeQuery(queries.nodes())) {
            while (rows.next()) {
              String id = rows.getString(1);
              nodes.add(
                  new TopologyNode(
                      id, rows.getString(2), rows.getInt(3), Objects.equals(id, writer)));
            }
          }
          return nodes;
        });
  }

  private static @Nullable String first(ResultSet rows, @Nullable String column)
      throws SQLException {
    try (rows) {
      if (!rows.next()) {
        return null;
      }
      String value = column == null ? rows.getString(1) : rows.getString(column);
      return value == null || value.isBlank() ? null : value;
    }
  }
}
