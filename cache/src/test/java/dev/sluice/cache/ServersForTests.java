package dev.sluice.cache;

import dev.sluice.testkit.Backend;
import dev.sluice.testkit.RedisImage;
import dev.sluice.testkit.RedisServer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The servers that each integration test runs on. */
enum ServersForTests {
  EMBEDDED(Backend.EMBEDDED, null),
  REDIS(Backend.DOCKER, RedisImage.REDIS_8_0),
  VALKEY(Backend.DOCKER, RedisImage.VALKEY_8_1);

  private final Backend backend;
  private final @Nullable RedisImage image;

  ServersForTests(Backend backend, @Nullable RedisImage image) {
    this.backend = backend;
    this.image = image;
  }

  static Stream<ServersForTests> available() {
    return Stream.of(values()).filter(server -> Backend.available().contains(server.backend));
  }

  RedisServer start() {
    RedisServer.Builder builder = RedisServer.builder().backend(backend);
    if (image != null) {
      builder.image(image);
    }
    return builder.start();
  }
}
