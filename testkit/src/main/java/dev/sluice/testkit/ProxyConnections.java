package dev.sluice.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Accepts connections, opens one to the server for each, and cuts them. */
final class ProxyConnections implements AutoCloseable {
  /** Serves one client until either side ends. */
  interface Exchange {
    void serve(Pair pair) throws IOException;
  }

  private final ServerSocket listener;
  private final InetSocketAddress target;
  private final FaultRules rules;
  private final Exchange exchange;
  private final Set<Pair> open = ConcurrentHashMap.newKeySet();
  private final AtomicLong accepted = new AtomicLong();
  private final CountDownLatch closed = new CountDownLatch(1);

  private ProxyConnections(
      ServerSocket listener, InetSocketAddress target, FaultRules rules, Exchange exchange) {
    this.listener = listener;
    this.target = target;
    this.rules = rules;
    this.exchange = exchange;
  }

  static ProxyConnections open(String host, int port, FaultRules rules, Exchange exchange) {
    try {
      ServerSocket listener = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
      ProxyConnections connections =
          new ProxyConnections(listener, new InetSocketAddress(host, port), rules, exchange);
      run("accept", connections::accept);
      return connections;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void run(String what, Runnable work) {
    Thread thread = new Thread(work, "sluice-fault-proxy-" + what);
    thread.setDaemon(true);
    thread.start();
  }

  /** A client's connection and ours to the server for it. */
  final class Pair {
    final Socket client;
    final Socket server;

    Pair(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }

    FaultRules rules() {
      return rules;
    }

    /** Waits, unless the proxy is closed meanwhile. */
    void delay(Duration time) throws IOException {
      try {
        if (closed.await(time.toNanos(), TimeUnit.NANOSECONDS)) {
          throw new IOException("the proxy was closed");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }

    /** The client sees a reset, as of a peer that died. */
    void cut() {
      try {
        client.setSoLinger(true, 0);
      } catch (IOException e) {
        // It is closed already.
      }
      quietly(client);
      quietly(server);
      open.remove(this);
    }
  }

  private static void quietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // Closing is all that was wanted.
    }
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = listener.accept();
        accepted.incrementAndGet();
        run("connection", () -> serve(client));
      } catch (IOException e) {
        return; // closed
      }
    }
  }

  private void serve(Socket client) {
    Socket server = new Socket();
    Pair pair = new Pair(client, server);
    open.add(pair);
    try {
      if (closed.getCount() == 0) {
        return;
      }
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      server.connect(target, 10_000);
      exchange.serve(pair);
    } catch (IOException e) {
      // One side is gone, so the other goes, too.
    } finally {
      pair.cut();
    }
  }

  int port() {
    return listener.getLocalPort();
  }

  long accepted() {
    return accepted.get();
  }

  void cutAll() {
    open.forEach(Pair::cut);
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    cutAll();
  }
}
