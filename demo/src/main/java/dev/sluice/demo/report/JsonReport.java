package dev.sluice.demo.report;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * The report for programs, version 1: names are added in later versions, never changed. Holds
 * nothing.
 */
public final class JsonReport {
  private static final ObjectMapper JSON = new ObjectMapper();

  private JsonReport() {}

  /**
   * Prints a report.
   *
   * @param report the report
   * @return a JSON text
   */
  public static String print(Report report) {
    ObjectNode root = JSON.createObjectNode();
    root.put("version", 1);
    ArrayNode steps = root.putArray("steps");
    report.steps().forEach(step -> step(steps.addObject(), step));
    ObjectNode invariants = root.putObject("invariants");
    invariants.put("lostWrites", report.invariants().lostWrites());
    invariants.put("doubledWrites", report.invariants().doubledWrites());
    invariants.put("staleReads", report.invariants().staleReads());
    invariants.put("negativeStock", report.invariants().negativeStock());
    ObjectNode checked = root.putObject("checked");
    checked.put("writes", report.writesChecked());
    checked.put("reads", report.readsChecked());
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("report: cannot be printed", e);
    }
  }

  private static void step(ObjectNode node, StepResult step) {
    node.put("name", step.label().name());
    node.put("offeredPerSecond", rounded(step.load().offeredPerSecond()));
    node.put("completedPerSecond", rounded(step.load().completedPerSecond()));
    rates(node.putObject("primary"), step.primary());
    ArrayNode replicas = node.putArray("replicas");
    step.replicas().forEach(replica -> rates(replicas.addObject(), replica));
    percentiles(node.putObject("readMillis"), step.readMillis());
    percentiles(node.putObject("writeMillis"), step.writeMillis());
    Double hits = step.cacheHitRatio();
    node.put("cacheHitRatio", hits == null ? null : (Double) (Math.round(hits * 1e4) / 1e4));
    node.put("queueDepth", step.queueDepth());
  }

  private static void rates(ObjectNode node, NodeRates rates) {
    node.put("statementsPerSecond", rounded(rates.statementsPerSecond()));
    node.put("commitsPerSecond", rounded(rates.commitsPerSecond()));
    node.put("rowsWrittenPerSecond", rounded(rates.rowsWrittenPerSecond()));
  }

  private static void percentiles(ObjectNode node, Percentiles percentiles) {
    node.put("p50", rounded(percentiles.p50()));
    node.put("p99", rounded(percentiles.p99()));
  }

  private static double rounded(double number) {
    return Math.round(number * 1e3) / 1e3;
  }
}
