package dev.sluice.cache.redis;

import dev.sluice.cache.StoreException;
import dev.sluice.cache.StoreLink;
import dev.sluice.cache.StoreTransport;
import java.util.Objects;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Connects to one Redis (6.2 or later) or Valkey server. Redis Cluster and Sentinel are refused.
 * Credentials, TLS, database number and client name come from a {@link JedisClientConfig}; its
 * timeouts are replaced by those of the {@code CacheStore}. Safe for use by several threads; holds
 * nothing to be closed.
 *
 * <p>The user needs the commands GET, MGET, SET, PEXPIRE, PTTL, TIME, SCRIPT LOAD, EVAL, EVALSHA,
 * INFO and PING.
 */
public final class RedisTransport implements StoreTransport {
  private final HostAndPort address;
  private final JedisClientConfig config;

  private RedisTransport(HostAndPort address, JedisClientConfig config) {
    this.address = Objects.requireNonNull(address, "address");
    this.config = Objects.requireNonNull(config, "config");
  }

  /**
   * A server without password and TLS.
   *
   * @param host name or address
   * @param port 1 to 65535
   * @return the transport
   */
  public static RedisTransport to(String host, int port) {
    return to(new HostAndPort(host, port), DefaultJedisClientConfig.builder().build());
  }

  /**
   * A server with credentials, TLS and so on.
   *
   * @param address host and port
   * @param config how to connect
   * @return the transport
   */
  public static RedisTransport to(HostAndPort address, JedisClientConfig config) {
    return new RedisTransport(address, config);
  }

  @Override
  public StoreLink connect(int millis) {
    JedisClientConfig timed =
        DefaultJedisClientConfig.builder()
            .from(config)
            .connectionTimeoutMillis(millis)
            .socketTimeoutMillis(millis)
            .build();
    Connection connection = null;
    try {
      connection = new Connection(address, timed);
      return RedisLink.over(connection);
    } catch (JedisException e) {
      if (connection != null) {
        RedisLink.disconnect(connection);
      }
      throw new StoreException(address() + ": cannot be reached", e);
    } catch (IllegalStateException e) {
      if (connection != null) {
        RedisLink.disconnect(connection);
      }
      throw e;
    }
  }

  @Override
  public String address() {
    return address.getHost() + ":" + address.getPort();
  }
}
