/**
 * Cache-aside on Redis or Valkey that is never older than an acknowledged write. Entry point:
 * {@link dev.sluice.cache.CacheAside}. Audience: application developers. The connection to a server
 * comes from {@code dev.sluice.cache.redis}.
 */
@NullMarked
package dev.sluice.cache;

import org.jspecify.annotations.NullMarked;
