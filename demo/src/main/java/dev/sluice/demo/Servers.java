package dev.sluice.demo;

import dev.sluice.demo.check.FinalState;
import dev.sluice.demo.check.SqlState;
import dev.sluice.demo.check.StateReader;
import dev.sluice.demo.shop.DynamoDb;
import dev.sluice.testkit.Backend;
import dev.sluice.testkit.DatabaseEngine;
import dev.sluice.testkit.DatabaseNode;
import dev.sluice.testkit.DynamoDbServer;
import dev.sluice.testkit.NodeCounters;
import dev.sluice.testkit.RedisServer;
import dev.sluice.testkit.ReplicatedDatabase;
import dev.sluice.testkit.SqsServer;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The servers of a run, each started when the first step needs it. For one thread at a time; closed
 * by whoever made it, which ends them all.
 */
final class Servers implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Servers.class);
  private static final int REPLICAS = 2;
  private static final int DATABASE_MEGABYTES = 256;
  private static final int DOCKER_DATABASE_MEGABYTES = 576;

  private final List<Runnable> started = new ArrayList<>();
  private final Backend backend;
  private final ReplicatedDatabase database;
  private @Nullable RedisServer redis;
  private @Nullable SqsServer sqs;
  private @Nullable DynamoDb dynamoDb;

  Servers(boolean docker) {
    backend = docker ? Backend.DOCKER : Backend.EMBEDDED;
    database =
        ReplicatedDatabase.builder()
            .engine(docker ? DatabaseEngine.MYSQL_9_7 : DatabaseEngine.MARIADB)
            .replicas(REPLICAS)
            .databaseName("shop")
            .memoryMegabytes(docker ? DOCKER_DATABASE_MEGABYTES : DATABASE_MEGABYTES)
            .start();
    started.add(database::close);
  }

  ReplicatedDatabase database() {
    return database;
  }

  RedisServer redis() {
    if (redis == null) {
      redis = RedisServer.builder().backend(backend).start();
      started.add(redis::close);
    }
    return redis;
  }

  SqsServer sqs() {
    if (sqs == null) {
      sqs = SqsServer.builder().backend(backend).start();
      started.add(sqs::close);
    }
    return sqs;
  }

  DynamoDb dynamoDb() {
    if (dynamoDb == null) {
      DynamoDbServer server = DynamoDbServer.builder().backend(backend).start();
      started.add(server::close);
      dynamoDb = new DynamoDb(server);
      started.add(dynamoDb::close);
    }
    return dynamoDb;
  }

  /** What all databases hold, read from the servers themselves. */
  FinalState state() throws SQLException {
    List<SqlState> replicas = new ArrayList<>();
    for (DatabaseNode replica : database.replicas()) {
      replicas.add(new StateReader(replica.dataSource()).read());
    }
    return new FinalState(
        new StateReader(database.primary().dataSource()).read(),
        replicas,
        dynamoDb == null ? null : dynamoDb.state());
  }

  /** The counters of the primary and then of each replica. */
  List<NodeCounters> counters() {
    List<NodeCounters> counters = new ArrayList<>();
    counters.add(database.primary().counters());
    for (DatabaseNode replica : database.replicas()) {
      counters.add(replica.counters());
    }
    return counters;
  }

  @Override
  public void close() {
    Collections.reverse(started);
    for (Runnable end : started) {
      try {
        end.run();
      } catch (RuntimeException e) {
        // The others must end all the same, and this process' end takes what is left along.
        LOG.error("a server did not end", e);
      }
    }
    started.clear();
  }
}
