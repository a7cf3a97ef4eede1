package dev.sluice.cache.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.cache.CacheStore;
import dev.sluice.cache.Script;
import dev.sluice.cache.ScriptCall;
import dev.sluice.cache.StoreException;
import dev.sluice.cache.StoreLink;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A server that answers in ways a real one does only on a bad day. */
class RedisLinkTest {
  private static final int TRICKLE = 20_000;
  private static final String INFO =
      "redis_mode:standalone\r\nrun_id:0123456789abcdef0123456789abcdef01234567\r\n";

  private ServerSocket server;
  private volatile String toScriptLoad = "$4\r\nsha1\r\n";
  private final AtomicInteger trickled = new AtomicInteger();

  @BeforeEach
  void start() throws IOException {
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    CompletableFuture.runAsync(this::accept, RedisLinkTest::daemon);
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task, "fake-redis");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = server.accept();
        daemon(() -> serve(client));
      }
    } catch (IOException e) {
      assertThat(server.isClosed()).isTrue();
    }
  }

  private void serve(Socket client) {
    try (client) {
      DataInputStream in = new DataInputStream(new BufferedInputStream(client.getInputStream()));
      OutputStream out = client.getOutputStream();
      while (true) {
        int words = number(in);
        String command = "";
        for (int i = 0; i < words; i++) {
          int length = number(in);
          if (length > 1 << 20) {
            LockSupport.park(); // reads no more, and does not close
          }
          byte[] word = in.readNBytes(length);
          in.readNBytes(2);
          command = i == 0 ? new String(word, StandardCharsets.US_ASCII) : command;
        }
        answer(command, out);
      }
    } catch (IOException | NumberFormatException e) {
      assertThat(e).as("the client has gone").isNotNull();
    }
  }

  private static int number(DataInputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        throw new IOException("end");
      }
      line.append((char) b);
    }
    return Integer.parseInt(line.substring(1).trim());
  }

  private void answer(String command, OutputStream out) throws IOException {
    String reply =
        switch (command) {
          case "INFO" -> "$" + INFO.length() + "\r\n" + INFO + "\r\n";
          case "SCRIPT" -> toScriptLoad;
          case "HELLO" -> "%1\r\n$5\r\nproto\r\n:3\r\n";
          case "MGET" -> "*1\r\n$" + TRICKLE + "\r\n";
          case "EVALSHA" -> "-OOM command not allowed when used memory > 'maxmemory'.\r\n";
          default -> "+OK\r\n";
        };
    out.write(reply.getBytes(StandardCharsets.US_ASCII));
    for (int i = 0; command.equals("MGET") && i < TRICKLE; i++) {
      out.write('x');
      trickled.incrementAndGet();
      LockSupport.parkNanos(2_000_000);
    }
  }

  private RedisTransport transport() {
    return RedisTransport.to("127.0.0.1", server.getLocalPort());
  }

  private static long in(long millis) {
    return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
  }

  @Test
  void bytesThatComeOneByOneDoNotProlongTheDeadline() {
    try (StoreLink link = transport().connect(5000)) {
      link.deadline(in(100));
      assertThatThrownBy(() -> link.get(new byte[] {1})).isInstanceOf(StoreException.class);
      assertThat(trickled.get()).isLessThan(TRICKLE / 2);
    }
  }

  @Test
  void writeThatBlocksEndsAtTheDeadline() throws Exception {
    try (StoreLink link = transport().connect(5000)) {
      link.deadline(in(100));
      ScriptCall large = new ScriptCall(Script.FILL, List.of(), List.of(new byte[64 << 20]));
      CompletableFuture<List<Object>> blocked =
          CompletableFuture.supplyAsync(() -> link.run(List.of(large)));
      assertThatThrownBy(() -> blocked.get(30, TimeUnit.SECONDS))
          .hasCauseInstanceOf(StoreException.class);
    }
  }

  @Test
  void refusalLeavesTheLinkInUse() {
    try (StoreLink link = transport().connect(5000)) {
      ScriptCall call = new ScriptCall(Script.FILL, List.of(), List.of());
      for (int i = 0; i < 3; i++) {
        link.deadline(in(5000));
        assertThatThrownBy(() -> link.run(List.of(call, call)))
            .isInstanceOfSatisfying(StoreException.class, e -> assertThat(e.isRefusal()).isTrue());
      }
    }
  }

  @Test
  void serverThatIsNotReadyYetIsNoErrorOfConfiguration() {
    for (String code : List.of("LOADING", "BUSY", "MASTERDOWN", "TRYAGAIN")) {
      toScriptLoad = "-" + code + " not now\r\n";
      assertThatThrownBy(() -> transport().connect(5000)).isInstanceOf(StoreException.class);
      CacheStore.builder(transport()).build().close();
    }
    toScriptLoad = "-NOPERM no\r\n";
    assertThatThrownBy(() -> transport().connect(5000)).isInstanceOf(IllegalStateException.class);
  }
}
