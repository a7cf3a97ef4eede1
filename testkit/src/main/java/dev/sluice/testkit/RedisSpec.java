package dev.sluice.testkit;

/** What the builder of a Redis checked; the image counts in Docker only. */
record RedisSpec(Backend backend, RedisImage image, int memoryMegabytes) {}
