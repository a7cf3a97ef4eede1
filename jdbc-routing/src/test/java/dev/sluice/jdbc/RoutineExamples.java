package dev.sluice.jdbc;

import dev.sluice.sql.Dialect;
import dev.sluice.sql.Route;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Functions and views of each kind, and where statements that use them belong. */
final class RoutineExamples {
  static final String[] POSTGRESQL_SCHEMA = {
    "CREATE TABLE item (id INT PRIMARY KEY, n INT)",
    "INSERT INTO item VALUES (1, 10), (2, 20)",
    "CREATE TABLE node (id INT PRIMARY KEY, up INT REFERENCES node ON DELETE CASCADE)",
    "CREATE TABLE audit (id INT GENERATED ALWAYS AS IDENTITY, n INT)",
    "CREATE SEQUENCE numbers",
    pg("peek(a INT)", "INT", "BEGIN RETURN (SELECT COUNT(*) FROM item WHERE id = a); END"),
    pg("changing(a INT)", "INT", "BEGIN RETURN (SELECT n FROM item WHERE id = a); END"),
    sql("reads_sql()", "BIGINT", "SELECT COUNT(*) FROM item"),
    "CREATE FUNCTION atomic_reads() RETURNS BIGINT BEGIN ATOMIC SELECT COUNT(*) FROM item; END",
    "CREATE FUNCTION returns_plain(a INT) RETURNS INT RETURN a + 1",
    pg("calls_reads(a INT)", "INT", "BEGIN RETURN peek(a) + reads_sql()::INT; END"),
    pg("loops(a INT)", "INT", "BEGIN IF a < 1 THEN RETURN 0; END IF; RETURN loops(a - 1); END"),
    pg("writes()", "INT", "BEGIN INSERT INTO audit (n) VALUES (1); RETURN 1; END"),
    pg("calls_writes()", "INT", "BEGIN RETURN writes(); END"),
    "CREATE FUNCTION liar() RETURNS INT STABLE LANGUAGE sql AS 'SELECT writes()'",
    pg("dynamic()", "INT", "BEGIN EXECUTE 'SELECT 1'; RETURN 1; END"),
    sql("next_number()", "BIGINT", "SELECT nextval('numbers')"),
    pg("twice(a INT)", "INT", "BEGIN RETURN a; END"),
    pg("twice(a TEXT)", "INT", "BEGIN RETURN writes(); END"),
    pg("tenant(a TEXT)", "TEXT", "BEGIN RETURN set_config('app.tenant', a, false); END"),
    pg("local_tenant(a TEXT)", "TEXT", "BEGIN RETURN set_config('app.tenant', a, true); END"),
    pg("takes_lock()", "INT", "BEGIN PERFORM pg_advisory_lock(7); RETURN 1; END"),
    sql("with_default(a BIGINT DEFAULT nextval('numbers'))", "BIGINT", "SELECT a"),
    sql("backend()", "INT", "SELECT pg_backend_pid()"),
    pg("add_up(a INT, b INT)", "INT", "BEGIN RETURN a + b; END"),
    pg("add_bad(a INT, b INT)", "INT", "BEGIN RETURN a + writes(); END"),
    "CREATE AGGREGATE total_up(INT) (SFUNC = add_up, STYPE = INT, INITCOND = '0')",
    "CREATE AGGREGATE total_bad(INT) (SFUNC = add_bad, STYPE = INT, INITCOND = '0')",
    "CREATE AGGREGATE total_builtin(INT) (SFUNC = int4pl, STYPE = INT, INITCOND = '0')",
    pg("checks(a INT)", "BOOLEAN", "BEGIN RETURN writes() = 1; END"),
    "CREATE DOMAIN checked AS INT CHECK (checks(VALUE))",
    "CREATE DOMAIN positive AS INT CHECK (VALUE > 0)",
    "CREATE OPERATOR <+> (FUNCTION = add_bad, LEFTARG = INT, RIGHTARG = INT)",
    "CREATE OPERATOR <%> (FUNCTION = add_up, LEFTARG = INT, RIGHTARG = INT)",
    pg("uses_operator()", "INT", "BEGIN RETURN 1 <+> 2; END"),
    pg("uses_domain(a checked)", "INT", "BEGIN RETURN 1; END"),
    "CREATE SCHEMA app",
    pg("app.initcap(a INT)", "INT", "BEGIN RETURN writes(); END"),
    pg("app.peek(a INT)", "INT", "BEGIN RETURN 1; END"),
    "CREATE VIEW v_plain AS SELECT id, n FROM item WHERE n > 5",
    "CREATE VIEW v_reads AS SELECT id, peek(id) AS r FROM item",
    "CREATE VIEW v_writes AS SELECT writes() AS w",
    "CREATE VIEW v_over AS SELECT * FROM v_plain, (SELECT w FROM v_writes) x",
    "CREATE VIEW v_many AS WITH c(a, b) AS (SELECT 1, 2) SELECT count(*) FILTER (WHERE n > 1) AS f,"
        + " row_number() OVER (PARTITION BY n ORDER BY id) AS w, date_trunc('day', now()) AS d,"
        + " extract(year FROM now()) AS y, coalesce(n, 0) AS e, 'a' ILIKE 'b' AS i,"
        + " n::numeric(10,2) AS m, array_agg(id ORDER BY id) AS g, string_agg('a', ',') AS s,"
        + " EXISTS (SELECT 1 FROM v_plain) AS x, n = ANY (ARRAY[1, 2]) AS k, n IN (1, 2) AS j,"
        + " substring('abc' FROM 2) AS u, trim(both 'x' FROM 'xax') AS t, position('a' IN 'ba') AS p,"
        + " '{\"a\": 1}'::json ->> 'a' AS o, now() AT TIME ZONE 'UTC' + interval '1 day' AS z,"
        + " CASE WHEN n > 1 THEN 'a' ELSE 'b' END AS h FROM item CROSS JOIN c"
        + " CROSS JOIN LATERAL generate_series(1, 2) q(v) GROUP BY GROUPING SETS ((n, id), (n, id))",
    "CREATE VIEW v_dynamic AS SELECT dynamic() AS d",
    "CREATE VIEW v_lock AS SELECT takes_lock() AS l",
    "CREATE VIEW v_backend AS SELECT pg_backend_pid() AS p",
    "CREATE MATERIALIZED VIEW m_plain AS SELECT returns_plain(1) AS r",
    pg("reads_view()", "INT", "BEGIN RETURN (SELECT w FROM v_writes); END"),
    "CREATE TABLE guarded (id INT PRIMARY KEY)",
    "ALTER TABLE guarded ENABLE ROW LEVEL SECURITY",
    "CREATE POLICY watch ON guarded USING (writes() = 1)",
    "CREATE TABLE owned (id INT PRIMARY KEY)",
    "ALTER TABLE owned ENABLE ROW LEVEL SECURITY",
    "CREATE POLICY watch ON owned USING (id > 0)",
    "CREATE PROCEDURE tenant_procedure(a TEXT) LANGUAGE plpgsql AS"
        + " $$BEGIN PERFORM set_config('app.tenant', a, false); END$$",
    "CREATE PROCEDURE defines() LANGUAGE plpgsql AS"
        + " $$BEGIN CREATE TABLE IF NOT EXISTS made (id INT); END$$",
  };

  static final Map<String, Route> POSTGRESQL =
      routes(
          Route.REPLICA,
          "SELECT peek(1)",
          "SELECT app.peek(1)",
          "SELECT reads_sql() FROM item",
          "SELECT atomic_reads(), returns_plain(1)",
          "SELECT calls_reads(1)",
          "SELECT loops(3)",
          "SELECT total_up(n), total_builtin(n) FROM item",
          "SELECT 1 <%> 2",
          "SELECT 5::positive",
          "SELECT * FROM v_plain",
          "SELECT * FROM v_reads",
          "SELECT * FROM v_many",
          "SELECT * FROM m_plain",
          "SELECT * FROM owned",
          Route.PRIMARY,
          "SELECT writes()",
          "SELECT peek(1), writes()",
          "SELECT calls_writes()",
          "SELECT liar()",
          "SELECT dynamic()",
          "SELECT next_number()",
          "SELECT twice(1)",
          "SELECT local_tenant('x')",
          "SELECT with_default()",
          "SELECT backend()",
          "SELECT total_bad(n) FROM item",
          "SELECT 5::checked",
          "SELECT 1 <+> 2",
          "SELECT uses_operator()",
          "SELECT uses_domain(1)",
          "SELECT initcap('a')",
          "SELECT reads_view()",
          "SELECT * FROM v_writes",
          "SELECT * FROM v_over",
          "SELECT * FROM v_dynamic",
          "SELECT * FROM guarded",
          Route.SAME,
          "SELECT * FROM v_backend",
          Route.PIN,
          "SELECT tenant('x')",
          "SELECT takes_lock()",
          "SELECT * FROM v_lock");

  static final String[] MYSQL_SCHEMA = {
    "CREATE TABLE item (id INT PRIMARY KEY, n INT)",
    "INSERT INTO item VALUES (1, 10), (2, 20)",
    "CREATE TABLE node (id INT PRIMARY KEY, up INT, FOREIGN KEY (up) REFERENCES node (id)"
        + " ON DELETE CASCADE)",
    "CREATE TABLE audit (id INT AUTO_INCREMENT PRIMARY KEY, n INT)",
    my("peek(a INT)", "INT", "RETURN (SELECT COUNT(*) FROM item WHERE id = a)"),
    my("changing(a INT)", "INT", "RETURN (SELECT n FROM item WHERE id = a)"),
    my(
        "block_reads(a INT)",
        "INT",
        "BEGIN DECLARE r INT DEFAULT 0; DECLARE done INT DEFAULT 0; DECLARE x INT;"
            + " DECLARE c CURSOR FOR SELECT n FROM item;"
            + " DECLARE CONTINUE HANDLER FOR NOT FOUND SET done = 1; OPEN c;"
            + " l: LOOP FETCH c INTO x; IF done THEN LEAVE l; END IF; SET r = r + x, a = r;"
            + " END LOOP; CLOSE c; RETURN r; END"),
    my("calls_reads(a INT)", "INT", "RETURN peek(a) + block_reads(a)"),
    my("writes()", "INT", "BEGIN INSERT INTO audit (n) VALUES (1); RETURN 1; END"),
    my("calls_writes()", "INT", "RETURN writes()"),
    "CREATE FUNCTION liar() RETURNS INT DETERMINISTIC READS SQL DATA"
        + " BEGIN DELETE FROM audit WHERE id = 0; RETURN 1; END",
    my(
        "in_handler()",
        "INT",
        "BEGIN DECLARE CONTINUE HANDLER FOR SQLEXCEPTION DELETE FROM audit;" + " RETURN 1; END"),
    "CREATE PROCEDURE quiet() BEGIN END",
    my("calls_procedure()", "INT", "BEGIN CALL quiet(); RETURN 1; END"),
    my("tenant(a VARCHAR(20))", "VARCHAR(20)", "BEGIN SET @tenant = a; RETURN a; END"),
    my("my_tenant()", "VARCHAR(20)", "RETURN @tenant"),
    my("takes_lock()", "INT", "RETURN GET_LOCK('x', 1)"),
    my(
        "makes_temporary()",
        "INT",
        "BEGIN CREATE TEMPORARY TABLE IF NOT EXISTS tt (id INT); RETURN 1; END"),
    my("`Mixed`(a INT)", "INT", "RETURN a"),
    my("quotes(a VARCHAR(20))", "INT", "RETURN a = 'it''s \\\\ a \"quote\"'"),
    "CREATE VIEW v_plain AS SELECT id, n FROM item WHERE n > 5",
    "CREATE VIEW v_reads AS SELECT id, peek(id) AS r FROM item",
    "CREATE VIEW v_writes AS SELECT writes() AS w",
    "CREATE VIEW v_over AS SELECT v_plain.id, v_writes.w FROM v_plain, v_writes",
    "CREATE VIEW v_many AS SELECT COUNT(*) AS c, CAST(n AS CHAR) AS s, NOW() + INTERVAL 1 DAY AS d,"
        + " GROUP_CONCAT(n ORDER BY id SEPARATOR ',') AS g, CASE WHEN n > 1 THEN 'a' ELSE 'b' END AS x,"
        + " IFNULL(n, 0) AS i, n LIKE 'a%' AS l, SUBSTRING('abc', 2) AS u, EXTRACT(YEAR FROM NOW()) AS y,"
        + " TRIM(BOTH 'x' FROM 'xax') AS t, CONVERT('a' USING utf8mb4) AS k, INSERT('a', 1, 1, 'b') AS b,"
        + " JSON_EXTRACT('{\"a\": 1}', '$.a') AS j, REPLACE(n, 'a', 'b') AS r,"
        + " ROW_NUMBER() OVER (PARTITION BY n ORDER BY id) AS w, n IN (SELECT id FROM v_plain) AS q"
        + " FROM item GROUP BY n, id",
    "CREATE VIEW v_dynamic AS SELECT calls_procedure() AS d",
    "CREATE VIEW v_lock AS SELECT takes_lock() AS l",
    "CREATE VIEW v_session AS SELECT CONNECTION_ID() AS p",
    my("reads_view()", "INT", "RETURN (SELECT MAX(w) FROM v_writes)"),
    "CREATE PROCEDURE tenant_procedure(a VARCHAR(20)) SET @tenant = a",
    "CREATE PROCEDURE defines() CREATE TABLE IF NOT EXISTS made (id INT)",
  };

  static final Map<String, Route> MYSQL =
      routes(
          Route.REPLICA,
          "SELECT peek(1)",
          "SELECT test.peek(1) FROM item",
          "SELECT block_reads(1)",
          "SELECT calls_reads(1)",
          "SELECT mixed(1), `Mixed`(2)",
          "SELECT * FROM v_plain",
          "SELECT * FROM v_reads",
          "SELECT * FROM v_many",
          Route.PRIMARY,
          "SELECT writes()",
          "SELECT peek(1), writes()",
          "SELECT calls_writes()",
          "SELECT liar()",
          "SELECT in_handler()",
          "SELECT calls_procedure()",
          "SELECT my_tenant()",
          "SELECT reads_view()",
          "SELECT * FROM v_writes",
          "SELECT * FROM v_over",
          "SELECT * FROM v_dynamic",
          Route.SAME,
          "SELECT * FROM v_session",
          Route.PIN,
          "SELECT tenant('x')",
          "SELECT takes_lock()",
          "SELECT makes_temporary()",
          "SELECT * FROM v_lock");

  private RoutineExamples() {}

  private static String pg(String head, String returns, String body) {
    return "CREATE FUNCTION "
        + head
        + " RETURNS "
        + returns
        + " LANGUAGE plpgsql AS $$"
        + body
        + "$$";
  }

  private static String sql(String head, String returns, String body) {
    return "CREATE FUNCTION " + head + " RETURNS " + returns + " LANGUAGE sql AS $$" + body + "$$";
  }

  private static String my(String head, String returns, String body) {
    return "CREATE FUNCTION " + head + " RETURNS " + returns + " DETERMINISTIC " + body;
  }

  private static Map<String, Route> routes(Object... rows) {
    Map<String, Route> routes = new LinkedHashMap<>();
    Route route = Route.PRIMARY;
    for (Object each : rows) {
      if (each instanceof Route next) {
        route = next;
      } else {
        routes.put((String) each, route);
      }
    }
    return routes;
  }

  /** Statements that make a function of one INT write. */
  static List<String> writing(Dialect dialect, String name) {
    return dialect == Dialect.POSTGRESQL
        ? List.of(
            "CREATE OR REPLACE FUNCTION "
                + name
                + "(a INT) RETURNS INT LANGUAGE plpgsql AS $$BEGIN RETURN writes(); END$$")
        : List.of("DROP FUNCTION " + name, my(name + "(a INT)", "INT", "RETURN writes()"));
  }

  /** Asks for what the functions that take state have set. */
  static String tenant(Dialect dialect) {
    return dialect == Dialect.POSTGRESQL
        ? "SELECT current_setting('app.tenant', true)"
        : "SELECT @tenant";
  }
}
