package dev.sluice.jdbc;

import dev.sluice.sql.SqlStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the last executions of a data source, and why they ran where they did.
 *
 * <pre>
 * DecisionLog decisions = new DecisionLog(200);
 * RoutingDataSource shop = RoutingDataSource.builder()....listener(decisions).build();
 * decisions.recent().forEach(System.out::println);
 * </pre>
 *
 * <p>Holds the normalised texts, no literals and no bind values. Costs one object an execution and
 * one text a statement. Safe for use by several threads, without locks; of executions that end at
 * the same time the order is not sure.
 */
public final class DecisionLog implements RoutingListener {
  private static final int MOST = 100_000;

  private final AtomicReferenceArray<@Nullable Entry> ring;
  private final AtomicLong next = new AtomicLong();
  private final InstantSource clock;

  /**
   * An empty log.
   *
   * @param size how many executions are kept, 1 to 100,000
   */
  public DecisionLog(int size) {
    this(size, InstantSource.system());
  }

  DecisionLog(int size, InstantSource clock) {
    if (size < 1 || size > MOST) {
      throw new IllegalArgumentException("size: must be 1 to " + MOST + ", got " + size);
    }
    this.ring = new AtomicReferenceArray<>(size);
    this.clock = clock;
  }

  /**
   * One execution.
   *
   * @param time when it ended
   * @param node where it ran
   * @param reason why there
   * @param text the normalised text
   * @param rule the scanner's rule
   * @param elapsed how long it took
   * @param sqlState of the error that it ended with; empty if it had none; null for success
   */
  public record Entry(
      Instant time,
      String node,
      RouteReason reason,
      String text,
      String rule,
      Duration elapsed,
      @Nullable String sqlState) {}

  @Override
  public NodeListener node(String name) {
    return (statement, reason, elapsedNanos, error) ->
        add(entry(name, statement, reason, elapsedNanos, error));
  }

  private Entry entry(
      String node,
      SqlStatement statement,
      RouteReason reason,
      long elapsedNanos,
      @Nullable SQLException error) {
    return new Entry(
        clock.instant(),
        node,
        reason,
        statement.normalized(),
        statement.rule(),
        Duration.ofNanos(elapsedNanos),
        error == null ? null : Objects.requireNonNullElse(error.getSQLState(), ""));
  }

  private void add(Entry entry) {
    ring.set((int) (next.getAndIncrement() % ring.length()), entry);
  }

  /**
   * The last executions.
   *
   * @return the newest first
   */
  public List<Entry> recent() {
    long end = next.get();
    List<Entry> entries = new ArrayList<>();
    for (long i = end - 1; i >= Math.max(0, end - ring.length()); i--) {
      Entry each = ring.get((int) (i % ring.length()));
      if (each != null) {
        entries.add(each);
      }
    }
    return entries;
  }
}
