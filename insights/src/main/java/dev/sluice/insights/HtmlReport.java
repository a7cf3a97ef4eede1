package dev.sluice.insights;

import java.util.List;
import java.util.Locale;

/**
 * The report as one page: no script, nothing from the network, light and dark by the reader's
 * setting.
 */
final class HtmlReport {
  private static final int TOP = 5;
  private static final int CHART_TOP = 24;
  private static final int CHART_BOTTOM = 184;
  private static final String STYLE =
      """
      :root{color-scheme:light dark;--bg:#fbfcfd;--fg:#1b2733;--dim:#5b6b7a;--line:#dde3e9;--card:#fff;
        --c0:#1668b8;--c1:#c8641a;--c2:#2a8a57;--c3:#8a4fb0;--c4:#a8870c;--c5:#8794a0}
      @media(prefers-color-scheme:dark){:root{--bg:#11161b;--fg:#e3e9ee;--dim:#97a5b2;--line:#2a343d;--card:#182027;
        --c0:#5aa9ee;--c1:#f0975a;--c2:#5cc48d;--c3:#c08ee0;--c4:#dcbf4e;--c5:#7d8b97}}
      *{box-sizing:border-box}body{margin:0;background:var(--bg);color:var(--fg);font:15px/1.5 system-ui,sans-serif}
      main{max-width:960px;margin:0 auto;padding:24px 16px 64px}h1{font-size:24px;margin:0 0 4px}h2{font-size:17px;margin:32px 0 8px}
      p{margin:4px 0;overflow-wrap:anywhere}.dim{color:var(--dim)}.card{background:var(--card);border:1px solid var(--line);border-radius:8px;padding:12px 14px;margin:8px 0}
      .wide{overflow-x:auto}.wide:focus-visible{outline:2px solid var(--c0);outline-offset:-2px}table{border-collapse:collapse;width:100%;font-variant-numeric:tabular-nums}
      th,td{text-align:right;padding:5px 8px;border-bottom:1px solid var(--line);white-space:nowrap;vertical-align:top}
      th:last-child,td:last-child{text-align:left;white-space:normal;min-width:260px;overflow-wrap:anywhere}
      code{font:13px/1.45 ui-monospace,monospace;overflow-wrap:anywhere}svg{width:100%;display:block;overflow:visible;margin-bottom:8px}
      text{fill:var(--dim);font-size:13px}line{stroke:var(--line)}.tag{font-weight:600}.key{display:inline-block;width:10px;height:10px;border-radius:2px;margin-right:6px}
      """;

  private final InsightsReport report;
  private final StringBuilder out = new StringBuilder(16_384);

  private HtmlReport(InsightsReport report) {
    this.report = report;
  }

  static String of(InsightsReport report) {
    return new HtmlReport(report).page();
  }

  private String page() {
    out.append(
            "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"")
        .append("width=device-width,initial-scale=1\"><title>Database load</title><style>")
        .append(STYLE)
        .append("</style></head><body><main>");
    double active =
        report.statements().stream().mapToLong(StatementStats::totalNanos).sum()
            / (double) Math.max(1, report.span().toNanos());
    add(
        "<h1>Database load</h1><p class=\"dim\">%d s recorded, %.2f sessions active on average, %d statements</p>",
        report.span().toSeconds(), active, report.statements().size());
    advice();
    if (report.statements().isEmpty()) {
      out.append(
          "<h2>Statements</h2><div class=\"card\"><p>Nothing was recorded: no statement has run yet.</p></div>");
    } else {
      chart();
      statements();
    }
    findings();
    out.append("</main></body></html>\n");
    return out.toString();
  }

  private void advice() {
    out.append("<h2>Advice, in this order</h2>");
    for (Advice a : report.advice()) {
      add(
          "<div class=\"card\"><p><span class=\"tag\">%s</span> <code>%s</code></p><p>%s</p>",
          words(a.remedy()), escape(a.subject()), escape(a.evidence()));
      String gain = TextReport.gain(a);
      add(
          "<p class=\"dim\">%sDisproved by: %s.%s</p>",
          gain.isEmpty() ? "" : "It " + gain + ". ",
          escape(a.disprovedBy()),
          a.undo().isEmpty() ? "" : " Undo: " + escape(a.undo()) + ".");
      if (!a.code().isEmpty()) {
        add("<p><code>%s</code></p>", escape(a.code()));
      }
      out.append("</div>");
    }
  }

  private static String words(Remedy remedy) {
    String name =
        remedy
            .name()
            .replace('_', ' ')
            .toLowerCase(Locale.ROOT)
            .replace("dynamodb", "DynamoDB")
            .replace("n plus one", "N+1");
    return Character.toUpperCase(name.charAt(0)) + name.substring(1);
  }

  /**
   * Lengths across are shares of the width that there is, and letters keep their size, so that a
   * phone shows the same as a screen.
   */
  private void chart() {
    List<StatementStats> top =
        report.statements().subList(0, Math.min(TOP, report.statements().size()));
    int windows = report.load().size();
    double peak =
        Math.max(0.01, report.load().stream().mapToDouble(Double::doubleValue).max().orElse(0));
    double mean = report.load().stream().mapToDouble(Double::doubleValue).average().orElse(0);
    long length = report.windowLength().toSeconds();
    add("<h2>Average active sessions, windows of %d s</h2><div class=\"card\">", length);
    add(
        "<svg height=\"%d\" role=\"img\" aria-label=\"Average active sessions over %d windows of %d s: at most %.2f,"
            + " %.2f on average. The shares of the statements are in the table below.\">",
        CHART_BOTTOM + 20, windows, length, peak, mean);
    double step = 100.0 / Math.max(1, windows);
    for (int w = 0; w < windows; w++) {
      double y = CHART_BOTTOM;
      double rest = report.load().get(w);
      for (int i = 0; i <= top.size(); i++) {
        double value = i < top.size() ? top.get(i).load().get(w) : Math.max(0, rest);
        rest -= value;
        double height = value / peak * (CHART_BOTTOM - CHART_TOP);
        y -= height;
        if (height > 0.2) {
          add(
              "<rect x=\"%.3f%%\" y=\"%.1f\" width=\"%.3f%%\" height=\"%.1f\" fill=\"var(--c%d)\"/>",
              w * step, y, step * 0.9, height, i < top.size() ? i : TOP);
        }
      }
    }
    add(
        "<line x1=\"0\" x2=\"100%%\" y1=\"%1$d\" y2=\"%1$d\"/><line x1=\"0\" x2=\"100%%\" y1=\"%2$d\" y2=\"%2$d\"/>",
        CHART_TOP, CHART_BOTTOM);
    add(
        "<text x=\"0\" y=\"%d\">%.2f at most</text><text x=\"0\" y=\"%d\">%s ago</text>"
            + "<text x=\"100%%\" y=\"%d\" text-anchor=\"end\">now</text></svg>",
        CHART_TOP - 6,
        peak,
        CHART_BOTTOM + 16,
        TextReport.span(report.windowLength().multipliedBy(windows)),
        CHART_BOTTOM + 16);
    for (int i = 0; i < top.size(); i++) {
      add(
          "<p><span class=\"key\" style=\"background:var(--c%d)\"></span><code>%s</code></p>",
          i, escape(shorten(top.get(i).statement())));
    }
    if (report.statements().size() > TOP) {
      add("<p><span class=\"key\" style=\"background:var(--c%d)\"></span>all others</p>", TOP);
    }
    out.append("</div>");
  }

  private static String shorten(String statement) {
    return statement.length() <= 100 ? statement : statement.substring(0, 99) + "…";
  }

  private void statements() {
    double total =
        Math.max(1, report.statements().stream().mapToLong(StatementStats::totalNanos).sum());
    out.append(
            "<h2>Statements</h2><div class=\"card wide\" tabindex=\"0\" role=\"region\" aria-label=\"Statements, scrollable\"><table><thead><tr><th scope=\"col\">time</th><th scope=\"col\">calls</th><th scope=\"col\">p50 ms</th><th scope=\"col\">p99 ms</th>")
        .append(
            "<th scope=\"col\">errors</th><th scope=\"col\">replica</th><th scope=\"col\">repeat</th><th scope=\"col\">statement</th></tr></thead><tbody>");
    for (StatementStats s :
        report.statements().subList(0, Math.min(50, report.statements().size()))) {
      double calls = Math.max(1, s.calls());
      add(
          "<tr><td>%.0f %%</td><td>%d</td><td>%.3f</td><td>%.3f</td><td>%d</td><td>%.0f %%</td><td>%.0f %%</td><td><code>%s</code></td></tr>",
          100 * s.totalNanos() / total,
          s.calls(),
          s.p50Nanos() / 1e6,
          s.p99Nanos() / 1e6,
          s.errors(),
          100 * s.onReplica() / calls,
          100 * s.repeatRatio(),
          escape(s.statement()));
    }
    out.append("</tbody></table></div>");
  }

  private void findings() {
    if (report.findings().isEmpty()) {
      return;
    }
    out.append("<h2>Seen in scopes</h2>");
    for (Finding f : report.findings()) {
      add(
          "<div class=\"card\"><p><span class=\"tag\">%s</span> in %s: %d runs, %.1f ms</p><p><code>%s</code></p><p class=\"dim\">%s</p></div>",
          f.kind().name().replace('_', ' ').toLowerCase(Locale.ROOT).replace("n plus one", "N+1"),
          escape(f.scope()),
          f.runs(),
          f.nanos() / 1e6,
          escape(f.statement()),
          escape(f.callSite()));
    }
  }

  private void add(String format, Object... arguments) {
    out.append(String.format(Locale.ROOT, format, arguments));
  }

  static String escape(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }
}
