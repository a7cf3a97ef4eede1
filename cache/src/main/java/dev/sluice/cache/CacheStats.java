package dev.sluice.cache;

/**
 * What a cache has done since it was built.
 *
 * @param hits reads answered by the server's memory
 * @param misses reads that were not; the sum of what follows up to {@code sharedLoads}, busy ones
 *     counted by how they ended
 * @param fills values written
 * @param refusedFills values not written, since a write came in between
 * @param intents loads from the primary, since a write was under way, or the server lost its memory
 *     a moment ago
 * @param unfilled other loads whose value was not written: another process was at it, the loader
 *     was in a transaction, the key is another one's with the same text, the value was too large,
 *     or the server did not take it
 * @param bypassed loads past the cache: no server, own uncommitted write, untold commits, or no
 *     text for the key
 * @param sharedLoads reads that took the value that another thread loaded
 * @param undecodable values of another schema, or not readable: misses
 * @param loadFailures loads that failed
 * @param primaryLoads loads that asked for the primary
 * @param keyWrites commits that named their keys
 * @param tableWrites commits that may have touched any key
 * @param storeFailures failures of the server, of all its caches
 * @param droppedLetters messages to the server that were given up, of all its caches
 * @param untoldCommits acknowledged commits that the server could not be told of yet; while there
 *     are any, this process reads past the cache
 * @param available whether the circuit is closed
 */
public record CacheStats(
    long hits,
    long misses,
    long fills,
    long refusedFills,
    long intents,
    long unfilled,
    long bypassed,
    long sharedLoads,
    long undecodable,
    long loadFailures,
    long primaryLoads,
    long keyWrites,
    long tableWrites,
    long storeFailures,
    long droppedLetters,
    long untoldCommits,
    boolean available) {
  /**
   * Hits among all reads.
   *
   * @return 0 to 1; 0 without reads
   */
  public double hitRatio() {
    return hits + misses == 0 ? 0 : (double) hits / (hits + misses);
  }
}
