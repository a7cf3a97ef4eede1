package dev.sluice.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Redis on either backend. */
final class Redis implements RedisServer {
  private final ServerControl control;

  private Redis(ServerControl control) {
    this.control = control;
  }

  static RedisServer start(RedisSpec spec) {
    ServerControl control =
        spec.backend() == Backend.DOCKER
            ? DockerServers.redis(spec.image(), spec.memoryMegabytes())
            : embedded(spec.memoryMegabytes());
    try {
      control.start();
    } catch (RuntimeException e) {
      Cleanup.after(e, control::close);
      throw e;
    }
    return new Redis(control);
  }

  private static EmbeddedServer embedded(int memoryMegabytes) {
    Platform platform = Platform.current();
    String name = ".*redis-server-.*-" + platform.os() + "-" + platform.architecture();
    try {
      Path folder =
          platform.supervised()
              ? Binaries.unpack(
                  "redis",
                  "redis/embedded/RedisServer.class",
                  entry -> entry.matches(name) ? "redis-server" : null)
              : null;
      if (folder == null) {
        throw platform.without("Redis");
      }
      int port = FreePorts.reserve();
      Path data = Folders.create("redis");
      List<String> command =
          List.of(
              folder.resolve("redis-server").toString(),
              "--port",
              Integer.toString(port),
              "--bind",
              "127.0.0.1",
              "--dir",
              data.toString(),
              "--save",
              "",
              "--appendonly",
              "no",
              "--maxmemory",
              memoryMegabytes + "mb",
              "--maxmemory-policy",
              "allkeys-lru",
              "--daemonize",
              "no");
      return new EmbeddedServer(
          new EmbeddedServer.Spec(
              "redis",
              port,
              data,
              List.of(),
              () -> command,
              "TERM",
              () -> command("127.0.0.1", port, "PING").startsWith("+PONG"),
              Duration.ofSeconds(30)));
    } catch (IOException e) {
      throw new TestServerException("Redis: cannot unpack the server", e);
    }
  }

  /** One inline command and the first line of its answer. */
  static String command(String host, int port, String command) throws IOException {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(host, port), 2_000);
      socket.setSoTimeout(5_000);
      OutputStream out = socket.getOutputStream();
      out.write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
      out.flush();
      InputStream in = socket.getInputStream();
      StringBuilder line = new StringBuilder();
      for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
        line.append((char) c);
      }
      return line.toString();
    }
  }

  @Override
  public String host() {
    return control.host();
  }

  @Override
  public int port() {
    return control.port();
  }

  @Override
  public void kill() {
    control.kill();
  }

  @Override
  public void start() {
    control.start();
  }

  @Override
  public void stop() {
    control.stop();
  }

  @Override
  public void pause() {
    control.pause();
  }

  @Override
  public void resume() {
    control.resume();
  }

  @Override
  public void flush() {
    try {
      String answer = command(host(), port(), "FLUSHALL");
      if (!answer.startsWith("+OK")) {
        throw new TestServerException(control.name() + ": refused to flush: " + answer);
      }
    } catch (IOException e) {
      throw new TestServerException(control.name() + ": cannot be flushed", e);
    }
  }

  @Override
  public boolean running() {
    return control.running();
  }

  @Override
  public void close() {
    control.close();
  }
}
