package dev.sluice.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * The routines and views of PostgreSQL. Volatility alone proves nothing: a STABLE function may call
 * one that writes. A C function that is IMMUTABLE is believed, since the server itself relies on
 * it, and so is a STABLE one of the extensions that are listed here.
 */
final class PgRoutines {
  private static final String OWN = " NOT IN ('pg_catalog', 'information_schema', 'pg_toast')";

  static final String FINGERPRINT =
      "SELECT concat_ws(':',"
          + " (SELECT concat_ws(',', count(*), sum(hashtext(concat(oid, '/', xmin)))) FROM pg_proc"
          + " WHERE oid >= 16384),"
          + " (SELECT concat_ws(',', count(*), sum(hashtext(concat(oid, '/', xmin)))) FROM pg_rewrite"
          + " WHERE oid >= 16384),"
          + " (SELECT concat_ws(',', count(*), sum(hashtext(concat(oid, '/', xmin)))) FROM pg_policy),"
          + " (SELECT concat_ws(',', count(*), sum(hashtext(concat(oid, '/', xmin)))) FROM pg_operator"
          + " WHERE oid >= 16384),"
          + " (SELECT concat_ws(',', count(*), sum(hashtext(concat(oid, '/', xmin)))) FROM pg_cast"
          + " WHERE oid >= 16384),"
          + " (SELECT concat_ws(',', count(*), sum(hashtext(concat(oid, '/', xmin)))) FROM pg_class"
          + " WHERE oid >= 16384 AND (relkind = 'v' OR relrowsecurity)),"
          + " (SELECT concat_ws(',', count(*), sum(hashtext(concat(oid, '/', xmin)))) FROM pg_constraint"
          + " WHERE contypid <> 0 AND oid >= 16384),"
          + " (SELECT concat_ws(',', count(*), sum(hashtext(concat(oid, '/', xmin)))) FROM pg_type"
          + " WHERE oid >= 16384 AND typtype = 'd'),"
          + " (SELECT concat_ws(',', count(*), sum(hashtext(concat(oid, '/', xmin)))) FROM pg_namespace"
          + " WHERE oid >= 16384))";

  /** Extensions whose STABLE functions in C read settings, dictionaries or tables, and no more. */
  private static final String BELIEVED =
      "'citext', 'cube', 'earthdistance', 'fuzzystrmatch', 'hstore', 'intarray', 'ltree', 'pg_trgm',"
          + " 'postgis', 'unaccent', 'vector'";

  /**
   * Aggregates do what their support functions do. What the catalog's own schema has under a name
   * of the user's may be meant as well.
   */
  private static final String ROUTINES =
      "SELECT n.nspname, p.proname, CASE WHEN p.prokind = 'a' THEN 'STATEMENTS'"
          + " WHEN p.prosqlbody IS NOT NULL OR l.lanname = 'plpgsql' THEN 'BLOCK'"
          + " WHEN l.lanname = 'sql' THEN 'STATEMENTS'"
          + " WHEN l.lanname IN ('c', 'internal') AND (p.provolatile = 'i' OR p.provolatile = 's' AND"
          + " EXISTS (SELECT 1 FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid"
          + " WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e'"
          + " AND d.refclassid = 'pg_extension'::regclass AND e.extname IN ("
          + BELIEVED
          + "))) THEN 'PURE' WHEN l.lanname IN ('c', 'internal') THEN 'NATIVE' ELSE 'OPAQUE' END,"
          + " CASE WHEN p.prokind = 'a' THEN (SELECT 'SELECT 1' || coalesce(string_agg("
          + "format(', %I.%I()', sn.nspname, s.proname), ''), '') FROM pg_aggregate a JOIN pg_proc s"
          + " ON s.oid IN (a.aggtransfn, a.aggfinalfn, a.aggcombinefn, a.aggserialfn, a.aggdeserialfn,"
          + " a.aggmtransfn, a.aggminvtransfn, a.aggmfinalfn)"
          + " JOIN pg_namespace sn ON sn.oid = s.pronamespace WHERE a.aggfnoid = p.oid"
          + " AND NOT (sn.nspname = 'pg_catalog' AND s.provolatile = 'i'))"
          + " WHEN p.prosqlbody IS NOT NULL THEN pg_get_function_sqlbody(p.oid)"
          + " WHEN length(p.prosrc) <= 65536 AND l.lanname IN ('plpgsql', 'sql') THEN p.prosrc END,"
          + " CASE WHEN p.pronargdefaults > 0 THEN 'SELECT ' || pg_get_expr(p.proargdefaults, 0) END,"
          + " (SELECT 'SELECT 1' || coalesce(string_agg(format(', %I', t.typname), ''), '')"
          + " FROM pg_type t WHERE t.typtype = 'd' AND (t.oid = p.prorettype"
          + " OR t.oid = ANY (p.proargtypes) OR t.oid = ANY (p.proallargtypes)))"
          + " FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace"
          + " JOIN pg_language l ON l.oid = p.prolang WHERE n.nspname"
          + OWN
          + " OR n.nspname = 'pg_catalog' AND p.prokind <> 'a' AND p.proname IN"
          + " (SELECT o.proname FROM pg_proc o JOIN pg_namespace k ON k.oid = o.pronamespace"
          + " WHERE k.nspname"
          + OWN
          + ")";

  private static final String VIEWS =
      "SELECT c.relname, pg_get_viewdef(c.oid) FROM pg_class c"
          + " JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'v' AND n.nspname"
          + OWN;

  private static final String POLICIES =
      "SELECT c.relname, 'SELECT ' || pg_get_expr(p.polqual, p.polrelid) FROM pg_policy p"
          + " JOIN pg_class c ON c.oid = p.polrelid WHERE c.relrowsecurity AND p.polqual IS NOT NULL"
          + " AND p.polcmd IN ('r', '*')";

  private static final String CHECKS =
      "SELECT t.typname, 'SELECT ' || pg_get_expr(c.conbin, 0) FROM pg_constraint c"
          + " JOIN pg_type t ON t.oid = c.contypid JOIN pg_namespace n ON n.oid = t.typnamespace"
          + " WHERE c.contypid <> 0 AND c.conbin IS NOT NULL AND n.nspname"
          + OWN;

  private static final String OPERATORS =
      "SELECT o.oprname, n.nspname, p.proname FROM pg_operator o JOIN pg_proc p ON p.oid = o.oprcode"
          + " JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname"
          + OWN
          + " AND NOT (p.provolatile <> 'v' AND p.prolang IN"
          + " (SELECT oid FROM pg_language WHERE lanname IN ('c', 'internal')))";

  private static final String CASTS =
      "SELECT t.typname, n.nspname, p.proname FROM pg_cast c JOIN pg_proc p ON p.oid = c.castfunc"
          + " JOIN pg_namespace n ON n.oid = p.pronamespace"
          + " JOIN pg_type t ON t.oid IN (c.castsource, c.casttarget) WHERE t.oid >= 16384"
          + " AND n.nspname"
          + OWN;

  private PgRoutines() {}

  static RoutineRows load(Statement statement) throws SQLException {
    List<RoutineRows.Code> names = new ArrayList<>();
    names.addAll(RoutineRows.list(statement, VIEWS, row -> code(row, true)));
    names.addAll(RoutineRows.list(statement, POLICIES, row -> code(row, true)));
    names.addAll(RoutineRows.list(statement, CHECKS, row -> code(row, false)));
    List<RoutineRows.Symbol> symbols = new ArrayList<>();
    symbols.addAll(RoutineRows.list(statement, OPERATORS, PgRoutines::symbol));
    symbols.addAll(RoutineRows.list(statement, CASTS, PgRoutines::symbol));
    String query = ROUTINES;
    if (statement.getConnection().getMetaData().getDatabaseMajorVersion() < 14) {
      query =
          query
              .replace("p.prosqlbody IS NOT NULL", "false")
              .replace("pg_get_function_sqlbody(p.oid)", "NULL");
    }
    List<RoutineRows.Routine> routines = RoutineRows.list(statement, query, PgRoutines::routine);
    return new RoutineRows(routines, names, symbols, Set.of());
  }

  private static RoutineRows.Routine routine(ResultSet row) throws SQLException {
    String more = row.getString(5) == null ? "" : row.getString(5) + "; ";
    RoutineRows.Form form = RoutineRows.Form.valueOf(row.getString(3));
    String body = row.getString(4);
    boolean read = form == RoutineRows.Form.BLOCK || form == RoutineRows.Form.STATEMENTS;
    return new RoutineRows.Routine(
        RoutineRows.lower(row.getString(1)),
        RoutineRows.lower(row.getString(2)),
        read && body == null ? RoutineRows.Form.OPAQUE : form,
        body,
        more + row.getString(6),
        Set.of());
  }

  private static RoutineRows.Code code(ResultSet row, boolean relation) throws SQLException {
    return new RoutineRows.Code(RoutineRows.lower(row.getString(1)), relation, row.getString(2));
  }

  private static RoutineRows.Symbol symbol(ResultSet row) throws SQLException {
    return new RoutineRows.Symbol(
        RoutineRows.lower(row.getString(1)),
        RoutineRows.lower(row.getString(2)) + '.' + RoutineRows.lower(row.getString(3)));
  }
}
