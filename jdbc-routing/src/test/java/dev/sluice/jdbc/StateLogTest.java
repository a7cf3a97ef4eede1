package dev.sluice.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.ManualTicker;
import dev.sluice.jdbc.ClusterConfig.Limits;
import dev.sluice.jdbc.ClusterConfig.NodeConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StateLogTest {
  private static final Duration WINDOW = Duration.ofNanos(StateLog.WINDOW_NANOS);

  private final ManualTicker ticker = new ManualTicker();
  private final List<String> told = new ArrayList<>();
  private final CapturedLog log = new CapturedLog(StateLog.class);
  private final StateLog states = new StateLog(config());

  private ClusterConfig config() {
    RoutingListener listener =
        new RoutingListener() {
          @Override
          public void usable(String node, boolean usable, String reason) {
            told.add(node + " " + usable + ": " + reason);
          }
        };
    RoutingEvents events = RoutingEvents.of("shop", ticker, List.of(listener));
    events.built(null);
    return new ClusterConfig(
        "shop",
        null,
        new NodeConfig("primary", StubNode.proxy(DataSource.class, (s, m, a) -> null), 100),
        List.of(),
        Limits.DEFAULTS,
        new ClusterConfig.Runtime(ticker, null, Declared.NOTHING, events));
  }

  @AfterEach
  void close() {
    log.close();
  }

  @Test
  void saysEachChangeOnce() {
    states.replica("r1", true, "usable");
    states.replica("r1", true, "usable");
    states.replica("r2", true, "usable");
    assertThat(log.lines())
        .containsExactly("INFO shop: replica r1 takes reads", "INFO shop: replica r2 takes reads");
    states.replica("r1", false, "lagging for 10 ms");
    states.replica("r1", false, "lagging for 20 ms");
    assertThat(log.lines())
        .containsExactly("WARN shop: replica r1 takes no reads: lagging for 10 ms");
    assertThat(told)
        .containsExactly("r1 true: usable", "r2 true: usable", "r1 false: lagging for 10 ms");
  }

  @Test
  void saysWhenTheLastOneCeasesAndTheFirstOneIsBack() {
    states.replica("r1", true, "usable");
    states.replica("r2", true, "usable");
    states.replica("r1", false, "gone");
    log.lines();
    states.replica("r2", false, "gone");
    assertThat(log.lines())
        .containsExactly(
            "WARN shop: replica r2 takes no reads: gone",
            "WARN shop: no replica takes reads; the primary takes up to 64 at once in their place");
    states.replica("r1", true, "usable");
    assertThat(log.lines())
        .containsExactly(
            "INFO shop: replica r1 takes reads", "INFO shop: replicas take reads again");
  }

  @Test
  void aRemovedReplicaCountsNoMore() {
    states.replica("r1", true, "usable");
    states.replica("r2", false, "gone");
    log.lines();
    states.removed("r1");
    assertThat(log.lines()).hasSize(1).allMatch(each -> each.contains("no replica takes reads"));
  }

  @Test
  void oneThatDoesNotComeUpIsSaidToBeAway() {
    states.replica("r1", false, "no answer yet");
    ticker.advance(Duration.ofNanos(StateLog.PATIENCE_NANOS - 1));
    states.replica("r1", false, "no answer yet");
    assertThat(log.lines()).isEmpty();
    ticker.advance(Duration.ofNanos(1));
    states.replica("r1", false, "no position could be read");
    assertThat(log.lines())
        .containsExactly("WARN shop: replica r1 takes no reads: no position could be read");
  }

  @Test
  void oneThatChangesAllTheTimeFillsNoLog() {
    for (int i = 0; i < 1001; i++) {
      states.replica("r1", i % 2 == 0, "it is so");
    }
    assertThat(log.lines().stream().filter(each -> each.contains("replica r1")))
        .hasSize(StateLog.MOST_LINES);
    ticker.advance(WINDOW.minusNanos(1));
    states.replica("r1", true, "usable");
    assertThat(log.lines()).isEmpty();
    ticker.advance(Duration.ofNanos(1));
    states.replica("r1", true, "usable");
    assertThat(log.lines())
        .contains("INFO shop: replica r1 takes reads (990 changes before it were not logged)");
    assertThat(told).hasSize(1001);
  }
}
