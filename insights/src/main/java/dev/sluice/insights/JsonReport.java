package dev.sluice.insights;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * The report as JSON. The schema is written out here, so that renaming a component does not change
 * it.
 */
final class JsonReport {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private JsonReport() {}

  static String of(InsightsReport report) {
    ObjectNode root = MAPPER.createObjectNode();
    root.put("version", 1);
    root.put("spanNanos", report.span().toNanos());
    root.put("windowNanos", report.windowLength().toNanos());
    numbers(root.putArray("load"), report.load());
    ArrayNode statements = root.putArray("statements");
    for (StatementStats s : report.statements()) {
      ObjectNode node = statements.addObject();
      node.put("fingerprint", Long.toHexString(s.fingerprint()));
      node.put("statement", s.statement());
      node.put("kind", s.kind().name());
      node.put("read", s.read());
      s.tables().forEach(node.putArray("tables")::add);
      node.put("calls", s.calls());
      node.put("errors", s.errors());
      node.put("totalNanos", s.totalNanos());
      node.put("p50Nanos", s.p50Nanos());
      node.put("p99Nanos", s.p99Nanos());
      node.put("rowsAffected", s.rowsAffected());
      node.put("inTransaction", s.inTransaction());
      node.put("onReplica", s.onReplica());
      node.put("repeatRatio", s.repeatRatio());
      numbers(node.putArray("load"), s.load());
    }
    ArrayNode findings = root.putArray("findings");
    for (Finding f : report.findings()) {
      ObjectNode node = findings.addObject();
      node.put("kind", f.kind().name());
      node.put("scope", f.scope());
      node.put("statement", f.statement());
      node.put("runs", f.runs());
      node.put("nanos", f.nanos());
      node.put("callSite", f.callSite());
    }
    ArrayNode advice = root.putArray("advice");
    for (Advice a : report.advice()) {
      ObjectNode node = advice.addObject();
      node.put("remedy", a.remedy().name());
      node.put("subject", a.subject());
      node.put("evidence", a.evidence());
      node.put("estimate", a.estimate());
      node.put("disprovedBy", a.disprovedBy());
      node.put("undo", a.undo());
      node.put("code", a.code());
    }
    return root.toPrettyString();
  }

  private static void numbers(ArrayNode node, List<Double> values) {
    values.forEach(value -> node.add(Math.round(value * 1e6) / 1e6));
  }
}
