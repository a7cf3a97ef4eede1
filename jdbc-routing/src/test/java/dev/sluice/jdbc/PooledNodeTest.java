package dev.sluice.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.causality.Position;
import dev.sluice.jdbc.ClusterConfig.Limits;
import dev.sluice.jdbc.ClusterConfig.NodeConfig;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which failures count as failures of the node. */
class PooledNodeTest implements ServerEvents {
  private SQLException failure = new SQLTransientConnectionException("no connection", "08001");
  private int counted;

  private final PooledNode node =
      new Server(
              new NodeConfig(
                  "r1",
                  StubNode.proxy(
                      DataSource.class,
                      (self, method, a) -> {
                        if (method.getName().equals("getConnection")) {
                          throw failure;
                        }
                        return false;
                      }),
                  ClusterConfig.DEFAULT_WEIGHT),
              false,
              1,
              Limits.DEFAULTS,
              this)
          .view()
          .node();

  @Override
  public void borrowedFromPrimary(Connection physical) {}

  @Override
  public void failed(Server server) {
    counted++;
  }

  @Override
  public @Nullable Position committed(Connection physical) {
    return null;
  }

  @AfterEach
  void clearTheInterrupt() {
    Thread.interrupted();
  }

  private void acquireFails() {
    assertThatThrownBy(node::acquire).isSameAs(failure);
    assertThat(node.server().inFlight).hasValue(0);
  }

  @Test
  void countsAPoolThatGivesNoConnection() {
    acquireFails();
    assertThat(counted).isEqualTo(1);
  }

  @Test
  void countsNoWaitThatWasInterrupted() {
    failure = new SQLException("interrupted", new InterruptedException());
    acquireFails();
    assertThat(counted).isZero();
  }

  @Test
  void countsNothingOfAThreadThatIsToldToStop() {
    Thread.currentThread().interrupt();
    acquireFails();
    node.failed(new SQLException("socket closed", "08006"));
    assertThat(counted).isZero();
    assertThat(Thread.currentThread().isInterrupted()).isTrue();
  }

  @Test
  void countsLostConnectionsAndNoErrorsOfStatements() {
    node.failed(new SQLException("gone", "08006"));
    node.failed(new SQLException("duplicate", "23000"));
    assertThat(counted).isEqualTo(1);
  }
}
