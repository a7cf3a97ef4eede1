/**
 * The connection of the cache to Redis and Valkey, on Jedis. Entry point: {@link
 * dev.sluice.cache.redis.RedisTransport}. Audience: application developers.
 */
@NullMarked
package dev.sluice.cache.redis;

import org.jspecify.annotations.NullMarked;
