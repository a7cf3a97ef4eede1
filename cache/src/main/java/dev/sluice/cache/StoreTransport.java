package dev.sluice.cache;

/**
 * Connects to a server; implemented by {@code dev.sluice.cache.redis.RedisTransport}. Safe for use
 * by several threads.
 */
public interface StoreTransport {
  /**
   * Connects.
   *
   * @param millis longest wait for the connection, and again for the answers that make it ready,
   *     milliseconds
   * @return a link that is ready for all calls
   * @throws StoreException if the server cannot be reached now, or is not ready yet
   * @throws IllegalStateException if it is of a kind that cannot be used; says which and why
   */
  StoreLink connect(int millis);

  /**
   * Where it connects to, for messages.
   *
   * @return host and port, no credentials
   */
  String address();
}
