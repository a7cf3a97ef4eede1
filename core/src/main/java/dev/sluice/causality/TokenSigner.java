package dev.sluice.causality;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Signs tokens that leave the application for somebody who is not trusted, a browser. A token holds
 * no data, but one that is forged could ask for positions that no replica will reach, and so send
 * all reads of its caller to the primary.
 *
 * <pre>
 * TokenSigner signer = TokenSigner.builder().key("k2", secret).formerKey("k1", older).build();
 * response.addCookie(new Cookie("seen", signer.sign(scope.token(limit))));
 * ...
 * CausalScope.open(signer.verify(cookie));
 * </pre>
 *
 * <p>Guarantees that {@link #verify} gives only tokens that were signed with one of its keys,
 * unchanged. Does not hide what is in a token, and does not expire: a token that is replayed asks
 * for less than a newer one, and for nothing that was not there. HMAC-SHA256 (RFC 2104), cut to 128
 * bits as its section 5 allows, over the text of the token and the name of the key.
 *
 * <p>Immutable and safe for use by several threads. Holds copies of the keys and never prints them.
 */
public final class TokenSigner {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int LEAST_KEY_BYTES = 16;
  private static final int LONGEST_NAME = 16;
  private static final int MOST_KEYS = 8;
  private static final int SIGNATURE_BYTES = 16;

  /** Ends the token; neither in the name of a key nor in a signature. */
  private static final char SEPARATOR = '.';

  private final String current;
  private final Map<String, SecretKeySpec> keys;

  private TokenSigner(String current, Map<String, SecretKeySpec> keys) {
    this.current = current;
    this.keys = Map.copyOf(keys);
  }

  /**
   * Starts with no key.
   *
   * @return a builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Prints a token with a signature, in characters that need no escaping in a cookie.
   *
   * @param token the token
   * @return its text, about 26 characters longer than the token's own
   */
  public String sign(CausalToken token) {
    String signed = token.toString() + SEPARATOR + current;
    return signed + SEPARATOR + signature(signed, current);
  }

  /**
   * Reads what {@link #sign} printed. Of a text that is refused nothing is known; whoever brought
   * it may have written before, so read from the primary for him ({@link Freshness#LATEST}) or ask
   * him to start again.
   *
   * @param text the text
   * @return the token
   * @throws IllegalArgumentException if it was not signed with one of the keys or was changed; the
   *     message does not repeat it
   */
  public CausalToken verify(String text) {
    int last = text.lastIndexOf(SEPARATOR);
    int first = last < 0 ? -1 : text.lastIndexOf(SEPARATOR, last - 1);
    if (first < 0) {
      throw new IllegalArgumentException("token: not signed");
    }
    String name = text.substring(first + 1, last);
    if (!keys.containsKey(name)) {
      throw new IllegalArgumentException("token: signed with a key that is not known");
    }
    byte[] given = text.substring(last + 1).getBytes(StandardCharsets.UTF_8);
    byte[] right = signature(text.substring(0, last), name).getBytes(StandardCharsets.US_ASCII);
    if (!MessageDigest.isEqual(given, right)) {
      throw new IllegalArgumentException("token: the signature does not fit");
    }
    return CausalToken.parse(text.substring(0, first));
  }

  private String signature(String text, String name) {
    SecretKeySpec key = Objects.requireNonNull(keys.get(name));
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      byte[] whole = mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(Arrays.copyOf(whole, SIGNATURE_BYTES));
    } catch (GeneralSecurityException e) {
      // Every Java platform has it.
      throw new IllegalStateException("token: no " + ALGORITHM, e);
    }
  }

  @Override
  public String toString() {
    return "token signer with key " + current + " of " + keys.size();
  }

  /** Builds a {@link TokenSigner}. Not safe for use by several threads. */
  public static final class Builder {
    private @Nullable String current;
    private final Map<String, SecretKeySpec> keys = new LinkedHashMap<>();

    private Builder() {}

    /**
     * The key that signs from now on. Required, once.
     *
     * @param name tells the keys apart; goes into the token; 1 to 16 letters, digits, {@code -} and
     *     {@code _}
     * @param secret 16 bytes or more, random; 32 are as strong as the algorithm
     * @return this
     */
    public Builder key(String name, byte[] secret) {
      if (current != null) {
        throw new IllegalArgumentException("key: there is one already; others are formerKey");
      }
      put("key", name, secret);
      current = name;
      return this;
    }

    /**
     * A key that has signed before: its tokens are still taken. For the time that old tokens are
     * around after a change of keys, and on all processes before the first one signs with a new
     * key.
     *
     * @param name see {@link #key}
     * @param secret see {@link #key}
     * @return this
     */
    public Builder formerKey(String name, byte[] secret) {
      put("formerKey", name, secret);
      return this;
    }

    private void put(String option, String name, byte[] secret) {
      if (!name.matches("[A-Za-z0-9_-]{1," + LONGEST_NAME + "}")) {
        throw new IllegalArgumentException(
            option + ": the name must be 1 to 16 letters, digits, - and _");
      }
      if (secret.length < LEAST_KEY_BYTES) {
        throw new IllegalArgumentException(
            option + ": must have at least 16 bytes, got " + secret.length);
      }
      if (keys.size() == MOST_KEYS) {
        throw new IllegalArgumentException(option + ": at most 8 keys");
      }
      if (keys.put(name, new SecretKeySpec(secret, ALGORITHM)) != null) {
        throw new IllegalArgumentException(option + ": there is one of this name already");
      }
    }

    /**
     * Builds it.
     *
     * @return the signer
     * @throws IllegalArgumentException if there is no {@link #key}
     */
    public TokenSigner build() {
      String name = current;
      if (name == null) {
        throw new IllegalArgumentException("key: missing");
      }
      return new TokenSigner(name, keys);
    }
  }
}
