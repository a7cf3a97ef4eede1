package dev.sluice.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.sluice.causality.CausalScope;
import dev.sluice.causality.Freshness;
import dev.sluice.jdbc.micrometer.RoutingMeters;
import dev.sluice.testkit.DatabaseEngine;
import dev.sluice.testkit.logs.ExpectedWarnings;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.openmbean.TabularData;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Meters, decisions, shadow mode and JMX on real servers: what is told is what was run. */
@ParameterizedClass
@EnumSource(names = {"MARIADB", "POSTGRESQL"})
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ObservabilityIT {
  private static final Duration LONG = RoutedDatabase.LONG;

  @Parameter DatabaseEngine engine;
  private RoutedDatabase database;
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private DecisionLog decisions;
  private RoutingDataSource routed;
  private CausalScope scope;

  @BeforeParameterizedClassInvocation
  void start() throws SQLException {
    database = new RoutedDatabase(engine, "CREATE TABLE seen (id INT PRIMARY KEY, v INT)");
  }

  @AfterParameterizedClassInvocation
  void stop() {
    if (database != null) {
      database.close();
    }
  }

  @BeforeEach
  void build() {
    decisions = new DecisionLog(1000);
    routed =
        builder()
            .listener(new RoutingMeters(registry))
            .listener(decisions)
            .causalWait(Duration.ofMillis(5))
            .maximumFallbackReads(1)
            .jmx(true)
            .build();
    awaitUsable(routed);
    scope = CausalScope.open();
  }

  private RoutingDataSourceBuilder builder() {
    RoutingDataSourceBuilder builder =
        RoutingDataSource.builder()
            .name("seen")
            .primary(database.primary)
            .sampleInterval(Duration.ofMillis(10));
    for (int i = 0; i < database.replicas.size(); i++) {
      builder.replica("r" + i, database.replicas.get(i));
    }
    return builder;
  }

  private static void awaitUsable(RoutingDataSource source) {
    await().atMost(LONG).until(() -> source.nodes().stream().allMatch(NodeState::usable));
  }

  @AfterEach
  void close() {
    scope.close();
    routed.close();
    assertThat(registry.getMeters()).isEmpty();
    database.assertNothingHeld();
  }

  private double statements(String reason) {
    return registry.find("sluice.routing.statements").tag("reason", reason).counters().stream()
        .mapToDouble(each -> each.count())
        .sum();
  }

  private double statementsOn(String node) {
    return registry.get("sluice.routing.statements").tag("node", node).counters().stream()
        .mapToDouble(each -> each.count())
        .sum();
  }

  private long timedOn(String node) {
    return registry.get("sluice.routing.latency").tag("node", node).timer().count();
  }

  @Test
  void countsAreThoseOfWhatWasRunByNodeAndReason() throws SQLException {
    try (Connection connection = routed.getConnection()) {
      for (int i = 0; i < 40; i++) {
        RoutedDatabase.value(connection, "SELECT v FROM seen WHERE id = " + i);
      }
      try (CausalScope latest = CausalScope.nested(Freshness.LATEST)) {
        assertThat(latest).isNotNull();
        RoutedDatabase.value(connection, "SELECT v FROM seen WHERE id = 1");
      }
      for (int i = 0; i < 7; i++) {
        RoutedDatabase.run(connection, "UPDATE seen SET v = 1 WHERE id = " + i);
      }
      connection.setAutoCommit(false);
      RoutedDatabase.value(connection, "SELECT v FROM seen WHERE id = 1");
      connection.commit();
      connection.setReadOnly(true);
    }
    assertThat(statementsOn("r0") + statementsOn("r1")).isEqualTo(40);
    assertThat(statements("replica")).isEqualTo(40);
    assertThat(statements("asked")).isEqualTo(1);
    assertThat(statements("write")).isEqualTo(7);
    assertThat(statements("transaction")).isEqualTo(1);
    assertThat(statementsOn("primary")).isEqualTo(9);
    assertThat(timedOn("primary")).isEqualTo(9);
    assertThat(timedOn("r0") + timedOn("r1")).isEqualTo(40);
    assertThat(registry.find("sluice.routing.errors").counters())
        .allSatisfy(each -> assertThat(each.count()).isZero());
    assertThat(registry.get("sluice.routing.in.flight").gauges())
        .hasSize(3)
        .allSatisfy(each -> assertThat(each.value()).isZero());
    assertThat(registry.get("sluice.routing.lag").tag("node", "r0").timeGauge().value())
        .isBetween(0.0, 30.0);
    assertThat(registry.get("sluice.routing.pool.maximum").gauges())
        .hasSize(3)
        .allSatisfy(each -> assertThat(each.value()).isEqualTo(12));
    assertThat(decisions.recent()).hasSize(49);
    assertThat(decisions.recent().get(0).reason()).isEqualTo(RouteReason.TRANSACTION);
    assertThat(decisions.recent().toString()).contains("WHERE id = ?").doesNotContain("id = 3");
  }

  @Test
  void whoHasJustWrittenIsSeenToReadFromThePrimary() throws SQLException {
    database.servers.replica(0).delay(Duration.ofSeconds(30));
    database.servers.replica(1).delay(Duration.ofSeconds(30));
    try (Connection connection = routed.getConnection()) {
      RoutedDatabase.run(connection, "INSERT INTO seen VALUES (1, 1)");
      RoutingDecision decision = routed.explain("SELECT v FROM seen WHERE id = 4711");
      assertThat(decision.node()).isEqualTo("primary");
      assertThat(decision.reason()).isEqualTo(RouteReason.NOT_FRESH);
      assertThat(decision.demand()).startsWith("sample ");
      assertThat(decision.candidates())
          .hasSize(2)
          .allMatch(
              each -> each.why().equals("has not reached what the caller has written or seen"));
      assertThat(decision.toString()).contains("WHERE id = ?").doesNotContain("4711");
      RoutedDatabase.value(connection, "SELECT v FROM seen WHERE id = 1");
    } finally {
      database.servers.replica(0).delay(Duration.ZERO);
      database.servers.replica(1).delay(Duration.ZERO);
    }
    assertThat(statements("not_fresh")).isEqualTo(1);
    assertThat(registry.get("sluice.routing.causal.waits").tag("reached", "false").timer().count())
        .isEqualTo(1);
    try (CausalScope other = CausalScope.open()) {
      assertThat(other).isNotNull();
      RoutingDecision decision = routed.explain("SELECT v FROM seen");
      assertThat(decision.reason()).isEqualTo(RouteReason.REPLICA);
      assertThat(decision.demand()).isEqualTo("nothing");
    }
    database.servers.awaitReplicated(LONG);
  }

  @Test
  @ExpectedWarnings({"replica \\S+ takes no reads", "no replica takes reads"})
  void lostReplicasAreSeen() throws SQLException {
    database.servers.replica(0).stop();
    database.servers.replica(1).stop();
    try (Connection connection = routed.getConnection()) {
      await()
          .atMost(LONG)
          .until(() -> routed.nodes().stream().noneMatch(n -> !n.primary() && n.usable()));
      RoutedDatabase.value(connection, "SELECT v FROM seen");
      assertThat(statements("fallback")).isEqualTo(1);
      assertThat(registry.get("sluice.routing.usable").tag("node", "r0").gauge().value()).isZero();
      try (Connection holding = routed.getConnection();
          java.sql.Statement statement = holding.createStatement();
          java.sql.ResultSet open = statement.executeQuery("SELECT v FROM seen")) {
        assertThat(open).isNotNull();
        assertThatThrownBy(() -> RoutedDatabase.value(connection, "SELECT v FROM seen"))
            .isInstanceOf(java.sql.SQLTransientConnectionException.class);
      }
      assertThat(registry.get("sluice.routing.refused.reads").counter().count()).isEqualTo(1);
    } finally {
      database.servers.replica(0).start();
      database.servers.replica(1).start();
    }
    awaitUsable(routed);
    assertThat(registry.get("sluice.routing.ejections").tag("node", "r0").counter().count())
        .isGreaterThanOrEqualTo(1);
    assertThat(registry.get("sluice.routing.readmissions").tag("node", "r0").counter().count())
        .isGreaterThanOrEqualTo(1);
    assertThat(routed.nodes().get(1).share()).isBetween(0.1, 1.0);
    database.awaitReplicaReads();
  }

  @Test
  void everyMeterIsDocumentedAndNoOther() throws Exception {
    Set<String> documented = new TreeSet<>();
    Matcher names =
        Pattern.compile("`(sluice\\.routing\\.[a-z.]+)`")
            .matcher(Files.readString(Path.of("..", "docs", "operations.md")));
    while (names.find()) {
      documented.add(names.group(1));
    }
    assertThat(registry.getMeters().stream().map(Meter::getId).map(Meter.Id::getName))
        .containsOnly(documented.toArray(String[]::new));
  }

  @Test
  void jmxShowsTheNodesUntilTheEnd() throws Exception {
    MBeanServer beans = ManagementFactory.getPlatformMBeanServer();
    ObjectName name = new ObjectName("dev.sluice:type=RoutingDataSource,name=seen");
    assertThat(((TabularData) beans.getAttribute(name, "Usable")).size()).isEqualTo(3);
    assertThat((String[]) beans.getAttribute(name, "Nodes")).hasSize(3);
    assertThat(
            (String)
                beans.invoke(
                    name,
                    "explain",
                    new Object[] {"SELECT v FROM seen WHERE id = 4711"},
                    new String[] {String.class.getName()}))
        .contains("REPLICA")
        .doesNotContain("4711");
    assertThatThrownBy(() -> builder().jmx(true).build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("jmx: a data source of the name seen is registered already");
    routed.close();
    assertThat(beans.isRegistered(name)).isFalse();
  }

  @Test
  void shadowModeRunsAllOnThePrimary() throws SQLException {
    RoutingMeters meters = new RoutingMeters(registry);
    routed.close();
    try (RoutingDataSource shadow = builder().shadow(true).listener(meters).build()) {
      awaitUsable(shadow);
      try (Connection connection = shadow.getConnection()) {
        connection.setReadOnly(true);
        for (int i = 0; i < 5; i++) {
          RoutedDatabase.value(connection, "SELECT v FROM seen WHERE id = " + i);
        }
        connection.setReadOnly(false);
        RoutedDatabase.run(connection, "UPDATE seen SET v = 1");
        connection.setAutoCommit(false);
        RoutedDatabase.value(connection, "SELECT v FROM seen");
        connection.commit();
        connection.setAutoCommit(true);
      }
      ShadowReport report = shadow.shadowReport().orElseThrow();
      assertThat(report.byReason())
          .isEqualTo(
              Map.of(RouteReason.REPLICA, 5L, RouteReason.WRITE, 1L, RouteReason.TRANSACTION, 1L));
      assertThat(report.share()).isBetween(0.0, 1.0);
      assertThat(report.unjudged()).isZero();
      assertThat(statementsOn("primary")).isEqualTo(7);
      assertThat(statements("shadow")).isEqualTo(7);
      assertThat(statementsOn("r0") + statementsOn("r1")).isZero();
      assertThatThrownBy(() -> shadow.addCommitListener(null))
          .isInstanceOf(IllegalStateException.class);
    }
  }
}
