package dev.sluice.cache;

/**
 * Why a read of a key would be a hit or not, now.
 *
 * @param verdict one sentence
 * @param hit whether it would be a hit
 * @param bytes size of the entry on the server
 * @param fence offset of the newest write that is known to have touched it, 0 for none
 * @param complete whether the fence is known to cover all writes
 */
public record Explanation(String verdict, boolean hit, int bytes, long fence, boolean complete) {
  static Explanation none(String verdict) {
    return new Explanation(verdict, false, 0, 0, false);
  }
}
