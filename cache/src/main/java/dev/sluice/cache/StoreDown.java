package dev.sluice.cache;

/** What a commit that touches cached tables does when the server does not answer. */
public enum StoreDown {
  /** It is refused with {@link java.sql.SQLTransientException} and can be tried again. */
  FAIL_CLOSED,
  /**
   * It goes on, and every process bypasses the cache until it was told. Not available yet: refused
   * by {@code build()}.
   */
  FAIL_OPEN
}
