package dev.sluice.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.jdbc.CatalogRows.Pair;
import dev.sluice.jdbc.CatalogRows.Relation;
import dev.sluice.jdbc.CatalogRows.UniqueIndex;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CatalogTest {
  private final Catalog catalog =
      Catalog.of(
          new CatalogRows(
              List.of(
                  new Relation("s.Orders", "Orders", true),
                  new Relation("s.line", "line", true),
                  new Relation("s.note", "note", true),
                  new Relation("s.audited", "audited", true),
                  new Relation("s.parent_of_audited", "parent_of_audited", true),
                  new Relation("s.v", "v", false),
                  new Relation("s.twice", "twice", true),
                  new Relation("t.twice", "twice", false),
                  new Relation("s.both", "both", true),
                  new Relation("t.both", "both", true),
                  new Relation("s.measure", "measure", true),
                  new Relation("s.measure_1", "measure_1", true),
                  new Relation("s.measure_1a", "measure_1a", true)),
              Set.of("s.audited"),
              List.of(
                  new Pair("s.Orders", "s.line"),
                  new Pair("s.line", "s.note"),
                  new Pair("s.parent_of_audited", "s.audited")),
              List.of(
                  new Pair("s.measure_1", "s.measure"), new Pair("s.measure_1a", "s.measure_1")),
              List.of(
                  new UniqueIndex("s.Orders", true),
                  new UniqueIndex("s.line", true),
                  new UniqueIndex("s.line", false),
                  new UniqueIndex("s.note", false),
                  new UniqueIndex("s.both", true)),
              Set.of("s.note", "t.both")));

  private List<String> reads(String... names) {
    return catalog.tables(List.of(names), true);
  }

  private List<String> writes(String... names) {
    return catalog.tables(List.of(names), false);
  }

  @Test
  void readsDependOnTheTablesTheyName() {
    assertThat(reads("orders", "line")).containsExactly("orders", "line");
  }

  @Test
  void failedStatementsAreUndoneInKnownTablesWithTransactions() {
    assertThat(catalog.undoes(List.of("orders", "line"))).isTrue();
    assertThat(catalog.undoes(List.of("orders", "note"))).isFalse();
    assertThat(catalog.undoes(List.of("both"))).isFalse();
    assertThat(catalog.undoes(List.of("unheard_of"))).isFalse();
    assertThat(catalog.undoes(List.of())).isFalse();
  }

  @Test
  void writesReachWhereForeignKeysCarryThem() {
    assertThat(writes("orders")).containsExactlyInAnyOrder("orders", "line", "note");
    assertThat(writes("note")).containsExactly("note");
  }

  @Test
  void viewsUnknownNamesAndNothingAtAllMeanAnyTable() {
    assertThat(reads("v")).isEmpty();
    assertThat(reads("orders", "missing")).isEmpty();
    assertThat(reads()).isEmpty();
    assertThat(Catalog.UNKNOWN.tables(List.of("orders"), true)).isEmpty();
  }

  @Test
  void writesOfTablesWithTriggersMeanAnyTableAlsoThroughForeignKeys() {
    assertThat(writes("audited")).isEmpty();
    assertThat(writes("parent_of_audited")).isEmpty();
    assertThat(reads("audited")).containsExactly("audited");
  }

  @Test
  void aNameThatIsAViewInAnotherSchemaMeansAnyTable() {
    assertThat(reads("twice")).isEmpty();
    assertThat(reads("both")).containsExactly("both");
  }

  @Test
  void partitionsCountAsTheirRoot() {
    assertThat(reads("measure_1a")).containsExactly("measure");
    assertThat(writes("measure_1")).containsExactly("measure");
    assertThat(writes("measure")).containsExactly("measure");
  }

  @Test
  void knowsWhereThePrimaryKeyIsTheOnlyUniqueIndex() {
    assertThat(catalog.onlyUniqueIndexIsPrimaryKey("orders")).isTrue();
    assertThat(catalog.onlyUniqueIndexIsPrimaryKey("line")).isFalse();
    assertThat(catalog.onlyUniqueIndexIsPrimaryKey("note")).isFalse();
    assertThat(catalog.onlyUniqueIndexIsPrimaryKey("both")).isFalse();
    assertThat(catalog.onlyUniqueIndexIsPrimaryKey("missing")).isFalse();
  }

  private static Catalog cascading(Pair... cascades) {
    return Catalog.of(
        new CatalogRows(
            List.of(
                new Relation("s.a", "a", true),
                new Relation("s.b", "b", true),
                new Relation("t.a", "a", true),
                new Relation("s.p", "p", true),
                new Relation("s.p1", "p1", true)),
            Set.of(),
            List.of(cascades),
            List.of(new Pair("s.p1", "s.p")),
            List.of(),
            Set.of()));
  }

  @Test
  void knowsWhereForeignKeysLeadBackIntoATable() {
    Catalog none = cascading(new Pair("s.a", "s.b"));
    assertThat(none.reachesItself("a")).isFalse();
    assertThat(none.reachesItself("b")).isFalse();
    assertThat(none.reachesItself("p")).as("its partition is no other table").isFalse();
    assertThat(none.reachesItself("missing")).isTrue();
    assertThat(cascading(new Pair("s.a", "s.a")).reachesItself("a")).isTrue();
    Catalog circle = cascading(new Pair("s.a", "s.b"), new Pair("s.b", "s.a"));
    assertThat(circle.reachesItself("a")).isTrue();
    assertThat(circle.reachesItself("b")).isTrue();
    assertThat(cascading(new Pair("s.a", "t.a")).reachesItself("a"))
        .as("tables of one name are one")
        .isTrue();
    Catalog part = cascading(new Pair("s.p", "s.a"), new Pair("s.a", "s.p1"));
    assertThat(part.reachesItself("p")).isTrue();
    assertThat(part.reachesItself("p1")).isTrue();
  }
}
