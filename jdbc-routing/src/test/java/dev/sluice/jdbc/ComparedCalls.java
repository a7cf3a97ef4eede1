package dev.sluice.jdbc;

import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** All calls that sequences are made of; here those of connections. */
final class ComparedCalls {
  /** What is done and what came of it. */
  interface Body {
    @Nullable Object run(ComparedSide side, Random r) throws SQLException;
  }

  record Call(String name, int weight, Body body) {}

  record Step(Call call, long seed) {}

  private final List<Call> calls = new ArrayList<>();
  private int weights;

  ComparedCalls() {
    connections();
    settings();
    ComparedStatementCalls.add(this);
    ComparedPreparedCalls.add(this);
    ComparedResultCalls.add(this);
  }

  void add(String name, int weight, Body body) {
    calls.add(new Call(name, weight, body));
    weights += weight;
  }

  Step step(Random r) {
    int drawn = r.nextInt(weights);
    for (Call each : calls) {
      drawn -= each.weight();
      if (drawn < 0) {
        return new Step(each, r.nextLong());
      }
    }
    throw new AssertionError(drawn);
  }

  private void connections() {
    add(
        "connect",
        2,
        (s, r) -> {
          int slot = s.slot(r);
          s.closeConnection(slot);
          s.connections[slot] = null;
          return s.connection(slot).isClosed();
        });
    add(
        "close connection",
        1,
        (s, r) -> {
          int slot = s.slot(r);
          s.closeConnection(slot);
          return s.connections[slot] != null && s.connections[slot].isClosed();
        });
    add(
        "autocommit",
        10,
        (s, r) -> {
          Connection c = s.connection(s.slot(r));
          c.setAutoCommit(s.say(r.nextInt(5) < 2));
          return c.getAutoCommit();
        });
    add("commit", 8, (s, r) -> ended(s, r, true));
    add("rollback", 8, (s, r) -> ended(s, r, false));
    add(
        "savepoint",
        4,
        (s, r) -> {
          int slot = s.slot(r);
          Connection c = s.connection(slot);
          boolean named = s.say(r.nextBoolean());
          Savepoint made = named ? c.setSavepoint("sp") : c.setSavepoint();
          s.savepoints[slot] = made;
          return named ? made.getSavepointName() : "made";
        });
    add(
        "to savepoint",
        4,
        (s, r) -> {
          int slot = s.slot(r);
          Savepoint to = s.savepoints[slot];
          if (to == null) {
            return "none";
          }
          if (s.say(r.nextInt(4) > 0)) {
            s.connection(slot).rollback(to);
          } else {
            s.connection(slot).releaseSavepoint(to);
            s.savepoints[slot] = null;
          }
          return "done";
        });
  }

  private static Object ended(ComparedSide s, Random r, boolean commit) throws SQLException {
    int slot = s.slot(r);
    Connection c = s.connection(slot);
    s.savepoints[slot] = null;
    if (commit) {
      c.commit();
    } else {
      c.rollback();
    }
    return c.getAutoCommit();
  }

  private void settings() {
    add(
        "read-only",
        2,
        (s, r) -> {
          Connection c = s.connection(s.slot(r));
          c.setReadOnly(s.say(r.nextInt(5) < 2));
          return c.isReadOnly();
        });
    add(
        "isolation",
        3,
        (s, r) -> {
          Connection c = s.connection(s.slot(r));
          int[] levels = {1, 2, 4, s.two ? 4 : 8, 3};
          c.setTransactionIsolation(s.say(levels[r.nextInt(10) % (r.nextInt(5) == 0 ? 5 : 4)]));
          return c.getTransactionIsolation();
        });
    add(
        "catalog",
        2,
        (s, r) -> {
          int slot = s.slot(r);
          Connection c = s.connection(slot);
          s.textState(slot);
          boolean other = s.say(r.nextInt(3) == 0);
          if (s.mysql) {
            c.setCatalog(other ? s.database + "_b" : s.database);
            return c.getCatalog();
          }
          c.setSchema(other ? "b" : "public");
          return c.getSchema();
        });
    add("client info", 1, ComparedCalls::clientInfo);
    add(
        "network timeout",
        1,
        (s, r) -> {
          Connection c = s.connection(s.slot(r));
          c.setNetworkTimeout(Runnable::run, s.say(r.nextBoolean() ? 20_000 : 0));
          return c.getNetworkTimeout();
        });
    add(
        "holdability",
        1,
        (s, r) -> {
          int slot = s.slot(r);
          Connection c = s.connection(slot);
          s.textState(slot);
          c.setHoldability(s.say(1 + r.nextInt(2)));
          return c.getHoldability();
        });
    add("questions", 4, ComparedCalls::questions);
    add("metadata", 2, ComparedCalls::metadata);
  }

  private static Object clientInfo(ComparedSide s, Random r) throws SQLException {
    int slot = s.slot(r);
    Connection c = s.connection(slot);
    s.textState(slot);
    String name = s.say(r.nextInt(4) == 0 ? "nothing" : "ApplicationName");
    String value = s.say(r.nextInt(3) == 0 ? "" : "app" + r.nextInt(3));
    if (s.say(r.nextBoolean())) {
      c.setClientInfo(name, value);
    } else {
      Properties all = new Properties();
      all.setProperty(name, value);
      c.setClientInfo(all);
    }
    return c.getClientInfo(name);
  }

  private static Object questions(ComparedSide s, Random r) throws SQLException {
    Connection c = s.connection(s.slot(r));
    return switch (s.say(r.nextInt(12))) {
      case 0 -> c.getAutoCommit();
      case 1 -> c.isReadOnly();
      case 2 -> c.getTransactionIsolation();
      case 3 -> c.getCatalog();
      case 4 -> c.getSchema();
      case 5 -> c.isClosed();
      case 6 -> c.isValid(2);
      case 7 -> c.nativeSQL("SELECT {fn UCASE('a')}");
      case 8 -> c.getHoldability();
      case 9 -> c.getTypeMap().size();
      case 10 -> c.getNetworkTimeout();
      default -> {
        c.clearWarnings();
        yield c.getWarnings() == null;
      }
    };
  }

  private static Object metadata(ComparedSide s, Random r) throws SQLException {
    int slot = s.slot(r);
    DatabaseMetaData m = s.connection(slot).getMetaData();
    String catalog = s.mysql ? s.database : null;
    return switch (s.say(r.nextInt(7))) {
      case 0 -> ComparedSide.rows(m.getTables(catalog, null, "t_", new String[] {"TABLE"}));
      case 1 -> ComparedSide.rows(m.getColumns(catalog, null, "d" + slot, "%"));
      case 2 -> ComparedSide.rows(m.getPrimaryKeys(catalog, null, "t" + slot));
      case 3 -> m.supportsTransactions() + " " + m.getDefaultTransactionIsolation();
      case 4 -> ComparedSide.rows(m.getImportedKeys(catalog, null, "c" + slot));
      case 5 -> {
        try (ResultSet rows = m.getTypeInfo()) {
          yield rows.next();
        }
      }
      default -> m.getConnection() == s.connection(slot);
    };
  }
}
