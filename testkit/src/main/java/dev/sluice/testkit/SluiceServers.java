package dev.sluice.testkit;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Servers for a JUnit test class.
 *
 * <pre>{@code
 * @RegisterExtension
 * static final SluiceServers servers =
 *     SluiceServers.builder().database(b -> b.replicas(2)).redis().build();
 * }</pre>
 *
 * <p>A server is started for the first test class that asks for it and shared by all that ask for
 * the same configuration; all are closed at the end of the test run. What a class did to its
 * database by faults is undone after it: nodes run, nothing is paused or delayed, replicas
 * replicate. Its data stay, so a class makes tables (and keys, and queues) of its own names.
 *
 * <p>Thread-safe, but classes that run in parallel and share a server see each other's faults.
 */
public final class SluiceServers implements BeforeAllCallback, AfterAllCallback {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(SluiceServers.class);

  private final ReplicatedDatabase.@Nullable Builder databaseBuilder;
  private final RedisServer.@Nullable Builder redisBuilder;
  private final SqsServer.@Nullable Builder sqsBuilder;
  private final DynamoDbServer.@Nullable Builder dynamoDbBuilder;
  private volatile @Nullable ReplicatedDatabase database;
  private volatile @Nullable RedisServer redis;
  private volatile @Nullable SqsServer sqs;
  private volatile @Nullable DynamoDbServer dynamoDb;

  private SluiceServers(Builder builder) {
    databaseBuilder = builder.database;
    redisBuilder = builder.redis;
    sqsBuilder = builder.sqs;
    dynamoDbBuilder = builder.dynamoDb;
  }

  /**
   * Describes what a class needs.
   *
   * @return a builder that asks for nothing
   */
  public static Builder builder() {
    return new Builder();
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    ExtensionContext.Store store = context.getRoot().getStore(NAMESPACE);
    if (databaseBuilder != null) {
      database = shared(store, databaseBuilder.spec(), databaseBuilder::start);
    }
    if (redisBuilder != null) {
      redis = shared(store, redisBuilder.spec(), redisBuilder::start);
    }
    if (sqsBuilder != null) {
      sqs = shared(store, sqsBuilder.spec(), sqsBuilder::start);
    }
    if (dynamoDbBuilder != null) {
      dynamoDb = shared(store, dynamoDbBuilder.spec(), dynamoDbBuilder::start);
    }
  }

  /** Of equal descriptions the first is started; the store closes it. */
  @SuppressWarnings("unchecked")
  private static <T extends AutoCloseable> T shared(
      ExtensionContext.Store store, Record description, Supplier<T> start) {
    return (T) store.computeIfAbsent(description, key -> start.get(), AutoCloseable.class);
  }

  @Override
  public void afterAll(ExtensionContext context) {
    ReplicatedDatabase current = database;
    if (current != null) {
      heal(current.primary());
      current.replicas().forEach(SluiceServers::heal);
      for (DatabaseNode replica : current.replicas()) {
        replica.delay(Duration.ZERO);
        replica.startReplication();
      }
    }
    if (redis != null) {
      redis.resume();
      redis.start();
    }
    if (sqs != null) {
      sqs.resume();
      sqs.start();
    }
    if (dynamoDb != null) {
      dynamoDb.resume();
      dynamoDb.start();
    }
  }

  private static void heal(DatabaseNode node) {
    node.resume();
    node.start();
  }

  /**
   * The database.
   *
   * @return as asked for
   * @throws IllegalStateException when the class did not ask for it or has not begun
   */
  public ReplicatedDatabase database() {
    return started("database", database);
  }

  /**
   * The Redis server.
   *
   * @return as asked for
   * @throws IllegalStateException when the class did not ask for it or has not begun
   */
  public RedisServer redis() {
    return started("redis", redis);
  }

  /**
   * The SQS server.
   *
   * @return as asked for
   * @throws IllegalStateException when the class did not ask for it or has not begun
   */
  public SqsServer sqs() {
    return started("sqs", sqs);
  }

  /**
   * The DynamoDB server.
   *
   * @return as asked for
   * @throws IllegalStateException when the class did not ask for it or has not begun
   */
  public DynamoDbServer dynamoDb() {
    return started("dynamoDb", dynamoDb);
  }

  private static <T> T started(String option, @Nullable T server) {
    if (server == null) {
      throw new IllegalStateException(
          option + ": not asked for at the builder, or the test class has not begun");
    }
    return server;
  }

  /** Describes what a class needs; not thread-safe. */
  public static final class Builder {
    private ReplicatedDatabase.@Nullable Builder database;
    private RedisServer.@Nullable Builder redis;
    private SqsServer.@Nullable Builder sqs;
    private DynamoDbServer.@Nullable Builder dynamoDb;

    private Builder() {}

    /**
     * Asks for a database.
     *
     * @param options sets what differs from the defaults
     * @return this
     */
    public Builder database(UnaryOperator<ReplicatedDatabase.Builder> options) {
      database = options.apply(ReplicatedDatabase.builder());
      return this;
    }

    /**
     * Asks for an embedded Redis.
     *
     * @return this
     */
    public Builder redis() {
      return redis(UnaryOperator.identity());
    }

    /**
     * Asks for Redis.
     *
     * @param options sets what differs from the defaults
     * @return this
     */
    public Builder redis(UnaryOperator<RedisServer.Builder> options) {
      redis = options.apply(RedisServer.builder());
      return this;
    }

    /**
     * Asks for an embedded SQS.
     *
     * @return this
     */
    public Builder sqs() {
      return sqs(UnaryOperator.identity());
    }

    /**
     * Asks for SQS.
     *
     * @param options sets what differs from the defaults
     * @return this
     */
    public Builder sqs(UnaryOperator<SqsServer.Builder> options) {
      sqs = options.apply(SqsServer.builder());
      return this;
    }

    /**
     * Asks for an embedded DynamoDB.
     *
     * @return this
     */
    public Builder dynamoDb() {
      return dynamoDb(UnaryOperator.identity());
    }

    /**
     * Asks for DynamoDB.
     *
     * @param options sets what differs from the defaults
     * @return this
     */
    public Builder dynamoDb(UnaryOperator<DynamoDbServer.Builder> options) {
      dynamoDb = options.apply(DynamoDbServer.builder());
      return this;
    }

    /**
     * The extension; servers start with the first test class.
     *
     * @return for {@code @RegisterExtension}
     * @throws IllegalArgumentException for an option out of its bounds, naming it
     */
    public SluiceServers build() {
      if (database != null) {
        Objects.requireNonNull(database.spec());
      }
      if (redis != null) {
        Objects.requireNonNull(redis.spec());
      }
      return new SluiceServers(this);
    }
  }
}
