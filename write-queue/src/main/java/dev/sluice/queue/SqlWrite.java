package dev.sluice.queue;

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
    if (severalStatements(text)) {
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

  private static String verb(String text) {
    String stripped = text.stripLeading();
    int end = 0;
    while (end < stripped.length() && Character.isLetter(stripped.charAt(end))) {
      end++;
    }
    return stripped.substring(0, end).toUpperCase(Locale.ROOT);
  }

  /**
   * Whether something follows a semicolon outside of quotes: it might end the applier's
   * transaction.
   */
  private static boolean severalStatements(String text) {
    String statement = text.stripTrailing();
    char quote = 0;
    for (int i = 0; i < statement.length() - 1; i++) {
      char c = statement.charAt(i);
      if (quote != 0) {
        quote = c == quote ? 0 : quote;
      } else if (c == '\'' || c == '"' || c == '`') {
        quote = c;
      } else if (c == ';') {
        return true;
      }
    }
    return false;
  }
}
