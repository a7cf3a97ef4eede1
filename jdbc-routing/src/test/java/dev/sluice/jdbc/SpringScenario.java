package dev.sluice.jdbc;

import dev.sluice.testkit.DatabaseEngine;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.PreparedStatementCreator;
import org.springframework.jdbc.core.namedparam.NamedParameterJdbcTemplate;
import org.springframework.jdbc.core.simple.SimpleJdbcInsert;
import org.springframework.jdbc.datasource.DataSourceTransactionManager;
import org.springframework.jdbc.support.GeneratedKeyHolder;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.UnexpectedRollbackException;
import org.springframework.transaction.support.TransactionTemplate;

/** What applications do through Spring's JDBC and transaction support. */
final class SpringScenario implements FrameworksIT.Scenario {
  private static final String COUNT = "SELECT COUNT(*) FROM fw_spring";

  @Override
  public List<String> run(DataSource source, DatabaseEngine engine) {
    List<String> seen = new ArrayList<>();
    JdbcTemplate jdbc = new JdbcTemplate(source);
    jdbc.execute("DROP TABLE IF EXISTS fw_spring");
    jdbc.execute(
        engine != DatabaseEngine.POSTGRESQL
            ? "CREATE TABLE fw_spring (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(50))"
            : "CREATE TABLE fw_spring (id SERIAL PRIMARY KEY, name VARCHAR(50))");
    keysAndBatches(jdbc, seen);
    transactions(jdbc, new JdbcTransactionManager(source), seen);
    queries(jdbc, seen);
    seen.add("all " + jdbc.queryForList("SELECT id, name FROM fw_spring ORDER BY id"));
    jdbc.execute("DROP TABLE fw_spring");
    return seen;
  }

  private static void keysAndBatches(JdbcTemplate jdbc, List<String> seen) {
    GeneratedKeyHolder keys = new GeneratedKeyHolder();
    PreparedStatementCreator insert =
        connection -> {
          var statement =
              connection.prepareStatement(
                  "INSERT INTO fw_spring (name) VALUES (?)", new String[] {"id"});
          statement.setString(1, "first");
          return statement;
        };
    seen.add("rows " + jdbc.update(insert, keys) + " key " + keys.getKey());
    seen.add(
        "simple "
            + new SimpleJdbcInsert(jdbc)
                .withTableName("fw_spring")
                .usingColumns("name")
                .usingGeneratedKeyColumns("id")
                .executeAndReturnKey(Map.of("name", "second")));
    int[] counts =
        jdbc.batchUpdate(
            "INSERT INTO fw_spring (name) VALUES (?)",
            List.of(new Object[] {"third"}, new Object[] {"fourth"}));
    seen.add("batch " + counts.length);
    seen.add(
        "texts "
            + jdbc.batchUpdate(
                    "UPDATE fw_spring SET name = 'FIRST' WHERE id = 1",
                    "DELETE FROM fw_spring WHERE name = 'third'")
                .length);
    seen.add("duplicate " + failure(() -> jdbc.update("INSERT INTO fw_spring VALUES (1, 'x')")));
    seen.add("after batch " + jdbc.queryForObject(COUNT, Integer.class));
  }

  private static void transactions(
      JdbcTemplate jdbc, DataSourceTransactionManager manager, List<String> seen) {
    TransactionTemplate required = new TransactionTemplate(manager);
    TransactionTemplate fresh = with(manager, TransactionDefinition.PROPAGATION_REQUIRES_NEW);
    TransactionTemplate nested = with(manager, TransactionDefinition.PROPAGATION_NESTED);
    TransactionTemplate readOnly = new TransactionTemplate(manager);
    readOnly.setReadOnly(true);
    TransactionTemplate serializable = new TransactionTemplate(manager);
    serializable.setIsolationLevel(TransactionDefinition.ISOLATION_SERIALIZABLE);
    required.executeWithoutResult(
        status -> {
          jdbc.update("INSERT INTO fw_spring (name) VALUES ('outer')");
          seen.add("inside " + jdbc.queryForObject(COUNT, Integer.class));
          fresh.executeWithoutResult(
              inner -> jdbc.update("INSERT INTO fw_spring (name) VALUES ('independent')"));
          nested.executeWithoutResult(
              inner -> {
                jdbc.update("INSERT INTO fw_spring (name) VALUES ('undone')");
                inner.setRollbackOnly();
              });
          seen.add("nested " + jdbc.queryForObject(COUNT, Integer.class));
        });
    seen.add("committed " + jdbc.queryForObject(COUNT, Integer.class));
    seen.add(
        "rolled back "
            + failure(
                () ->
                    required.executeWithoutResult(
                        status -> {
                          jdbc.update("INSERT INTO fw_spring (name) VALUES ('lost')");
                          throw new IllegalStateException("told to");
                        })));
    seen.add(
        "marked "
            + failure(
                () ->
                    required.executeWithoutResult(
                        outer -> required.executeWithoutResult(s -> s.setRollbackOnly()))));
    seen.add(
        "read only "
            + readOnly.execute(status -> jdbc.queryForObject(COUNT, Integer.class))
            + " "
            + refusal(
                () ->
                    readOnly.executeWithoutResult(
                        s -> jdbc.update("INSERT INTO fw_spring (name) VALUES ('no')"))));
    seen.add(
        "serializable "
            + serializable.execute(
                status -> {
                  jdbc.update("UPDATE fw_spring SET name = 'OUTER' WHERE name = 'outer'");
                  return jdbc.queryForObject(
                      "SELECT name FROM fw_spring WHERE name = 'OUTER'", String.class);
                }));
    seen.add("after all " + jdbc.queryForObject(COUNT, Integer.class));
  }

  private static void queries(JdbcTemplate jdbc, List<String> seen) {
    NamedParameterJdbcTemplate named = new NamedParameterJdbcTemplate(jdbc);
    seen.add(
        "named "
            + named.queryForList(
                "SELECT name FROM fw_spring WHERE id IN (:ids) ORDER BY id",
                Map.of("ids", List.of(1, 2, 3)),
                String.class));
    JdbcTemplate streaming = new JdbcTemplate(jdbc.getDataSource());
    streaming.setFetchSize(1);
    streaming.setQueryTimeout(30);
    streaming.setMaxRows(3);
    try (var names =
        streaming.queryForStream(
            "SELECT name FROM fw_spring ORDER BY id", (row, number) -> row.getString(1))) {
      seen.add("stream " + names.toList());
    }
    seen.add(
        "callback "
            + jdbc.execute(
                (Statement statement) -> {
                  boolean rows = statement.execute(COUNT);
                  try (ResultSet result = statement.getResultSet()) {
                    result.next();
                    return rows + " " + result.getInt(1) + " " + statement.getMoreResults();
                  }
                }));
    seen.add("missing " + failure(() -> jdbc.queryForList("SELECT * FROM fw_is_not_there")));
  }

  private static TransactionTemplate with(DataSourceTransactionManager manager, int propagation) {
    TransactionTemplate template = new TransactionTemplate(manager);
    template.setPropagationBehavior(propagation);
    return template;
  }

  /** Drivers do not agree on this exception, and some ask the server for it. */
  private static String refusal(Runnable action) {
    try {
      action.run();
      return "nothing failed";
    } catch (DataAccessException e) {
      return e.getCause() instanceof SQLException ? "refused" : e.toString();
    }
  }

  private static String failure(Runnable action) {
    try {
      action.run();
      return "nothing failed";
    } catch (DataAccessException | UnexpectedRollbackException | IllegalStateException e) {
      return e.getClass().getSimpleName();
    }
  }
}
