package dev.sluice.cache.redis;

import dev.sluice.cache.StoreException;
import dev.sluice.cache.StoreLink;
import dev.sluice.cache.StoreTransport;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import redis.clients.jedis.Connection;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.DefaultJedisSocketFactory;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Connects to one Redis (6.2 or later) or Valkey server. Redis Cluster and Sentinel are refused.
 * Credentials, TLS, database number and client name come from a {@link JedisClientConfig}; its
 * timeouts are replaced by those of the {@code CacheStore}. Safe for use by several threads; holds
 * nothing to be closed: its one thread, which cuts off large writes that block, ends when idle.
 *
 * <p>The user needs the commands GET, MGET, SET, PEXPIRE, PTTL, TIME, SCRIPT LOAD, EVAL, EVALSHA,
 * INFO and PING.
 */
public final class RedisTransport implements StoreTransport {
  private static final Logger log = LoggerFactory.getLogger(RedisTransport.class);
  private final HostAndPort address;
  private final JedisClientConfig config;
  private final ScheduledThreadPoolExecutor guard;

  private RedisTransport(HostAndPort address, JedisClientConfig config) {
    this.address = Objects.requireNonNull(address, "address");
    this.config = Objects.requireNonNull(config, "config");
    this.guard =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "sluice-cache-guard");
              thread.setDaemon(true);
              return thread;
            });
    guard.setRemoveOnCancelPolicy(true);
    guard.setKeepAliveTime(10, TimeUnit.SECONDS);
    guard.allowCoreThreadTimeOut(true);
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
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(2L * millis);
    TimedSocket socket;
    try {
      socket =
          new TimedSocket(new DefaultJedisSocketFactory(address, timed).createSocket(), deadline);
    } catch (JedisException e) {
      throw new StoreException(address() + ": cannot be reached", e);
    }
    boolean ready = false;
    try {
      StoreLink link = RedisLink.over(new Connection(() -> socket, timed), socket, guard);
      ready = true;
      return link;
    } catch (JedisException e) {
      throw new StoreException(address() + ": cannot be reached", e);
    } finally {
      if (!ready) {
        close(socket);
      }
    }
  }

  private static void close(TimedSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      log.debug("a socket that is of no use could not be closed", e);
    }
  }

  @Override
  public String address() {
    return address.getHost() + ":" + address.getPort();
  }
}
