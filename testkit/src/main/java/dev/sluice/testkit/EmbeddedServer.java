package dev.sluice.testkit;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A server that is a child process of this JVM and dies with it.
 *
 * <p>A small shell between JVM and server reads from a pipe whose other end only this JVM holds: at
 * end of file, and so also when the JVM was killed, it kills the server, which needs no cooperation
 * from a server that is frozen.
 */
final class EmbeddedServer implements ServerControl {
  /** Where the shell is a session of its own, Ctrl-C in a terminal does not reach the servers. */
  private static final String SUPERVISOR =
      """
      pidfile=$1; shift
      trap '' INT HUP
      exec 3<&0
      "$@" </dev/null 3<&- &
      server=$!
      echo $server >"$pidfile.new" && mv "$pidfile.new" "$pidfile"
      (
        while read -r line <&3; do :; done
        trap '' TERM # the server's end, below, must not stop this before its children are killed
        children=$(cat /proc/$server/task/$server/children 2>/dev/null || pgrep -P $server 2>/dev/null)
        kill -KILL $server $children 2>/dev/null
      ) >/dev/null 2>&1 &
      watcher=$!
      exec 3<&-
      wait $server
      code=$?
      kill $watcher 2>/dev/null
      exit $code
      """;

  private static final String SESSION =
      "command -v setsid >/dev/null 2>&1 && exec setsid /bin/sh -c \"$0\" supervisor \"$@\"; exec"
          + " /bin/sh -c \"$0\" supervisor \"$@\"";

  /** Whether the server answers; an exception counts as no. */
  interface Readiness {
    boolean ready() throws Exception;
  }

  /**
   * How to run it.
   *
   * @param command asked at each start, since a role may have changed
   * @param prefix a command that the supervisor runs under, to be another user; empty for none
   * @param stopSignal what ends this server orderly, for instance {@code TERM}
   */
  record Spec(
      String name,
      int port,
      Path folder,
      List<String> prefix,
      Supplier<List<String>> command,
      String stopSignal,
      Readiness readiness,
      Duration startTimeout) {}

  private final Spec spec;
  private @Nullable Process supervisor;
  private @Nullable ProcessHandle server;
  private boolean frozen;

  EmbeddedServer(Spec spec) {
    this.spec = spec;
  }

  @Override
  public String name() {
    return spec.name();
  }

  @Override
  public String host() {
    return "127.0.0.1";
  }

  @Override
  public int port() {
    return spec.port();
  }

  @Override
  public synchronized void start() {
    if (running()) {
      return;
    }
    long begin = System.nanoTime();
    Path pidFile = spec.folder().resolve("server.pid");
    List<String> command = new ArrayList<>(spec.prefix());
    command.addAll(List.of("/bin/sh", "-c", SESSION, SUPERVISOR, pidFile.toString()));
    command.addAll(spec.command().get());
    try {
      Files.deleteIfExists(pidFile);
      Process started =
          new ProcessBuilder(command)
              .directory(spec.folder().toFile())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
              .start();
      supervisor = started;
      server = null;
      frozen = false;
      server = handle(started, pidFile);
      awaitReady(started, begin);
    } catch (IOException e) {
      TestServerException failure =
          new TestServerException(spec.name() + ": cannot run " + command.get(0), e);
      Cleanup.after(failure, this::kill);
      throw failure;
    } catch (RuntimeException e) {
      Cleanup.after(e, this::kill);
      throw e;
    }
  }

  private ProcessHandle handle(Process started, Path pidFile) throws IOException {
    long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (System.nanoTime() - limit < 0) {
      if (Files.exists(pidFile)) {
        long pid = Long.parseLong(Files.readString(pidFile).trim());
        // A server that ended already is told from its supervisor, below.
        return ProcessHandle.of(pid).orElse(started.toHandle());
      }
      if (exitedWithin(started, 5)) {
        throw failed("ended with code " + started.exitValue(), null);
      }
      requireUninterrupted();
    }
    throw failed("was not run by its supervisor within 20 s", null);
  }

  private void awaitReady(Process started, long begin) {
    Exception last = null;
    while (System.nanoTime() - begin < spec.startTimeout().toNanos()) {
      if (exitedWithin(started, last == null ? 1 : 20)) {
        throw failed("ended with code " + started.exitValue(), last);
      }
      requireUninterrupted();
      try {
        if (spec.readiness().ready()) {
          return;
        }
        last = null;
      } catch (Exception e) {
        last = e;
      }
    }
    throw failed("does not answer after " + spec.startTimeout().toMillis() + " ms", last);
  }

  private void requireUninterrupted() {
    if (Thread.currentThread().isInterrupted()) {
      throw failed("interrupted while it started", null);
    }
  }

  /** Waits to the end, interrupted or not, since servers must be ended in either case. */
  private static boolean exitedWithin(Process process, long millis) {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return process.waitFor(end - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private TestServerException failed(String what, @Nullable Throwable cause) {
    return new TestServerException(
        "%s (embedded, port %d): %s; its last log lines:%n%s"
            .formatted(spec.name(), spec.port(), what, lastLogLines()),
        cause);
  }

  @Override
  public synchronized void stop() {
    if (!running()) {
      return;
    }
    resume();
    signal(spec.stopSignal(), List.of(server()));
    if (!exitedWithin(supervisor(), 20_000)) {
      kill();
    }
  }

  @Override
  public synchronized void kill() {
    if (!running()) {
      return;
    }
    // The supervisor kills the server, even one whose process id it has not told us yet.
    close(supervisor().getOutputStream());
    frozen = false;
    if (!exitedWithin(supervisor(), 20_000)) {
      throw failed("still there 20 s after SIGKILL", null);
    }
  }

  private static void close(OutputStream pipe) {
    try {
      pipe.close();
    } catch (IOException e) {
      // The other end is gone, with the supervisor.
    }
  }

  @Override
  public synchronized void pause() {
    requireRunning("pause");
    // The parent first, so that it makes no child which nobody freezes.
    signal("STOP", List.of(server()));
    awaitFrozen(List.of(server()));
    signal("STOP", family());
    frozen = true;
    awaitFrozen(family());
  }

  /**
   * On a busy machine a process goes on for a while: the signal stops it only when the one thread
   * that takes it is scheduled.
   */
  private void awaitFrozen(List<ProcessHandle> processes) {
    long limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!processes.stream().allMatch(EmbeddedServer::stopped)) {
      if (System.nanoTime() - limit > 0) {
        throw failed("not frozen 10 s after SIGSTOP", null);
      }
      exitedWithin(supervisor(), 1);
    }
  }

  /** Whether all threads are; true where the system does not tell. */
  private static boolean stopped(ProcessHandle process) {
    Path threads = Path.of("/proc", Long.toString(process.pid()), "task");
    try (Stream<Path> all = Files.list(threads)) {
      for (Path thread : all.toList()) {
        Path stat = thread.resolve("stat");
        if (!Files.isReadable(stat)) {
          return false; // it ended meanwhile: look again
        }
        String state = Files.readString(stat, StandardCharsets.ISO_8859_1);
        char letter = state.charAt(state.lastIndexOf(')') + 2);
        if (letter != 'T' && letter != 'Z' && letter != 'X') {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      return true; // it ended meanwhile, or there is no such file system
    }
  }

  @Override
  public synchronized void resume() {
    if (running() && frozen) {
      signal("CONT", family());
      frozen = false;
    }
  }

  @Override
  public synchronized boolean running() {
    return supervisor != null && supervisor.isAlive();
  }

  @Override
  public synchronized boolean paused() {
    return frozen && running();
  }

  @Override
  public String lastLogLines() {
    try (Stream<String> lines = Files.lines(log(), StandardCharsets.ISO_8859_1)) {
      List<String> all = lines.toList();
      return String.join(
          System.lineSeparator(), all.subList(Math.max(0, all.size() - 20), all.size()));
    } catch (IOException | UncheckedIOException e) {
      return "(no log)";
    }
  }

  @Override
  public synchronized void close() {
    try {
      kill();
    } finally {
      Folders.delete(spec.folder());
    }
  }

  Path folder() {
    return spec.folder();
  }

  private Path log() {
    return spec.folder().resolve("server.log");
  }

  private void requireRunning(String action) {
    if (!running()) {
      throw new IllegalStateException(spec.name() + ": cannot " + action + ", it is not running");
    }
  }

  private Process supervisor() {
    if (supervisor == null) {
      throw new IllegalStateException(spec.name() + ": was never started");
    }
    return supervisor;
  }

  private ProcessHandle server() {
    if (server == null) {
      throw new IllegalStateException(spec.name() + ": was never started");
    }
    return server;
  }

  private List<ProcessHandle> family() {
    List<ProcessHandle> all = new ArrayList<>();
    all.add(server());
    server().descendants().forEach(all::add);
    return all;
  }

  private void signal(String name, List<ProcessHandle> targets) {
    List<String> command =
        new ArrayList<>(List.of("/bin/sh", "-c", "kill -" + name + " \"$@\"", "kill"));
    targets.forEach(target -> command.add(Long.toString(target.pid())));
    try {
      Process kill =
          new ProcessBuilder(command)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!exitedWithin(kill, 10_000)) {
        throw failed("did not get SIG" + name + " within 10 s", null);
      }
      // Another exit code means that one of them had ended already.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
