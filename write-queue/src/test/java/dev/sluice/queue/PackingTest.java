package dev.sluice.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class PackingTest {
  @Test
  void momentsAreApartUnlessTheLastWasOfNoUse() {
    CountDownLatch end = new CountDownLatch(1);
    Pace pace = new Pace(TimeUnit.MILLISECONDS.toNanos(30));
    pace.await(end);
    long start = System.nanoTime();
    pace.await(end);
    assertThat(System.nanoTime() - start).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(25));
    Pace day = new Pace(TimeUnit.DAYS.toNanos(1));
    day.await(end);
    day.cancel();
    day.await(end); // else the test does not end
  }

  @Test
  void theEndIsNotWaitedFor() {
    CountDownLatch end = new CountDownLatch(0);
    Pace pace = new Pace(TimeUnit.DAYS.toNanos(1));
    pace.await(end);
    pace.await(end); // else the test does not end
    assertThat(end.getCount()).isZero();
  }

  @Test
  void writesThatComeWithinTheLingerShareAPack() throws Exception {
    MemoryTransport transport = new MemoryTransport();
    List<WriteTicket> tickets = new ArrayList<>();
    try (WriteQueue queue =
        WriteQueue.builder()
            .transport(transport)
            .name("q")
            .lanes(1)
            .linger(Duration.ofMillis(500))
            .build()) {
      for (int n = 0; n < 20; n++) {
        tickets.add(queue.submit(Write.update("t", Map.of("id", n), Map.of("n", n))));
      }
      for (WriteTicket ticket : tickets) {
        ticket.accepted().toCompletableFuture().get(10, TimeUnit.SECONDS);
      }
    }
    assertThat(transport.bodies()).hasSize(1);
  }

  @Test
  void fullPacksAndTheLastOnesDoNotLinger() throws Exception {
    MemoryTransport transport = new MemoryTransport();
    List<WriteTicket> tickets = new ArrayList<>();
    WriteQueue queue =
        WriteQueue.builder()
            .transport(transport)
            .name("q")
            .lanes(1)
            .linger(Duration.ofSeconds(10))
            .closeTimeout(Duration.ofSeconds(8))
            .build();
    for (int n = 0; n < 2000; n++) {
      tickets.add(queue.submit(Write.delete("t", Map.of("id", n))));
    }
    tickets.get(199).accepted().toCompletableFuture().get(5, TimeUnit.SECONDS);
    tickets.add(queue.submit(Write.delete("t", Map.of("id", 2000))));
    queue.close();
    for (WriteTicket ticket : tickets) {
      ticket.accepted().toCompletableFuture().get(5, TimeUnit.SECONDS);
    }
    assertThat(transport.bodies()).hasSize(11);
  }

  @Test
  void aPackOfNothingIsRefused() {
    assertThatThrownBy(
            () ->
                WriteQueue.builder()
                    .transport(new MemoryTransport())
                    .name("q")
                    .maxPackBytes(0)
                    .build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("maxPackBytes");
  }
}
