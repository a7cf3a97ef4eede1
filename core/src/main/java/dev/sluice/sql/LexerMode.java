package dev.sluice.sql;

import dev.sluice.sql.SessionEffect.Kind;
import java.util.Locale;
import java.util.Set;

/**
 * The session settings that change how SQL text is cut into tokens. Immutable.
 *
 * <p>Follow a session with {@link #after}. When a setting takes a value that the text does not
 * show, the mode is not {@link #known}: until someone asks the server, every text in which the
 * settings would matter (one with a double quote or a backslash) is judged {@link Route#PRIMARY}.
 *
 * @param dialect the dialect
 * @param ansiQuotes MySQL, MariaDB: double quotes enclose identifiers (sql_mode ANSI_QUOTES or a
 *     mode that includes it)
 * @param backslashEscapes a backslash in an ordinary string literal escapes the next character
 *     (MySQL, MariaDB: sql_mode without NO_BACKSLASH_ESCAPES; PostgreSQL:
 *     standard_conforming_strings off)
 * @param known whether the two flags are known to be what the session has
 */
public record LexerMode(
    Dialect dialect, boolean ansiQuotes, boolean backslashEscapes, boolean known) {
  private static final Set<String> ANSI =
      Set.of("ansi_quotes", "ansi", "db2", "maxdb", "mssql", "oracle", "postgresql");

  /** Modes that change neither flag. */
  private static final Set<String> NEUTRAL =
      Set.of(
          "allow_invalid_dates",
          "empty_string_is_null",
          "error_for_division_by_zero",
          "high_not_precedence",
          "ignore_bad_table_options",
          "ignore_space",
          "mysql323",
          "mysql40",
          "no_auto_create_user",
          "no_auto_value_on_zero",
          "no_dir_in_create",
          "no_engine_substitution",
          "no_field_options",
          "no_key_options",
          "no_table_options",
          "no_unsigned_subtraction",
          "no_zero_date",
          "no_zero_in_date",
          "only_full_group_by",
          "pad_char_to_full_length",
          "pipes_as_concat",
          "real_as_float",
          "simultaneous_assignment",
          "strict_all_tables",
          "strict_trans_tables",
          "time_round_fractional",
          "time_truncate_fractional",
          "traditional");

  /**
   * A known mode.
   *
   * @param dialect the dialect
   * @param ansiQuotes see there
   * @param backslashEscapes see there
   */
  public LexerMode(Dialect dialect, boolean ansiQuotes, boolean backslashEscapes) {
    this(dialect, ansiQuotes, backslashEscapes, true);
  }

  /**
   * The mode of a new session with the server's default settings.
   *
   * @param dialect the dialect
   * @return its default mode
   */
  public static LexerMode of(Dialect dialect) {
    boolean postgresql = dialect == Dialect.POSTGRESQL;
    return new LexerMode(dialect, postgresql, !postgresql);
  }

  /**
   * The mode that a value of {@code @@sql_mode} (MySQL, MariaDB) or {@code
   * standard_conforming_strings} (PostgreSQL) means, as the server prints it.
   *
   * @param dialect the dialect
   * @param value the value
   * @return the mode; not {@link #known} if the value is not understood
   */
  public static LexerMode ofSetting(Dialect dialect, String value) {
    return of(dialect).set(value, of(dialect));
  }

  /**
   * The mode after a statement has succeeded, in a session that began with the server's defaults.
   *
   * @param statement the statement
   * @return the mode for the texts after it, this one if nothing changed
   */
  public LexerMode after(SqlStatement statement) {
    return after(statement, of(dialect));
  }

  /**
   * The mode after a statement has succeeded. A change within a transaction is undone by its
   * rollback on PostgreSQL: who rolls back must return to the mode from before.
   *
   * @param statement the statement
   * @param initial the mode that the session began with, to which DEFAULT and RESET return
   * @return the mode for the texts after it, this one if nothing changed
   */
  public LexerMode after(SqlStatement statement, LexerMode initial) {
    LexerMode mode = this;
    for (SessionEffect effect : statement.sessionEffects()) {
      mode = mode.apply(effect, initial);
    }
    return mode;
  }

  private LexerMode apply(SessionEffect effect, LexerMode initial) {
    String setting = dialect == Dialect.POSTGRESQL ? "standard_conforming_strings" : "sql_mode";
    if (effect.kind() == Kind.RESET && (effect.name().isEmpty() || effect.name().equals(setting))) {
      return initial;
    }
    if (!effect.name().equals(setting)) {
      return this;
    }
    if (effect.kind() == Kind.NEXT_TRANSACTION) {
      // set for a transaction only, whose end the text does not show
      return unknown();
    }
    return effect.kind() == Kind.VARIABLE ? set(effect.value(), initial) : this;
  }

  private LexerMode set(String value, LexerMode initial) {
    String text = value.strip().toLowerCase(Locale.ROOT);
    if (text.equals("default")) {
      return initial;
    }
    return dialect == Dialect.POSTGRESQL ? conformingStrings(text) : sqlMode(text);
  }

  private LexerMode conformingStrings(String text) {
    return switch (text) {
      case "on", "true", "yes", "1", "t", "y" -> new LexerMode(dialect, true, false);
      case "off", "false", "no", "0", "f", "n" -> new LexerMode(dialect, true, true);
      default -> unknown();
    };
  }

  private LexerMode sqlMode(String text) {
    boolean ansi = false;
    boolean backslash = true;
    if (!text.isEmpty() && !text.equals("0")) {
      for (String word : text.split(",")) {
        String mode = word.strip();
        if (ANSI.contains(mode)) {
          ansi = true;
        } else if (mode.equals("no_backslash_escapes")) {
          backslash = false;
        } else if (!mode.isEmpty() && !NEUTRAL.contains(mode)) {
          return unknown();
        }
      }
    }
    return new LexerMode(dialect, ansi, backslash);
  }

  private LexerMode unknown() {
    return new LexerMode(dialect, ansiQuotes, backslashEscapes, false);
  }
}
