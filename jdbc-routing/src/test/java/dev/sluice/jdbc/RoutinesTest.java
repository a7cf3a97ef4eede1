package dev.sluice.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.jdbc.RoutineRows.Code;
import dev.sluice.jdbc.RoutineRows.Form;
import dev.sluice.jdbc.RoutineRows.Routine;
import dev.sluice.jdbc.RoutineRows.Symbol;
import dev.sluice.sql.Dialect;
import dev.sluice.sql.LexerMode;
import dev.sluice.sql.Route;
import dev.sluice.sql.SqlScanner;
import dev.sluice.sql.SqlStatement;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoutinesTest {
  private static final RoutineRows ROWS =
      new RoutineRows(
          List.of(
              sql("s", "reads", "SELECT count(*) FROM t"),
              sql("s", "over", "SELECT s.reads()"),
              sql("s", "loop_a", "SELECT loop_b()"),
              sql("s", "loop_b", "SELECT loop_a()"),
              sql("s", "bad_loop_a", "SELECT bad_loop_b()"),
              sql("s", "bad_loop_b", "SELECT bad_loop_a(); DELETE FROM t"),
              sql("s", "missing", "SELECT nobody_knows()"),
              sql("s", "twin", "SELECT 1"),
              sql("t", "twin", "DELETE FROM t"),
              sql("s", "sees_view", "SELECT * FROM bad_view"),
              sql("s", "shadow", "SELECT upper('a')"),
              sql("s", "upper", "DELETE FROM t"),
              sql("s", "floor", "SELECT 1"),
              sql("s", "backslash", "SELECT '\\', hidden(), '''"),
              routine("s", "pure", Form.PURE, null),
              routine("s", "machine", Form.NATIVE, null),
              routine("s", "hidden", Form.OPAQUE, null),
              new Routine("s", "defaulted", Form.PURE, null, "SELECT nextval('x')", Set.of()),
              sql("pkg", "member", "SELECT 1"),
              sql("s", "defines", "CREATE TABLE x (id int)"),
              sql("s", "calls_defines", "SELECT defines()")),
          List.of(
              new Code("good_view", true, "SELECT reads() FROM t"),
              new Code("bad_view", true, "SELECT bad_loop_a()"),
              new Code("top_view", true, "SELECT * FROM good_view, bad_view"),
              new Code("hidden_view", true, null),
              new Code("session_view", true, "SELECT pg_backend_pid()"),
              new Code("node_view", true, "SELECT inet_server_addr()"),
              new Code("lock_view", true, "SELECT pg_advisory_lock(1)"),
              new Code("checked", false, "SELECT hidden()"),
              new Code("positive", false, "SELECT value > 0")),
          List.of(new Symbol("<+>", "s.hidden"), new Symbol("<->", "s.pure")),
          Set.of("pkg"));

  private final Routines routines = of(Declared.NOTHING);

  private static Routines of(Declared declared) {
    return Routines.of(ROWS, Dialect.POSTGRESQL, declared);
  }

  private static Routine sql(String schema, String name, String body) {
    return routine(schema, name, Form.STATEMENTS, body);
  }

  private static Routine routine(String schema, String name, Form form, @Nullable String body) {
    return new Routine(schema, name, form, body, "", Set.of());
  }

  private static SqlStatement scan(String sql) {
    return SqlScanner.scan(sql, LexerMode.of(Dialect.POSTGRESQL));
  }

  private Route route(String sql) {
    return routines.route(scan(sql));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT reads()",
        "SELECT S.Reads() + over()",
        "SELECT loop_a()",
        "SELECT pure(1) FROM good_view",
        "SELECT 1 <-> 2",
        "SELECT 5::positive",
        "SELECT floor(1)",
        "SELECT * FROM t"
      })
  void whatIsProvenToReadMayGoToAReplica(String sql) {
    assertThat(route(sql)).isEqualTo(Route.REPLICA);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SELECT reads(), hidden()",
        "SELECT bad_loop_a()",
        "SELECT bad_loop_b()",
        "SELECT missing()",
        "SELECT nobody_knows()",
        "SELECT x.reads()",
        "SELECT twin()",
        "SELECT t.twin()",
        "SELECT machine()",
        "SELECT defaulted()",
        "SELECT pkg.member()",
        "SELECT shadow()",
        "SELECT UPPER('a')",
        "SELECT backslash()",
        "SELECT sees_view()",
        "SELECT * FROM bad_view",
        "SELECT * FROM top_view",
        "SELECT * FROM hidden_view",
        "SELECT 1 <+> 2",
        "SELECT 5::Checked",
        "SELECT inet_server_addr(), w FROM bad_view",
        "SELECT reads() FROM t FOR UPDATE"
      })
  void whatIsNotProvenStaysWithThePrimary(String sql) {
    assertThat(route(sql)).isEqualTo(Route.PRIMARY);
  }

  @Test
  void namesAreToldFromWhatOnlyHoldsThem() {
    assertThat(route("SELECT uppercase, unchecked, bad_views FROM t, good_view bad_view2"))
        .isEqualTo(Route.REPLICA);
    assertThat(route("SELECT 'upper', 'checked', '<+>' FROM t")).isEqualTo(Route.REPLICA);
    assertThat(route("SELECT s.twin()")).isEqualTo(Route.REPLICA);
  }

  @Test
  void viewsOfTheSessionOrTheNodeBelongThere() {
    assertThat(route("SELECT * FROM session_view")).isEqualTo(Route.SAME);
    assertThat(route("SELECT * FROM node_view")).isEqualTo(Route.CURRENT);
    assertThat(route("SELECT * FROM node_view, session_view, bad_view")).isEqualTo(Route.PRIMARY);
    assertThat(route("INSERT INTO t SELECT * FROM lock_view")).isEqualTo(Route.PIN);
    assertThat(route("SELECT * FROM lock_view, bad_view")).isEqualTo(Route.PIN);
  }

  @Test
  void answersAreRememberedByStatementAndNotByWhatIsHinted() {
    for (int i = 0; i < 3; i++) {
      assertThat(route("SELECT reads()")).isEqualTo(Route.REPLICA);
      assertThat(route("/* sluice:primary */ SELECT reads()")).isEqualTo(Route.PRIMARY);
      assertThat(route("/* sluice:replica */ SELECT hidden()")).isEqualTo(Route.REPLICA);
      assertThat(route("SELECT hidden()")).isEqualTo(Route.PRIMARY);
    }
  }

  @Test
  void whatIsNotShownIsCounted() {
    assertThat(routines.hidden()).isEqualTo(2);
  }

  @Test
  void whatMayDefineIsKnownThroughWhatItCalls() {
    assertThat(routines.mayDefine(scan("SELECT calls_defines()"))).isTrue();
    assertThat(routines.mayDefine(scan("INSERT INTO t SELECT defines()"))).isTrue();
    assertThat(routines.mayDefine(scan("SELECT machine()"))).isFalse();
    assertThat(routines.mayDefine(scan("SELECT bad_loop_a()"))).isFalse();
    assertThat(routines.mayDefine(scan("CALL calls_defines()"))).isTrue();
    assertThat(routines.mayDefine(scan("CALL reads()"))).isFalse();
    assertThat(routines.mayDefine(scan("CALL s.unheard_of()"))).isTrue();
  }

  @Test
  void declarationsCountForMore() {
    Routines declared =
        of(
            Declared.of(
                List.of("Hidden", "\"s\".machine", "nobody_knows"),
                List.of("reads"),
                List.of("hidden_view"),
                List.of("t")));
    assertThat(declared.route(scan("SELECT hidden(), x.hidden()"))).isEqualTo(Route.REPLICA);
    assertThat(declared.route(scan("SELECT s.machine()"))).isEqualTo(Route.REPLICA);
    assertThat(declared.route(scan("SELECT machine()"))).isEqualTo(Route.REPLICA);
    assertThat(declared.route(scan("SELECT missing()"))).isEqualTo(Route.REPLICA);
    assertThat(declared.route(scan("SELECT over()"))).isEqualTo(Route.PRIMARY);
    assertThat(declared.route(scan("SELECT * FROM good_view"))).isEqualTo(Route.PRIMARY);
    assertThat(declared.route(scan("SELECT * FROM hidden_view"))).isEqualTo(Route.REPLICA);
    assertThat(declared.route(scan("SELECT * FROM t"))).isEqualTo(Route.PRIMARY);
    Routines unread =
        Routines.unknown(Declared.of(List.of("f"), List.of("g"), List.of(), List.of()));
    assertThat(unread.route(scan("SELECT f(), s.f()"))).isEqualTo(Route.REPLICA);
    assertThat(unread.route(scan("SELECT f(), h()"))).isEqualTo(Route.PRIMARY);
    assertThat(unread.route(scan("SELECT g()"))).isEqualTo(Route.PRIMARY);
  }

  @Test
  void wrongDeclarationsAreRefused() {
    assertThatThrownBy(() -> Declared.of(List.of("a b"), List.of(), List.of(), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("readOnlyFunctions");
    assertThatThrownBy(() -> Declared.of(List.of(), List.of("f()"), List.of(), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("writingFunctions");
    assertThatThrownBy(() -> Declared.of(List.of("f"), List.of("F"), List.of(), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("writingFunctions");
    assertThatThrownBy(() -> Declared.of(List.of(), List.of(), List.of("s.v"), List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("readOnlyViews");
    assertThatThrownBy(() -> Declared.of(List.of(), List.of(), List.of("v"), List.of("v")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("writingViews");
  }
}
