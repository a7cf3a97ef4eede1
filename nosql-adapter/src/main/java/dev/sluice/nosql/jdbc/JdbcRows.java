package dev.sluice.nosql.jdbc;

import dev.sluice.nosql.Column;
import dev.sluice.nosql.Expect;
import dev.sluice.nosql.HotStoreException;
import dev.sluice.nosql.HotTable;
import dev.sluice.nosql.RowBackedStore;
import dev.sluice.nosql.RowStore;
import dev.sluice.nosql.RowWrite;
import dev.sluice.nosql.Trace;
import dev.sluice.nosql.UnavailableException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Rows as rows. Every write is one statement in autocommit mode, so its answer is its commit. */
final class JdbcRows implements RowStore {
  /** A comma before each, and one at the end. */
  static final int REQUESTS_LENGTH = RowBackedStore.REMEMBERED * (Trace.LENGTH + 1) + 1;

  private static final Logger LOG = LoggerFactory.getLogger(JdbcRows.class);
  private static final int CHUNK = 100;
  private static final int RACES = 5;

  private final DataSource dataSource;
  private final HotTable<?, ?> table;
  private final List<Column> keys;
  private final List<Column> values;
  private final SqlDialect dialect;
  private final SqlTexts texts;

  JdbcRows(DataSource dataSource, HotTable<?, ?> table, SqlDialect dialect) {
    this.dataSource = dataSource;
    this.table = table;
    this.keys = table.keyColumns();
    this.values = table.valueColumns();
    this.dialect = dialect;
    this.texts = new SqlTexts(table, dialect);
  }

  @FunctionalInterface
  private interface Work<T> {
    T on(Connection connection) throws SQLException;
  }

  private <T> T with(Work<T> work) {
    Connection connection;
    try {
      connection = dataSource.getConnection();
    } catch (SQLException e) {
      throw SqlFailures.notConnected(e);
    }
    boolean manual = false;
    try {
      manual = !connection.getAutoCommit();
      if (manual) {
        connection.setAutoCommit(true);
      }
      return work.on(connection);
    } catch (SQLException e) {
      throw SqlFailures.of(e);
    } finally {
      giveBack(connection, manual);
    }
  }

  /** A connection that cannot be given back says nothing of what its statement did. */
  private static void giveBack(Connection connection, boolean manual) {
    try (connection) {
      if (manual) {
        connection.setAutoCommit(false);
      }
    } catch (SQLException e) {
      LOG.debug("a connection could not be given back", e);
    }
  }

  @Override
  public @Nullable Row read(Object[] key) {
    List<Row> rows =
        with(
            connection -> {
              try (PreparedStatement statement = connection.prepareStatement(texts.read)) {
                new Binder(statement).bind(key);
                return rows(statement);
              }
            });
    return rows.isEmpty() ? null : rows.get(0);
  }

  @Override
  public List<Row> readAll(List<Object[]> wanted) {
    if (wanted.isEmpty()) {
      return List.of();
    }
    return with(
        connection -> {
          List<Row> found = new ArrayList<>(wanted.size());
          for (int from = 0; from < wanted.size(); from += CHUNK) {
            List<Object[]> chunk = wanted.subList(from, Math.min(wanted.size(), from + CHUNK));
            try (PreparedStatement statement =
                connection.prepareStatement(texts.readAll(chunk.size()))) {
              Binder binder = new Binder(statement);
              for (Object[] key : chunk) {
                binder.bind(key);
              }
              found.addAll(rows(statement));
            }
          }
          return found;
        });
  }

  @Override
  public Slice query(Object partition, int limit, Object @Nullable [] after) {
    List<Row> rows =
        with(
            connection -> {
              try (PreparedStatement statement =
                  connection.prepareStatement(texts.query(after != null))) {
                Binder binder = new Binder(statement).bind(partition);
                if (after != null) {
                  binder.bind(after[1]);
                }
                binder.bind((long) limit);
                return rows(statement);
              }
            });
    return new Slice(rows, rows.size() < limit ? null : rows.get(rows.size() - 1).key());
  }

  @Override
  public Outcome write(RowWrite write) {
    return with(
        connection -> {
          if (write instanceof RowWrite.Put put) {
            return put(connection, put);
          }
          if (write instanceof RowWrite.Revive revive) {
            return revive(connection, revive);
          }
          if (write instanceof RowWrite.Delete delete) {
            return delete(connection, delete);
          }
          if (write instanceof RowWrite.Withdraw withdraw) {
            return withdraw(connection, withdraw);
          }
          return add(connection, (RowWrite.Add) write);
        });
  }

  private Outcome put(Connection connection, RowWrite.Put put) throws SQLException {
    if (put.expect() instanceof Expect.Version version) {
      try (PreparedStatement statement = connection.prepareStatement(texts.putVersion)) {
        row(statement, put, put.values()).bind(version.version());
        return statement.executeUpdate() == 1
            ? new Outcome.Written(version.version() + 1, 0)
            : state(connection, put);
      }
    }
    if (put.expect() instanceof Expect.Absent) {
      return insert(connection, put) ? new Outcome.Written(1, 0) : state(connection, put);
    }
    for (int race = 0; race < RACES; race++) {
      try (PreparedStatement statement = connection.prepareStatement(texts.putAny)) {
        row(statement, put, put.values()).bind(put.writer());
        Long version = told(connection, statement);
        if (version != null) {
          return new Outcome.Written(version, 0);
        }
      }
      if (insert(connection, put)) {
        return new Outcome.Written(1, 0);
      }
      Outcome.Refused refused = state(connection, put);
      if (put.writer().equals(refused.writer())) {
        return refused;
      }
    }
    throw new UnavailableException("the row comes and goes", null);
  }

  /** Inserts; false if the key, or another unique index, has the row already. */
  private boolean insert(Connection connection, RowWrite.Put put) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(texts.insert)) {
      row(statement, put, put.values());
      statement.executeUpdate();
      return true;
    } catch (SQLException e) {
      if (!SqlFailures.duplicateKey(e)) {
        throw e;
      }
      if (state(connection, put).version() == 0) {
        throw new HotStoreException("another unique index of " + table + " refuses the row", e);
      }
      return false;
    }
  }

  private Outcome revive(Connection connection, RowWrite.Revive revive) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(texts.revive)) {
      row(statement, revive, revive.values()).bind(revive.version());
      return statement.executeUpdate() == 1
          ? new Outcome.Written(revive.version() + 1, 0)
          : state(connection, revive);
    }
  }

  private Outcome delete(Connection connection, RowWrite.Delete delete) throws SQLException {
    boolean versioned = delete.expect() instanceof Expect.Version;
    try (PreparedStatement statement =
        connection.prepareStatement(versioned ? texts.deleteVersion : texts.delete)) {
      Binder binder = new Binder(statement).bind(delete.writer()).bind(delete.key());
      if (delete.expect() instanceof Expect.Version version) {
        binder.bind(version.version());
      }
      return statement.executeUpdate() == 1 ? new Outcome.Written(0, 0) : state(connection, delete);
    }
  }

  private Outcome add(Connection connection, RowWrite.Add add) throws SQLException {
    RowWrite.Addition addition = add.addition();
    Trace trace = Trace.of(add.writer());
    try (PreparedStatement statement = connection.prepareStatement(texts.add(addition.column()))) {
      new Binder(statement)
          .bind(addition.delta())
          .bind("," + trace.made())
          .bind(add.writer())
          .bind(add.key())
          .bind(addition.fromVersion())
          .bind(addition.belowVersion())
          .bind("," + trace.made() + ",")
          .bind("," + trace.withdrawn() + ",")
          .bind(addition.lowest())
          .bind(addition.highest());
      Long counter = told(connection, statement);
      return counter != null ? new Outcome.Written(0, counter) : state(connection, add);
    }
  }

  private Outcome withdraw(Connection connection, RowWrite.Withdraw withdraw) throws SQLException {
    Trace trace = Trace.of(withdraw.writer());
    try (PreparedStatement statement = connection.prepareStatement(texts.withdraw)) {
      new Binder(statement)
          .bind("," + trace.withdrawn())
          .bind(withdraw.writer())
          .bind(withdraw.key())
          .bind(withdraw.addition().fromVersion())
          .bind(withdraw.addition().belowVersion())
          .bind("," + trace.made() + ",")
          .bind("," + trace.withdrawn() + ",");
      return statement.executeUpdate() == 1
          ? new Outcome.Written(0, 0)
          : state(connection, withdraw);
    }
  }

  /** Executes an update that tells one number; null if it changed no row. */
  private @Nullable Long told(Connection connection, PreparedStatement update) throws SQLException {
    if (dialect.returning()) {
      try (ResultSet result = update.executeQuery()) {
        return result.next() ? result.getLong(1) : null;
      }
    }
    if (update.executeUpdate() == 0) {
      return null;
    }
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT CAST(LAST_INSERT_ID() AS SIGNED)")) {
      result.next();
      return result.getLong(1);
    } catch (SQLException e) {
      throw SqlFailures.afterWrite(e);
    }
  }

  private Outcome.Refused state(Connection connection, RowWrite write) throws SQLException {
    int column = write instanceof RowWrite.Add add ? add.addition().column() : -1;
    String text = column < 0 ? texts.state : texts.counter(column);
    int offset = column < 0 ? 0 : 1;
    try (PreparedStatement statement = connection.prepareStatement(text)) {
      new Binder(statement).bind(write.key());
      try (ResultSet result = statement.executeQuery()) {
        if (!result.next()) {
          return Outcome.Refused.NO_ROW;
        }
        String requests = result.getString(offset + 4);
        Trace trace = Trace.of(write.writer());
        return new Outcome.Refused(
            result.getLong(offset + 1),
            result.getBoolean(offset + 2),
            result.getString(offset + 3),
            remembers(requests, trace.made()),
            remembers(requests, trace.withdrawn()),
            offset == 0 ? 0 : result.getLong(1));
      }
    }
  }

  private static boolean remembers(@Nullable String requests, String entry) {
    return requests != null && requests.contains("," + entry + ",");
  }

  /** Values, writer, key: the order of parameters in all statements that write a row. */
  private Binder row(PreparedStatement statement, RowWrite write, @Nullable Object[] row)
      throws SQLException {
    Binder binder = new Binder(statement);
    for (int i = 0; i < row.length; i++) {
      binder.bind(values.get(i).type(), row[i]);
    }
    return binder.bind(write.writer()).bind(write.key());
  }

  private List<Row> rows(PreparedStatement statement) throws SQLException {
    List<Row> rows = new ArrayList<>();
    try (ResultSet result = statement.executeQuery()) {
      while (result.next()) {
        Object[] key = new Object[keys.size()];
        for (int i = 0; i < key.length; i++) {
          key[i] = java.util.Objects.requireNonNull(Binder.read(keys.get(i).type(), result, i + 1));
        }
        int at = key.length + values.size();
        @Nullable Object @Nullable [] row = null;
        if (!result.getBoolean(at + 3)) {
          row = new @Nullable Object[values.size()];
          for (int i = 0; i < row.length; i++) {
            row[i] = Binder.read(values.get(i).type(), result, key.length + i + 1);
          }
        }
        rows.add(new Row(key, row, result.getLong(at + 1), result.getString(at + 2)));
      }
    }
    return rows;
  }
}
