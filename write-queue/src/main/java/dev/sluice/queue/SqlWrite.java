package dev.sluice.queue;

import dev.sluice.sql.Dialect;
import dev.sluice.sql.LexerMode;
import dev.sluice.sql.SqlScanner;
import dev.sluice.sql.StatementKind;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** An SQL statement, executed as it is. */
record SqlWrite(String orderingKey, String text, List<@Nullable Object> parameters)
    implements Write {
  /**
   * What a statement may begin with: whatever else commits implicitly, answers rows or means
   * nothing in a queue.
   */
  private static final Set<String> VERBS =
      Set.of("INSERT", "UPDATE", "DELETE", "REPLACE", "MERGE", "WITH");

  SqlWrite {
    Values.requireOrderingKey(orderingKey);
    if (!VERBS.contains(verb(text))) {
      throw new IllegalArgumentException(
          "text: must be one INSERT, UPDATE, DELETE, REPLACE, MERGE or WITH statement, without a comment before it");
    }
    if (!singleForSome(text)) {
      throw new IllegalArgumentException("text: must be a single statement");
    }
    for (Object parameter : parameters) {
      Values.requireSupported(parameter);
    }
  }

  static SqlWrite of(String orderingKey, String text, @Nullable Object... parameters) {
    return new SqlWrite(orderingKey, text, Arrays.stream(parameters).map(Values::normal).toList());
  }

  @Override
  public Write orderedBy(String orderingKey) {
    return new SqlWrite(orderingKey, text, parameters);
  }

  /**
   * Whether the text is one statement for a session with these quoting rules. Only then it may be
   * executed: a second one could end the applier's transaction.
   *
   * @param setting sql_mode or standard_conforming_strings, as the server prints it
   */
  boolean isSingle(SqlDialect dialect, String setting) {
    return dialect.lexers().stream()
        .allMatch(lexer -> isSingle(text, LexerMode.ofSetting(lexer, setting)));
  }

  /** Which database it is for is not known here: the applier decides, this refuses early. */
  private static boolean singleForSome(String text) {
    return Arrays.stream(Dialect.values()).anyMatch(each -> isSingle(text, LexerMode.of(each)));
  }

  private static boolean isSingle(String text, LexerMode mode) {
    StatementKind kind = SqlScanner.scan(text, mode).kind();
    return kind != StatementKind.MULTIPLE
        && kind != StatementKind.UNKNOWN
        // what follows is seen as a second one: no quote or comment is open, all was understood
        && SqlScanner.scan(text + "\n;SELECT 1", mode).kind() == StatementKind.MULTIPLE;
  }

  private static String verb(String text) {
    String stripped = text.stripLeading();
    int end = 0;
    while (end < stripped.length() && Character.isLetter(stripped.charAt(end))) {
      end++;
    }
    return stripped.substring(0, end).toUpperCase(Locale.ROOT);
  }
}
