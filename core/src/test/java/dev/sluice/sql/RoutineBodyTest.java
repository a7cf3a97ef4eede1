package dev.sluice.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoutineBodyTest {
  private static final LexerMode PG = LexerMode.of(Dialect.POSTGRESQL);
  private static final LexerMode MY = LexerMode.of(Dialect.MYSQL);

  private static RoutineBody pg(String body) {
    return RoutineBody.block(body, PG, Set.of());
  }

  private static RoutineBody mysql(String body) {
    return RoutineBody.block(body, MY, Set.of("p"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "begin return 1; end",
        "BEGIN RETURN (SELECT count(*) FROM orders o WHERE o.id = $1); END;",
        "declare n int := 0; m numeric(10,2) default 1.5; c cursor (k int) for select 1;"
            + " begin n := n + 1; select count(*) into n from t; return n; end",
        "declare r record; begin for r in select * from t loop if r.id > 3 then return next r;"
            + " elsif (r.id = 2) then continue; else exit when r.id = 9; end if; end loop; return; end",
        "begin return query select id from t where id in (1, 2); end",
        "begin return query with c(a, b) as (select 1, 2) select a from c; end",
        "<<outer>> declare a int[]; begin a[1] := 2; case a[1] when 1 then return 1; else null;"
            + " end case; return case when a[1] = 2 then 5 else 6 end; end outer",
        "begin begin perform 1; exception when others then raise notice 'x %', sqlerrm; end;"
            + " while true loop exit; end loop; foreach x in array y loop null; end loop;"
            + " for i in 1..10 loop null; end loop; assert true; return x::numeric(10,2); end",
        "begin get diagnostics n = row_count; open c; fetch c into n; close c; return n; end",
        "BEGIN ATOMIC SELECT 1; SELECT lower(a) FROM t; END",
        "RETURN (a + 1)",
        "begin select a, b from t group by rollup (a, b) order by (a); end",
        "begin return rec.update; end",
      })
  void postgresqlBlocksThatOnlyRead(String body) {
    RoutineBody read = pg(body);
    assertThat(read.route()).as(body).isEqualTo(Route.REPLICA);
    assertThat(read.calls()).as(body).isEmpty();
    assertThat(read.definesSchema()).as(body).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "begin insert into t values (1); return 1; end",
        "begin update t set a = 1; end",
        "begin if true then delete from t; end if; end",
        "begin return query delete from t returning id; end",
        "begin return query with d as (delete from t returning id) select id from d; end",
        "begin for r in update t set a = 1 returning * loop null; end loop; end",
        "begin select 1 from t for update; end",
        "begin perform 1 from t for no key update; end",
        "begin perform 1 from t for key share; end",
        "begin merge into t using u on true when matched then delete; end",
        "begin truncate t; end",
        "begin lock table t; end",
        "begin notify x; end",
        "begin perform nextval('s'); end",
        "begin return nextval('s'::regclass); end",
        "declare n bigint := nextval('s'); begin return n; end",
        "declare c cursor for select nextval('s'); begin open c; end",
        "begin perform pg_notify('a', 'b'); end",
        "begin commit; end",
        "begin copy t to '/tmp/x'; end",
        "begin perform set_config('a.b', 'c', true); end",
        "begin set local work_mem = '1MB'; end",
        "begin call p(); end",
        "begin perform lo_unlink(1); end",
      })
  void postgresqlBlocksThatWrite(String body) {
    assertThat(pg(body).route()).as(body).isEqualTo(Route.PRIMARY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "begin perform set_config('app.tenant', x, false); end",
        "begin perform set_config('app.tenant', (select 'true'), f(true)); end",
        "begin perform pg_advisory_lock(1); end",
        "begin set search_path = x; end",
        "begin create temp table x (id int); end",
        "begin reset all; end",
        "begin listen x; end",
      })
  void postgresqlBlocksThatTakeSessionState(String body) {
    assertThat(pg(body).route()).as(body).isEqualTo(Route.PIN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "begin execute 'select 1'; end",
        "begin return query execute 'select 1'; end",
        "begin for r in execute x loop null; end loop; end",
        "begin open c for execute x; end",
        "begin create table x (id int); end",
        "begin alter table x add b int; end",
        "begin drop table x; end",
        "begin frobnicate all tables; end",
        "begin return 'abc; end",
        "begin return 1; end end",
        "begin return case when true then 1; end",
        "begin if true then return 1; end",
        "begin (return 1; end",
        "create table t (id int)",
        "insert into t values (1); create table t (id int)",
      })
  void whatMayDefineOrIsNotUnderstoodMayChangeTheSchema(String body) {
    assertThat(pg(body).route()).as(body).isIn(Route.PRIMARY, Route.PIN);
    assertThat(pg(body).definesSchema()).as(body).isTrue();
  }

  @Test
  void namesWhatIsCalledAndWhatMayBeRead() {
    RoutineBody body =
        pg("begin return app.total(x) + \"Rate\"(1) + lower('a') from v join s.w on true; end");
    assertThat(body.route()).isEqualTo(Route.REPLICA);
    assertThat(body.calls()).containsExactly("app.total", "rate");
    assertThat(body.names()).contains("v", "w", "x");
    assertThat(pg("begin if (a) then perform next(1); end if; end").calls())
        .containsExactly("next");
    assertThat(pg("begin call s.p(f(1)); end").calls()).containsExactly("s.p", "f");
    assertThat(mysql("BEGIN CALL s.p(1); RETURN 1; END").calls()).containsExactly("s.p");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "RETURN p + 1",
        "RETURN (SELECT COUNT(*) FROM t)",
        "BEGIN DECLARE a, b INT DEFAULT 0; SET a = 1, p = a + 1; SET b := IF(a, 1, 2);"
            + " SELECT COUNT(*), 1 INTO a, b FROM t; RETURN REPLACE(INSERT('a', 1, 1, 'b'), 'b', 'c'); END",
        "BEGIN DECLARE done INT; DECLARE v VARCHAR(20) DEFAULT ''; DECLARE c CURSOR FOR SELECT a FROM t;"
            + " DECLARE CONTINUE HANDLER FOR NOT FOUND SET done = 1; OPEN c;"
            + " l: LOOP FETCH c INTO v; IF done THEN LEAVE l; END IF; ITERATE l; END LOOP l;"
            + " CLOSE c; RETURN v; END",
        "BEGIN DECLARE i INT; DECLARE EXIT HANDLER FOR SQLSTATE VALUE '45000', 1062, SQLEXCEPTION"
            + " BEGIN SET i = 2; END; WHILE i < 3 DO SET i = i + 1; END WHILE;"
            + " REPEAT SET i = TRUNCATE(i, 1); UNTIL i > 5 END REPEAT;"
            + " CASE i WHEN 1 THEN SET i = 2; ELSE BEGIN END; END CASE;"
            + " IF (i = 1) THEN RETURN 1; ELSEIF (i = 2) THEN RETURN 2; ELSE RETURN"
            + " CASE WHEN i THEN 1 ELSE 2 END; END IF; SIGNAL SQLSTATE '45000'; END",
        "BEGIN DO SLEEP(0); RETURN 1; END",
      })
  void mysqlBodiesThatOnlyRead(String body) {
    RoutineBody read = mysql(body);
    assertThat(read.route()).as(body).isEqualTo(Route.REPLICA);
    assertThat(read.calls()).as(body).isEmpty();
    assertThat(read.definesSchema()).as(body).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "BEGIN INSERT INTO t VALUES (1); RETURN 1; END",
        "BEGIN REPLACE t VALUES (1); RETURN 1; END",
        "BEGIN REPLACE INTO t VALUES (1); RETURN 1; END",
        "BEGIN IF p THEN UPDATE t SET a = 1; END IF; RETURN 1; END",
        "BEGIN DECLARE EXIT HANDLER FOR SQLEXCEPTION DELETE FROM t; RETURN 1; END",
        "BEGIN DECLARE EXIT HANDLER FOR NOT FOUND, SQLWARNING INSERT INTO t VALUES (1); RETURN 1; END",
        "BEGIN WHILE p DO DELETE FROM t; END WHILE; RETURN 1; END",
        "BEGIN l: LOOP TRUNCATE TABLE t; END LOOP; RETURN 1; END",
        "BEGIN CASE p WHEN 1 THEN DELETE FROM t; END CASE; RETURN 1; END",
        "BEGIN REPEAT LOAD DATA INFILE 'x' INTO TABLE t; UNTIL p END REPEAT; RETURN 1; END",
        "BEGIN CALL q(); RETURN 1; END",
        "BEGIN DECLARE a INT; SELECT 1 INTO a FROM t FOR UPDATE; RETURN 1; END",
        "BEGIN DECLARE a INT; SELECT 1 INTO a FROM t LOCK IN SHARE MODE; RETURN 1; END",
        "BEGIN SELECT 1 INTO OUTFILE '/tmp/x'; RETURN 1; END",
        "RETURN NEXT VALUE FOR s",
        "RETURN nextval(s)",
        "BEGIN SELECT SQL_CALC_FOUND_ROWS 1 INTO p; RETURN 1; END",
        "BEGIN START TRANSACTION; RETURN 1; END",
        "BEGIN RETURN /*!50001 1 */; END",
      })
  void mysqlBodiesThatWrite(String body) {
    assertThat(mysql(body).route()).as(body).isIn(Route.PRIMARY, Route.PIN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "BEGIN SET @x = 1; RETURN 1; END",
        "BEGIN SET p = 1, @x = 1; RETURN 1; END",
        "BEGIN SET sql_mode = ''; RETURN 1; END",
        "BEGIN DECLARE a TIMESTAMP; SET timestamp = 1; RETURN 1; END",
        "BEGIN SET SESSION sql_mode = ''; RETURN 1; END",
        "BEGIN SELECT 1, 2 INTO p, @x; RETURN 1; END",
        "RETURN @x := 1",
        "RETURN GET_LOCK('a', 1)",
        "BEGIN CREATE TEMPORARY TABLE x (id INT); RETURN 1; END",
        "BEGIN PREPARE s FROM 'SELECT 1'; RETURN 1; END",
        "RETURN LAST_INSERT_ID(5)",
      })
  void mysqlBodiesThatTakeSessionState(String body) {
    assertThat(mysql(body).route()).as(body).isEqualTo(Route.PIN);
  }

  @Test
  void whatReadsTheSessionOrTheNodeIsKnown() {
    assertThat(mysql("RETURN @tenant").route()).isEqualTo(Route.SAME);
    assertThat(mysql("RETURN CONNECTION_ID()").route()).isEqualTo(Route.SAME);
    assertThat(pg("begin return inet_server_addr(); end").route()).isEqualTo(Route.CURRENT);
    assertThat(pg("begin return count(*) from pg_settings; end").route()).isEqualTo(Route.SAME);
    assertThat(pg("begin return currval('s'); end").route()).isEqualTo(Route.SAME);
  }

  @Test
  void statementsOfSqlFunctionsAndViews() {
    RoutineBody several = RoutineBody.statements("SELECT f(a) FROM t; SELECT 1", PG);
    assertThat(several.route()).isEqualTo(Route.REPLICA);
    assertThat(several.calls()).containsExactly("f");
    RoutineBody view = RoutineBody.statements("select x.a from v x where g(x.a) > 1", PG);
    assertThat(view.route()).isEqualTo(Route.REPLICA);
    assertThat(view.calls()).containsExactly("g");
    assertThat(view.names()).contains("v");
    assertThat(view.definesSchema()).isFalse();
    assertThat(RoutineBody.statements("INSERT INTO t VALUES (1)", PG).route())
        .isEqualTo(Route.PRIMARY);
    assertThat(RoutineBody.statements("SELECT set_config('a', 'b', false)", PG).route())
        .isEqualTo(Route.PIN);
    assertThat(RoutineBody.statements("SET search_path = a", PG).route()).isEqualTo(Route.PIN);
    assertThat(RoutineBody.statements("CREATE TABLE x (id int)", PG).definesSchema()).isTrue();
    assertThat(RoutineBody.statements("SELECT 'a", PG).definesSchema()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void noTextBreaksIt(Dialect dialect) {
    LexerMode mode = LexerMode.of(dialect);
    for (String text :
        List.of(
            "",
            ";",
            "begin",
            "end",
            "case case case",
            "set",
            "declare",
            "declare x handler for",
            "<<",
            "return",
            "call",
            "(((((",
            "with",
            "into",
            "begin ".repeat(50_000),
            "x".repeat(300_000))) {
      assertThat(RoutineBody.block(text, mode, Set.of())).isNotNull();
      assertThat(RoutineBody.statements(text, mode)).isNotNull();
    }
  }
}
