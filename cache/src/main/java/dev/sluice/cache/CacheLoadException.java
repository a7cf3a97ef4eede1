package dev.sluice.cache;

/** A loader failed with a checked exception, which is the cause, or for another caller. */
public final class CacheLoadException extends RuntimeException {
  private static final long serialVersionUID = 1;

  CacheLoadException(String cache, Throwable cause) {
    super(cache + ": the loader failed", cause);
  }
}
