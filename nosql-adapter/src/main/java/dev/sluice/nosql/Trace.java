package dev.sluice.nosql;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

/**
 * How a row remembers a request that added: 16 characters, a hash, so that {@link
 * RowBackedStore#REMEMBERED} of them stay within about a kilobyte. 96 bits: among those that a row
 * remembers two are the same with a probability of less than 10^-25. For authors of stores.
 * Immutable.
 *
 * @param made remembered when the addition was made
 * @param withdrawn remembered when the addition was withdrawn
 */
public record Trace(String made, String withdrawn) {
  /** Characters of a trace. */
  public static final int LENGTH = 16;

  private static final int BYTES = 12;

  /**
   * The traces of a request.
   *
   * @param writer id of the request
   * @return its traces
   */
  public static Trace of(String writer) {
    return new Trace(hash(writer), hash("!" + writer));
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(digest, BYTES));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
