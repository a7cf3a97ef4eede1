package dev.sluice.cache.redis;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;

/** What tests ask a server past the cache. Not thread-safe. */
public final class RawRedis implements AutoCloseable {
  private final Connection connection;

  public RawRedis(String host, int port) {
    connection = new Connection(host, port);
  }

  /** The text of a script is sent, whatever it is. */
  public Object eval(String script, List<byte[]> keys, List<byte[]> arguments) {
    List<byte[]> all = new ArrayList<>();
    all.add(script.getBytes(StandardCharsets.UTF_8));
    all.add(Integer.toString(keys.size()).getBytes(StandardCharsets.US_ASCII));
    all.addAll(keys);
    all.addAll(arguments);
    connection.sendCommand(Command.EVAL, all.toArray(new byte[0][]));
    return connection.getOne();
  }

  public byte @Nullable [] get(byte[] key) {
    connection.sendCommand(Command.GET, key);
    return connection.getBinaryBulkReply();
  }

  /** Milliseconds that a key still has. */
  public long timeToLive(byte[] key) {
    connection.sendCommand(Command.PTTL, key);
    return connection.getIntegerReply();
  }

  public void delete(byte[]... keys) {
    connection.sendCommand(Command.DEL, keys);
    connection.getIntegerReply();
  }

  /** Names of all keys. */
  public List<String> keys() {
    connection.sendCommand(Command.KEYS, "*");
    return connection.getMultiBulkReply();
  }

  public void configure(String setting, String value) {
    connection.sendCommand(Command.CONFIG, "SET", setting, value);
    connection.getStatusCodeReply();
  }

  /** Number of a section of INFO, such as {@code evicted_keys}. */
  public long number(String field) {
    connection.sendCommand(Command.INFO, "stats");
    for (String line : connection.getBulkReply().split("\r\n")) {
      if (line.startsWith(field + ":")) {
        return Long.parseLong(line.substring(field.length() + 1));
      }
    }
    throw new IllegalStateException("no field " + field);
  }

  @Override
  public void close() {
    connection.close();
  }
}
