package dev.sluice.jdbc;

import dev.sluice.sql.SessionEffect;
import dev.sluice.sql.SqlStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Session settings made by texts: how they are repeated on another physical connection, and how
 * they are taken back before it goes to its pool. What cannot be taken back costs the physical
 * connection.
 */
final class Tracking {
  private static final List<String> NAMES =
      List.of(
          "character_set_client",
          "character_set_results",
          "character_set_connection",
          "collation_connection");
  private static final List<String> MYSQL_TRANSACTION =
      List.of("transaction_isolation", "transaction_read_only");
  private static final List<String> POSTGRESQL_TRANSACTION =
      List.of(
          "default_transaction_isolation",
          "default_transaction_read_only",
          "default_transaction_deferrable");

  private Tracking() {}

  /** The change to record. */
  static Change change(SqlStatement statement, boolean mysql) {
    String key =
        statement.sessionEffects().isEmpty()
            ? statement.sql()
            : statement.sessionEffects().stream()
                .map(Tracking::key)
                .collect(Collectors.joining(","));
    return new Change(
        key,
        serializable(statement, mysql),
        physical -> {
          Change.Undo undo = undo(physical, statement, mysql);
          try (Statement each = physical.createStatement()) {
            each.execute(statement.sql());
          }
          return undo;
        });
  }

  private static String key(SessionEffect effect) {
    return switch (effect.kind()) {
      case SCHEMA -> "catalog";
      case VARIABLE, RESET -> "variable " + effect.name();
      default -> effect.kind().name();
    };
  }

  /** Whether transactions are serializable from then on; null: it does not say. */
  private static @Nullable Boolean serializable(SqlStatement statement, boolean mysql) {
    Boolean said = null;
    for (SessionEffect effect : statement.sessionEffects()) {
      boolean speaks =
          switch (effect.kind()) {
            case SESSION_TRANSACTION ->
                effect.value().toLowerCase(Locale.ROOT).contains("isolation");
            case VARIABLE -> isolation(effect.name(), mysql);
            case RESET -> effect.name().isEmpty() || isolation(effect.name(), mysql);
            default -> false;
          };
      if (speaks) {
        said = effect.value().toLowerCase(Locale.ROOT).contains("serializable");
      }
    }
    return said;
  }

  private static boolean isolation(String variable, boolean mysql) {
    return mysql
        ? variable.equals("transaction_isolation") || variable.equals("tx_isolation")
        : variable.equals("default_transaction_isolation");
  }

  /** Whether everything that was set before is undone. */
  static boolean resetsAll(SqlStatement statement) {
    return statement.sessionEffects().stream()
        .anyMatch(e -> e.kind() == SessionEffect.Kind.RESET && e.name().isEmpty());
  }

  /** Whether texts may be cut into tokens in another way from now on. */
  static boolean changesLexer(SqlStatement statement) {
    return statement.sessionEffects().stream()
        .anyMatch(
            e ->
                e.kind() == SessionEffect.Kind.RESET
                    || e.name().equals("sql_mode")
                    || e.name().equals("standard_conforming_strings"));
  }

  /** How to take it back; to be asked before the change is made. Null: it cannot be. */
  static Change.@Nullable Undo undo(Connection physical, SqlStatement statement, boolean mysql)
      throws SQLException {
    List<Change.Undo> steps = new ArrayList<>(2);
    for (SessionEffect effect : statement.sessionEffects()) {
      Change.Undo step = undo(physical, effect, mysql);
      if (step == null) {
        return null;
      }
      steps.add(step);
    }
    return steps.isEmpty() ? null : all(steps);
  }

  private static Change.@Nullable Undo undo(
      Connection physical, SessionEffect effect, boolean mysql) throws SQLException {
    return switch (effect.kind()) {
      case VARIABLE, RESET -> {
        if (!effect.name().matches("[a-z_][a-z0-9_.]*")) {
          yield null;
        }
        if (!mysql) {
          yield parameters(physical, List.of(effect.name()));
        }
        yield mysqlVariables(
            physical, effect.name().equals("names") ? NAMES : List.of(effect.name()));
      }
      case SCHEMA -> {
        String before = physical.getCatalog();
        yield before == null || before.isEmpty() ? null : c -> c.setCatalog(before);
      }
      case ROLE -> mysql ? null : parameters(physical, List.of("role"));
      case SESSION_TRANSACTION ->
          mysql
              ? mysqlVariables(physical, MYSQL_TRANSACTION)
              : parameters(physical, POSTGRESQL_TRANSACTION);
      default -> null;
    };
  }

  /** Takes back all, or nothing can be taken back. */
  private static Change.@Nullable Undo mysqlVariables(Connection physical, List<String> names)
      throws SQLException {
    List<Change.Undo> steps = new ArrayList<>(names.size());
    for (String name : names) {
      Change.Undo step = mysqlVariable(physical, name);
      if (step == null) {
        return null;
      }
      steps.add(step);
    }
    return all(steps);
  }

  private static Change.@Nullable Undo parameters(Connection physical, List<String> names)
      throws SQLException {
    List<Change.Undo> steps = new ArrayList<>(names.size());
    for (String name : names) {
      Change.Undo step = parameter(physical, name);
      if (step == null) {
        return null;
      }
      steps.add(step);
    }
    return all(steps);
  }

  private static Change.Undo all(List<Change.Undo> steps) {
    return c -> {
      for (Change.Undo step : steps) {
        step.apply(c);
      }
    };
  }

  private static Change.@Nullable Undo mysqlVariable(Connection physical, String name)
      throws SQLException {
    try (Statement statement = physical.createStatement();
        ResultSet rows = statement.executeQuery("SELECT @@SESSION." + name)) {
      rows.next();
      Object before = rows.getObject(1);
      String literal;
      if (before == null) {
        literal = "NULL";
      } else if (before instanceof Number) {
        literal = before.toString();
      } else {
        String text = rows.getString(1);
        if (text.indexOf('\'') >= 0 || text.indexOf('\\') >= 0) {
          return null;
        }
        literal = "'" + text + "'";
      }
      return c -> {
        try (Statement undo = c.createStatement()) {
          undo.execute("SET SESSION " + name + " = " + literal);
        }
      };
    } catch (SQLException e) {
      if (Failures.connectionLost(e)) {
        throw e;
      }
      return null;
    }
  }

  static Change.@Nullable Undo parameter(Connection physical, String name) throws SQLException {
    String before;
    try (PreparedStatement statement =
        physical.prepareStatement("SELECT pg_catalog.current_setting(?, true)")) {
      statement.setString(1, name);
      try (ResultSet rows = statement.executeQuery()) {
        rows.next();
        before = rows.getString(1);
      }
    }
    if (before == null) {
      // A parameter of the application's own that has never been set. It stays known, but empty.
      return c -> {
        try (Statement undo = c.createStatement()) {
          undo.execute("RESET " + name);
        }
      };
    }
    return c -> {
      try (PreparedStatement undo =
          c.prepareStatement("SELECT pg_catalog.set_config(?, ?, false)")) {
        undo.setString(1, name);
        undo.setString(2, before);
        undo.execute();
      }
    };
  }
}
