/**
 * Real servers for tests: a replicated database, Redis, SQS and DynamoDB, embedded or in Docker.
 *
 * <p>Entry points are {@link dev.sluice.testkit.ReplicatedDatabase#builder()}, {@link
 * dev.sluice.testkit.RedisServer#builder()}. For authors of tests; nothing here belongs into a
 * production class path.
 */
@NullMarked
package dev.sluice.testkit;

import org.jspecify.annotations.NullMarked;
