package dev.sluice.testkit;

/** One server, wherever it runs: start and stop it, hang it, kill it. */
interface ServerControl extends AutoCloseable {
  String name();

  String host();

  int port();

  /** Starts the server when it is not running and returns once it answers. */
  void start();

  /** Ends the server as its operator would, so that it closes its files. */
  void stop();

  /** Ends the server with SIGKILL. */
  void kill();

  /** Freezes the server: connections stay open, nothing answers. */
  void pause();

  void resume();

  /** Whether the server's process exists, paused or not. */
  boolean running();

  boolean paused();

  /** The last 20 lines of the server's log. */
  String lastLogLines();

  @Override
  void close();
}
