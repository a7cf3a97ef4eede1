package dev.sluice.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What other threads do to a connection that is in use. */
class AbortTest {
  private final StubCluster cluster = new StubCluster();
  private final Connection connection = cluster.connect();
  private @Nullable Thread owner;

  private static StubNode.Hold hold(StubNode node, String what) {
    StubNode.Hold hold = new StubNode.Hold();
    node.holds.put(what, hold);
    return hold;
  }

  /** The thread that uses the connection. */
  private FutureTask<Void> inOwner(Callable<Void> work) {
    FutureTask<Void> task = new FutureTask<>(work);
    owner = new Thread(task, "owner");
    owner.start();
    return task;
  }

  private static void finish(FutureTask<Void> task) throws Exception {
    task.get(30, TimeUnit.SECONDS);
  }

  private void assertNothingGoesBackToBeUsed(StubNode node) {
    assertThat(cluster.out()).isZero();
    assertThat(node.discarded).isEqualTo(1);
  }

  @Test
  void abortCutsARunningAutocommitRead() throws Exception {
    StubNode r1 = cluster.replicas.get(0);
    StubNode.Hold running = hold(r1, "SELECT 1");
    FutureTask<Void> read =
        inOwner(
            () -> {
              try (connection;
                  Statement statement = connection.createStatement()) {
                assertThatThrownBy(() -> statement.executeQuery("SELECT 1"))
                    .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).startsWith("08"));
              }
              return null;
            });
    running.awaitReached();
    connection.abort(Runnable::run);
    assertThat(connection.isClosed()).isTrue();
    finish(read);
    assertThat(cluster.done()).containsExactly("r1: SELECT 1", "r1: abort");
    assertNothingGoesBackToBeUsed(r1);
    assertThat(r1.failed).as("failures of the node").isEmpty();
  }

  @Test
  void abortCutsARunningTransactionAndLeavesItsEndToItsThread() throws Exception {
    StubNode.Hold running = hold(cluster.primary, "UPDATE item SET a = 1");
    FutureTask<Void> write =
        inOwner(
            () -> {
              try (connection;
                  Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                assertThatThrownBy(() -> statement.executeUpdate("UPDATE item SET a = 1"))
                    .hasMessage("aborted");
                assertThat(cluster.out()).isEqualTo(1);
              }
              return null;
            });
    running.awaitReached();
    connection.abort(Runnable::run);
    finish(write);
    assertThat(cluster.done()).doesNotContain("primary: ROLLBACK", "primary: rollback");
    assertNothingGoesBackToBeUsed(cluster.primary);
  }

  @Test
  void abortCutsAnOpenResult() throws Exception {
    Statement statement = connection.createStatement();
    ResultSet rows = statement.executeQuery("SELECT 1");
    FutureTask<Void> abort =
        inOwner(
            () -> {
              connection.abort(Runnable::run);
              return null;
            });
    finish(abort);
    assertThat(cluster.out()).as("what its thread has not given back").isEqualTo(1);
    rows.close();
    connection.close();
    assertThat(cluster.done()).containsExactly("r1: SELECT 1", "r1: abort");
    assertNothingGoesBackToBeUsed(cluster.replicas.get(0));
  }

  @Test
  void anInterruptedThreadWaitsForTheCancelOfItsStatement() throws Exception {
    StubNode r1 = cluster.replicas.get(0);
    StubNode.Hold cancelling = hold(r1, "cancel");
    Statement statement = connection.createStatement();
    ResultSet rows = statement.executeQuery("SELECT 1");
    FutureTask<Void> cancel =
        new FutureTask<>(
            () -> {
              statement.cancel();
              return null;
            });
    new Thread(cancel, "canceller").start();
    cancelling.awaitReached();
    FutureTask<Void> close =
        inOwner(
            () -> {
              Thread.currentThread().interrupt();
              rows.close();
              assertThat(Thread.currentThread().isInterrupted()).isTrue();
              return null;
            });
    awaitParkedOrDone(close);
    cancelling.open();
    finish(close);
    finish(cancel);
    connection.close();
    assertThat(cluster.out()).isZero();
    assertThat(r1.discarded).isZero();
  }

  private void awaitParkedOrDone(FutureTask<Void> task) {
    Thread thread = owner;
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!task.isDone()
        && thread != null
        && thread.getState() != Thread.State.TIMED_WAITING
        && System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }
}
