package dev.sluice.jdbc.micrometer;

import dev.sluice.jdbc.RouteReason;
import dev.sluice.jdbc.RoutingListener.NodeListener;
import dev.sluice.sql.SqlStatement;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.sql.SQLException;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The meters of one node, found once. */
final class NodeMeters implements NodeListener {
  final Counter repeated;
  final Counter ejections;
  final Counter readmissions;
  private final Counter[] statements;
  private final Counter errors;
  private final Timer latency;

  NodeMeters(RoutingMeters meters, String node) {
    RouteReason[] reasons = RouteReason.values();
    statements = new Counter[reasons.length];
    for (RouteReason each : reasons) {
      statements[each.ordinal()] =
          meters.counter(
              "statements",
              meters
                  .tags(node)
                  .and("role", each.onReplica() ? "replica" : "primary")
                  .and("reason", each.name().toLowerCase(Locale.ROOT)),
              "executions");
    }
    errors = meters.counter("errors", meters.tags(node), "executions that ended with an error");
    latency = meters.timer("latency", meters.tags(node), "time of executions");
    repeated =
        meters.counter(
            "repeated.reads", meters.tags(node), "reads that failed here and ran once elsewhere");
    ejections = meters.counter("ejections", meters.tags(node), "times it ceased to take reads");
    readmissions = meters.counter("readmissions", meters.tags(node), "times it began to");
  }

  @Override
  public void executed(
      SqlStatement statement, RouteReason reason, long elapsedNanos, @Nullable SQLException error) {
    statements[reason.ordinal()].increment();
    latency.record(elapsedNanos, TimeUnit.NANOSECONDS);
    if (error != null) {
      errors.increment();
    }
  }
}
