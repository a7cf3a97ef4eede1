package dev.sluice.jdbc;

import java.io.ByteArrayInputStream;
import java.io.StringReader;
import java.math.BigDecimal;
import java.sql.Array;
import java.sql.Blob;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Calls of prepared statements and of routines. */
final class ComparedPreparedCalls {
  private static final byte[] BYTES = {1, 0, -1, 39, 92};

  private ComparedPreparedCalls() {}

  static void add(ComparedCalls calls) {
    calls.add("prepare", 14, ComparedPreparedCalls::prepare);
    calls.add("set parameter", 22, ComparedPreparedCalls::parameter);
    calls.add("execute prepared", 26, ComparedPreparedCalls::execute);
    calls.add("add to prepared batch", 6, ComparedPreparedCalls::addBatch);
    calls.add("prepared batch", 4, ComparedPreparedCalls::batch);
    calls.add("ask prepared", 4, ComparedPreparedCalls::ask);
    calls.add("prepared keys", 4, ComparedPreparedCalls::keys);
    calls.add("objects", 3, ComparedPreparedCalls::objects);
    calls.add("call", 4, ComparedPreparedCalls::call);
  }

  private static Object prepare(ComparedSide s, Random r) throws SQLException {
    int slot = ComparedStatementCalls.statementSlot(s, r);
    Connection c = s.connection(slot % 2);
    String sql = ComparedTexts.parameters(s, slot % 2, r);
    s.statements[slot] =
        switch (s.say(r.nextInt(9))) {
          case 0 -> c.prepareStatement(sql, Statement.RETURN_GENERATED_KEYS);
          case 1 -> c.prepareStatement(sql, new int[] {1});
          case 2 -> c.prepareStatement(sql, new String[] {"id"});
          case 3 ->
              c.prepareStatement(
                  sql, ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_UPDATABLE);
          case 4 ->
              c.prepareStatement(
                  sql, ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_READ_ONLY);
          default -> c.prepareStatement(sql);
        };
    if (r.nextInt(4) > 0) {
      PreparedStatement made = (PreparedStatement) s.statements[slot];
      made.setInt(1, s.say(r.nextInt(10)));
      if (sql.indexOf('?', sql.indexOf('?') + 1) > 0 && !sql.contains("??")) {
        made.setString(2, s.say("w" + r.nextInt(3)));
      }
    }
    return "prepared";
  }

  private static @Nullable PreparedStatement prepared(ComparedSide s, int slot) {
    s.used = s.statements[slot];
    return s.statements[slot] instanceof PreparedStatement p && !(p instanceof CallableStatement)
        ? p
        : null;
  }

  private static Object parameter(ComparedSide s, Random r) throws SQLException {
    PreparedStatement p = prepared(s, ComparedStatementCalls.statementSlot(s, r));
    if (p == null) {
      return "none";
    }
    if (s.say(r.nextInt(5) < 3)) {
      number(s, p, r);
    } else {
      text(s, p, r);
    }
    return "set";
  }

  private static void number(ComparedSide s, PreparedStatement p, Random r) throws SQLException {
    int value = s.say(r.nextInt(10));
    switch (s.say(r.nextInt(12))) {
      case 0 -> p.setLong(1, value);
      case 1 -> p.setObject(1, value);
      case 2 -> p.setObject(1, value, Types.INTEGER);
      case 3 -> p.setNull(1, Types.INTEGER);
      case 4 -> p.setShort(1, (short) value);
      case 5 -> p.setBigDecimal(1, BigDecimal.valueOf(value));
      case 6 -> p.setString(1, value + (r.nextInt(4) == 0 ? "x" : ""));
      case 7 -> p.setObject(1, Integer.toString(value), Types.INTEGER);
      default -> p.setInt(1, value);
    }
  }

  private static void text(ComparedSide s, PreparedStatement p, Random r) throws SQLException {
    String value = s.say("w" + r.nextInt(3));
    switch (s.say(r.nextInt(9))) {
      case 0 -> p.setObject(2, value);
      case 1 -> p.setNull(2, Types.VARCHAR);
      case 2 -> p.setCharacterStream(2, new StringReader(value), value.length());
      case 3 -> p.setString(2, "much too long a text");
      case 4 -> p.setNString(2, value);
      case 5 -> p.setString(r.nextInt(2) * 7, value);
      case 6 -> p.clearParameters();
      default -> p.setString(2, value);
    }
  }

  private static Object execute(ComparedSide s, Random r) throws SQLException {
    PreparedStatement p = prepared(s, ComparedStatementCalls.statementSlot(s, r));
    if (p == null) {
      return "none";
    }
    int result = s.say(r.nextInt(3));
    s.executes(p);
    switch (s.say(r.nextInt(7))) {
      case 0 -> {
        return p.executeUpdate();
      }
      case 1 -> {
        return p.executeLargeUpdate() + " " + p.getLargeUpdateCount();
      }
      case 2 -> {
        return ComparedSide.rows(p.executeQuery());
      }
      case 3 -> {
        s.opened(result, p, p.executeQuery());
        return "open";
      }
      default -> {
        boolean rows = p.execute();
        return ComparedStatementCalls.outcome(p, rows);
      }
    }
  }

  private static Object addBatch(ComparedSide s, Random r) throws SQLException {
    PreparedStatement p = prepared(s, ComparedStatementCalls.statementSlot(s, r));
    if (p == null) {
      return "none";
    }
    p.addBatch();
    return "added";
  }

  private static Object batch(ComparedSide s, Random r) throws SQLException {
    int slot = s.slot(r);
    StringBuilder all = new StringBuilder();
    try (PreparedStatement p =
        s.connection(slot)
            .prepareStatement(
                "INSERT INTO t" + slot + " (k, v) VALUES (?, ?)", s.say(1 + r.nextInt(2)))) {
      for (int i = r.nextInt(5); i >= 0; i--) {
        p.setInt(1, s.say(r.nextInt(12)));
        p.setString(2, r.nextInt(9) == 0 ? "much too long a text" : "b");
        p.addBatch();
      }
      all.append(ComparedStatementCalls.executeBatch(s, r, p));
      all.append(ComparedSide.rows(p.getGeneratedKeys()));
    }
    return all;
  }

  private static Object ask(ComparedSide s, Random r) throws SQLException {
    PreparedStatement p = prepared(s, ComparedStatementCalls.statementSlot(s, r));
    if (p == null) {
      return "none";
    }
    if (s.say(r.nextBoolean())) {
      return p.getParameterMetaData().getParameterCount();
    }
    ResultSetMetaData m = p.getMetaData();
    return m == null ? "null" : columns(m);
  }

  static String columns(ResultSetMetaData m) throws SQLException {
    StringBuilder all = new StringBuilder();
    for (int i = 1; i <= m.getColumnCount(); i++) {
      all.append(m.getColumnLabel(i))
          .append(' ')
          .append(m.getColumnName(i))
          .append(' ')
          .append(m.getColumnTypeName(i))
          .append(' ')
          .append(m.getTableName(i))
          .append(' ')
          .append(m.isNullable(i))
          .append(';');
    }
    return all.toString();
  }

  private static Object keys(ComparedSide s, Random r) throws SQLException {
    PreparedStatement p = prepared(s, ComparedStatementCalls.statementSlot(s, r));
    return p == null ? "none" : ComparedSide.rows(p.getGeneratedKeys());
  }

  /** Values that a driver's connection makes. */
  private static Object objects(ComparedSide s, Random r) throws SQLException {
    int slot = s.slot(r);
    Connection c = s.connection(slot);
    int key = s.say(r.nextInt(6));
    int how = s.say(r.nextInt(4));
    if (!s.mysql && how == 0) {
      Array array = c.createArrayOf("int4", new Object[] {1, key});
      try (PreparedStatement p =
          c.prepareStatement("SELECT k FROM t" + slot + " WHERE k = ANY (?) ORDER BY id")) {
        p.setArray(1, array);
        return ComparedSide.rows(p.executeQuery());
      }
    }
    try (PreparedStatement p =
        c.prepareStatement("UPDATE t" + slot + " SET b = ? WHERE k = " + key)) {
      if (s.mysql && how == 1) {
        Blob blob = c.createBlob();
        blob.setBytes(1, BYTES);
        p.setBlob(1, blob);
      } else if (how == 2) {
        p.setBinaryStream(1, new ByteArrayInputStream(BYTES), BYTES.length);
      } else {
        p.setBytes(1, BYTES);
      }
      int count = p.executeUpdate();
      try (Statement read = c.createStatement();
          ResultSet rows = read.executeQuery("SELECT b FROM t" + slot + " WHERE k = " + key)) {
        return count + " " + (rows.next() ? rows.getBytes(1).length : -1);
      }
    }
  }

  private static Object call(ComparedSide s, Random r) throws SQLException {
    int slot = s.slot(r);
    int value = s.say(r.nextInt(10));
    int how = s.say(r.nextInt(4));
    if (how == 0 && slot == 0) {
      return results(s, value);
    }
    String sql = how == 1 ? "{? = call f(?)}" : "{call p(?, ?, ?)}";
    try (CallableStatement call = s.connection(slot).prepareCall(sql)) {
      if (how == 1) {
        call.registerOutParameter(1, Types.INTEGER);
        call.setInt(2, value);
        return call.execute() + " " + call.getInt(1);
      }
      call.setInt(1, value);
      call.setInt(3, 21);
      call.registerOutParameter(2, Types.INTEGER);
      if (s.say(r.nextInt(4) > 0)) {
        call.registerOutParameter(3, Types.INTEGER);
      }
      boolean rows = call.execute();
      return rows + " " + call.getInt(2) + " " + call.getObject(3) + " " + call.wasNull();
    }
  }

  /** A routine that writes, and gives several results on MySQL. */
  private static Object results(ComparedSide s, int value) throws SQLException {
    StringBuilder all = new StringBuilder();
    String sql = s.mysql ? "{call q(?)}" : "CALL proc(?)";
    try (CallableStatement call = s.connection(0).prepareCall(sql)) {
      call.setInt(1, value);
      boolean rows = call.execute();
      for (int i = 0; i < 4; i++) {
        all.append(ComparedStatementCalls.outcome(call, rows)).append('|');
        rows = call.getMoreResults();
      }
    }
    return all;
  }
}
