package dev.sluice.causality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.charset.StandardCharsets;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class TokenSignerTest {
  private static final byte[] NEW = bytes("new secret of thirty-two bytes..");
  private static final byte[] OLD = bytes("old secret of thirty-two bytes..");
  private static final TokenSigner SIGNER =
      TokenSigner.builder().key("k2", NEW).formerKey("k1", OLD).build();
  private static final CausalToken TOKEN =
      CausalToken.of(
          List.of(
              new CausalToken.Entry(
                  "shop", "db.orders", new Position("3e11fa47-71ca-11e1-9e33-c80aa9429562", 77))));

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void givesBackWhatItSigned() {
    assertThat(SIGNER.verify(SIGNER.sign(TOKEN))).isEqualTo(TOKEN);
    assertThat(SIGNER.verify(SIGNER.sign(CausalToken.EMPTY))).isEqualTo(CausalToken.EMPTY);
  }

  @Test
  void staysShortAndNeedsNoEscapingInACookie() {
    assertThat(SIGNER.sign(TOKEN)).hasSizeLessThan(200).matches("[!-~&&[^\",;\\\\ ]]+");
  }

  @Property
  void anyChangedCharacterIsRefused(
      @ForAll @IntRange(max = 200) int place, @ForAll @IntRange(min = 1, max = 93) int by) {
    String signed = SIGNER.sign(TOKEN);
    int at = place % signed.length();
    char changed = (char) ('!' + (signed.charAt(at) - '!' + by) % 94);
    String forged = signed.substring(0, at) + changed + signed.substring(at + 1);
    assertThatIllegalArgumentException().isThrownBy(() -> SIGNER.verify(forged));
  }

  @Test
  void anythingCutOffOrAddedIsRefused() {
    String signed = SIGNER.sign(TOKEN);
    for (int i = 0; i < signed.length(); i++) {
      String part = signed.substring(0, i);
      assertThatIllegalArgumentException().isThrownBy(() -> SIGNER.verify(part));
    }
    assertThatIllegalArgumentException().isThrownBy(() -> SIGNER.verify(signed + "A"));
    assertThatIllegalArgumentException().isThrownBy(() -> SIGNER.verify(TOKEN.toString()));
  }

  @Test
  void takesTokensOfFormerKeysAndOfNoOthers() {
    TokenSigner before = TokenSigner.builder().key("k1", OLD).build();
    assertThat(SIGNER.verify(before.sign(TOKEN))).isEqualTo(TOKEN);
    TokenSigner stranger = TokenSigner.builder().key("k2", OLD).build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SIGNER.verify(stranger.sign(TOKEN)))
        .withMessageContaining("does not fit");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> before.verify(SIGNER.sign(TOKEN)))
        .withMessageContaining("not known");
  }

  @Test
  void refusesKeysThatAreWeakTwiceOrMissing() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TokenSigner.builder().key("k", new byte[15]))
        .withMessageContaining("16 bytes");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TokenSigner.builder().key("a.b", NEW))
        .withMessageContaining("name");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TokenSigner.builder().key("k", NEW).key("l", NEW));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TokenSigner.builder().key("k", NEW).formerKey("k", OLD));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TokenSigner.builder().formerKey("k", OLD).build())
        .withMessage("key: missing");
  }

  @Test
  void doesNotPrintItsKeys() {
    assertThat(SIGNER).hasToString("token signer with key k2 of 2");
  }
}
