package dev.sluice.queue;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KeyFoldTest {
  private static final ColumnType BIGINT = ColumnType.of("bigint", false, 19, 0, -1, "");
  private static final ColumnType MONEY = ColumnType.of("decimal", false, 10, 2, -1, "");
  private static final ColumnType UNICODE = text("utf8mb4_0900_ai_ci");

  private static ColumnType text(String collation) {
    return ColumnType.of("varchar", false, -1, -1, 40, collation);
  }

  private static @Nullable String fold(Object key, ColumnType column) {
    return KeyFold.fold(List.of(key), List.of(column));
  }

  private static String ordering(Object key) {
    return Write.delete("t", Map.of("k", key)).orderingKey();
  }

  @Property
  void spellingsOfAnIntegerAreOneKeyAndOthersAreNot(
      @ForAll long number, @ForAll long other, @ForAll @IntRange(max = 5) int zeros) {
    BigDecimal spelled = BigDecimal.valueOf(number).setScale(zeros, RoundingMode.UNNECESSARY);
    String padded =
        (number < 0 ? "-" : "") + "0".repeat(zeros) + Long.toString(number).replace("-", "");
    assertThat(fold(spelled, BIGINT)).isEqualTo(fold(number, BIGINT)).isNotNull();
    assertThat(fold(padded, BIGINT)).isIn(null, fold(number, BIGINT));
    assertThat(fold(number, BIGINT).equals(fold(other, BIGINT))).isEqualTo(number == other);
    assertThat(ordering(spelled)).isEqualTo(ordering(number)).isEqualTo(ordering(padded));
  }

  @Property
  void whatADecimalColumnRoundsMayBeAnyRow(@ForAll BigDecimal number) {
    BigDecimal stored = number.setScale(2, RoundingMode.HALF_UP);
    boolean kept = stored.compareTo(number) == 0 && stored.abs().precision() <= 10;
    assertThat(fold(number, MONEY) != null).isEqualTo(kept);
    assertThat(ordering(number.setScale(number.scale() + 3, RoundingMode.UNNECESSARY)))
        .isEqualTo(ordering(number))
        .isEqualTo(ordering(number.toPlainString()));
  }

  @Property
  void oneMomentIsOneOrderWhereverItIsSaid(
      @ForAll @IntRange(max = 2_000_000_000) int second,
      @ForAll @IntRange(min = -18, max = 18) int hours) {
    Instant moment = Instant.ofEpochSecond(second);
    assertThat(ordering(moment.atOffset(ZoneOffset.ofHours(hours)))).isEqualTo(ordering(moment));
  }

  @Provide
  Arbitrary<String> words() {
    return Arbitraries.strings()
        .withCharRange('a', 'z')
        .withChars("äöüßéøđıИВАНивансΟΔΣςά 0")
        .ofMaxLength(12);
  }

  @Property
  void caseAndMarksDoNotChangeTheOrder(@ForAll("words") String word) {
    assertThat(ordering(word.toUpperCase(Locale.ROOT))).isEqualTo(ordering(word));
    assertThat(ordering(word.toLowerCase(Locale.ROOT) + " ")).isEqualTo(ordering(word));
    assertThat(ordering(java.text.Normalizer.normalize(word, java.text.Normalizer.Form.NFD)))
        .isEqualTo(ordering(word));
  }

  @Property
  void textThatACollationMayEquateSharesItsFoldOrHasNone(@ForAll("words") String word) {
    String folded = fold(word, UNICODE);
    assertThat(folded == null).isEqualTo(word.strip().chars().anyMatch(c -> c > 127));
    for (String like : List.of(word.toUpperCase(Locale.ROOT), word + "  ", "-" + word)) {
      if (folded != null) {
        assertThat(fold(like, UNICODE)).isEqualTo(folded);
      }
    }
    assertThat(fold(word, text("exact"))).isEqualTo(word.stripTrailing() + "/");
  }

  @Test
  void keysThatOnlyTheDatabaseCanTellApartHaveNoFold() {
    assertThat(fold("mueller", text("utf8mb4_german2_ci"))).isNull();
    assertThat(fold("i", text("utf8mb4_lithuanian_ci"))).isNull();
    assertThat(fold("müller", UNICODE)).isNull();
    assertThat(fold("x".repeat(41), UNICODE)).as("may be cut off").isNull();
    assertThat(fold(7L, UNICODE)).as("compared as a number").isNull();
    assertThat(fold("2026-1-5", ColumnType.of("date", false, -1, -1, -1, ""))).isNull();
    assertThat(fold("7.4", BIGINT)).isNull();
    assertThat(fold(300L, ColumnType.of("tinyint", false, 3, 0, -1, ""))).isNull();
    assertThat(fold(-1L, ColumnType.of("int", true, 10, 0, -1, ""))).isNull();
    assertThat(fold(1L, ColumnType.of("double", false, 22, -1, -1, ""))).isNull();
    assertThat(fold(new byte[] {1}, UNICODE)).isNull();
    assertThat(fold("{1}", ColumnType.of("uuid", false, -1, -1, -1, ""))).isNull();
  }

  @Test
  void keysOfKnownTypesHaveAFold() {
    UUID id = UUID.fromString("00000000-0000-00aB-0000-000000000001");
    assertThat(fold(id, ColumnType.of("uuid", false, -1, -1, -1, "")))
        .isEqualTo(
            fold(
                id.toString().toUpperCase(Locale.ROOT),
                ColumnType.of("UUID", false, -1, -1, -1, "")))
        .isNotNull();
    assertThat(fold(new byte[] {1, 0}, ColumnType.of("binary", false, -1, -1, 2, "")))
        .isEqualTo(fold(new byte[] {1}, ColumnType.of("bytea", false, -1, -1, -1, "")))
        .isNotNull();
    assertThat(fold(LocalDate.of(2026, 1, 5), ColumnType.of("date", false, -1, -1, -1, "")))
        .isNotNull();
    assertThat(ordering("2026-1-5")).isEqualTo(ordering(LocalDate.of(2026, 1, 5)));
    assertThat(ordering(id)).isEqualTo(ordering("{" + id.toString().replace("-", "") + "}"));
    assertThat(ordering(1.5)).isEqualTo(ordering(new BigDecimal("1.50")));
    assertThat(ordering(new BigDecimal("1E+900000000"))).hasSizeLessThan(40);
  }
}
