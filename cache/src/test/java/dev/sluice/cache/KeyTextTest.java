package dev.sluice.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.causality.TableWrite;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class KeyTextTest {
  private final KeyText<Long> numbers = KeyText.forType(Long.class, TextKeys.FOLDED);
  private final KeyText<String> folded = KeyText.forType(String.class, TextKeys.FOLDED);
  private final KeyText<String> exact = KeyText.forType(String.class, TextKeys.EXACT);

  @Test
  void numberIsTheSameInWhateverTypeItIsBound() {
    for (Object value : List.of(5, 5L, (short) 5, "5", "05", new BigDecimal("5.00"))) {
      assertThat(numbers.ofColumn(value)).isEqualTo(numbers.of(5L));
    }
  }

  @Test
  void valueThatTheDatabaseMayConvertMeansAnyKey() {
    for (Object value : List.of("5abc", 5.0, new BigDecimal("5.5"), new byte[] {5}, " 5", "5e0")) {
      assertThat(numbers.ofColumn(value)).isNull();
    }
    assertThat(folded.ofColumn(5)).isNull();
    assertThat(exact.ofColumn(5)).isNull();
  }

  @Test
  void textThatCollationsEquateHasOneText() {
    assertThat(folded.of("ABC  ")).isEqualTo(folded.ofColumn("abc"));
    assertThat(folded.of("stra\u00dfe")).isNull();
    assertThat(folded.ofColumn("\u00e9")).isNull();
    assertThat(exact.of("ABC")).isNotEqualTo(exact.ofColumn("abc"));
  }

  @Test
  void uuidIsTheSameAsItsText() {
    KeyText<UUID> uuids = KeyText.forType(UUID.class, TextKeys.FOLDED);
    UUID uuid = UUID.randomUUID();
    assertThat(uuids.ofColumn(uuid.toString().toUpperCase(java.util.Locale.ROOT)))
        .isEqualTo(uuids.of(uuid));
    assertThat(uuids.ofColumn("x")).isNull();
  }

  @Test
  void otherTypesOfKeysAreRefused() {
    assertThatThrownBy(() -> KeyText.forType(Double.class, TextKeys.FOLDED))
        .hasMessageContaining("keyType");
  }

  @Test
  void writesThatDoNotNameTheirKeysTouchAll() {
    CacheTables tables =
        new CacheTables("sluice", "tiny", "c", numbers, Map.of("a", "id", "b", ""), 3);
    assertThat(tables.touchedBy(List.of(write("a", List.of(1, 2L))))).containsOnly("1", "2");
    assertThat(tables.touchedBy(List.of(TableWrite.anyRow("other")))).isNull();
    assertThat(tables.touchedBy(List.of(TableWrite.anyRow("a")))).isEmpty();
    assertThat(tables.touchedBy(List.of(write("a", List.of())))).isEmpty();
    assertThat(tables.touchedBy(List.of(write("a", List.of("x"))))).isEmpty();
    assertThat(tables.touchedBy(List.of(write("b", List.of(1))))).isEmpty();
    assertThat(tables.touchedBy(List.of(write("a", List.of(1, 2, 3, 4))))).isEmpty();
    assertThat(tables.touchedBy(List.of(TableWrite.anyRow(TableWrite.ANY_TABLE)))).isEmpty();
  }

  private static TableWrite write(String table, List<Object> values) {
    return new TableWrite(table, Map.of("id", values));
  }
}
