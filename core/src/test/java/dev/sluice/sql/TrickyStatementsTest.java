package dev.sluice.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The development set: statements that are hard to judge, with the route that is right. */
class TrickyStatementsTest {
  /** What no text shows, and a user therefore declares. */
  private static final Set<String> WRITING_VIEWS = Set.of("wv");

  record Row(String id, Dialect dialect, String expected, String sql) {
    @Override
    public String toString() {
      return id + " " + dialect;
    }
  }

  static Stream<Row> rows() throws IOException {
    return lines().stream()
        .flatMap(
            cells -> {
              List<Dialect> dialects =
                  cells[1].equals("pg")
                      ? List.of(Dialect.POSTGRESQL)
                      : List.of(Dialect.MYSQL, Dialect.MARIADB);
              return dialects.stream()
                  .map(dialect -> new Row(cells[0], dialect, cells[2], unescape(cells[3])));
            });
  }

  private static List<String[]> lines() throws IOException {
    try (InputStream in = TrickyStatementsTest.class.getResourceAsStream("tricky_statements.tsv")) {
      assertThat(in).isNotNull();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .skip(1)
          .map(line -> line.split("\t", -1))
          .toList();
    }
  }

  private static String unescape(String text) {
    StringBuilder result = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '\\' && i + 1 < text.length()) {
        char next = text.charAt(++i);
        result.append(next == 'n' ? '\n' : next == 't' ? '\t' : next);
      } else {
        result.append(c);
      }
    }
    return result.toString();
  }

  @Test
  void holdsAllRows() throws IOException {
    assertThat(lines()).hasSize(244);
  }

  @ParameterizedTest
  @MethodSource("rows")
  void hasTheRightRoute(Row row) {
    SqlStatement statement = SqlScanner.scan(row.sql(), LexerMode.of(row.dialect()));
    boolean declared = statement.tablesRead().stream().anyMatch(WRITING_VIEWS::contains);
    assertThat(declared ? "P" : statement.route().code())
        .as("%s (%s)", row.sql(), statement.rule())
        .isEqualTo(row.expected());
  }
}
