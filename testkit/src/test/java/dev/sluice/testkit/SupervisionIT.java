package dev.sluice.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class SupervisionIT {
  /** Started in a JVM that the test kills. */
  static final class Victim {
    public static void main(String[] arguments) throws Exception {
      DatabaseEngine engine = DatabaseEngine.valueOf(arguments[0]);
      try (ReplicatedDatabase database = ReplicatedDatabase.builder().engine(engine).start();
          RedisServer redis = RedisServer.builder().start()) {
        database.replica(0).pause();
        System.out.println(
            "PORTS "
                + database.primary().port()
                + " "
                + database.replica(0).port()
                + " "
                + redis.port());
        System.out.flush();
        Thread.currentThread().join();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"MARIADB", "POSTGRESQL"})
  void serversDieWithAKilledJvmEvenWhenFrozen(DatabaseEngine engine) throws Exception {
    // Open to nobody, whom PostgreSQL runs as when this JVM is root.
    Path temporary =
        Files.createTempDirectory(
            "supervision",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    Process victim =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                System.getProperty("java.class.path"),
                Victim.class.getName(),
                engine.name())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    List<Integer> ports = ports(victim);
    List<ProcessHandle> children = victim.descendants().toList();
    assertThat(children).hasSizeGreaterThan(6);
    victim.destroyForcibly().waitFor();
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(() -> assertThat(children).noneMatch(ProcessHandle::isAlive));
    assertThat(ports).allMatch(SupervisionIT::free);
    assertThat(runFolders(temporary)).isEmpty();
    Folders.delete(temporary);
  }

  private static List<Integer> ports(Process victim) throws IOException {
    BufferedReader out = victim.inputReader(StandardCharsets.UTF_8);
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith("PORTS ")) {
        List<Integer> ports = new ArrayList<>();
        for (String port : line.substring(6).split(" ", -1)) {
          ports.add(Integer.parseInt(port));
        }
        return ports;
      }
    }
    throw new AssertionError("the JVM ended before its servers ran");
  }

  private static List<Path> runFolders(Path temporary) throws IOException {
    try (var files = Files.list(temporary)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("sluice-testkit-run"))
          .toList();
    }
  }

  private static boolean free(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void failedStartShowsTheServersLastLogLines() {
    Path folder = Folders.create("broken");
    EmbeddedServer server =
        new EmbeddedServer(
            new EmbeddedServer.Spec(
                "broken",
                1,
                folder,
                List.of(),
                () -> List.of("/bin/sh", "-c", "for i in $(seq 30); do echo line $i; done; exit 7"),
                "TERM",
                () -> false,
                Duration.ofSeconds(20)));
    assertThatThrownBy(server::start)
        .isInstanceOf(TestServerException.class)
        .hasMessageContaining("broken")
        .hasMessageContaining("code 7")
        .hasMessageContaining("line 30")
        .hasMessageContaining("line 11")
        .hasMessageNotContaining("line 10");
    server.close();
    assertThat(folder).doesNotExist();
  }

  static List<Backend> backends() {
    return Backend.available();
  }

  @ParameterizedTest
  @MethodSource("backends")
  void startOnAnInterruptedThreadSaysSoAndLeavesNoProcess(Backend backend) {
    Thread.currentThread().interrupt();
    Throwable failure = catchThrowable(() -> RedisServer.builder().backend(backend).start());
    assertThat(Thread.interrupted()).isTrue();
    assertThat(failure).isInstanceOf(TestServerException.class).hasMessageContaining("interrupted");
    assertThat(failure).hasNoSuppressedExceptions();
    assertNothingRuns("redis-server");
  }

  @ParameterizedTest
  @MethodSource("backends")
  void closeOnAnInterruptedThreadEndsTheServer(Backend backend) {
    RedisServer redis = RedisServer.builder().backend(backend).start();
    Thread.currentThread().interrupt();
    redis.close();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(redis.running()).isFalse();
    assertNothingRuns("redis-server");
  }

  @Test
  void startThatIsInterruptedEndsTheServer() {
    Path folder = Folders.create("interrupted");
    EmbeddedServer server =
        new EmbeddedServer(
            new EmbeddedServer.Spec(
                "interrupted",
                1,
                folder,
                List.of(),
                () -> List.of("/bin/sh", "-c", "exec sleep 1234"),
                "TERM",
                () -> {
                  Thread.currentThread().interrupt();
                  return false;
                },
                Duration.ofMinutes(1)));
    Throwable failure = catchThrowable(server::start);
    server.close();
    assertThat(Thread.interrupted()).isTrue();
    assertThat(failure).hasMessageContaining("interrupted while it started");
    assertThat(server.running()).isFalse();
    assertNothingRuns("sleep 1234");
    assertThat(folder).doesNotExist();
  }

  private static void assertNothingRuns(String command) {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                assertThat(ProcessHandle.current().descendants())
                    .noneMatch(p -> p.info().commandLine().orElse("").contains(command)));
  }

  @Test
  void silentServerIsEndedAtTheTimeLimit() {
    EmbeddedServer server =
        new EmbeddedServer(
            new EmbeddedServer.Spec(
                "silent",
                1,
                Folders.create("silent"),
                List.of(),
                () -> List.of("/bin/sh", "-c", "echo hello; exec sleep 100"),
                "TERM",
                () -> false,
                Duration.ofMillis(500)));
    assertThatThrownBy(server::start)
        .hasMessageContaining("does not answer after 500 ms")
        .hasMessageContaining("hello");
    assertThat(server.running()).isFalse();
    server.close();
  }
}
