package dev.sluice.jdbc;

import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Statements of MySQL and MariaDB: queries of all shapes, what may be hidden in them, and all other
 * statements; then changed in case, white space and comments. In templates a space is a gap and
 * {@code ^} a space of a literal.
 */
final class MySqlGrammar implements Grammar {
  private static final List<String> LOCKING =
      List.of(
          " for update",
          " lock in share mode",
          " for update nowait",
          " for update skip locked",
          " into @x",
          " into outfile '/tmp/sluice-x'",
          " into dumpfile '/tmp/sluice-y'",
          " /*! for update */",
          " /*!40100 lock in share mode */",
          " /*!50000 for */ update");
  private static final List<String> OTHER_READS =
      List.of(
          "show tables",
          "show full tables like 't%'",
          "show columns from t1",
          "show full fields in t1",
          "show create table t1",
          "show create view v1",
          "show index from t1 where key_name = 'PRIMARY'",
          "show databases like 'te%'",
          "show schemas",
          "show table status like 't1'",
          "show character set",
          "show collation like 'utf8mb4_b%'",
          "show engines",
          "show plugins",
          "show grants",
          "show events",
          "show triggers",
          "show function status like 'f%'",
          "show procedure status",
          "show privileges",
          "show create function f_read",
          "show open tables",
          "describe t1",
          "desc t1 a",
          "explain t1",
          "describe `t1` 'a%'",
          "checksum table t1, t2",
          "checksum table t1 extended",
          "help 'select'",
          "do 1",
          "do abs(-1), 2",
          "table t1",
          "table t1 order by a limit 1",
          "show storage engines");
  private static final List<String> WRITES =
      List.of(
          "insert into t1 (a) values (1)",
          "insert t1 set a = 1",
          "insert into t1 (a) select a from t2",
          "replace into t1 (id) values (1)",
          "update t1 set a = 2 where id = 1",
          "delete from t1 where id = 1",
          "update t1, t2 set t1.a = 2 where t1.id = t2.id",
          "delete t1 from t1 join t2 using (id)",
          "truncate table t1",
          "truncate t1",
          "create table t9 (a int)",
          "create temporary table t9 (a int)",
          "drop table if exists t9",
          "alter table t1 comment 'x'",
          "rename table t1 to t9",
          "call p_write()",
          "with c as (select 1 as a) select a from c into @x",
          "do f_write()",
          "do get_lock('x', 0)",
          "do @x := 1",
          "set @x = 1",
          "set @x := (select f_write())",
          "set sql_mode = ''",
          "set session autocommit = 0",
          "set names latin1",
          "set statement sql_mode='' for delete from t1",
          "begin",
          "start transaction",
          "start transaction with consistent snapshot",
          "commit",
          "lock tables t1 write",
          "flush tables t1 with read lock",
          "handler t1 open",
          "prepare s from 'delete from t1'",
          "execute immediate 'delete from t1'",
          "xa start 'x'",
          "savepoint s",
          "analyze table t1",
          "optimize table t1",
          "check table t1",
          "repair table t1",
          "explain format=tree insert into t1 values (1)",
          "analyze delete from t1",
          "analyze format=json update t1 set a = 1",
          "explain analyze update t1 set a = 1",
          "select 1; delete from t1",
          "/*! delete */ from t1",
          "/*!50000 insert into t1 (a) values (1) */",
          "(select 1) into @x",
          "select 1 into @x from t1 limit 1",
          "load data infile 'x' into table t1",
          "create or replace view v9 as select 1",
          "grant select on test.* to x@y",
          "signal sqlstate '45000'",
          "begin not atomic delete from t1; end",
          "if 1 then delete from t1; end if",
          "get diagnostics @x = number",
          "create sequence s9",
          "drop sequence if exists s9",
          "kill 1",
          "cache index t1 in default",
          "show warnings",
          "show session status like 'Com%'",
          "show variables like '%commit'");
  private static final List<String> UNIONS =
      List.of(" union ", " union all ", " union distinct ", " except ", " intersect ");
  private static final List<String> MODIFIERS =
      List.of(
          "",
          "",
          "",
          "",
          "distinct ",
          "all ",
          "sql_no_cache ",
          "straight_join ",
          "high_priority ",
          "sql_calc_found_rows ",
          "distinct sql_small_result sql_buffer_result ");
  private static final List<String> LIMITS =
      List.of(" limit 2", " limit 1 offset 1", " limit 0, 2");
  private static final List<String> TABLES =
      List.of(
          "t1",
          "test.t1",
          "`t1`",
          "t1 as t1",
          "t2 t1",
          "v1 as t1",
          "p1 partition (p0) as t1",
          "t1 use index (primary)",
          "t1 force index for order by (`primary`)",
          "(select * from t2) t1",
          "t1, (select 1 as z) y",
          "t1 straight_join (select 1 as z) y",
          "t1 cross join (select 2 as z) as y",
          "(t1)",
          "(t1, (select 1 as z) y)",
          "{oj t1 left join (select 1 as z) y on y.z = t1.id}",
          "t1 natural join (select 1 as id) y",
          "t1 inner join (select 1 as z) y on (y.z in (1, 2))",
          "t1 join v1 v using (id, a, b, d)",
          "t1, json_table('[1,2]', '$[*]' columns (z int path '$')) y");
  private static final List<String> MYSQL_TABLES =
      Stream.concat(TABLES.stream(), Stream.of("t1, lateral (select t1.id as z) y")).toList();
  private static final List<String> MARIADB_PREFIXES =
      List.of(
          "explain ",
          "explain extended ",
          "explain format=json ",
          "desc ",
          "analyze ",
          "analyze format=json ",
          "set statement max_statement_time=5 for ",
          "explain partitions ");
  private static final List<String> MYSQL_PREFIXES =
      List.of(
          "explain ",
          "explain format=json ",
          "describe ",
          "explain analyze ",
          "explain format=tree ");
  private static final List<String> WRITING_PREFIXES =
      List.of(
          "create table t8 as ",
          "insert into t2 (id) ",
          "set @x = ",
          "replace into t2 (id) ",
          "create view v8 as ",
          "delete from t1 where id in ",
          "explain insert into t2 (id) ",
          "create temporary table t8 ",
          "do @x := ");
  private static final Pattern WORDS =
      Pattern.compile("(?<![\\w'.@$`\"\\\\])[a-z]{2,}(?![\\w'.`\"@])");
  private static final List<String> GAPS =
      List.of(
          "\n",
          "\t",
          "  ",
          "/**/",
          "/* for update */",
          " -- it's\n",
          " # \"\n",
          "/*' */",
          "\r\n",
          "/*!*/");

  private final boolean mariadb;
  private boolean plain;

  MySqlGrammar(boolean mariadb) {
    this.mariadb = mariadb;
  }

  @Override
  public List<String> schema() {
    String columns = "(id INT PRIMARY KEY, a INT, b VARCHAR(40), d DATETIME, j LONGTEXT)";
    String rows =
        " VALUES (1, 1, 'one', '2020-02-03', '{}'), (2, 3, 'x', NULL, '[1]'), (3, NULL, NULL, NOW(), NULL)";
    String base =
        "CREATE TABLE t1 %s;INSERT INTO t1%s;CREATE TABLE t2 %s;INSERT INTO t2%s;CREATE VIEW v1 AS SELECT * FROM t1;CREATE TABLE p1 %s PARTITION BY HASH (id) PARTITIONS 2;INSERT INTO p1%s;CREATE FUNCTION f_read(x INT) RETURNS INT NO SQL RETURN x;CREATE FUNCTION f_write() RETURNS INT DETERMINISTIC MODIFIES SQL DATA BEGIN INSERT INTO t2 (id) VALUES (9) END;CREATE PROCEDURE p_write() DELETE FROM t2"
            .formatted(columns, rows, columns, rows, columns, rows)
            .replace("(9) END", "(9); RETURN 1; END");
    String all = mariadb ? base + ";CREATE SEQUENCE s1 CACHE 10" : base;
    return List.of(all.split(";(?=[A-Z])"));
  }

  @Override
  public boolean offloadable() {
    return plain;
  }

  @Override
  public String next(Random random) {
    MySqlExpressions e = new MySqlExpressions(random, mariadb);
    String statement;
    if (e.oneOf(6)) {
      e.plain = false;
      statement = e.pick(WRITES);
    } else if (e.oneOf(8)) {
      statement = e.pick(OTHER_READS);
    } else {
      statement = wrapped(e, query(e, 3));
    }
    plain = e.plain;
    return mutate(random, statement).replace('^', ' ');
  }

  private String query(MySqlExpressions e, int depth) {
    String query =
        switch (depth <= 0 ? 9 : e.random.nextInt(14)) {
          case 0 ->
              "(" + single(e, depth - 1) + ")" + e.pick(UNIONS) + "(" + single(e, depth - 1) + ")";
          case 1 -> single(e, depth - 1) + e.pick(UNIONS) + single(e, depth - 1) + " order by 1";
          case 2 -> "with c as (" + query(e, depth - 1) + ") select * from c";
          case 3 ->
              "with c (x) as ("
                  + single(e, depth - 1)
                  + "), k as (select x from c) select k.x from k, c";
          case 4 ->
              "with recursive c (n) as (select 1 union all select n + 1 from c where n < 3) select n from c where n in ("
                  + single(e, depth - 1)
                  + ")";
          case 5 -> "select * from (" + single(e, depth - 1) + ") as t";
          case 6 -> "(" + query(e, depth - 1) + ")";
          case 7 -> mariadb ? "values (1, 'x'), (2, 'y')" : "values row(1, 'x'), row(2, 'y')";
          case 8 -> grouped(e, depth);
          default -> select(e, depth);
        };
    if (e.oneOf(60)) {
      e.plain = false;
      return query + e.pick(LOCKING);
    }
    return query;
  }

  /** A query of one column. */
  private String single(MySqlExpressions e, int depth) {
    return "select " + e.value(depth) + " as a1 from " + e.pick(tables()) + where(e, depth);
  }

  private String select(MySqlExpressions e, int depth) {
    StringBuilder sql = new StringBuilder("select ").append(e.pick(MODIFIERS));
    sql.append(e.oneOf(5) ? "*" : e.value(depth) + (e.oneOf(2) ? " as `x^y`" : ""));
    boolean window = e.oneOf(6);
    if (window) {
      sql.append(", ").append(e.window());
    }
    sql.append(" from ").append(e.pick(tables())).append(where(e, depth));
    if (sql.indexOf(" over w") >= 0 || sql.indexOf("(w rows") >= 0) {
      sql.append(" window w as (order by id)");
    } else if (e.oneOf(3)) {
      sql.append(" order by ").append(e.value(1)).append(e.oneOf(2) ? " desc" : "");
    }
    if (e.oneOf(3)) {
      sql.append(e.pick(LIMITS));
    }
    return sql.toString();
  }

  private String grouped(MySqlExpressions e, int depth) {
    return "select a, "
        + e.aggregate(depth)
        + " from "
        + e.pick(tables())
        + where(e, depth)
        + " group by a"
        + (e.oneOf(3) ? " with rollup" : "")
        + (e.oneOf(2) ? " having " + e.aggregate(1) + " is not null" : "");
  }

  private static String where(MySqlExpressions e, int depth) {
    return e.oneOf(2) ? " where " + e.value(depth) : "";
  }

  private List<String> tables() {
    return mariadb ? TABLES : MYSQL_TABLES;
  }

  private String wrapped(MySqlExpressions e, String query) {
    int n = e.random.nextInt(40);
    if (n < 6) {
      return e.pick(mariadb ? MARIADB_PREFIXES : MYSQL_PREFIXES) + query;
    }
    if (n == 6) {
      e.plain = false;
      return e.pick(WRITING_PREFIXES) + "(" + query + ")";
    }
    return n == 7 ? "/*! " + query + " */" : n == 8 ? query + " ;" : query;
  }

  private static String mutate(Random random, String statement) {
    int style = random.nextInt(4);
    String text =
        style == 1
            ? WORDS.matcher(statement).replaceAll(m -> m.group().toUpperCase(Locale.ROOT))
            : style == 2
                ? WORDS.matcher(statement).replaceAll(m -> mixed(random, m.group()))
                : statement;
    if (random.nextInt(3) > 0) {
      return text;
    }
    StringBuilder changed = new StringBuilder();
    for (char c : text.toCharArray()) {
      boolean gap = c == ' ' && random.nextInt(3) == 0;
      changed.append(gap ? GAPS.get(random.nextInt(GAPS.size())) : c);
    }
    return changed.toString();
  }

  private static String mixed(Random random, String word) {
    return random.nextBoolean()
        ? word
        : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
  }
}
