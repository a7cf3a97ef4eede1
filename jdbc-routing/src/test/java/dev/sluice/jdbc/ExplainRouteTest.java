package dev.sluice.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExplainRouteTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String input, String... args) throws IOException {
    return ExplainRoute.run(
        args,
        new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
        out,
        new PrintStream(err, true, StandardCharsets.UTF_8),
        variable -> variable.equals("SECRET") ? "secret" : null);
  }

  private List<String> lines() {
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }

  @ParameterizedTest
  @CsvSource({"mysql,mysql", "mysql,mariadb", "pg,postgresql"})
  void explainsTheDevelopmentSet(String rows, String dialect) throws IOException {
    List<String[]> cases;
    try (InputStream in = ExplainRouteTest.class.getResourceAsStream("tricky_statements.tsv")) {
      assertThat(in).isNotNull();
      cases =
          new String(in.readAllBytes(), StandardCharsets.UTF_8)
              .lines()
              .map(line -> line.split("\t", -1))
              .filter(cells -> cells[1].equals(rows))
              .toList();
    }
    String input = String.join("\n", cases.stream().map(cells -> cells[3]).toList()) + "\n";
    assertThat(run(input, "--dialect", dialect, "--writes", "wv")).isZero();
    assertThat(lines()).hasSameSizeAs(cases);
    for (int i = 0; i < cases.size(); i++) {
      assertThat(lines().get(i)).as(cases.get(i)[3]).startsWith(cases.get(i)[2] + "\t");
    }
  }

  @Test
  void answersEveryLineWithOneLine() throws IOException {
    assertThat(run("\nSELECT 1\n\n'\nSELECT `a\tb`(1)\r\nSELECT 2", "--dialect", "mysql")).isZero();
    assertThat(lines()).hasSize(6).allMatch(line -> line.matches("[A-Z]+\t[^\t]+"));
    assertThat(lines().get(5)).startsWith("R\t");
  }

  @Test
  void takesDeclarations() throws IOException {
    run(
        "SELECT f(1) FROM t\nSELECT f(g(1))\nSELECT f(1) FROM t FOR UPDATE",
        "--dialect",
        "postgresql",
        "--reads",
        "F");
    assertThat(lines().get(0)).startsWith("R\t");
    assertThat(lines().get(1)).startsWith("P\t");
    assertThat(lines().get(2)).startsWith("P\t");
  }

  @Test
  void aCatalogThatCannotBeReadIsAnErrorWithoutTheUrl() throws IOException {
    String url = "jdbc:nobody://host/db?password=secret";
    assertThat(run("SELECT 1\n", "--dialect", "mysql", "--url", url, "--password-env", "SECRET"))
        .isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("the catalog cannot be read")
        .doesNotContain("secret")
        .doesNotContain("nobody");
    assertThat(run("SELECT 1\n", "--dialect", "mysql", "--password-env", "NONE")).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("--password-env");
    assertThat(lines()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "--dialect", "--dialect oracle", "--what mysql", "--dialect mysql --writes"})
  void refusesWrongArguments(String args) throws IOException {
    assertThat(run("SELECT 1\n", args.isEmpty() ? new String[0] : args.split(" "))).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("ExplainRoute: ").contains("usage: ");
    assertThat(lines()).isEmpty();
  }
}
