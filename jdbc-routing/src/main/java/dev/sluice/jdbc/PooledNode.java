package dev.sluice.jdbc;

import dev.sluice.causality.Position;
import dev.sluice.jdbc.hikari.HikariPools;
import java.nio.channels.ClosedByInterruptException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A server as the connections see it. A replica that went back gets a new one, since callers trust
 * a node that answered before.
 */
final class PooledNode extends Node {
  private static final Logger LOG = LoggerFactory.getLogger(PooledNode.class);
  private static final boolean HIKARI = present("com.zaxxer.hikari.HikariDataSource");

  /** Chains of causes may be circles. */
  private static final int MOST_CAUSES = 16;

  private final Server server;
  private final ServerEvents events;

  /** For the node by which the primary stands in for replicas. */
  private final @Nullable FallbackCap cap;

  /**
   * Whether what is in flight is counted here, which takes two atomic operations. Only a choice
   * among replicas needs it; HikariCP itself knows how many connections it has lent.
   */
  private final boolean counts;

  PooledNode(Server server, ServerEvents events) {
    this(server, events, null);
  }

  PooledNode(Server server, ServerEvents events, @Nullable FallbackCap cap) {
    this.server = server;
    this.events = events;
    this.cap = cap;
    this.counts = !server.primary || !server.bare;
  }

  static boolean present(String className) {
    try {
      Class.forName(className, false, PooledNode.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  static boolean bare(DataSource pool) {
    return HIKARI && HikariPools.givesBareConnections(pool);
  }

  Server server() {
    return server;
  }

  @Override
  String name() {
    return server.name;
  }

  @Override
  boolean primary() {
    return server.primary;
  }

  @Override
  long reachedEpoch() {
    if (server.primary) {
      return Long.MAX_VALUE;
    }
    View view = server.view();
    return view.node() == this ? view.progress().reachedEpoch() : 0;
  }

  @Override
  Connection acquire() throws SQLException {
    if (cap != null) {
      cap.enter();
    }
    if (counts) {
      server.inFlight.incrementAndGet();
    }
    Connection physical = null;
    try {
      if (server.shut()) {
        events.awaitOpen(server);
        refuseIfRetired();
      }
      physical = server.pool.getConnection();
      if (server.primary) {
        events.borrowedFromPrimary(physical);
      }
      return physical;
    } catch (SQLException | RuntimeException e) {
      if (physical == null) {
        left();
      } else {
        release(physical, true);
      }
      if (!interrupted(e) && !server.retired()) {
        events.failed(server);
      }
      throw e;
    }
  }

  private void refuseIfRetired() throws SQLException {
    if (server.retired()) {
      throw new SQLTransientConnectionException(
          server.name
              + (server.primary ? ": another node is the primary now" : ": the replica is removed"),
          "08001");
    }
  }

  @Override
  Connection bare(Connection borrowed) throws SQLException {
    return server.bare ? HikariPools.bare(borrowed) : borrowed;
  }

  @Override
  void release(Connection physical, boolean discard) {
    try {
      if (discard || (server.primary && server.retired())) {
        discard(physical);
      }
      physical.close();
    } catch (SQLException | RuntimeException e) {
      // Nobody waits for the outcome, and a pool drops what does not close.
      LOG.debug("{}: a connection did not close", server.name, e);
    } finally {
      left();
    }
  }

  private void left() {
    if (counts) {
      server.inFlight.decrementAndGet();
    }
    if (cap != null) {
      cap.leave();
    }
  }

  private void discard(Connection physical) throws SQLException {
    if (!HIKARI || !HikariPools.evict(server.pool, physical)) {
      physical.abort(Runnable::run);
    }
  }

  @Override
  boolean timesNext() {
    return server.timesNext();
  }

  @Override
  void answered(long elapsedNanos) {
    server.answered(elapsedNanos);
  }

  @Override
  void answered() {
    server.answered();
  }

  @Override
  void failed(SQLException error) {
    boolean refused = server.primary && Failures.refusedAsWrite(error);
    if ((speaksOfNode(error) && !interrupted(error)) || refused) {
      if (server.primary) {
        events.suspect(server);
      } else {
        events.failed(server);
      }
    }
  }

  @Override
  boolean retired() {
    return server.retired() && server.primary;
  }

  /** The thread was told to stop; this says nothing of the node. */
  private static boolean interrupted(Exception error) {
    if (Thread.currentThread().isInterrupted()) {
      return true;
    }
    Throwable cause = error;
    for (int depth = 0; cause != null && depth < MOST_CAUSES; depth++) {
      if (cause instanceof InterruptedException || cause instanceof ClosedByInterruptException) {
        return true;
      }
      cause = cause.getCause();
    }
    return false;
  }

  /** Connection lost, server shutting down or not taking connections; not the statement's fault. */
  static boolean speaksOfNode(SQLException error) {
    if (Failures.callersMistake(error)) {
      return false;
    }
    String state = error.getSQLState();
    return error instanceof SQLTransientConnectionException
        || error instanceof SQLNonTransientConnectionException
        || (state != null
            && (state.startsWith("08") || state.startsWith("57P0") || state.equals("53300")));
  }

  @Override
  @Nullable Position committed(Connection physical) {
    return server.primary ? events.committed(physical) : null;
  }

  @Override
  RoutingEvents.@Nullable NodeEvents told() {
    return server.told;
  }

  @Override
  boolean fallback() {
    return cap != null;
  }

  @Override
  public String toString() {
    return server.name;
  }
}
