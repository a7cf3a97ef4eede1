package dev.sluice.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.ManualTicker;
import dev.sluice.sql.Dialect;
import dev.sluice.sql.LexerMode;
import dev.sluice.sql.Route;
import dev.sluice.sql.SqlScanner;
import dev.sluice.sql.SqlStatement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What the catalog says while the schema changes. */
class CatalogCacheTest {
  private static final SqlStatement WRITE =
      SqlScanner.scan("INSERT INTO item (id) VALUES (1)", LexerMode.of(Dialect.MARIADB));

  private final ManualTicker ticker = new ManualTicker();
  private Set<String> triggered = Set.of();
  private Runnable duringLoad = () -> {};
  private int loads;
  private Runnable next = () -> {};
  private long nextNanos;

  /** Runs nothing by itself. */
  private final ScheduledExecutorService executor =
      StubNode.proxy(
          ScheduledExecutorService.class,
          (self, method, a) -> {
            next = (Runnable) a[0];
            nextNanos = ((TimeUnit) a[2]).toNanos((Long) a[1]);
            long planned = nextNanos;
            return StubNode.proxy(
                ScheduledFuture.class,
                (future, asked, none) ->
                    asked.getName().equals("getDelay") ? (Object) planned : false);
          });

  private final CatalogCache cache =
      new CatalogCache(this::load, Declared.NOTHING, executor, ticker);

  private RoutineRows code = RoutineRows.NONE;

  private CatalogCache.Loaded load() {
    loads++;
    Catalog loaded =
        Catalog.of(
            new CatalogRows(
                List.of(
                    new CatalogRows.Relation("s.item", "item", true),
                    new CatalogRows.Relation("s.audit", "audit", true)),
                triggered,
                List.of(),
                List.of(),
                List.of(),
                Set.of()));
    Routines routines = Routines.of(code, Dialect.MARIADB, Declared.NOTHING);
    duringLoad.run();
    return new CatalogCache.Loaded(loaded, routines);
  }

  private void started() {
    cache.start();
    next.run();
    assertThat(cache.tables(WRITE)).containsExactly("item");
  }

  private static SqlStatement scan(String sql) {
    return SqlScanner.scan(sql, LexerMode.of(Dialect.MARIADB));
  }

  private Route route(String sql) {
    return cache.route(scan(sql));
  }

  private static RoutineRows.Routine function(String name, String body) {
    return new RoutineRows.Routine("s", name, RoutineRows.Form.BLOCK, body, "", Set.of());
  }

  private void startedWithCode() {
    code =
        new RoutineRows(
            List.of(
                function("f", "RETURN 1"),
                function("defines", "BEGIN DROP VIEW v; END"),
                function("quiet", "BEGIN SELECT 1; END")),
            List.of(
                new RoutineRows.Code("v", true, "select 1"),
                new RoutineRows.Code("w", true, "select g()")),
            List.of(),
            Set.of());
    assertThat(route("SELECT f() FROM item")).as("not read yet").isEqualTo(Route.PRIMARY);
    assertThat(route("SELECT * FROM v")).as("by the text alone").isEqualTo(Route.REPLICA);
    started();
    assertThat(route("SELECT f() FROM item")).isEqualTo(Route.REPLICA);
    assertThat(route("SELECT * FROM v")).isEqualTo(Route.REPLICA);
    assertThat(route("SELECT * FROM w")).isEqualTo(Route.PRIMARY);
  }

  @Test
  void nothingIsProvenWhileCodeChanges() {
    startedWithCode();
    cache.schemaChanging();
    cache.schemaChanging(scan("CREATE FUNCTION f() RETURNS INT RETURN 2"));
    for (int i = 0; i < 2; i++) {
      assertThat(route("SELECT f() FROM item")).isEqualTo(Route.PRIMARY);
      assertThat(route("SELECT * FROM v")).isEqualTo(Route.PRIMARY);
      assertThat(route("SELECT * FROM w")).isEqualTo(Route.PRIMARY);
      assertThat(route("SELECT * FROM never_heard_of")).isEqualTo(Route.PRIMARY);
      assertThat(route("SELECT * FROM item")).as("is a table").isEqualTo(Route.REPLICA);
      if (i == 0) {
        cache.schemaChanged();
        next.run();
      }
    }
    ticker.advance(Duration.ofSeconds(2));
    next.run();
    assertThat(route("SELECT f() FROM item")).isEqualTo(Route.REPLICA);
    assertThat(route("SELECT * FROM v")).isEqualTo(Route.REPLICA);
  }

  @Test
  void whatOnlyMakesTablesLeavesTheCodeAsItIs() {
    startedWithCode();
    for (String sql :
        List.of(
            "CREATE TABLE x (id INT)",
            "DROP TABLE IF EXISTS x",
            "CREATE TEMPORARY TABLE x (id INT)",
            "TRUNCATE item",
            "CREATE UNIQUE INDEX i ON item (id)")) {
      cache.schemaChanging();
      cache.schemaChanging(scan(sql));
      assertThat(cache.tables(WRITE)).as(sql).isEmpty();
      assertThat(route("SELECT f() FROM item")).as(sql).isEqualTo(Route.REPLICA);
      cache.schemaChanged();
    }
    for (String sql :
        List.of("ALTER TABLE item ADD x INT", "DROP VIEW v", "GRANT ALL ON f TO x", "SELECT f()")) {
      ticker.advance(Duration.ofSeconds(2));
      next.run();
      assertThat(route("SELECT f() FROM item")).isEqualTo(Route.REPLICA);
      cache.schemaChanging();
      cache.schemaChanging(scan(sql));
      assertThat(route("SELECT f() FROM item")).as(sql).isEqualTo(Route.PRIMARY);
      cache.schemaChanged();
    }
  }

  @Test
  void takesNoCodeFromBeforeAChange() {
    startedWithCode();
    duringLoad =
        () -> {
          cache.schemaChanging();
          cache.schemaChanging(scan("CREATE OR REPLACE VIEW v AS SELECT g()"));
          cache.schemaChanged();
        };
    next.run();
    assertThat(route("SELECT * FROM v")).isEqualTo(Route.PRIMARY);
    assertThat(route("SELECT f() FROM item")).isEqualTo(Route.PRIMARY);
  }

  @Test
  void knowsWhatMayChangeTheSchema() {
    assertThat(cache.mayChangeSchema(scan("CALL defines()")))
        .as("nothing is known that could be forgotten")
        .isFalse();
    startedWithCode();
    for (String sql :
        List.of(
            "CALL defines()",
            "CALL unheard_of()",
            "{call s.defines()}",
            "EXECUTE prepared",
            "DROP VIEW v",
            "INSERT INTO item VALUES (1); DROP VIEW v",
            "CALL quiet(); SELECT 1",
            "NOT UNDERSTOOD AT ALL")) {
      assertThat(cache.mayChangeSchema(scan(sql))).as(sql).isTrue();
    }
    for (String sql :
        List.of(
            "CALL quiet()",
            "{call s.quiet()}",
            "SELECT g()",
            "INSERT INTO item VALUES (1)",
            "COMMIT",
            "SELECT 1; SELECT 2")) {
      assertThat(cache.mayChangeSchema(scan(sql))).as(sql).isFalse();
    }
    SqlStatement prepared =
        SqlScanner.scan("COMMIT PREPARED 'x'", LexerMode.of(Dialect.POSTGRESQL));
    assertThat(cache.mayChangeSchema(prepared)).isTrue();
  }

  @Test
  void saysNothingWhileDdlRunsHoweverLongThatTakes() {
    started();
    cache.schemaChanging();
    for (int second = 0; second < 5; second++) {
      assertThat(cache.tables(WRITE)).isEmpty();
      ticker.advance(Duration.ofSeconds(1));
      next.run();
    }
    assertThat(loads).isEqualTo(1);
    triggered = Set.of("s.item");
    cache.schemaChanged();
    next.run();
    assertThat(cache.tables(WRITE)).isEmpty();
    assertThat(nextNanos).isLessThanOrEqualTo(Duration.ofSeconds(2).toNanos());
    ticker.advance(Duration.ofSeconds(2));
    next.run();
    assertThat(loads).isEqualTo(2);
    assertThat(cache.tables(WRITE)).as("the trigger may write anything").isEmpty();
    triggered = Set.of();
    next.run();
    assertThat(cache.tables(WRITE)).containsExactly("item");
  }

  @Test
  void waitsForEveryChangeThatHasBegun() {
    started();
    cache.schemaChanging();
    cache.schemaChanging();
    cache.schemaChanged();
    ticker.advance(Duration.ofSeconds(10));
    next.run();
    assertThat(cache.tables(WRITE)).isEmpty();
    cache.schemaChanged();
    ticker.advance(Duration.ofSeconds(2));
    next.run();
    assertThat(cache.tables(WRITE)).containsExactly("item");
  }

  @Test
  void takesNoAnswerFromBeforeAChange() {
    started();
    duringLoad = cache::schemaChanging;
    next.run();
    assertThat(cache.tables(WRITE)).isEmpty();
    duringLoad = () -> {};
    cache.schemaChanged();
    duringLoad =
        () -> {
          cache.schemaChanging();
          cache.schemaChanged();
        };
    ticker.advance(Duration.ofSeconds(2));
    next.run();
    assertThat(cache.tables(WRITE)).isEmpty();
  }
}
