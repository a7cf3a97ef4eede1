package dev.sluice.queue;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.sluice.queue.sqs.SqsTransport;
import java.net.URI;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * Appliers in a process of their own, one for each database, that say when they reach a point, and
 * stay there to be killed.
 */
final class CrashingApplier {
  static final String THERE = "reached the point: ";
  private static final int ARGUMENTS = 9;

  private CrashingApplier() {}

  /** The point, then for each applier: URL, user, password, SQS (4), queue URL, name. */
  public static void main(String[] args) throws Exception {
    CrashPoint point = CrashPoint.valueOf(args[0]);
    for (int i = 1; i < args.length; i += ARGUMENTS) {
      start(point, List.of(args).subList(i, i + ARGUMENTS));
    }
    new CountDownLatch(1).await();
  }

  private static void start(CrashPoint point, List<String> args) throws SQLException {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(args.get(0));
    config.setUsername(args.get(1));
    config.setPassword(args.get(2));
    config.setMaximumPoolSize(4);
    config.setMinimumIdle(0);
    AtomicInteger times = new AtomicInteger();
    SqsClient client =
        Queues.client(URI.create(args.get(3)), args.get(4), args.get(5), args.get(6));
    String name = args.get(8);
    WriteApplier.builder()
        .transport(SqsTransport.builder().client(client).queueUrl(args.get(7)).build())
        .dataSource(new HikariDataSource(config))
        .name(name)
        .lanes(2)
        .batchWrites(20)
        .visibility(Duration.ofSeconds(1))
        .receiveWait(Duration.ofSeconds(1))
        .crash(
            reached -> {
              // not the first time, so that something is applied before
              if (reached == point && times.incrementAndGet() == 2) {
                System.out.println(THERE + name);
                System.out.flush();
                awaitUninterruptibly(new CountDownLatch(1));
              }
            })
        .build()
        .start();
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
