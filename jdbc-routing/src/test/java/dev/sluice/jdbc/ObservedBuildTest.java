package dev.sluice.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.causality.CommitListener;
import dev.sluice.jdbc.micrometer.RoutingMeters;
import dev.sluice.sql.StatementObserver;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.management.ManagementFactory;
import java.sql.SQLException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import javax.management.ObjectName;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What build() refuses, and what it leaves behind then. */
class ObservedBuildTest {
  private final DataSource gone =
      StubNode.proxy(
          DataSource.class,
          (self, method, a) -> {
            if (method.getName().equals("getConnection")) {
              throw new SQLException("gone", "08001");
            }
            return method.getReturnType() == boolean.class ? (Object) false : null;
          });
  private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1);

  private RoutingDataSourceBuilder builder() {
    // Nothing is sampled: the executor does not run what it is given.
    executor.shutdown();
    return RoutingDataSource.builder().name("built").primary(gone).executor(executor);
  }

  @AfterEach
  void stop() {
    executor.shutdownNow();
  }

  @Test
  void shadowModeRefusesWhatItCannotTell() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                builder()
                    .shadow(true)
                    .commitListener(StubNode.proxy(CommitListener.class, (s, m, a) -> null))
                    .build())
        .withMessage("shadow: commitListener and observer are not told in shadow mode");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                builder()
                    .shadow(true)
                    .observer(StubNode.proxy(StatementObserver.class, (s, m, a) -> null))
                    .build())
        .withMessageStartingWith("shadow: ");
  }

  @Test
  void metersAreForOneDataSource() {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    RoutingMeters meters = new RoutingMeters(registry);
    try (RoutingDataSource first = builder().listener(meters).build()) {
      assertThat(first.shadowReport()).isEmpty();
      assertThatThrownBy(() -> builder().listener(meters).build())
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("listener: RoutingMeters are for one data source each");
      assertThat(registry.getMeters()).isNotEmpty();
    }
    assertThat(registry.getMeters()).isEmpty();
  }

  @Test
  void aNameIsShownOnceByJmxAndFreeAfterwards() throws Exception {
    SimpleMeterRegistry registry = new SimpleMeterRegistry();
    ObjectName name = new ObjectName("dev.sluice:type=RoutingDataSource,name=built");
    try (RoutingDataSource first = builder().jmx(true).build()) {
      assertThat(first.nodes()).hasSize(1);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> builder().jmx(true).listener(new RoutingMeters(registry)).build())
          .withMessage("jmx: a data source of the name built is registered already");
      assertThat(ManagementFactory.getPlatformMBeanServer().isRegistered(name)).isTrue();
      assertThat(registry.getMeters()).isEmpty();
    }
    assertThat(ManagementFactory.getPlatformMBeanServer().isRegistered(name)).isFalse();
    builder().jmx(true).build().close();
  }
}
