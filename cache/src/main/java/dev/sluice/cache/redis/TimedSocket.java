package dev.sluice.cache.redis;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import javax.net.ssl.SSLSocket;

/**
 * A connected socket whose reads end at a deadline, however slowly bytes come: before each read its
 * timeout is what is left. Writes are not bounded by it, nor reads of single TLS records; for them
 * see {@link RedisLink}.
 */
final class TimedSocket extends Socket {
  private static final long MILLI = 1_000_000;

  private final Socket socket;
  private long deadline;
  private int timeout;

  TimedSocket(Socket socket, long deadline) {
    this.socket = socket;
    this.deadline = deadline;
  }

  /** A reading of {@link System#nanoTime()}. */
  void deadline(long nanoTime) {
    deadline = nanoTime;
  }

  boolean isEncrypted() {
    return socket instanceof SSLSocket;
  }

  /** Sets the timeout to what is left; most often it is the same number as before. */
  private void tick() throws IOException {
    long left = deadline - System.nanoTime();
    if (left <= 0) {
      throw new SocketTimeoutException("no answer in time");
    }
    int millis = (int) Math.min(Integer.MAX_VALUE, (left + MILLI - 1) / MILLI);
    if (millis != timeout) {
      socket.setSoTimeout(millis);
      timeout = millis;
    }
  }

  @Override
  public InputStream getInputStream() throws IOException {
    return new FilterInputStream(socket.getInputStream()) {
      @Override
      public int read() throws IOException {
        tick();
        return in.read();
      }

      @Override
      public int read(byte[] bytes, int offset, int length) throws IOException {
        tick();
        return in.read(bytes, offset, length);
      }
    };
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    return socket.getOutputStream();
  }

  /** The deadline counts, not this. */
  @Override
  public synchronized void setSoTimeout(int millis) {}

  @Override
  public synchronized int getSoTimeout() throws SocketException {
    return socket.getSoTimeout();
  }

  @Override
  public SocketAddress getRemoteSocketAddress() {
    return socket.getRemoteSocketAddress();
  }

  @Override
  public SocketAddress getLocalSocketAddress() {
    return socket.getLocalSocketAddress();
  }

  @Override
  public boolean isConnected() {
    return socket.isConnected();
  }

  @Override
  public boolean isBound() {
    return socket.isBound();
  }

  @Override
  public boolean isClosed() {
    return socket.isClosed();
  }

  @Override
  public boolean isInputShutdown() {
    return socket.isInputShutdown();
  }

  @Override
  public boolean isOutputShutdown() {
    return socket.isOutputShutdown();
  }

  @Override
  public synchronized void close() throws IOException {
    socket.close();
  }
}
