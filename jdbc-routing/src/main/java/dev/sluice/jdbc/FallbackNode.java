package dev.sluice.jdbc;

import dev.sluice.causality.Position;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The primary for reads that no replica can take: so many at once, and no more. */
final class FallbackNode implements Node {
  private final PooledNode primary;
  private final int limit;
  private final Supplier<SQLTransientConnectionException> refusal;
  private final AtomicInteger inFlight = new AtomicInteger();

  FallbackNode(PooledNode primary, int limit, Supplier<SQLTransientConnectionException> refusal) {
    this.primary = primary;
    this.limit = limit;
    this.refusal = refusal;
  }

  PooledNode primaryNode() {
    return primary;
  }

  boolean full() {
    return inFlight.get() >= limit;
  }

  @Override
  public String name() {
    return primary.name();
  }

  @Override
  public boolean primary() {
    return true;
  }

  @Override
  public long reachedEpoch() {
    return Long.MAX_VALUE;
  }

  @Override
  public Connection acquire() throws SQLException {
    if (inFlight.incrementAndGet() > limit) {
      inFlight.decrementAndGet();
      throw refusal.get();
    }
    try {
      return primary.acquire();
    } catch (SQLException | RuntimeException e) {
      inFlight.decrementAndGet();
      throw e;
    }
  }

  @Override
  public void release(Connection physical, boolean discard) {
    try {
      primary.release(physical, discard);
    } finally {
      inFlight.decrementAndGet();
    }
  }

  @Override
  public boolean timesNext() {
    return primary.timesNext();
  }

  @Override
  public void answered(long elapsedNanos) {
    primary.answered(elapsedNanos);
  }

  @Override
  public void answered() {
    primary.answered();
  }

  @Override
  public void failed(SQLException error) {
    primary.failed(error);
  }

  @Override
  public boolean retired() {
    return primary.retired();
  }

  @Override
  public @Nullable Position committed(Connection physical) {
    return primary.committed(physical);
  }

  @Override
  public String toString() {
    return primary.name();
  }
}
