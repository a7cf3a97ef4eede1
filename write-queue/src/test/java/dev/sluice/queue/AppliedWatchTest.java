package dev.sluice.queue;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.causality.CausalSource;
import dev.sluice.causality.CausalToken;
import dev.sluice.causality.Position;
import java.lang.reflect.Proxy;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

class AppliedWatchTest {
  private static final Write WRITE = Write.delete("t", Map.of("id", 1));

  private static <T> T proxy(Class<T> type, java.lang.reflect.InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(
            AppliedWatchTest.class.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private static CausalSource source(CompletableFuture<Position> position) {
    return proxy(
        CausalSource.class,
        (self, method, arguments) ->
            switch (method.getName()) {
              case "epoch" -> 1L;
              case "positionCovering" -> position;
              default -> "source";
            });
  }

  @Test
  void closeFailsTokensThatWaitForAPositionOrForTheWatch() throws Exception {
    CountDownLatch hanging = new CountDownLatch(1);
    CountDownLatch until = new CountDownLatch(1);
    DataSource ledger =
        proxy(
            DataSource.class,
            (self, method, arguments) -> {
              hanging.countDown();
              boolean done = until.await(30, TimeUnit.SECONDS);
              throw new SQLException("gone " + done, "08006");
            });
    CompletableFuture<Position> position = new CompletableFuture<>();
    AppliedWatch watch = new AppliedWatch("q", "p", ledger, source(position), Duration.ofMillis(1));
    CompletableFuture<CausalToken> noPosition =
        watch.token(CompletableFuture.completedFuture(1L), WRITE).toCompletableFuture();
    WriteQueue queue =
        WriteQueue.builder().transport(new MemoryTransport()).name("q").lanes(1).build();
    CompletableFuture<Long> seen = new CompletableFuture<>();
    watch.add(new WriteTicket(queue, WRITE), seen);
    assertThat(hanging.await(10, TimeUnit.SECONDS)).isTrue();
    CompletableFuture<CausalToken> notApplied = watch.token(seen, WRITE).toCompletableFuture();
    watch.close();
    position.cancel(false);
    CompletableFuture<CausalToken> late =
        watch.token(new CompletableFuture<>(), WRITE).toCompletableFuture();
    for (CompletableFuture<CausalToken> token : java.util.List.of(noPosition, notApplied, late)) {
      assertThat(token)
          .failsWithin(Duration.ofSeconds(5))
          .withThrowableThat()
          .withMessageContaining("closed before");
    }
    until.countDown();
    queue.close();
  }
}
