package dev.sluice.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * A password that is the content of a file, without a line break at the end; read anew for each
 * physical connection, so that it may change. Safe for use by several threads.
 */
final class PasswordFile implements Supplier<String> {
  private static final int MOST_BYTES = 16 * 1024;

  private final String property;
  private final Path file;

  /**
   * Reads it once, so that a wrong name is refused.
   *
   * @throws IllegalArgumentException names the property
   */
  PasswordFile(PropertyValue value) {
    this.property = value.name();
    try {
      this.file = Path.of(value.text());
      read();
    } catch (IOException | InvalidPathException e) {
      throw new IllegalArgumentException(property + ": the file cannot be read", e);
    }
  }

  @Override
  public String get() {
    try {
      return read();
    } catch (IOException e) {
      throw new IllegalStateException(property + ": the file cannot be read", e);
    }
  }

  private String read() throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] bytes = in.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw new IOException("more than " + MOST_BYTES + " bytes");
      }
      return new String(bytes, StandardCharsets.UTF_8).replaceFirst("[\\r\\n]+$", "");
    }
  }
}
