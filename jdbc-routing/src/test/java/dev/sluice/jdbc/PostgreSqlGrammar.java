package dev.sluice.jdbc;

import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Statements of PostgreSQL: queries of all shapes, what may be hidden in them, and all other
 * statements; then changed in case, white space and comments. In templates a space is a gap and
 * {@code ^} a space of a literal.
 */
final class PostgreSqlGrammar implements Grammar {
  /** Integers that write, lock, or belong to a session. */
  private static final List<String> HAZARDS =
      List.of(
          "nextval( 's1' ) :: int",
          "\"nextval\"( 's1' ) :: int",
          "pg_catalog . nextval ( 's1' ) :: int",
          "setval( 's1' , 5 ) :: int",
          "( pg_advisory_lock( 7 ) is null ) :: int",
          "pg_try_advisory_lock( 8 ) :: int",
          "pg_try_advisory_lock_shared( 8 , 9 ) :: int",
          "pg_try_advisory_xact_lock( 8 ) :: int",
          "txid_current() :: int",
          "( pg_current_xact_id() is null ) :: int",
          "length( set_config( 'work_mem' , '5MB' , false ) )",
          "length( pg_catalog.\"set_config\"( 'my.x' , '5' , false ) )",
          "f_write()",
          "public . f_write ( )",
          "\"f_write\"()",
          "lo_creat( -1 ) :: int",
          "( pg_notify( 'c' , 'x' ) is null ) :: int",
          "( setseed( 0.5 ) is null ) :: int",
          "currval( 's1' ) :: int",
          "pg_backend_pid()",
          "length( query_to_xml( 'select^f_write()' , true , true , '' ) :: text )",
          "( select count( * ) from dblink( 'x' , 'select^1' ) as d ( i int ) ) :: int",
          "( select count( * ) from pg_logical_slot_get_changes( 'x' , null , null ) ) :: int",
          "( select count( * ) from t2 for update ) :: int",
          "cardinality( array( select id from t2 for key share skip locked ) )",
          "pg_terminate_backend( 0 ) :: int");

  private static final List<String> LOCKS =
      List.of(" for update", " for no key update", " for share nowait", " for key share");

  private static final List<String> WRITES =
      List.of(
          "insert into t1 ( a ) values ( 1 ) returning id",
          "insert into t1 as x ( a ) select a from t2 on conflict ( id ) do update set a = excluded.a",
          "insert into t1 default values",
          "update only t1 set a = 2 where id = 1",
          "update t1 x set ( a , b ) = ( select 1 , 'x' ) from t2 where t2.id = x.id",
          "delete from t1 using t2 where t1.id = t2.id",
          "merge into t1 using t2 on t1.id = t2.id when matched then delete",
          "with w as ( insert into t1 ( a ) values ( 1 ) returning id ) select * from w",
          "with w as materialized ( with i as ( select 1 ) update t1 set a = 1 returning id ) table w",
          "with w as ( delete from t1 returning * ) select count( * ) from w , t2",
          "with r as ( select 1 ) insert into t1 ( a ) table r",
          "explain analyze insert into t1 ( a ) values ( 1 )",
          "explain ( costs off , \"analyze\" ) delete from t1",
          "explain ( analyze ) with w as ( delete from t1 returning * ) select * from w",
          "explain analyze select nextval( 's1' )",
          "explain analyze create table t9 as select 1",
          "select 1 into t9",
          "select * into temp t9 from t1",
          "( select id into unlogged t9 from t1 )",
          "create table t9 as table t1",
          "create temp view v9 as select 1",
          "create temporary sequence s9",
          "alter table t1 add x int",
          "drop view if exists v9",
          "truncate t1 , t2",
          "grant select on t1 to public",
          "comment on table t1 is 'select^1'",
          "refresh materialized view m1",
          "reindex table t1",
          "vacuum t1",
          "analyze t1",
          "cluster t1",
          "checkpoint",
          "lock table t1 in access share mode",
          "call p_write()",
          "do $$begin^perform^f_write();^end$$",
          "do 'begin^null;^end'",
          "begin",
          "start transaction isolation level repeatable read",
          "begin read only",
          "savepoint x",
          "prepare transaction 'x'",
          "set work_mem = '5MB'",
          "set local search_path to public",
          "set role none",
          "set session characteristics as transaction read only",
          "set search_path = pg_temp",
          "reset all",
          "discard all",
          "select set_config( 'work_mem' , '5MB' , false )",
          "select set_config( 'my.x' , '1' , true ) , pg_catalog.set_config( 'my.y' , '2' , false )",
          "prepare s9 as select 1",
          "deallocate all",
          "declare c9 cursor with hold for select 1",
          "close all",
          "listen c",
          "unlisten *",
          "notify c , 'x'",
          "load 'plpgsql'",
          "copy t1 from '/tmp/sluice-none'",
          "copy ( select 1 ) to '/tmp/sluice-none'",
          "select 1 ; delete from t1",
          "select 1 ; begin",
          "; ; update t1 set a = 1",
          "select * from pg_temp.t9",
          "update pg_settings set setting = '5MB' where name = 'work_mem'",
          "security label on table t1 is 'x'",
          "import foreign schema x from server y into z",
          "select f_write( variadic array[1] )",
          "select 1 from f_write() as f ( select_ )");

  private static final List<String> OTHER_READS =
      List.of(
          "table t1",
          "table only t1 order by id limit 1",
          "values ( 1 , 'a' ) , ( 2 , 'b' )",
          "( values ( 1 ) ) union all ( ( table t3 ) )",
          "select",
          "select from t1",
          "select ; ; ;",
          "select * from t1 for read only",
          "select relname from pg_class limit 1",
          "select * from information_schema.tables limit 1",
          "select pg_get_viewdef( 'v1' :: regclass , true )",
          "select pg_relation_size( 't1' ) , pg_size_pretty( 1024 :: bigint )",
          "select 't1' :: regclass :: oid > 0",
          "explain select 1",
          "explain verbose select * from t1",
          "explain ( costs off , format json ) select * from v1",
          "explain ( \"analyze\" , timing off ) select * from t1",
          "explain analyze table t1",
          "explain ( select 1 )");

  private static final List<String> TABLES =
      List.of(
          "t1",
          "public.t1",
          "\"t1\"",
          "only t1",
          "t1 *",
          "v1",
          "t1 as set",
          "t1 qualify",
          "t1 tablesample bernoulli ( 50 ) repeatable ( 1 )",
          "( t1 join t2 using ( id , a , b ) )",
          "( select id , a , b from t2 ) as x",
          "( select id , a , b from t1 where exists ( select 1 from t2 y where y.a = t1.a ) ) x",
          "( values ( 1 , 2 , 'v' ) , ( 2 , 3 , null ) ) as x ( id , a , b )",
          "( table t2 ) x",
          "( t1 natural join t3 )",
          "json_to_recordset( '[{\"id\":1}]' ) as x ( id int , a int , b varchar(9) )",
          "json_table( '[{\"a\":1}]' , '$[*]' columns ( id for ordinality , a int path '$.a' , b varchar(9) path '$.b' ) ) x",
          "xmltable( '/r/x' passing '<r><x>1</x></r>' columns id for ordinality , a int path '.' , b text path 'y' default 'z' ) x",
          "rows from ( generate_series( 1 , 2 ) , unnest( array[3,4] ) , unnest( array['x','y'] ) ) as x ( id , a , b )");

  private static final List<String> LABELS =
      List.of(
          "",
          "",
          " as from",
          " as \"select^1\"",
          " as \"nextval\"",
          " as update",
          " x",
          " as into");

  private static final List<String> ENDS =
      List.of(
          "",
          "",
          "",
          " limit 2",
          " limit all offset 1",
          " offset 1 rows fetch next 1 rows only",
          " fetch first ( 1 + 1 ) rows with ties");

  private static final Pattern TOKEN =
      Pattern.compile(
          "'(?:[^']|'')*'|\"[^\"]*\"|\\$q\\$.*?\\$q\\$|\\$\\$.*?\\$\\$| |[a-zA-Z_]\\w*|.",
          Pattern.DOTALL);

  private boolean offloadable;

  @Override
  public List<String> schema() {
    return List.of(
        "CREATE TABLE t1 (id INT PRIMARY KEY GENERATED BY DEFAULT AS IDENTITY, a INT, b TEXT)",
        "CREATE TABLE t2 (id INT PRIMARY KEY, a INT, b TEXT)",
        "CREATE TABLE t3 (id INT PRIMARY KEY)",
        "INSERT INTO t1 (a, b) SELECT i, 'x' || i FROM generate_series(1, 5) i",
        "INSERT INTO t2 SELECT id, a, b FROM t1",
        "INSERT INTO t3 VALUES (1), (2)",
        "CREATE VIEW v1 AS SELECT id, a, b FROM t1",
        "CREATE MATERIALIZED VIEW m1 AS SELECT 1",
        "CREATE SEQUENCE s1",
        "CREATE FUNCTION f_write() RETURNS INT LANGUAGE sql AS 'SELECT nextval(''s1'')::int'",
        "CREATE PROCEDURE p_write() LANGUAGE sql AS 'DELETE FROM t3 WHERE id = 0'",
        "GRANT ALL ON ALL TABLES IN SCHEMA public TO PUBLIC",
        "GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO PUBLIC");
  }

  @Override
  public boolean offloadable() {
    return offloadable;
  }

  @Override
  public String next(Random random) {
    PostgreSqlExpressions expressions = new PostgreSqlExpressions(random);
    int kind = random.nextInt(20);
    offloadable = kind < 14;
    String sql;
    if (kind < 2) {
      sql = expressions.any(OTHER_READS);
    } else if (kind < 14) {
      sql = query(random, expressions);
    } else if (kind < 17) {
      expressions.hide(expressions.any(HAZARDS));
      sql = query(random, expressions);
      String left = expressions.left();
      sql = left.isEmpty() ? sql : "select " + left + " from ( " + sql + " ) as hidden";
    } else if (kind == 17) {
      sql = "select id , a from t1 where " + expressions.condition(2) + expressions.any(LOCKS);
    } else {
      sql = expressions.any(WRITES);
    }
    return written(random, sql);
  }

  private static String query(Random random, PostgreSqlExpressions e) {
    String select = select(random, e);
    return switch (random.nextInt(12)) {
      case 0 -> "( " + select + " ) union all " + select(random, e);
      case 1 -> "( " + select + " ) except ( " + select(random, e) + " ) order by 1" + e.any(ENDS);
      case 2 ->
          "with t0 as not materialized ( table public.t1 ) , w ( i , j ) as ( "
              + select
              + " ) select i , j from w , t0 where "
              + e.condition(2);
      case 3 ->
          "with recursive r ( n , p ) as ( select 1 , array[ 1 ] union all select n + 1 , p || n from r where n < 4 )"
              + " search depth first by n set o cycle n set c using q select n , ( "
              + e.condition(0)
              + " ) from r , t1 , ( "
              + select
              + " ) as z ( i , j )";
      case 4 -> "explain ( costs off ) " + select;
      case 5 -> "select x.* , " + e.integer(1) + " from ( " + select + " ) as x , t1";
      default -> select;
    };
  }

  /** A query of an integer and a text. */
  private static String select(Random random, PostgreSqlExpressions e) {
    StringBuilder sql = new StringBuilder("select ");
    boolean grouped = random.nextInt(5) == 0;
    if (grouped) {
      sql.append(
          e.any(
              List.of(
                  "count( * ) :: int , max( b )",
                  "sum( a ) filter ( where a > 0 ) :: int , min( b )",
                  "( array_agg( a order by id ) )[ 1 ] , string_agg( distinct b , ',' )")));
    } else {
      sql.append(e.any(List.of("", "", "all ", "distinct ", "distinct on ( 1 ) ")));
      sql.append(random.nextInt(6) == 0 ? window(e) : e.integer(3)).append(e.any(LABELS));
      sql.append(" , ").append(e.text(3)).append(e.any(LABELS));
    }
    sql.append(" from ").append(e.any(TABLES));
    if (random.nextInt(4) == 0) {
      sql.append(
          e.any(
              List.of(
                  " left join ( select id as z from t3 ) k on z = id and ( array[ 1 , z + 1 ] )[ 1 ] = ",
                  " cross join ( select 1 as z ) k join t3 m ( y ) on y = ",
                  " , lateral ( select id as z ) k ( z ) join t3 m ( y ) on array[ 1 , y + 2 ] is null and z = ")));
      sql.append(e.integer(2));
    }
    if (random.nextBoolean()) {
      sql.append(" where ").append(e.condition(3));
    }
    if (grouped) {
      sql.append(
          e.any(
              List.of(
                  " group by a",
                  " group by all rollup ( a , id )",
                  " group by grouping sets ( ( a ) , cube ( id , b ) , ( ) )",
                  " group by distinct a , rollup ( b ) having count( * ) > 0")));
      return sql.toString();
    }
    if (sql.indexOf(" over w") > 0) {
      sql.append(
          " window w as ( partition by b order by a rows between 1 preceding and current row )");
    }
    return sql.toString();
  }

  private static String window(PostgreSqlExpressions e) {
    return e.any(
        List.of(
            "row_number() over ( order by b desc ) :: int",
            "lag( a , 1 , 0 ) over ( partition by b order by id nulls first )",
            "sum( a ) over w :: int",
            "count( * ) filter ( where a > 1 ) over w :: int",
            "rank() over ( order by a using < groups between unbounded preceding and 1 following exclude ties ) :: int"));
  }

  /** The statement with other case, white space and comments. */
  private static String written(Random random, String sql) {
    boolean plain = random.nextInt(3) == 0;
    StringBuilder result = new StringBuilder();
    Matcher tokens = TOKEN.matcher(sql);
    while (tokens.find()) {
      String token = tokens.group();
      if (token.equals(" ")) {
        result.append(plain || random.nextInt(4) > 0 ? " " : gap(random));
      } else if (!plain && random.nextInt(3) == 0 && Character.isLetter(token.charAt(0))) {
        result.append(token.toUpperCase(Locale.ROOT));
      } else {
        result.append(token.replace('^', ' '));
      }
    }
    String end = random.nextInt(8) == 0 ? " ;" : random.nextInt(8) == 0 ? " -- for update" : "";
    return result.append(end).toString();
  }

  private static String gap(Random random) {
    return switch (random.nextInt(8)) {
      case 0 -> "\n";
      case 1 -> "\t \f";
      case 2 -> " -- it's; \" $$ /* \n ";
      case 3 -> "/**/";
      case 4 -> " /* ' \" ; $q$ -- */ ";
      case 5 -> "/* a /* nested ' */ for update */";
      case 6 -> "\r\n  ";
      default -> "  ";
    };
  }
}
