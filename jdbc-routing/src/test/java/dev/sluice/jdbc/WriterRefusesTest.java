package dev.sluice.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.sql.Dialect;
import dev.sluice.testkit.logs.ExpectedWarnings;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A primary whose account may not ask what it is takes writes as ever; nobody waits for it. */
@ExpectedWarnings({
  "does not say whether it takes writes",
  "takes no reads",
  "cannot be sampled",
  "could not be read",
  "no replica"
})
class WriterRefusesTest {
  private final CountDownLatch asked = new CountDownLatch(2);

  private DataSource server() {
    return StubNode.proxy(
        DataSource.class,
        (self, method, a) -> method.getName().equals("getConnection") ? connection() : null);
  }

  private Connection connection() {
    return StubNode.proxy(
        Connection.class,
        (self, method, a) ->
            switch (method.getName()) {
              case "createStatement" -> statement(Statement.class);
              case "prepareStatement" -> statement(PreparedStatement.class);
              case "getAutoCommit", "isValid" -> true;
              case "isClosed", "isReadOnly" -> false;
              case "getMetaData" ->
                  StubNode.proxy(
                      DatabaseMetaData.class,
                      (s, m, b) -> m.getName().contains("Product") ? "PostgreSQL" : null);
              default -> method.getReturnType() == boolean.class ? (Object) false : null;
            });
  }

  private <T extends Statement> T statement(Class<T> type) {
    return StubNode.proxy(
        type,
        (self, method, a) -> {
          if (method.getName().equals("executeQuery")) {
            if (String.valueOf(a[0]).contains("default_transaction_read_only")) {
              asked.countDown();
            }
            if (String.valueOf(a[0]).startsWith("SHOW")) {
              return StubNode.proxy(
                  ResultSet.class,
                  (rows, m, b) -> m.getName().equals("next") ? (Object) true : "on");
            }
            throw new SQLException("permission denied", "42501");
          }
          return method.getName().equals("executeUpdate")
              ? 1
              : method.getReturnType() == boolean.class ? (Object) false : null;
        });
  }

  @Test
  @Timeout(50)
  void writesGoOnWithoutWaiting() throws Exception {
    try (RoutingDataSource routing =
        RoutingDataSource.builder()
            .name("shop")
            .dialect(Dialect.POSTGRESQL)
            .primary(server())
            .replica("r", server())
            .failoverTimeout(Duration.ofSeconds(60))
            .build()) {
      assertThat(asked.await(30, TimeUnit.SECONDS)).isTrue();
      for (int i = 0; i < 3; i++) {
        try (Connection connection = routing.getConnection();
            PreparedStatement write = connection.prepareStatement("UPDATE t SET a = 1")) {
          assertThat(write.executeUpdate()).isEqualTo(1);
        }
      }
    }
  }
}
