package dev.sluice.jdbc;

import dev.sluice.sql.Dialect;
import dev.sluice.sql.LexerMode;
import dev.sluice.sql.Route;
import dev.sluice.sql.SqlScanner;
import dev.sluice.sql.SqlStatement;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Runs statements of a grammar on a read-only replica and holds what they did there against what
 * the scanner says of their text. Dangerous: called a read, and the replica refused it or its
 * session is not what it was. Lost: ran without effect and could have run on any node, but is not
 * called a read.
 */
final class Examination {
  private static final int MOST_SHOWN = 12;

  /** After so many statements the settings are compared, and a new session begins. */
  private static final int A_SESSION = 50;

  private static final int MOST_CRASHES = 3;

  private final Grammar grammar;
  private final SessionProbe probe;
  private final LexerMode mode;
  private final long seed;
  private final Random random;
  private final List<String> dangerous = new ArrayList<>();
  private final List<String> lost = new ArrayList<>();
  private final List<String> crashes = new ArrayList<>();
  private final Map<String, Integer> errors = new HashMap<>();
  private String last = "the beginning";
  private int reads;
  private int offloadable;
  private int failed;
  private int skipped;

  Examination(Grammar grammar, SessionProbe probe, Dialect dialect, long seed) {
    this.grammar = grammar;
    this.probe = probe;
    this.mode = LexerMode.of(dialect);
    this.seed = seed;
    this.random = new Random(seed);
  }

  /** Runs so many statements of the grammar. */
  void run(DataSource replica, int statements) throws SQLException {
    run(replica, statements, () -> {});
  }

  /** Runs so many statements; a server that one of them brings down is started again. */
  void run(DataSource replica, int statements, Restart restart) throws SQLException {
    int left = statements;
    while (left > 0) {
      try (Connection session = replica.getConnection()) {
        probe.open(session);
        left -= session(session, Math.min(left, A_SESSION));
      } catch (SQLException e) {
        if (crashes.size() == MOST_CRASHES) {
          throw new SQLException("seed %d: no answer after %s".formatted(seed, crashes), e);
        }
        crashes.add(last);
        restart.run();
      }
    }
  }

  /** Runs statements in one session while it is what it was; gives how many. */
  private int session(Connection session, int most) throws SQLException {
    Map<String, String> settings = probe.settings(session);
    Map<String, String> state = probe.state(session);
    int done = 0;
    boolean clean = true;
    while (clean && done < most) {
      clean = one(session, state);
      done++;
    }
    String change = clean ? change(settings, probe.settings(session)) : "";
    if (!change.isEmpty()) {
      dangerous.add("one of " + done + " statements   -- " + change);
    }
    return done;
  }

  /** Examines one statement; gives whether the session is as before. */
  private boolean one(Connection session, Map<String, String> state) throws SQLException {
    String sql = grammar.next(random);
    last = sql;
    boolean plain = grammar.offloadable();
    SqlStatement statement = SqlScanner.scan(sql, mode);
    boolean read = statement.route() == Route.REPLICA;
    if (!read && !plain) {
      skipped++;
      return true;
    }
    SQLException error = execute(session, sql);
    if (session.isClosed()) {
      return false;
    }
    boolean refused = error != null && probe.refused(error);
    String change = change(state, probe.state(session));
    if (read && (refused || !change.isEmpty())) {
      dangerous.add(sql + "   -- " + (refused ? String.valueOf(error) : change));
    } else if (error != null) {
      failed++;
      String cause = error.getErrorCode() + " " + error.getSQLState();
      if (errors.merge(cause, 1, Integer::sum) == 1) {
        errors.put(cause + " " + error.getMessage() + " in " + sql, 1);
      }
    } else {
      reads += read ? 1 : 0;
      count(sql, statement, plain && change.isEmpty());
    }
    return change.isEmpty();
  }

  private void count(String sql, SqlStatement statement, boolean plain) {
    if (!plain) {
      return;
    }
    offloadable++;
    if (statement.route() != Route.REPLICA) {
      lost.add(sql + "   -- " + statement.route() + ", " + statement.rule());
    }
  }

  private static @Nullable SQLException execute(Connection session, String sql) {
    try (Statement statement = session.createStatement()) {
      statement.setEscapeProcessing(false);
      boolean rows = statement.execute(sql);
      while (rows || statement.getUpdateCount() >= 0) {
        rows = statement.getMoreResults();
      }
      return null;
    } catch (SQLException e) {
      return e;
    }
  }

  private static String change(Map<String, String> before, Map<String, String> after) {
    List<String> changes = new ArrayList<>();
    after.forEach(
        (name, value) -> {
          if (!value.equals(before.get(name))) {
            changes.add(name + ": " + before.get(name) + " -> " + value);
          }
        });
    before.forEach(
        (name, value) -> {
          if (!after.containsKey(name)) {
            changes.add(name + ": " + value + " -> none");
          }
        });
    return String.join(", ", changes);
  }

  List<String> dangerous() {
    return dangerous;
  }

  /** The share of what any node may answer, and that is not called a read. */
  double lostShare() {
    return offloadable == 0 ? 1 : (double) lost.size() / offloadable;
  }

  /** How many statements ran without effect and could have run on any node. */
  int offloadable() {
    return offloadable;
  }

  /** All that is needed to run it again, and examples of what is wrong. */
  String report() {
    return "seed %d: %d reads ran on the replica, %d of any node, %d lost, %d dangerous, %d failed, %d not run%ndangerous:%n%s%nlost:%n%s%nbrought the server down: %s%nerrors: %s"
        .formatted(
            seed,
            reads,
            offloadable,
            lost.size(),
            dangerous.size(),
            failed,
            skipped,
            some(dangerous),
            some(lost),
            crashes,
            errors);
  }

  private static String some(List<String> all) {
    return String.join("\n", all.subList(0, Math.min(MOST_SHOWN, all.size())));
  }

  /** Starts a server again. */
  interface Restart {
    void run() throws SQLException;
  }
}
