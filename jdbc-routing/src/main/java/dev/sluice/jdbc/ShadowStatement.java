package dev.sluice.jdbc;

import dev.sluice.sql.SessionEffect;
import dev.sluice.sql.SqlStatement;
import dev.sluice.sql.StatementKind;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A statement in shadow mode: forwards every call to the primary's, and judges what is executed.
 * Confined to one thread, but for {@code cancel}.
 */
final class ShadowStatement implements InvocationHandler {
  private static final int MOST_BATCHED = 1000;

  private final Shadow shadow;
  private final ShadowSession session;
  private final Connection connection;
  private final Statement physical;
  private final @Nullable String prepared;
  private final boolean updatable;
  private final List<SqlStatement> batch = new ArrayList<>(0);
  private @Nullable ShadowResultSet last;

  ShadowStatement(
      Shadow shadow,
      ShadowSession session,
      Connection connection,
      Statement physical,
      @Nullable String prepared,
      boolean updatable) {
    this.shadow = shadow;
    this.session = session;
    this.connection = connection;
    this.physical = physical;
    this.prepared = prepared;
    this.updatable = updatable;
  }

  /** What is judged together. */
  private record Judged(SqlStatement statement, ShadowSession.Verdict verdict) {}

  /** A result of the thought beside the call. */
  private static final class Holder {
    private @Nullable Judged judged;
  }

  @Override
  public @Nullable Object invoke(Object self, Method method, Object @Nullable [] arguments)
      throws Throwable {
    String name = method.getName();
    if (method.getDeclaringClass() == Object.class) {
      return ShadowConnection.ofObject(self, physical, name, arguments);
    }
    switch (name) {
      case "getConnection" -> {
        // A closed statement answers as the driver does.
        Shadow.forward(physical, method, arguments);
        return connection;
      }
      case "execute", "executeQuery", "executeUpdate", "executeLargeUpdate" -> {
        String sql = arguments == null ? prepared : (String) arguments[0];
        return wrapped(self, execute(method, arguments, sql == null ? "" : sql));
      }
      case "executeBatch", "executeLargeBatch" -> {
        return executeBatch(method, arguments);
      }
      default -> {
        Object result = Shadow.forward(physical, method, arguments);
        if (name.equals("addBatch") && arguments != null) {
          shadow.aside(() -> addToBatch((String) arguments[0]));
        } else if (name.equals("clearBatch")) {
          batch.clear();
        }
        return wrapped(self, result);
      }
    }
  }

  private @Nullable Object wrapped(Object self, @Nullable Object result) {
    if (!(result instanceof ResultSet rows)) {
      return result;
    }
    ShadowResultSet known = last;
    if (known == null || known.delegate != rows) {
      known = new ShadowResultSet(rows, (Statement) self);
      last = known;
    }
    return known;
  }

  private @Nullable Object execute(Method method, Object @Nullable [] arguments, String sql)
      throws Throwable {
    Holder holder = new Holder();
    shadow.aside(
        () -> {
          SqlStatement statement = session.statement(sql);
          if (statement == null) {
            shadow.unjudged();
          } else {
            holder.judged = judge(statement);
          }
        });
    return run(method, arguments, holder.judged);
  }

  private Judged judge(SqlStatement statement) throws SQLException {
    ShadowSession.Verdict verdict = session.judge(statement);
    return new Judged(
        statement,
        updatable && verdict.reason() == RouteReason.REPLICA && verdict.refusal() == null
            ? ShadowSession.Verdict.of(RouteReason.PRIMARY_ONLY)
            : verdict);
  }

  private void addToBatch(String sql) throws SQLException {
    SqlStatement statement = session.statement(sql);
    if (statement != null && batch.size() < MOST_BATCHED) {
      batch.add(statement);
    }
  }

  private @Nullable Object executeBatch(Method method, Object @Nullable [] arguments)
      throws Throwable {
    if (prepared != null && batch.isEmpty()) {
      return execute(method, arguments, prepared);
    }
    Holder holder = new Holder();
    List<SqlStatement> texts = List.copyOf(batch);
    batch.clear();
    if (!texts.isEmpty()) {
      shadow.aside(() -> holder.judged = judgeBatch(texts));
    }
    return run(method, arguments, holder.judged);
  }

  /** A batch of texts is one execution, on the primary, and counts as its first text. */
  private Judged judgeBatch(List<SqlStatement> texts) throws SQLException {
    ShadowSession.Verdict verdict = ShadowSession.Verdict.of(RouteReason.WRITE);
    for (SqlStatement each : texts) {
      ShadowSession.Verdict one =
          controls(each)
              ? ShadowSession.Verdict.refused(ShadowSession.IN_BATCH)
              : session.judge(each);
      verdict = one.refusal() != null && verdict.refusal() == null ? one : verdict;
    }
    return new Judged(texts.get(0), verdict);
  }

  private static boolean controls(SqlStatement statement) {
    return statement.kind() == StatementKind.TRANSACTION
        || statement.sessionEffects().stream()
            .anyMatch(each -> each.kind() == SessionEffect.Kind.AUTOCOMMIT);
  }

  private @Nullable Object run(
      Method method, Object @Nullable [] arguments, @Nullable Judged judged) throws Throwable {
    long start = shadow.nanos();
    SQLException error = null;
    try {
      return Shadow.forward(physical, method, arguments);
    } catch (SQLException e) {
      error = e;
      throw e;
    } finally {
      if (judged != null) {
        shadow.executed(session, judged.statement, judged.verdict, shadow.nanos() - start, error);
      }
    }
  }
}
