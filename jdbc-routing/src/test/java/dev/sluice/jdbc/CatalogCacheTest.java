package dev.sluice.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.ManualTicker;
import dev.sluice.sql.Dialect;
import dev.sluice.sql.LexerMode;
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
