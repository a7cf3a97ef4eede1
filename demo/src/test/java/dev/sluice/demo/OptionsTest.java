package dev.sluice.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OptionsTest {
  private static Options parse(String line) throws BadOptionException {
    return Options.parse(line.isEmpty() ? List.of() : List.of(line.split(" ")));
  }

  @Test
  void defaultsRunAllStepsEmbedded() throws BadOptionException {
    Options options = parse("");
    assertThat(options.docker()).isFalse();
    assertThat(options.help()).isFalse();
    assertThat(options.rate()).isEqualTo(Options.DEFAULT_RATE);
    assertThat(options.duration()).isEqualTo(Options.DEFAULT_DURATION);
    assertThat(options.steps()).isEqualTo(Step.numbers());
    assertThat(options.out()).isEqualTo(Path.of("sluice-report"));
  }

  @Test
  void theDefaultRateIsOneThatTheServersOfTheBackendServe() throws BadOptionException {
    assertThat(parse("--backend docker").rate()).isEqualTo(Options.DEFAULT_DOCKER_RATE);
    assertThat(parse("--backend docker --backend embedded").rate()).isEqualTo(Options.DEFAULT_RATE);
    assertThat(parse("--rate 400 --backend docker").rate()).isEqualTo(400);
  }

  @Test
  void takesEveryOptionInBothSpellings() throws BadOptionException {
    Options expected =
        new Options(false, true, 100, Duration.ofSeconds(7), List.of(1), Path.of("/tmp/x"));
    assertThat(parse("--backend docker --rate 100 --duration 7 --steps 1 --out /tmp/x"))
        .isEqualTo(expected);
    assertThat(parse("--backend=docker --rate=100 --duration=7s --steps=1 --out=/tmp/x"))
        .isEqualTo(expected);
    assertThat(parse("--duration 2m").duration()).isEqualTo(Duration.ofMinutes(2));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--rat 5 | --rat",
        "5 | '5'",
        "--rate | --rate needs a value",
        "--rate 5 | --rate must be",
        "--rate 20001 | --rate must be",
        "--rate fast | --rate must be",
        "--rate -1 | --rate must be",
        "--duration 0 | --duration must be",
        "--duration 11m | --duration must be",
        "--duration 5h | --duration must be",
        "--steps 0 | --steps must name",
        "--steps 9 | --steps must name",
        "--steps 1, | --steps must name",
        "--steps 2-1 | --steps must name",
        "--backend cloud | --backend must be embedded or docker",
        "--out= | --out must name"
      })
  void refusesBadOptionsWithTheirName(String line, String message) {
    assertThatThrownBy(() -> parse(line))
        .isInstanceOf(BadOptionException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @ValueSource(strings = {"--rate x", "--what", "--steps 99"})
  void badOptionsEndWithTwoAndOneClearLine(String line) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code = Demo.run(List.of(line.split(" ")), new PrintStream(out), new PrintStream(err));
    assertThat(code).isEqualTo(2);
    assertThat(out.size()).isZero();
    assertThat(err.toString(StandardCharsets.UTF_8).lines().findFirst().orElse(""))
        .startsWith("demo: ")
        .contains(line.split(" ")[0]);
  }

  @Test
  void helpNamesEveryOptionAndStepAndEndsWithZero() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int code = Demo.run(List.of("--help"), new PrintStream(out), new PrintStream(out));
    assertThat(code).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains("--backend", "--rate", "--duration", "--steps", "--out", "--help")
        .contains(Step.PRIMARY.title());
  }
}
