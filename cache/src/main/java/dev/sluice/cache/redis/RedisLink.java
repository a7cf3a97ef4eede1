package dev.sluice.cache.redis;

import dev.sluice.cache.Script;
import dev.sluice.cache.ScriptCall;
import dev.sluice.cache.StoreException;
import dev.sluice.cache.StoreLink;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/** A connection that knows the run of its server; the scripts are loaded when it is made. */
final class RedisLink implements StoreLink {
  private static final int RUN_LENGTH = 16;

  private final Connection connection;
  private final String run;
  private final Map<Script, byte[]> digests;
  private int timeout;

  private RedisLink(Connection connection, String run, Map<Script, byte[]> digests) {
    this.connection = connection;
    this.run = run;
    this.digests = digests;
    this.timeout = connection.getSoTimeout();
  }

  static RedisLink over(Connection connection) {
    connection.sendCommand(Command.INFO, "server");
    for (Script script : Script.values()) {
      connection.sendCommand(Command.SCRIPT, "LOAD", script.source());
    }
    List<Object> replies = connection.getMany(1 + Script.values().length);
    for (Object reply : replies) {
      if (reply instanceof JedisDataException refusal) {
        throw new IllegalStateException(
            "the server refuses what the cache needs: " + refusal.getMessage(), refusal);
      }
    }
    Map<Script, byte[]> digests = new EnumMap<>(Script.class);
    for (Script script : Script.values()) {
      digests.put(script, (byte[]) replies.get(1 + script.ordinal()));
    }
    return new RedisLink(connection, run(text(replies.get(0))), digests);
  }

  private static String run(String info) {
    String mode = field(info, "redis_mode:");
    if (mode != null && !mode.equals("standalone")) {
      throw new IllegalStateException(
          "the server runs as " + mode + ", which the cache does not support: use a single server");
    }
    String run = field(info, "run_id:");
    if (run == null || run.length() < RUN_LENGTH) {
      throw new IllegalStateException(
          "the server does not tell its run_id, which the cache needs to notice a restart");
    }
    return run.substring(0, RUN_LENGTH);
  }

  private static @Nullable String field(String info, String name) {
    for (String line : info.split("\r?\n", -1)) {
      if (line.startsWith(name)) {
        return line.substring(name.length()).trim();
      }
    }
    return null;
  }

  private static String text(Object reply) {
    return reply instanceof byte[] bytes
        ? new String(bytes, StandardCharsets.UTF_8)
        : reply.toString();
  }

  @Override
  public String run() {
    return run;
  }

  @Override
  public void timeout(int millis) {
    if (millis != timeout) {
      try {
        connection.setSoTimeout(millis);
      } catch (JedisException e) {
        throw failed(e);
      }
      timeout = millis;
    }
  }

  @Override
  public List<byte @Nullable []> get(byte[]... keys) {
    try {
      connection.sendCommand(Command.MGET, keys);
      return connection.getBinaryMultiBulkReply();
    } catch (JedisException e) {
      throw failed(e);
    }
  }

  @Override
  public List<Object> run(List<ScriptCall> calls) {
    try {
      List<Object> replies = send(calls, false);
      List<Integer> forgotten = new ArrayList<>(0);
      for (int i = 0; i < replies.size(); i++) {
        if (replies.get(i) instanceof JedisDataException e) {
          if (e.getMessage() == null || !e.getMessage().startsWith("NOSCRIPT")) {
            throw e;
          }
          forgotten.add(i);
        }
      }
      if (!forgotten.isEmpty()) {
        List<Object> again = send(forgotten.stream().map(calls::get).toList(), true);
        for (int i = 0; i < again.size(); i++) {
          if (again.get(i) instanceof JedisDataException e) {
            throw e;
          }
          replies.set(forgotten.get(i), again.get(i));
        }
      }
      return replies;
    } catch (JedisException e) {
      throw failed(e);
    }
  }

  private List<Object> send(List<ScriptCall> calls, boolean text) {
    for (ScriptCall call : calls) {
      byte[][] arguments = new byte[2 + call.keys().size() + call.arguments().size()][];
      arguments[0] =
          text
              ? call.script().source().getBytes(StandardCharsets.UTF_8)
              : digests.get(call.script());
      arguments[1] = Integer.toString(call.keys().size()).getBytes(StandardCharsets.US_ASCII);
      int next = 2;
      for (byte[] key : call.keys()) {
        arguments[next++] = key;
      }
      for (byte[] argument : call.arguments()) {
        arguments[next++] = argument;
      }
      connection.sendCommand(text ? Command.EVAL : Command.EVALSHA, arguments);
    }
    return new ArrayList<>(connection.getMany(calls.size()));
  }

  private StoreException failed(JedisException e) {
    disconnect(connection);
    return new StoreException(
        "Redis: " + (e instanceof JedisDataException ? "refused" : "no answer"), e);
  }

  @Override
  public void close() {
    disconnect(connection);
  }

  static void disconnect(Connection connection) {
    try {
      connection.disconnect();
    } catch (JedisException e) {
      // It is broken already, and nobody will use it again.
      connection.setBroken();
    }
  }
}
