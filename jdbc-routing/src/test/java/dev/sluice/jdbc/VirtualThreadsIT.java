package dev.sluice.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.causality.CausalScope;
import dev.sluice.jdbc.hikari.PoolConfig;
import dev.sluice.testkit.DatabaseEngine;
import dev.sluice.testkit.DatabaseNode;
import dev.sluice.testkit.ReplicatedDatabase;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * 10,000 virtual threads share a data source of a few connections: all get theirs, see what they
 * wrote, and hold no carrier thread while they wait.
 */
@ParameterizedClass(allowZeroInvocations = true)
@MethodSource("engines")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class VirtualThreadsIT {
  private static final int THREADS = 10_000;
  private static final Duration LONG = Duration.ofMinutes(5);

  @Parameter DatabaseEngine engine;
  private ReplicatedDatabase servers;
  private RoutingDataSource source;
  private final Queue<Exception> failures = new ConcurrentLinkedQueue<>();
  private final Queue<WeakReference<CausalScope>> ownScopes = new ConcurrentLinkedQueue<>();

  static List<DatabaseEngine> engines() {
    if (Runtime.version().feature() < 21) {
      System.out.println("jdbc-routing: VirtualThreadsIT is skipped, it needs JDK 21 or later");
      return List.of();
    }
    return ReplicatedDatabase.availableEngines();
  }

  @BeforeParameterizedClassInvocation
  void start() throws SQLException {
    servers = ReplicatedDatabase.builder().engine(engine).replicas(1).start();
    try (Connection connection = servers.primary().dataSource().getConnection()) {
      RoutedDatabase.run(connection, "CREATE TABLE item (id INT PRIMARY KEY, a INT NOT NULL)");
    }
    servers.awaitReplicated(LONG);
    source =
        RoutingDataSource.builder()
            .name("shop")
            .primary(pool(servers.primary()))
            .replica("r1", pool(servers.replica(0)), 100)
            .build();
    await().atMost(LONG).until(() -> source.nodes().get(1).usable());
  }

  @AfterParameterizedClassInvocation
  void stop() {
    source.close();
    servers.close();
  }

  private static PoolConfig pool(DatabaseNode node) {
    return PoolConfig.builder(node.jdbcUrl())
        .user(node.user())
        .password(node.password())
        .connectionTimeout(LONG)
        .build();
  }

  @Test
  void tenThousandShareAFewConnections() throws Exception {
    // Classes are loaded, which does hold a carrier thread.
    for (int id = -40; id < 0; id++) {
      work(id);
    }
    assertThat(failures).isEmpty();
    ownScopes.clear();
    AtomicInteger ticks = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(THREADS);
    List<RecordedEvent> pinned;
    try (Recording recording = new Recording()) {
      recording.enable("jdk.VirtualThreadPinned").withoutThreshold().withStackTrace();
      recording.start();
      startVirtual(() -> tick(ticks, done));
      for (int id = 0; id < THREADS; id++) {
        int each = id;
        startVirtual(
            () -> {
              work(each);
              done.countDown();
            });
      }
      assertThat(done.await(LONG.toSeconds(), TimeUnit.SECONDS))
          .as("done but for %s", done.getCount())
          .isTrue();
      pinned = events(recording);
    }
    assertThat(failures).isEmpty();
    assertThat(pinned.stream().filter(VirtualThreadsIT::blockedByUs)).isEmpty();
    if (Runtime.version().feature() >= 24) {
      // Before, whoever waits in a monitor holds its carrier, and drivers and pools have some.
      assertThat(pinned).as("by drivers, pool and JDK").hasSizeLessThan(10);
    }
    assertThat(ticks.get()).as("times that another virtual thread ran").isGreaterThan(100);
    try (Connection connection = source.getConnection()) {
      assertThat(RoutedDatabase.value(connection, "SELECT SUM(a) FROM item WHERE id >= 0"))
          .isEqualTo("" + THREADS);
    }
    assertThat(source.nodes()).allMatch(each -> each.inFlight() == 0);
    assertThat(ownScopes).hasSize(THREADS / 2);
    await().atMost(RoutedDatabase.LONG).until(this::ownScopesAreGone);
  }

  /** Carrier threads are free for others while all wait. */
  private static void tick(AtomicInteger ticks, CountDownLatch done) {
    while (done.getCount() > 0) {
      ticks.incrementAndGet();
      LockSupport.parkNanos(1_000_000);
    }
  }

  /** One half in a scope of their own, the other in that of their thread. */
  private void work(int id) {
    try {
      if (id % 2 == 0) {
        try (CausalScope scope = CausalScope.open()) {
          use(id);
          assertThat(scope).isNotNull();
        }
      } else {
        ownScopes.add(new WeakReference<>(CausalScope.current()));
        use(id);
      }
    } catch (SQLException | RuntimeException e) {
      failures.add(e);
    }
  }

  private void use(int id) throws SQLException {
    try (Connection connection = source.getConnection()) {
      update(connection, "INSERT INTO item (a, id) VALUES (0, ?)", id);
      expect(connection, id, 0);
      connection.setAutoCommit(false);
      update(connection, "UPDATE item SET a = a + 1 WHERE id = ?", id);
      connection.commit();
      connection.setAutoCommit(true);
      expect(connection, id, 1);
    }
  }

  private static void update(Connection connection, String sql, int id) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setInt(1, id);
      if (statement.executeUpdate() != 1) {
        throw new IllegalStateException("no row " + id);
      }
    }
  }

  private static void expect(Connection connection, int id, int value) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement("SELECT a FROM item WHERE id = ?")) {
      statement.setInt(1, id);
      try (ResultSet row = statement.executeQuery()) {
        if (!row.next() || row.getInt(1) != value) {
          throw new IllegalStateException("older than what was written: " + id);
        }
      }
    }
  }

  /** Byte code of 17 does not know them. */
  private static void startVirtual(Runnable task) throws ReflectiveOperationException {
    Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, task);
  }

  private boolean ownScopesAreGone() {
    System.gc();
    return ownScopes.stream().allMatch(each -> each.get() == null);
  }

  private static List<RecordedEvent> events(Recording recording) throws IOException {
    recording.stop();
    Path file = Files.createTempFile("pinned", ".jfr");
    try {
      recording.dump(file);
      List<RecordedEvent> events = new ArrayList<>(RecordingFile.readAllEvents(file));
      events.removeIf(each -> !each.getEventType().getName().equals("jdk.VirtualThreadPinned"));
      return events;
    } finally {
      Files.delete(file);
    }
  }

  /** The first frame that is not the JDK's is one of ours. */
  private static boolean blockedByUs(RecordedEvent event) {
    if (event.getStackTrace() == null) {
      return false;
    }
    for (RecordedFrame frame : event.getStackTrace().getFrames()) {
      String type = frame.getMethod().getType().getName();
      if (!type.startsWith("java.") && !type.startsWith("jdk.") && !type.startsWith("sun.")) {
        return type.startsWith("dev.sluice.");
      }
    }
    return false;
  }
}
