package dev.sluice.jdbc;

import dev.sluice.sql.SqlStatement;
import java.util.regex.Pattern;

/**
 * Whether MySQL or MariaDB commits the open transaction when a statement comes. What commits for
 * certain is listed, after both manuals; where it depends, or the statement is not understood, the
 * answer is {@link #MAYBE}: listeners are told that the outcome is not known, and of the commit
 * that is sure as another one. Nothing is lost, but caches that it may touch read from the primary
 * until their intent time has passed.
 */
enum ImplicitCommit {
  /** The transaction goes on. */
  NEVER,
  /** The transaction may be committed, in whole or in part, and may go on. */
  MAYBE,
  /** The transaction is committed if the statement succeeds, and may be if it fails. */
  ALWAYS;

  private static final Pattern DEFINES =
      Pattern.compile(
          "(create( or replace)?( unique| fulltext| spatial)?|alter|drop|truncate|rename)"
              + " (table|index|view|database|schema|user|role|trigger|procedure|function|event)\\b.*"
              + "|truncate .*|grant .*|revoke .*|set password.*",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private static final Pattern TEMPORARY =
      Pattern.compile(
          "(create( or replace)?|drop) temporary tables? .*",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private static final Pattern ADMINISTERS =
      Pattern.compile(
          "(analyze|optimize|check)( local| no_write_to_binlog)? tables? .*"
              + "|lock tables? .*|flush .*|reset (?!persist).*",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private static final Pattern GOES_ON =
      Pattern.compile(
          "(show|explain|describe|desc|kill|signal|resignal|purge|shutdown)\\b.*",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private static final Pattern DEPENDS =
      Pattern.compile(
          "(lock|unlock|backup) .*|.*\\bautocommit\\b.*",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  static ImplicitCommit of(SqlStatement statement) {
    return switch (statement.kind()) {
      case SELECT, INSERT, UPDATE, DELETE, MERGE, TRANSACTION -> NEVER;
      case DDL -> {
        if (matches(TEMPORARY, statement)) {
          yield NEVER;
        }
        yield matches(DEFINES, statement) ? ALWAYS : MAYBE;
      }
      case UTILITY -> {
        if (matches(GOES_ON, statement)) {
          yield NEVER;
        }
        yield matches(ADMINISTERS, statement) ? ALWAYS : MAYBE;
      }
      case SESSION -> {
        if (matches(ADMINISTERS, statement)) {
          yield ALWAYS;
        }
        yield matches(DEPENDS, statement) ? MAYBE : NEVER;
      }
      case CALL, MULTIPLE, UNKNOWN -> MAYBE;
    };
  }

  private static boolean matches(Pattern pattern, SqlStatement statement) {
    return pattern.matcher(statement.normalized()).matches();
  }
}
