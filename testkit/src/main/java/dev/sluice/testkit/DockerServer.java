package dev.sluice.testkit;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.startupcheck.IsRunningStartupCheckStrategy;
import org.testcontainers.containers.wait.strategy.AbstractWaitStrategy;

/** A server in a container, at a port of the host that stays the same over its restarts. */
final class DockerServer implements ServerControl {
  private final String name;
  private final GenericContainer<?> container;
  private final int port;
  private final EmbeddedServer.Readiness readiness;
  private final Duration startTimeout;

  /**
   * Describes a server.
   *
   * @param container image, command and environment; ports and memory are set here
   */
  DockerServer(
      String name,
      GenericContainer<?> container,
      Endpoint endpoint,
      EmbeddedServer.Readiness readiness,
      Duration startTimeout) {
    this.name = name;
    this.container = container;
    this.port = endpoint.hostPort();
    this.readiness = readiness;
    this.startTimeout = startTimeout;
    container
        .withExposedPorts(endpoint.containerPort())
        .withStartupCheckStrategy(new IsRunningStartupCheckStrategy())
        .waitingFor(new NoWait())
        .withCreateContainerCmdModifier(
            command -> {
              HostConfig host = command.getHostConfig();
              if (host == null) {
                host = HostConfig.newHostConfig();
              }
              command.withHostConfig(
                  host.withMemory(endpoint.memoryMegabytes() * 1024L * 1024)
                      .withPortBindings(
                          new PortBinding(
                              Ports.Binding.bindPort(port),
                              new ExposedPort(endpoint.containerPort()))));
            });
  }

  /** The port inside, the port of the host, and the memory limit. */
  record Endpoint(int containerPort, int hostPort, int memoryMegabytes) {}

  /** We wait ourselves, at each start and not only the first. */
  private static final class NoWait extends AbstractWaitStrategy {
    @Override
    protected void waitUntilReady() {}
  }

  static boolean engineAnswers() {
    try {
      return DockerClientFactory.instance().isDockerAvailable();
    } catch (RuntimeException e) {
      return false;
    }
  }

  /** The host at which the engine's ports are reached. */
  static String engineHost() {
    return DockerClientFactory.instance().dockerHostIpAddress();
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String host() {
    return engineHost();
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public synchronized void start() {
    if (running()) {
      return;
    }
    if (Thread.currentThread().isInterrupted()) {
      throw failed("interrupted before it started", null);
    }
    long begin = System.nanoTime();
    try {
      if (container.getContainerId() == null) {
        container.start();
      } else {
        client().startContainerCmd(container.getContainerId()).exec();
      }
    } catch (RuntimeException e) {
      throw failed("cannot be started", e);
    }
    awaitReady(begin);
  }

  private void awaitReady(long begin) {
    Exception last = null;
    while (System.nanoTime() - begin < startTimeout.toNanos()) {
      try {
        if (readiness.ready()) {
          return;
        }
      } catch (Exception e) {
        last = e;
      }
      if (!running()) {
        throw failed("ended while it started", last);
      }
      LockSupport.parkNanos(100_000_000);
      if (Thread.currentThread().isInterrupted()) {
        throw failed("interrupted while it started", last);
      }
    }
    throw failed("does not answer after " + startTimeout.toMillis() + " ms", last);
  }

  private TestServerException failed(String what, @Nullable Throwable cause) {
    return new TestServerException(
        "%s (image %s, port %d): %s; its last log lines:%n%s"
            .formatted(name, image(), port, what, lastLogLines()),
        cause);
  }

  /** The client asks the engine for it, which may be what failed. */
  private String image() {
    try {
      return container.getDockerImageName();
    } catch (RuntimeException e) {
      return "unknown";
    }
  }

  @Override
  public synchronized void stop() {
    if (running()) {
      resume();
      client().stopContainerCmd(container.getContainerId()).withTimeout(20).exec();
    }
  }

  @Override
  public synchronized void kill() {
    if (running()) {
      resume(); // the engine refuses to kill what it froze
      client().killContainerCmd(container.getContainerId()).exec();
      long limit = System.nanoTime() + Duration.ofSeconds(20).toNanos();
      while (running()) {
        if (System.nanoTime() - limit > 0) {
          throw failed("still there 20 s after SIGKILL", null);
        }
        LockSupport.parkNanos(10_000_000);
      }
    }
  }

  @Override
  public synchronized void pause() {
    if (!running()) {
      throw new IllegalStateException(name + ": cannot pause, it is not running");
    }
    client().pauseContainerCmd(container.getContainerId()).exec();
  }

  @Override
  public synchronized void resume() {
    if (paused()) {
      client().unpauseContainerCmd(container.getContainerId()).exec();
    }
  }

  @Override
  public boolean running() {
    ContainerState state = state();
    return state != null && Boolean.TRUE.equals(state.getRunning());
  }

  @Override
  public boolean paused() {
    ContainerState state = state();
    return state != null && Boolean.TRUE.equals(state.getPaused());
  }

  private @Nullable ContainerState state() {
    String id = container.getContainerId();
    return id == null ? null : client().inspectContainerCmd(id).exec().getState();
  }

  @Override
  public String lastLogLines() {
    try {
      if (container.getContainerId() == null) {
        return "(no log)";
      }
      List<String> lines = container.getLogs().lines().toList();
      return String.join(
          System.lineSeparator(), lines.subList(Math.max(0, lines.size() - 20), lines.size()));
    } catch (RuntimeException e) {
      return "(no log: " + e.getMessage() + ")";
    }
  }

  @Override
  public synchronized void close() {
    boolean interrupted = Thread.interrupted(); // the client gives up on an interrupted thread
    try {
      if (container.getContainerId() != null) {
        resume();
      }
    } catch (DockerException e) {
      // It is gone, which is what is wanted.
    } finally {
      try {
        container.stop();
      } finally {
        if (interrupted) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }

  private static DockerClient client() {
    return DockerClientFactory.instance().client();
  }
}
