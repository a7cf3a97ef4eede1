package dev.sluice.cache;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * The server-side steps of the protocol. Each is atomic, works by the server's clock, and may be
 * repeated without harm. Audience: implementations of {@link StoreLink}.
 */
public enum Script {
  /** Asks for the right to fill an entry. */
  LEASE("lease"),
  /** Fills an entry under a lease. */
  FILL("fill"),
  /** Announces a write, before its commit. */
  PRE("pre"),
  /** Tells how a write ended. */
  POST("post"),
  /** Completes the fence of an entry. */
  RAISE("raise");

  private final String source;

  Script(String name) {
    source = resource("prelude") + resource(name);
  }

  private static String resource(String name) {
    try (InputStream in = Script.class.getResourceAsStream(name + ".lua")) {
      if (in == null) {
        throw new IllegalStateException("missing resource " + name + ".lua");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The text of the script.
   *
   * @return Lua source
   */
  public String source() {
    return source;
  }
}
