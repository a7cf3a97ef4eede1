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
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.Connection;
import redis.clients.jedis.Protocol.Command;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;

/**
 * A connection that knows the run of its server; the scripts are loaded when it is made. Reads end
 * by the socket itself. What is larger than any buffer between here and there may block in a write:
 * then a guard closes the socket at the deadline.
 */
final class RedisLink implements StoreLink {
  private static final int RUN_LENGTH = 16;

  /** Less than what a connection takes whose other end has read all that was sent before. */
  private static final int SMALL = 8 * 1024;

  /** Answers of a server that can be used, but not yet. */
  private static final List<String> NOT_READY =
      List.of("LOADING", "BUSY", "MASTERDOWN", "TRYAGAIN");

  private final Connection connection;
  private final TimedSocket socket;
  private final ScheduledExecutorService guard;
  private final String run;
  private final Map<Script, byte[]> digests;
  private long deadline;

  private RedisLink(
      Connection connection,
      TimedSocket socket,
      ScheduledExecutorService guard,
      String run,
      Map<Script, byte[]> digests) {
    this.connection = connection;
    this.socket = socket;
    this.guard = guard;
    this.run = run;
    this.digests = digests;
  }

  static RedisLink over(Connection connection, TimedSocket socket, ScheduledExecutorService guard) {
    connection.sendCommand(Command.INFO, "server");
    for (Script script : Script.values()) {
      connection.sendCommand(Command.SCRIPT, "LOAD", script.source());
    }
    List<Object> replies = connection.getMany(1 + Script.values().length);
    for (Object reply : replies) {
      if (reply instanceof JedisDataException refusal) {
        if (NOT_READY.contains(code(refusal))) {
          throw new StoreException("the server is not ready yet", refusal);
        }
        throw new IllegalStateException(
            "the server refuses what the cache needs: " + refusal.getMessage(), refusal);
      }
    }
    Map<Script, byte[]> digests = new EnumMap<>(Script.class);
    for (Script script : Script.values()) {
      digests.put(script, (byte[]) replies.get(1 + script.ordinal()));
    }
    return new RedisLink(connection, socket, guard, run(text(replies.get(0))), digests);
  }

  private static String code(JedisDataException refusal) {
    String message = refusal.getMessage();
    return message == null ? "" : message.split(" ", 2)[0];
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
  public void deadline(long nanoTime) {
    deadline = nanoTime;
    socket.deadline(nanoTime);
  }

  @Override
  public List<byte @Nullable []> get(byte[]... keys) {
    int size = 0;
    for (byte[] key : keys) {
      size += key.length;
    }
    Future<?> closing = guard(size);
    List<byte @Nullable []> values;
    try {
      connection.sendCommand(Command.MGET, keys);
      values = connection.getBinaryMultiBulkReply();
    } catch (JedisException e) {
      throw failed(e, closing);
    }
    release(closing);
    return values;
  }

  @Override
  public List<Object> run(List<ScriptCall> calls) {
    Future<?> closing = guard(size(calls));
    List<Object> replies;
    try {
      replies = replies(calls);
    } catch (JedisException e) {
      throw failed(e, closing);
    }
    release(closing);
    return replies;
  }

  private static int size(List<ScriptCall> calls) {
    int size = 0;
    for (ScriptCall call : calls) {
      for (byte[] key : call.keys()) {
        size += key.length;
      }
      for (byte[] argument : call.arguments()) {
        size += argument.length;
      }
    }
    return size;
  }

  /** Has the socket closed at the deadline; null where that is not needed. */
  private @Nullable Future<?> guard(int size) {
    return size <= SMALL && !socket.isEncrypted()
        ? null
        : guard.schedule(
            () -> disconnect(connection), deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
  }

  private static void release(@Nullable Future<?> closing) {
    if (closing != null && !closing.cancel(false)) {
      throw new StoreException("Redis: the answer came too late");
    }
  }

  private StoreException failed(JedisException e, @Nullable Future<?> closing) {
    if (e instanceof JedisDataException) {
      release(closing);
      return StoreException.refusal("Redis: refused", e);
    }
    if (closing != null) {
      closing.cancel(false);
    }
    disconnect(connection);
    return new StoreException("Redis: no answer", e);
  }

  private List<Object> replies(List<ScriptCall> calls) {
    List<Object> replies = send(calls, false);
    List<Integer> forgotten = new ArrayList<>(0);
    JedisDataException refusal = null;
    for (int i = 0; i < replies.size(); i++) {
      if (replies.get(i) instanceof JedisDataException e) {
        if (code(e).equals("NOSCRIPT")) {
          forgotten.add(i);
        } else {
          refusal = e;
        }
      }
    }
    if (!forgotten.isEmpty()) {
      List<Object> again = send(forgotten.stream().map(calls::get).toList(), true);
      for (int i = 0; i < again.size(); i++) {
        if (again.get(i) instanceof JedisDataException e) {
          refusal = e;
        }
        replies.set(forgotten.get(i), again.get(i));
      }
    }
    if (refusal != null) {
      throw refusal;
    }
    return replies;
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
