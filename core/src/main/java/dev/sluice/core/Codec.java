package dev.sluice.core;

/**
 * Turns values into bytes and back, for a cache entry, a message or an item. {@code
 * decode(encode(v))} must equal {@code v}. Implementations must be safe for use by several threads.
 * What the caller sees of bytes that cannot be decoded is the caller's decision (a cache treats
 * them as a miss, a queue parks the message), so {@link #decode} may throw any unchecked exception.
 *
 * @param <V> the type of the values
 */
public interface Codec<V> {
  /**
   * Encodes a value.
   *
   * @param value the value
   * @return its bytes, owned by the caller
   */
  byte[] encode(V value);

  /**
   * Decodes a value.
   *
   * @param bytes what {@link #encode} returned, perhaps in an older version of the program; not
   *     modified
   * @return the value
   */
  V decode(byte[] bytes);
}
