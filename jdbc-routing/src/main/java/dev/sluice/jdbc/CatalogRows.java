package dev.sluice.jdbc;

import dev.sluice.sql.Dialect;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a server's catalog says about its tables, in the same form for all dialects.
 *
 * @param relations everything that has a name which a statement could mean
 * @param triggered identities of tables with triggers, or whose triggers the account may not see
 * @param cascades parent and child of foreign keys by which a write of the one changes the other
 * @param parts child and parent of partitions and inheritance
 * @param keys identities of tables by unique index
 * @param keepsFailed identities of tables without transactions: what a statement did before it
 *     failed stays
 */
record CatalogRows(
    List<Relation> relations,
    Set<String> triggered,
    List<Pair> cascades,
    List<Pair> parts,
    List<UniqueIndex> keys,
    Set<String> keepsFailed) {

  /**
   * Something with a name.
   *
   * @param id identity
   * @param name last identifier as it was declared
   * @param plain whether reading it reads nothing else, and writing it (but for triggers and
   *     foreign keys) writes nothing else
   */
  record Relation(String id, String name, boolean plain) {}

  /** Two identities. */
  record Pair(String from, String to) {}

  /** A unique index of a table. */
  record UniqueIndex(String table, boolean primary) {}

  private static final String MY_RELATIONS =
      "SELECT CONCAT(table_schema, '.', table_name), table_name, COALESCE(table_type IN ('BASE TABLE',"
          + " 'SYSTEM VERSIONED') AND engine IN ('InnoDB', 'MyISAM', 'Aria', 'ROCKSDB') AND"
          + " table_schema NOT IN ('mysql', 'sys', 'performance_schema', 'information_schema'), 0)"
          + " FROM information_schema.tables";

  /** Triggers are shown only to who has the privilege; a role's privileges are not looked at. */
  private static final String MY_TRIGGERED =
      "SELECT CONCAT(event_object_schema, '.', event_object_table) FROM information_schema.triggers"
          + " UNION SELECT CONCAT(t.table_schema, '.', t.table_name) FROM information_schema.tables t"
          + " WHERE t.table_type IN ('BASE TABLE', 'SYSTEM VERSIONED')"
          + " AND NOT EXISTS (SELECT 1 FROM information_schema.user_privileges u"
          + " WHERE u.privilege_type = 'TRIGGER' AND u.grantee = %1$s)"
          + " AND NOT EXISTS (SELECT 1 FROM information_schema.schema_privileges p"
          + " WHERE p.privilege_type = 'TRIGGER' AND p.grantee = %1$s"
          + " AND t.table_schema LIKE p.table_schema)";

  private static final String MY_GRANTEE =
      "CONCAT('''', SUBSTRING_INDEX(CURRENT_USER(), '@', 1), '''@''',"
          + " SUBSTRING_INDEX(CURRENT_USER(), '@', -1), '''')";

  private static final String MY_CASCADES =
      "SELECT CONCAT(unique_constraint_schema, '.', referenced_table_name),"
          + " CONCAT(constraint_schema, '.', table_name)"
          + " FROM information_schema.referential_constraints"
          + " WHERE delete_rule IN ('CASCADE', 'SET NULL', 'SET DEFAULT')"
          + " OR update_rule IN ('CASCADE', 'SET NULL', 'SET DEFAULT')";

  private static final String MY_KEYS =
      "SELECT DISTINCT CONCAT(table_schema, '.', table_name), index_name = 'PRIMARY', index_name"
          + " FROM information_schema.statistics WHERE non_unique = 0";

  private static final String MY_KEEPS_FAILED =
      "SELECT CONCAT(t.table_schema, '.', t.table_name) FROM information_schema.tables t"
          + " WHERE NOT EXISTS (SELECT 1 FROM information_schema.engines e"
          + " WHERE e.engine = t.engine AND e.transactions = 'YES')";

  /** Row security may read other tables, rules write them, and temporary tables are a session's. */
  private static final String PG_RELATIONS =
      "SELECT c.oid::text, c.relname, c.relkind IN ('r', 'p') AND c.relpersistence = 'p'"
          + " AND NOT c.relhasrules AND NOT c.relrowsecurity"
          + " AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')"
          + " FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
          + " WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')";

  private static final String PG_TRIGGERED =
      "SELECT DISTINCT tgrelid::oid::text FROM pg_trigger WHERE NOT tgisinternal";

  private static final String PG_CASCADES =
      "SELECT DISTINCT confrelid::oid::text, conrelid::oid::text FROM pg_constraint WHERE contype = 'f'"
          + " AND (confdeltype IN ('c', 'n', 'd') OR confupdtype IN ('c', 'n', 'd'))";

  private static final String PG_PARTS =
      "SELECT i.inhrelid::oid::text, i.inhparent::oid::text FROM pg_inherits i"
          + " JOIN pg_class c ON c.oid = i.inhparent WHERE c.relkind IN ('r', 'p', 'f')";

  private static final String PG_KEYS =
      "SELECT indrelid::oid::text, indisprimary FROM pg_index WHERE indisunique";

  /** Asks; a few round trips, for the background. */
  static CatalogRows load(Connection connection, Dialect dialect, int timeoutSeconds)
      throws SQLException {
    boolean postgres = dialect == Dialect.POSTGRESQL;
    try (Statement statement = connection.createStatement()) {
      statement.setQueryTimeout(timeoutSeconds);
      List<Relation> relations = new ArrayList<>();
      try (ResultSet row = statement.executeQuery(postgres ? PG_RELATIONS : MY_RELATIONS)) {
        while (row.next()) {
          relations.add(new Relation(row.getString(1), row.getString(2), row.getBoolean(3)));
        }
      }
      String triggers = postgres ? PG_TRIGGERED : MY_TRIGGERED.formatted(MY_GRANTEE);
      Set<String> triggered = identities(statement, triggers);
      List<UniqueIndex> keys = new ArrayList<>();
      try (ResultSet row = statement.executeQuery(postgres ? PG_KEYS : MY_KEYS)) {
        while (row.next()) {
          keys.add(new UniqueIndex(row.getString(1), row.getBoolean(2)));
        }
      }
      List<Pair> cascades = pairs(statement, postgres ? PG_CASCADES : MY_CASCADES);
      List<Pair> parts = postgres ? pairs(statement, PG_PARTS) : List.of();
      Set<String> keepsFailed = postgres ? Set.of() : identities(statement, MY_KEEPS_FAILED);
      return new CatalogRows(relations, triggered, cascades, parts, keys, keepsFailed);
    }
  }

  private static Set<String> identities(Statement statement, String query) throws SQLException {
    Set<String> identities = new HashSet<>();
    try (ResultSet row = statement.executeQuery(query)) {
      while (row.next()) {
        identities.add(row.getString(1));
      }
    }
    return identities;
  }

  private static List<Pair> pairs(Statement statement, String query) throws SQLException {
    List<Pair> pairs = new ArrayList<>();
    try (ResultSet row = statement.executeQuery(query)) {
      while (row.next()) {
        pairs.add(new Pair(row.getString(1), row.getString(2)));
      }
    }
    return pairs;
  }
}
