package dev.sluice.testkit;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** HTTP/1.1 by whole messages, with what the AWS protocols use of it. */
final class HttpExchange {
  private HttpExchange() {}

  static void serve(ProxyConnections.Pair pair) throws IOException {
    InputStream fromClient = new BufferedInputStream(pair.client.getInputStream());
    InputStream fromServer = new BufferedInputStream(pair.server.getInputStream());
    OutputStream toClient = pair.client.getOutputStream();
    OutputStream toServer = pair.server.getOutputStream();
    while (true) {
      byte[] head = head(fromClient);
      if (head == null) {
        return;
      }
      if (header(head, "expect") != null) {
        toClient.write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        toClient.flush();
        head = without(head, "expect");
      }
      byte[] request = message(head, fromClient, true);
      pair.rules().countRequest();
      Fault fault = pair.rules().take(request, request.length, new HashSet<>());
      if (fault != null && fault.action() == Fault.Action.CUT_BEFORE) {
        return;
      }
      if (fault != null && fault.action() == Fault.Action.STATUS) {
        String answer = "HTTP/1.1 " + fault.status() + " Fault\r\nContent-Length: 0\r\n\r\n";
        toClient.write(answer.getBytes(StandardCharsets.US_ASCII));
        toClient.flush();
        continue;
      }
      if (fault != null && fault.action() == Fault.Action.DELAY_REQUEST) {
        pair.delay(fault.delay());
      }
      toServer.write(request);
      toServer.flush();
      byte[] answerHead = head(fromServer);
      if (answerHead == null) {
        return;
      }
      boolean bodiless =
          new String(head, 0, 5, StandardCharsets.ISO_8859_1).equals("HEAD ")
              || new String(answerHead, StandardCharsets.ISO_8859_1)
                  .matches("(?s)HTTP/1\\.\\d (204|304) .*");
      byte[] answer = bodiless ? answerHead : message(answerHead, fromServer, false);
      if (fault != null && fault.action() == Fault.Action.DROP_RESPONSE) {
        return;
      }
      if (fault != null && fault.action() == Fault.Action.DELAY_RESPONSE) {
        pair.delay(fault.delay());
      }
      toClient.write(answer);
      toClient.flush();
      String connection = header(answerHead, "connection");
      if (connection != null && connection.equalsIgnoreCase("close")) {
        return;
      }
    }
  }

  /** Up to the empty line; null at the end of the stream. */
  private static byte @Nullable [] head(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    int matched = 0;
    while (matched < 4) {
      int b = in.read();
      if (b < 0) {
        return null;
      }
      head.write(b);
      boolean expected = b == (matched % 2 == 0 ? '\r' : '\n');
      matched = expected ? matched + 1 : b == '\r' ? 1 : 0;
    }
    return head.toByteArray();
  }

  private static byte[] message(byte[] head, InputStream in, boolean request) throws IOException {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    message.write(head);
    String encoding = header(head, "transfer-encoding");
    String length = header(head, "content-length");
    if (encoding != null && encoding.toLowerCase(Locale.ROOT).contains("chunked")) {
      chunks(in, message);
    } else if (length != null) {
      copy(in, message, Long.parseLong(length));
    } else if (!request) {
      in.transferTo(message); // until the server closes
    }
    return message.toByteArray();
  }

  private static void chunks(InputStream in, ByteArrayOutputStream message) throws IOException {
    long size;
    do {
      String line = line(in, message);
      size = Long.parseLong(line.replaceFirst(";.*", "").trim(), 16);
      copy(in, message, size);
      if (size > 0) {
        line(in, message);
      }
    } while (size > 0);
    while (!line(in, message).isEmpty()) {
      // trailers
    }
  }

  private static String line(InputStream in, ByteArrayOutputStream message) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int b = in.read(); ; b = in.read()) {
      if (b < 0) {
        throw new EOFException("in a chunked body");
      }
      message.write(b);
      if (b == '\n') {
        return line.toString().trim();
      }
      line.append((char) b);
    }
  }

  private static void copy(InputStream in, ByteArrayOutputStream message, long length)
      throws IOException {
    byte[] bytes = in.readNBytes(Math.toIntExact(length));
    if (bytes.length < length) {
      throw new EOFException("in a body");
    }
    message.write(bytes);
  }

  private static @Nullable String header(byte[] head, String name) {
    return new String(head, StandardCharsets.ISO_8859_1)
        .lines()
        .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
        .map(line -> line.substring(name.length() + 1).trim())
        .findFirst()
        .orElse(null);
  }

  private static byte[] without(byte[] head, String name) {
    return new String(head, StandardCharsets.ISO_8859_1)
        .replaceFirst("(?i)\r\n" + name + ":[^\r]*", "")
        .getBytes(StandardCharsets.ISO_8859_1);
  }
}
