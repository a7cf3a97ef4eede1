package dev.sluice.sql;

/**
 * One change of session state that a statement makes.
 *
 * @param kind what is changed
 * @param name for {@link Kind#VARIABLE}: the variable, lower case, without {@code @@session.}; else
 *     empty
 * @param value the text of the new value as it stands in the statement, without quotes where it is
 *     one literal or name; empty where there is none, or the text does not show it
 */
public record SessionEffect(Kind kind, String name, String value) {
  /** What is changed. */
  public enum Kind {
    /** A session variable or parameter (SET x = ..., SET NAMES, set_config with is_local false). */
    VARIABLE,
    /** The default schema (USE, SET search_path is a {@link #VARIABLE}). */
    SCHEMA,
    /** The role (SET ROLE, SET SESSION AUTHORIZATION). */
    ROLE,
    /**
     * Characteristics of all following transactions (SET SESSION TRANSACTION, SET SESSION
     * CHARACTERISTICS).
     */
    SESSION_TRANSACTION,
    /** Characteristics of the next or current transaction only (SET TRANSACTION, SET LOCAL). */
    NEXT_TRANSACTION,
    /** The autocommit mode; value is {@code 0} or {@code 1}. */
    AUTOCOMMIT,
    /**
     * One or all parameters go back to their defaults (RESET, DISCARD ALL); name is the parameter,
     * or empty for all.
     */
    RESET
  }
}
