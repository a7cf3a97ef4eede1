package dev.sluice.jdbc;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Calls of statements with texts. The statement of slot n is of connection n % 2. */
final class ComparedStatementCalls {
  private static final int[] TYPES = {
    ResultSet.TYPE_FORWARD_ONLY,
    ResultSet.TYPE_FORWARD_ONLY,
    ResultSet.TYPE_SCROLL_INSENSITIVE,
    ResultSet.TYPE_SCROLL_SENSITIVE
  };

  private ComparedStatementCalls() {}

  static void add(ComparedCalls calls) {
    calls.add("create statement", 8, ComparedStatementCalls::create);
    calls.add("read", 14, (s, r) -> once(s, r, true));
    calls.add("run", 22, (s, r) -> once(s, r, false));
    calls.add("execute on", 16, (s, r) -> executeOn(s, r));
    calls.add("control", 10, ComparedStatementCalls::control);
    calls.add("schema", 3, ComparedStatementCalls::schema);
    calls.add("several", 4, ComparedStatementCalls::several);
    calls.add("keys", 7, ComparedStatementCalls::keys);
    calls.add("insert id", 3, ComparedStatementCalls::insertId);
    calls.add("large update", 2, ComparedStatementCalls::largeUpdate);
    calls.add("batch", 6, ComparedStatementCalls::batch);
    calls.add("add to batch", 3, ComparedStatementCalls::addBatch);
    calls.add("execute batch", 3, (s, r) -> executeBatch(s, r, statement(s, r)));
    calls.add("options", 5, ComparedStatementCalls::options);
    calls.add("ask statement", 8, ComparedStatementCalls::ask);
    calls.add("more results", 6, ComparedStatementCalls::more);
    calls.add("close statement", 4, ComparedStatementCalls::close);
    calls.add("stream", 3, ComparedStatementCalls::stream);
  }

  static int statementSlot(ComparedSide s, Random r) {
    int drawn = r.nextInt(4);
    return s.say(s.two ? drawn : drawn & 2);
  }

  static Statement statement(ComparedSide s, Random r) throws SQLException {
    return statement(s, statementSlot(s, r));
  }

  static Statement statement(ComparedSide s, int slot) throws SQLException {
    Statement known = s.statements[slot];
    if (known == null) {
      known = s.connection(slot % 2).createStatement();
      s.statements[slot] = known;
    }
    s.used = known;
    return known;
  }

  private static @Nullable Object create(ComparedSide s, Random r) throws SQLException {
    int slot = statementSlot(s, r);
    var c = s.connection(slot % 2);
    int type = s.say(TYPES[r.nextInt(4)]);
    int concurrency =
        s.say(r.nextInt(3) == 0 ? ResultSet.CONCUR_UPDATABLE : ResultSet.CONCUR_READ_ONLY);
    s.statements[slot] =
        switch (s.say(r.nextInt(4))) {
          case 0 -> c.createStatement(type, concurrency);
          case 1 -> c.createStatement(type, concurrency, ResultSet.HOLD_CURSORS_OVER_COMMIT);
          default -> c.createStatement();
        };
    return "made";
  }

  static String outcome(Statement statement, boolean rows) throws SQLException {
    return rows ? ComparedSide.rows(statement.getResultSet()) : "" + statement.getUpdateCount();
  }

  private static Object once(ComparedSide s, Random r, boolean read) throws SQLException {
    int slot = s.slot(r);
    String sql = read ? ComparedTexts.read(s, slot, r) : ComparedTexts.any(s, slot, r);
    try (Statement statement = s.connection(slot).createStatement()) {
      return switch (s.say(r.nextInt(read ? 2 : 4))) {
        case 0 -> ComparedSide.rows(statement.executeQuery(sql));
        case 2 -> statement.executeUpdate(sql);
        default -> outcome(statement, statement.execute(sql));
      };
    }
  }

  /** On a statement that stays, with its result in a slot. */
  private static Object executeOn(ComparedSide s, Random r) throws SQLException {
    int slot = statementSlot(s, r);
    Statement statement = statement(s, slot);
    String sql =
        r.nextInt(3) > 0 ? ComparedTexts.read(s, slot % 2, r) : ComparedTexts.any(s, slot % 2, r);
    int result = s.say(r.nextInt(3));
    s.executes(statement);
    switch (s.say(r.nextInt(4))) {
      case 0, 1 -> s.opened(result, statement, statement.executeQuery(sql));
      case 2 -> {
        return statement.executeUpdate(sql);
      }
      default -> {
        boolean rows = statement.execute(sql);
        if (!rows) {
          return statement.getUpdateCount();
        }
        s.opened(result, statement, statement.getResultSet());
      }
    }
    return "open";
  }

  private static Object control(ComparedSide s, Random r) throws SQLException {
    int slot = s.slot(r);
    String sql = ComparedTexts.control(s, slot, r);
    s.textState(slot);
    try (Statement statement = s.connection(slot).createStatement()) {
      return s.say(r.nextInt(3)) == 0
          ? statement.executeUpdate(sql)
          : outcome(statement, statement.execute(sql));
    }
  }

  private static Object schema(ComparedSide s, Random r) throws SQLException {
    int slot = s.slot(r);
    String sql = ComparedTexts.schema(s, slot, r);
    s.textState(slot);
    s.schemaChanged = true;
    try (Statement statement = s.connection(slot).createStatement()) {
      return outcome(statement, statement.execute(sql));
    }
  }

  private static Object several(ComparedSide s, Random r) throws SQLException {
    int slot = s.slot(r);
    String sql = ComparedTexts.several(s, slot, r);
    StringBuilder all = new StringBuilder();
    try (Statement statement = s.connection(slot).createStatement()) {
      boolean rows = statement.execute(sql);
      for (int i = 0; i < 5; i++) {
        all.append(outcome(statement, rows)).append('|');
        rows = statement.getMoreResults();
      }
    }
    return all;
  }

  private static Object keys(ComparedSide s, Random r) throws SQLException {
    int slot = s.slot(r);
    String sql = ComparedTexts.write(s, slot, r);
    try (Statement statement = s.connection(slot).createStatement()) {
      int count =
          switch (s.say(r.nextInt(6))) {
            case 0 -> statement.executeUpdate(sql, Statement.RETURN_GENERATED_KEYS);
            case 1 -> statement.executeUpdate(sql, new int[] {1});
            case 2 -> statement.executeUpdate(sql, new String[] {"id"});
            case 3 -> statement.execute(sql, Statement.RETURN_GENERATED_KEYS) ? -1 : -2;
            case 4 -> (int) statement.executeLargeUpdate(sql, new String[] {"id"});
            default -> statement.executeUpdate(sql, Statement.NO_GENERATED_KEYS);
          };
      String other = r.nextInt(3) == 0 ? otherRead(s, slot) : "";
      return count + " " + other + ComparedSide.rows(statement.getGeneratedKeys());
    }
  }

  /** What the session remembers of its own insert, after a read. */
  private static Object insertId(ComparedSide s, Random r) throws SQLException {
    int slot = s.slot(r);
    List<String> questions =
        s.mysql
            ? List.of("SELECT LAST_INSERT_ID()", "SELECT @@identity", "SELECT @@last_insert_id")
            : List.of("SELECT lastval()", "SELECT currval('t" + slot + "_id_seq')");
    Connection c = s.connection(slot);
    try (Statement statement = c.createStatement()) {
      int key = s.say(50 + r.nextInt(50));
      statement.executeUpdate("INSERT INTO t" + slot + " (k, v) VALUES (" + key + ", 'id')");
    }
    String read = s.say(r.nextBoolean()) ? otherRead(s, slot) : "";
    try (Statement statement = c.createStatement()) {
      String question = questions.get(s.say(r.nextInt(questions.size())));
      return read + ComparedSide.rows(statement.executeQuery(question));
    }
  }

  private static String otherRead(ComparedSide s, int slot) throws SQLException {
    try (Statement statement = s.connection(slot).createStatement()) {
      return ComparedSide.rows(statement.executeQuery("SELECT COUNT(*) FROM t" + slot));
    }
  }

  private static Object largeUpdate(ComparedSide s, Random r) throws SQLException {
    int slot = s.slot(r);
    try (Statement statement = s.connection(slot).createStatement()) {
      long count = statement.executeLargeUpdate(ComparedTexts.write(s, slot, r));
      return count + " " + statement.getLargeUpdateCount();
    }
  }

  private static Object batch(ComparedSide s, Random r) throws SQLException {
    int slot = s.slot(r);
    boolean mixed = s.say(r.nextInt(4) == 0);
    try (Statement statement = s.connection(slot).createStatement()) {
      for (int i = r.nextInt(4); i >= 0; i--) {
        statement.addBatch(mixed ? ComparedTexts.any(s, slot, r) : ComparedTexts.write(s, slot, r));
      }
      return executeBatch(s, r, statement) + " " + statement.getUpdateCount();
    }
  }

  private static Object addBatch(ComparedSide s, Random r) throws SQLException {
    int slot = statementSlot(s, r);
    Statement statement = statement(s, slot);
    if (s.say(r.nextInt(4) == 0)) {
      statement.clearBatch();
    } else {
      statement.addBatch(ComparedTexts.write(s, slot % 2, r));
    }
    return "";
  }

  static String executeBatch(ComparedSide s, Random r, Statement statement) throws SQLException {
    s.executes(statement);
    return s.say(r.nextInt(3)) == 0
        ? Arrays.toString(statement.executeLargeBatch())
        : Arrays.toString(statement.executeBatch());
  }

  private static Object options(ComparedSide s, Random r) throws SQLException {
    Statement statement = statement(s, r);
    switch (s.say(r.nextInt(s.mysql ? 9 : 8))) {
      case 0 -> statement.setMaxRows(s.say(r.nextInt(4) - 1));
      case 1 -> statement.setFetchSize(s.say(r.nextInt(4) - 1));
      case 2 -> statement.setQueryTimeout(s.say(r.nextInt(3) * 10 - 5));
      case 3 -> statement.setMaxFieldSize(s.say(r.nextInt(3) * 10));
      case 4 -> statement.setEscapeProcessing(s.say(r.nextBoolean()));
      case 5 -> statement.setPoolable(s.say(r.nextBoolean()));
      case 6 -> statement.setFetchDirection(s.say(1000 + r.nextInt(3)));
      case 7 -> statement.closeOnCompletion();
      default -> statement.setLargeMaxRows(s.say(r.nextInt(3)));
    }
    return "set";
  }

  private static @Nullable Object ask(ComparedSide s, Random r) throws SQLException {
    int slot = statementSlot(s, r);
    Statement statement = statement(s, slot);
    return switch (s.say(r.nextInt(18))) {
      case 0 -> statement.getUpdateCount();
      case 1 -> statement.getLargeUpdateCount();
      case 2 -> statement.getResultSet() == null;
      case 3 -> statement.isClosed();
      case 4 -> statement.getMaxRows() + " " + statement.getFetchSize();
      case 5 -> statement.getQueryTimeout() + " " + statement.getMaxFieldSize();
      case 6 -> statement.isCloseOnCompletion();
      case 7 -> statement.getResultSetType() + " " + statement.getResultSetConcurrency();
      case 8 -> statement.getResultSetHoldability();
      case 9 -> statement.getFetchDirection();
      case 10 -> statement.isPoolable();
      case 11 -> {
        statement.clearWarnings();
        yield statement.getWarnings() == null;
      }
      case 12 -> ComparedSide.rows(statement.getGeneratedKeys());
      case 13 -> statement.getConnection() == s.connections[slot % 2];
      case 14 -> {
        statement.cancel();
        yield "cancelled";
      }
      case 15 -> statement.getMoreResults() + " " + statement.getUpdateCount();
      default -> {
        s.opened(0, statement, statement.getResultSet());
        yield s.results[0] == null;
      }
    };
  }

  private static Object more(ComparedSide s, Random r) throws SQLException {
    Statement statement = statement(s, r);
    int how = s.say(r.nextInt(4));
    boolean rows = how == 0 ? statement.getMoreResults() : statement.getMoreResults(how);
    return rows + " " + statement.getUpdateCount();
  }

  private static Object close(ComparedSide s, Random r) throws SQLException {
    int slot = statementSlot(s, r);
    Statement statement = statement(s, slot);
    statement.close();
    if (s.say(r.nextBoolean())) {
      s.statements[slot] = null;
    }
    return statement.isClosed();
  }

  /** In parts: all of it, or closed after the first rows. */
  private static Object stream(ComparedSide s, Random r) throws SQLException {
    int slot = s.slot(r);
    try (Statement statement = s.connection(slot).createStatement()) {
      statement.setFetchSize(s.say(s.mysql && r.nextBoolean() ? Integer.MIN_VALUE : 2));
      try (ResultSet rows = statement.executeQuery(ComparedTexts.read(s, slot, r))) {
        StringBuilder all = new StringBuilder();
        for (int i = s.say(r.nextInt(8)); i >= 0 && rows.next(); i--) {
          all.append(rows.getString(1)).append(';');
        }
        return all;
      }
    }
  }
}
