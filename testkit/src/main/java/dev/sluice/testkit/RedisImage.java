package dev.sluice.testkit;

/** What {@link RedisServer} runs in Docker. */
public enum RedisImage {
  /** Redis 8.0, image {@code redis:8.0}. */
  REDIS_8_0("redis:8.0"),
  /** Valkey 8.1, image {@code valkey/valkey:8.1}. */
  VALKEY_8_1("valkey/valkey:8.1");

  final String image;

  RedisImage(String image) {
    this.image = image;
  }
}
