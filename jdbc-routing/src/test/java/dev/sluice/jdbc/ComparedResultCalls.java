package dev.sluice.jdbc;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Random;

/** Calls of results. */
final class ComparedResultCalls {
  private ComparedResultCalls() {}

  static void add(ComparedCalls calls) {
    calls.add("next", 16, ComparedResultCalls::next);
    calls.add("scroll", 4, ComparedResultCalls::scroll);
    calls.add("ask result", 6, ComparedResultCalls::ask);
    calls.add("write row", 3, ComparedResultCalls::write);
    calls.add("updatable", 3, ComparedResultCalls::updatable);
    calls.add("close result", 8, ComparedResultCalls::close);
  }

  private static Object next(ComparedSide s, Random r) throws SQLException {
    ResultSet rows = s.result(r);
    if (rows == null) {
      return "none";
    }
    StringBuilder all = new StringBuilder();
    for (int i = s.say(r.nextInt(4)); i >= 0; i--) {
      boolean there = rows.next();
      all.append(there ? rows.getString(1) : "end").append(';');
    }
    return all;
  }

  private static Object scroll(ComparedSide s, Random r) throws SQLException {
    ResultSet rows = s.result(r);
    if (rows == null) {
      return "none";
    }
    boolean there =
        switch (s.say(r.nextInt(6))) {
          case 0 -> rows.first();
          case 1 -> rows.last();
          case 2 -> rows.previous();
          case 3 -> rows.absolute(2);
          case 4 -> rows.relative(1);
          default -> {
            rows.beforeFirst();
            yield rows.isBeforeFirst();
          }
        };
    return there + " " + rows.getRow();
  }

  private static Object ask(ComparedSide s, Random r) throws SQLException {
    ResultSet rows = s.result(r);
    if (rows == null) {
      return "none";
    }
    return switch (s.say(r.nextInt(10))) {
      case 0 -> rows.isClosed();
      case 1 -> rows.getRow();
      case 2 -> ComparedPreparedCalls.columns(rows.getMetaData());
      case 3 -> rows.getType() + " " + rows.getConcurrency();
      case 4 -> rows.getFetchSize();
      case 5 -> rows.findColumn("k");
      case 6 -> rows.getObject(1) + " " + rows.wasNull();
      case 7 -> rows.isAfterLast() + " " + rows.isFirst();
      case 8 -> rows.getWarnings() == null;
      default -> {
        Statement of = rows.getStatement();
        boolean known = of == null;
        for (Statement each : s.statements) {
          known |= each == of;
        }
        yield known;
      }
    };
  }

  private static Object write(ComparedSide s, Random r) throws SQLException {
    ResultSet rows = s.result(r);
    if (rows == null) {
      return "none";
    }
    change(s, r, rows);
    return "written";
  }

  private static void change(ComparedSide s, Random r, ResultSet rows) throws SQLException {
    switch (s.say(r.nextInt(4))) {
      case 0 -> rows.deleteRow();
      case 1 -> {
        rows.moveToInsertRow();
        rows.updateInt("k", s.say(r.nextInt(10)));
        rows.updateString("v", "ins");
        rows.insertRow();
        rows.moveToCurrentRow();
      }
      default -> {
        rows.updateString("v", s.say("up" + r.nextInt(9)));
        if (s.say(r.nextInt(4) == 0)) {
          rows.cancelRowUpdates();
        } else {
          rows.updateRow();
        }
      }
    }
  }

  /** A row written through a result, and read again. */
  private static Object updatable(ComparedSide s, Random r) throws SQLException {
    int slot = s.slot(r);
    int type =
        s.say(r.nextBoolean()) ? ResultSet.TYPE_FORWARD_ONLY : ResultSet.TYPE_SCROLL_INSENSITIVE;
    try (Statement statement =
            s.connection(slot).createStatement(type, ResultSet.CONCUR_UPDATABLE);
        ResultSet rows = statement.executeQuery("SELECT id, k, v FROM t" + slot + " ORDER BY id")) {
      if (!rows.next()) {
        return "empty";
      }
      change(s, r, rows);
      return rows.getString("v");
    }
  }

  private static Object close(ComparedSide s, Random r) throws SQLException {
    int slot = s.say(r.nextInt(3));
    ResultSet rows = s.results[slot];
    if (rows == null) {
      return "none";
    }
    rows.close();
    Object closed = rows.isClosed();
    if (s.say(r.nextBoolean())) {
      s.results[slot] = null;
    }
    return closed;
  }
}
