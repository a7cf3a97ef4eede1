package dev.sluice.jdbc;

import static org.jooq.impl.DSL.count;
import static org.jooq.impl.DSL.field;
import static org.jooq.impl.DSL.name;
import static org.jooq.impl.DSL.table;

import dev.sluice.testkit.DatabaseEngine;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.jooq.Cursor;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.SQLDialect;
import org.jooq.Table;
import org.jooq.conf.RenderQuotedNames;
import org.jooq.conf.Settings;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.jooq.impl.SQLDataType;

/** What applications do through jOOQ. */
final class JooqScenario implements FrameworksIT.Scenario {
  private static final Table<Record> ITEM = table(name("fw_item"));
  private static final Field<Integer> ID = field(name("id"), SQLDataType.INTEGER.identity(true));
  private static final Field<String> NAME = field(name("name"), SQLDataType.VARCHAR(50));

  @Override
  public List<String> run(DataSource source, DatabaseEngine engine) {
    List<String> seen = new ArrayList<>();
    DSLContext jooq =
        DSL.using(
            source,
            switch (engine) {
              case MARIADB -> SQLDialect.MARIADB;
              case POSTGRESQL -> SQLDialect.POSTGRES;
              default -> SQLDialect.MYSQL;
            },
            new Settings().withRenderQuotedNames(RenderQuotedNames.NEVER));
    jooq.dropTableIfExists(ITEM).execute();
    jooq.createTable(ITEM).column(ID).column(NAME).primaryKey(ID).unique(NAME).execute();
    for (String each : List.of("one", "two", "three")) {
      seen.add("inserted " + jooq.insertInto(ITEM, NAME).values(each).execute());
    }
    seen.add(
        "batch "
            + jooq.batch(
                    jooq.insertInto(ITEM, NAME).values("four"),
                    jooq.update(ITEM).set(NAME, "ONE").where(ID.eq(1)))
                .execute()
                .length);
    seen.add("names " + jooq.select(NAME).from(ITEM).orderBy(ID).fetch(NAME));
    transactions(jooq, seen);
    seen.add(
        "insert or ignore "
            + jooq.insertInto(ITEM, ID, NAME).values(2, "TWO").onDuplicateKeyIgnore().execute());
    try (Cursor<?> cursor = jooq.select(ID, NAME).from(ITEM).orderBy(ID).fetchSize(1).fetchLazy()) {
      seen.add("lazy " + cursor.fetchNext(2).getValues(1));
    }
    seen.add("many " + jooq.fetchMany("SELECT name FROM fw_item ORDER BY id").size());
    seen.add(
        "locked "
            + jooq.transactionResult(
                inner ->
                    inner.dsl().select(NAME).from(ITEM).where(ID.eq(2)).forUpdate().fetch(NAME)));
    seen.add("exists " + jooq.fetchExists(ITEM, NAME.eq("two")));
    seen.add("deleted " + jooq.deleteFrom(ITEM).where(ID.gt(2)).execute());
    seen.add("left " + jooq.select(ID, NAME).from(ITEM).orderBy(ID).fetch().intoMaps());
    jooq.dropTable(ITEM).execute();
    return seen;
  }

  private static void transactions(DSLContext jooq, List<String> seen) {
    jooq.transaction(
        outer -> {
          outer.dsl().insertInto(ITEM, NAME).values("outer").execute();
          seen.add(
              "inner "
                  + failure(
                      () ->
                          outer
                              .dsl()
                              .transaction(
                                  inner -> {
                                    inner.dsl().insertInto(ITEM, NAME).values("inner").execute();
                                    throw new IllegalStateException("told to");
                                  })));
          seen.add("inside " + outer.dsl().select(count()).from(ITEM).fetchOne(0, int.class));
        });
    seen.add(
        "duplicate "
            + failure(
                () ->
                    jooq.transaction(
                        outer -> {
                          outer.dsl().insertInto(ITEM, NAME).values("kept?").execute();
                          outer.dsl().insertInto(ITEM, NAME).values("TWICE").execute();
                          outer.dsl().insertInto(ITEM, NAME).values("TWICE").execute();
                        })));
    seen.add("after " + jooq.select(count()).from(ITEM).fetchOne(0, int.class));
  }

  private static String failure(Runnable action) {
    try {
      action.run();
      return "nothing failed";
    } catch (DataAccessException e) {
      return e.getClass().getSimpleName() + " " + e.sqlState();
    } catch (IllegalStateException e) {
      return e.getMessage();
    }
  }
}
