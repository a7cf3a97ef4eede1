package dev.sluice.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.testkit.Backend;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The whole story in short, in a process of its own as a user starts it. */
@Timeout(value = 8, unit = TimeUnit.MINUTES)
class DemoIT {
  @TempDir Path out;

  private Process start(String... arguments) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx384m",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            Demo.class.getName());
    builder.command().addAll(List.of(arguments));
    builder.command().addAll(List.of("--out", out.toString()));
    return builder.redirectErrorStream(true).start();
  }

  private static boolean slow(String text) {
    return text.contains("were dropped, since nobody was free");
  }

  private static String output(Process process) throws Exception {
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  private JsonNode json() throws Exception {
    return new ObjectMapper().readTree(Files.readString(out.resolve("report.json")));
  }

  static List<Backend> backends() {
    return Backend.available();
  }

  @ParameterizedTest
  @MethodSource("backends")
  void allStepsHoldAllInvariantsAndEndWithZero(Backend backend) throws Exception {
    Process demo =
        start(
            "--rate",
            "40",
            "--duration",
            "3",
            "--backend",
            backend.name().toLowerCase(Locale.ROOT));
    String text = output(demo);
    // A slow machine drops arrivals, and then the step has failed; what it did has to be right.
    assertThat(demo.waitFor()).as(text).isEqualTo(slow(text) ? 1 : 0);
    // No terminal, so no control characters.
    assertThat(text).contains("All invariants held").doesNotContain("\r", "\u001b");
    JsonNode report = json();
    assertThat(report.get("steps")).hasSize(Step.values().length);
    for (JsonNode step : report.get("steps")) {
      assertThat(step.get("offeredPerSecond").doubleValue()).isBetween(39.0, 41.0);
      assertThat(step.at("/readMillis/p50").doubleValue()).isPositive();
      assertThat(step.at("/writeMillis/p50").doubleValue()).isPositive();
      assertThat(step.get("replicas")).hasSize(2);
    }
    report.get("invariants").forEach(count -> assertThat(count.longValue()).isZero());
    assertThat(report.at("/checked/reads").longValue()).isGreaterThan(300);
    assertThat(report.at("/checked/writes").longValue()).isGreaterThan(60);
    // The first steps have neither, the last one has both.
    assertThat(report.at("/steps/1/cacheHitRatio").isNull()).isTrue();
    assertThat(report.at("/steps/1/queueDepth").isNull()).isTrue();
    assertThat(report.at("/steps/4/cacheHitRatio").doubleValue()).isPositive();
    assertThat(report.at("/steps/4/queueDepth").isNull()).isFalse();
    // Reads leave the primary with the second step, commits with the fourth.
    assertThat(report.at("/steps/1/replicas/0/statementsPerSecond").doubleValue()).isPositive();
    assertThat(report.at("/steps/4/primary/commitsPerSecond").doubleValue())
        .isLessThan(report.at("/steps/0/primary/commitsPerSecond").doubleValue());
    assertThat(out.resolve("report.html")).isNotEmptyFile();
  }

  @Test
  void stopsOnRequestAndStillWritesWhatWasMeasured() throws Exception {
    Process demo = start("--rate", "50", "--duration", "10m", "--steps", "1");
    StringBuilder text = new StringBuilder();
    // The line comes in the middle of the measurement, since there is no terminal.
    try (var lines = demo.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        text.append(line).append('\n');
        if (line.contains("measuring")) {
          // Not Process.destroy, which closes the output, too.
          demo.toHandle().destroy();
        }
      }
    }
    assertThat(demo.waitFor()).as(text.toString()).isEqualTo(slow(text.toString()) ? 1 : 130);
    assertThat(text)
        .contains(
            "Stopping",
            "Stopped by the user after 0 of 1 steps and ",
            "What was measured held all invariants");
    JsonNode report = json();
    assertThat(report.get("steps")).hasSize(1);
    assertThat(report.at("/steps/0/completedPerSecond").doubleValue()).isPositive();
    assertThat(report.at("/checked/writes").longValue()).isPositive();
    assertThat(out.resolve("report.html")).isNotEmptyFile();
    assertThat(demo.descendants()).isEmpty();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void refusesAnOutFolderThatTakesNoFileBeforeAnyServerStarts() {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    // There, not even root may make one.
    int code = Demo.run(List.of("--out", "/proc"), new PrintStream(text), new PrintStream(text));
    assertThat(code).isEqualTo(2);
    assertThat(text.toString(StandardCharsets.UTF_8)).contains("--out: cannot make", "/proc");
  }

  @Test
  void refusesAnOutFolderThatCannotBeMadeBeforeAnyServerStarts() throws Exception {
    Path file = Files.writeString(out.resolve("file"), "");
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    int code =
        Demo.run(
            List.of("--out", file.resolve("folder").toString()),
            new PrintStream(text),
            new PrintStream(text));
    assertThat(code).isEqualTo(2);
    assertThat(text.toString(StandardCharsets.UTF_8)).contains("--out: cannot make the folder");
  }
}
