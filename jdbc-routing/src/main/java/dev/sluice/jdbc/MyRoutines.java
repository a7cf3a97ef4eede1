package dev.sluice.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The routines and views of MySQL and MariaDB. {@code SQL_DATA_ACCESS} is a remark that no server
 * checks, so it proves nothing. Bodies are shown to their definer and to who has {@code
 * SHOW_ROUTINE} (MySQL), {@code SHOW CREATE ROUTINE} or SELECT on {@code mysql.proc} (MariaDB);
 * views to who has {@code SHOW VIEW}.
 */
final class MyRoutines {
  private static final String OWN =
      " NOT IN ('mysql', 'sys', 'performance_schema', 'information_schema')";

  static final String FINGERPRINT =
      "SELECT CONCAT_WS(':', (SELECT CONCAT_WS(',', COUNT(*), SUM(CRC32(CONCAT_WS('|', routine_schema,"
          + " routine_name, routine_type, sql_mode, routine_definition))),"
          + " BIT_XOR(CRC32(CONCAT_WS('/', routine_definition, routine_name, routine_schema))))"
          + " FROM information_schema.routines WHERE routine_schema"
          + OWN
          + "), (SELECT CONCAT_WS(',', COUNT(*), SUM(CRC32(CONCAT_WS('|', table_schema, table_name,"
          + " view_definition))), BIT_XOR(CRC32(CONCAT_WS('/', view_definition, table_name))))"
          + " FROM information_schema.views WHERE table_schema"
          + OWN
          + "))";

  private static final String ROUTINES =
      "SELECT routine_schema, routine_name, routine_type, routine_body, sql_mode, CASE WHEN"
          + " CHAR_LENGTH(routine_definition) <= 65536 THEN routine_definition END"
          + " FROM information_schema.routines WHERE routine_schema"
          + OWN;

  private static final String PARAMETERS =
      "SELECT specific_schema, specific_name, parameter_name FROM information_schema.parameters"
          + " WHERE parameter_name IS NOT NULL AND specific_schema"
          + OWN;

  private static final String VIEWS =
      "SELECT table_name, view_definition FROM information_schema.views WHERE table_schema" + OWN;

  /** Loadable functions come before stored ones of the same name. Needs a privilege. */
  private static final String LOADABLE = "SELECT name FROM mysql.func";

  private MyRoutines() {}

  static RoutineRows load(Statement statement) throws SQLException {
    Map<String, Set<String>> parameters = new HashMap<>();
    RoutineRows.list(
        statement,
        PARAMETERS,
        row ->
            parameters
                .computeIfAbsent(
                    RoutineRows.lower(row.getString(1)) + '.' + RoutineRows.lower(row.getString(2)),
                    k -> new HashSet<>())
                .add(RoutineRows.lower(row.getString(3))));
    Set<String> packages = new HashSet<>();
    List<RoutineRows.Routine> routines =
        RoutineRows.list(statement, ROUTINES, row -> routine(row, parameters, packages));
    routines.addAll(loadable(statement));
    List<RoutineRows.Code> views =
        RoutineRows.list(
            statement,
            VIEWS,
            row ->
                new RoutineRows.Code(
                    RoutineRows.lower(row.getString(1)), true, shown(row.getString(2))));
    return new RoutineRows(routines, views, List.of(), packages);
  }

  private static RoutineRows.Routine routine(
      ResultSet row, Map<String, Set<String>> parameters, Set<String> packages)
      throws SQLException {
    String schema = RoutineRows.lower(row.getString(1));
    String name = RoutineRows.lower(row.getString(2));
    String type = RoutineRows.lower(row.getString(3));
    if (type.startsWith("package")) {
      packages.add(name);
    }
    String body = shown(row.getString(6));
    boolean read =
        body != null
            && !type.startsWith("package")
            && RoutineRows.lower(row.getString(4)).equals("sql")
            && !RoutineRows.lower(row.getString(5)).contains("oracle");
    return new RoutineRows.Routine(
        schema,
        name,
        read ? RoutineRows.Form.BLOCK : RoutineRows.Form.OPAQUE,
        body,
        "",
        parameters.getOrDefault(schema + '.' + name, Set.of()));
  }

  private static @Nullable String shown(@Nullable String text) {
    return text == null || text.isBlank() ? null : text;
  }

  private static List<RoutineRows.Routine> loadable(Statement statement) {
    try {
      return RoutineRows.list(
          statement,
          LOADABLE,
          row ->
              new RoutineRows.Routine(
                  "",
                  RoutineRows.lower(row.getString(1)),
                  RoutineRows.Form.OPAQUE,
                  null,
                  "",
                  Set.of()));
    } catch (SQLException e) {
      // Not shown to this account: a name that is no stored routine is not proven anyway.
      return List.of();
    }
  }
}
