package dev.sluice.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackCodecTest {
  private static final PackId ID = new PackId("0123456789abcdef".repeat(2), 9);

  private static Pack roundTrip(List<Write> writes) throws PackCodec.UnreadableException {
    List<String> json = writes.stream().map(JsonText::of).toList();
    return PackCodec.decode(PackCodec.body(PackCodec.header("q", ID, 2, 4), json));
  }

  @Test
  void everyKindOfWriteAndValueComesBack() throws Exception {
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("s", "quote \" back \\ line \n nul \u0000 é \uD83D\uDE00 lone \uD800 end \uFFFF");
    all.put("nothing", null);
    all.put("yes", true);
    all.put("i", 7);
    all.put("l", Long.MIN_VALUE);
    all.put("big", new BigInteger("123456789012345678901234567890"));
    all.put("dec", new BigDecimal("1.50"));
    all.put("dbl", 0.1);
    all.put("date", LocalDate.of(2026, 2, 3));
    all.put("time", LocalTime.of(1, 2, 3));
    all.put("local", LocalDateTime.of(2026, 2, 3, 4, 5, 6));
    all.put("instant", Instant.EPOCH);
    all.put("uuid", new UUID(1, 2));
    List<Write> writes =
        List.of(
            Write.insert("a", Map.of("id", 1), all),
            Write.upsert("s.a", Map.of("id", 1, "x", "y"), Map.of("c", 1)).orderedBy("customer"),
            Write.update("a", Map.of("id", 1), Map.of("c", 2)),
            Write.delete("a", Map.of("id", 1)),
            Write.add("a", Map.of("id", 1), Map.of("n", -3)),
            Write.addToExisting("a", Map.of("id", 1), Map.of("n", new BigDecimal("0.5"))),
            Write.sql("k", "UPDATE a SET b = ? WHERE c = ?", "x", null),
            Write.atomically("g", List.of(Write.delete("a", Map.of("id", 1)))));
    Pack pack = roundTrip(writes);
    assertThat(pack).isEqualTo(new Pack("q", ID, 2, 4, writes));
    byte[] bytes = {1, 2, -3};
    RowWrite binary =
        (RowWrite)
            roundTrip(List.of(Write.upsert("a", Map.of("id", 1), Map.of("b", bytes))))
                .writes()
                .get(0);
    assertThat((byte[]) binary.values().get(0)).containsExactly(bytes);
  }

  @Test
  void anyTextComesBackInCharactersThatXmlAllows() throws Exception {
    Random random = new Random(5);
    for (int round = 0; round < 2000; round++) {
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(12); i >= 0; i--) {
        int bound = List.of(0x21, 0x100, 0x10000).get(random.nextInt(3));
        text.append((char) random.nextInt(bound));
      }
      Write write = Write.update("a", Map.of("id", 1), Map.of("c", text.toString()));
      String json = JsonText.of(write);
      assertThat(roundTrip(List.of(write)).writes()).containsExactly(write);
      assertThat(JsonText.bytes(json)).isEqualTo(json.getBytes(StandardCharsets.UTF_8).length);
      assertThat(json.codePoints())
          .allMatch(c -> c >= 0x20 && c != 0xFFFE && c != 0xFFFF && (c < 0xD800 || c > 0xDFFF));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{}",
        "{\"v\":2}",
        "{\"v\":1,\"q\":\"q\",\"p\":\"x\",\"l\":0,\"L\":1,\"n\":1,\"w\":[{}]}",
        "{\"v\":1,\"q\":\"q\",\"p\":\"00000000000000000000000000000001\",\"l\":0,\"L\":1,\"n\":1,\"w\":[]}",
        "{\"v\":1,\"q\":\"q\",\"p\":\"00000000000000000000000000000001\",\"l\":0,\"L\":1,\"n\":1,\"w\":[{\"o\":\"drop\"}]}",
        "{\"v\":1,\"q\":\"q\",\"p\":\"00000000000000000000000000000001\",\"l\":0,\"L\":1,\"n\":1,\"w\":[{\"o\":\"del\",\"t\":\"a\",\"k\":{\"id\":{\"new\":\"1\"}}}]}",
        "{\"v\":1,\"q\":\"q\",\"p\":\"00000000000000000000000000000001\",\"l\":1,\"L\":1,\"n\":1,\"w\":[{\"o\":\"del\",\"t\":\"a\",\"k\":{\"id\":1}}]}"
      })
  void whatIsNotExactlyAPackIsRefusedWithoutQuotingIt(String body) {
    assertThatThrownBy(() -> PackCodec.decode(body))
        .isInstanceOf(PackCodec.UnreadableException.class)
        .hasNoCause();
  }

  @Test
  void nothingIsLeftOutOfAPackThatIsRead() {
    List<String> refused = new ArrayList<>();
    for (String sql :
        List.of(
            "DROP TABLE a", "COMMIT", "INSERT INTO a VALUES (1); COMMIT", "SELECT 1", "CALL p()")) {
      try {
        Write.sql("k", sql);
      } catch (IllegalArgumentException e) {
        refused.add(sql);
        assertThat(e).hasMessageStartingWith("text:");
      }
    }
    assertThat(refused).hasSize(5);
    assertThat(Write.sql("k", " insert into a values ('x;y');").orderingKey()).isEqualTo("k");
  }
}
