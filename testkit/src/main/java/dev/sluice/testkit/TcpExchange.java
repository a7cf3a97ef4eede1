package dev.sluice.testkit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Bytes in both directions. What the client sent since the server's last answer is the request that
 * faults are matched against.
 */
final class TcpExchange {
  /** A request that grows beyond is matched by its last part only. */
  private static final int REMEMBERED = 1 << 20;

  private final ProxyConnections.Pair pair;
  private final AtomicReference<@Nullable Fault> forAnswer = new AtomicReference<>();
  private ByteArrayOutputStream request = new ByteArrayOutputStream();
  private final Set<Fault> counted = new HashSet<>();
  private boolean answered = true;
  private boolean taken;

  private TcpExchange(ProxyConnections.Pair pair) {
    this.pair = pair;
  }

  static void serve(ProxyConnections.Pair pair) throws IOException {
    TcpExchange exchange = new TcpExchange(pair);
    ProxyConnections.run("answers", exchange::answers);
    exchange.requests();
  }

  private void requests() throws IOException {
    InputStream in = pair.client.getInputStream();
    OutputStream out = pair.server.getOutputStream();
    byte[] buffer = new byte[64 * 1024];
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      Fault fault = fault(buffer, n);
      if (fault != null) {
        switch (fault.action()) {
          case CUT_BEFORE, STATUS -> {
            return;
          }
          case DELAY_REQUEST -> pair.delay(fault.delay());
          case DROP_RESPONSE, DELAY_RESPONSE -> forAnswer.set(fault);
        }
      }
      out.write(buffer, 0, n);
      out.flush();
    }
  }

  /** The fault for this request, once. */
  private synchronized @Nullable Fault fault(byte[] bytes, int length) {
    if (answered) {
      answered = false;
      taken = false;
      counted.clear();
      request = new ByteArrayOutputStream();
      pair.rules().countRequest();
    }
    if (taken) {
      return null;
    }
    if (request.size() + length > REMEMBERED) {
      request.reset();
    }
    request.write(bytes, 0, length);
    byte[] whole = request.toByteArray();
    Fault fault = pair.rules().take(whole, whole.length, counted);
    taken = fault != null;
    return fault;
  }

  private synchronized void answer() {
    answered = true;
  }

  private void answers() {
    byte[] buffer = new byte[64 * 1024];
    try {
      InputStream in = pair.server.getInputStream();
      OutputStream out = pair.client.getOutputStream();
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        answer();
        Fault fault = forAnswer.getAndSet(null);
        if (fault != null && fault.action() == Fault.Action.DROP_RESPONSE) {
          break;
        }
        if (fault != null) {
          pair.delay(fault.delay());
        }
        out.write(buffer, 0, n);
        out.flush();
      }
    } catch (IOException e) {
      // The pair is cut below.
    }
    pair.cut();
  }
}
