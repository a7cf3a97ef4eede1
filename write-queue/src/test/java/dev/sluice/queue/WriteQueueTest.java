package dev.sluice.queue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WriteQueueTest {
  private static Write write(int n) {
    return Write.update("t", Map.of("id", n), Map.of("n", n));
  }

  @Test
  void writesOfALaneAreInGapFreePacksInOrderThoughAnswersAreLost() throws Exception {
    MemoryTransport transport = new MemoryTransport();
    transport.loseAnswers(3);
    List<WriteTicket> tickets = new ArrayList<>();
    try (WriteQueue queue =
        WriteQueue.builder().transport(transport).name("q").lanes(1).maxPackWrites(7).build()) {
      for (int n = 0; n < 100; n++) {
        tickets.add(queue.submit(write(n)));
      }
    }
    for (WriteTicket ticket : tickets) {
      ticket.accepted().toCompletableFuture().get(5, TimeUnit.SECONDS);
    }
    List<Write> sent = new ArrayList<>();
    long expected = 1;
    for (String body : transport.bodies()) {
      Pack pack = PackCodec.decode(body);
      assertThat(pack.id().sequence()).isEqualTo(expected++);
      assertThat(pack.writes()).hasSizeLessThanOrEqualTo(7);
      sent.addAll(pack.writes());
    }
    assertThat(sent)
        .isEqualTo(
            java.util.stream.IntStream.range(0, 100).mapToObj(WriteQueueTest::write).toList());
  }

  @Test
  void packsKeepWithinTheirBytes() throws Exception {
    MemoryTransport transport = new MemoryTransport();
    try (WriteQueue queue =
        WriteQueue.builder().transport(transport).name("q").lanes(1).maxPackBytes(2048).build()) {
      for (int n = 0; n < 50; n++) {
        queue.submit(Write.update("t", Map.of("id", n), Map.of("s", "é".repeat(300))));
      }
      assertThatThrownBy(
              () -> queue.submit(Write.update("t", Map.of("id", 1), Map.of("s", "x".repeat(2048)))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("does not fit");
    }
    assertThat(transport.bodies())
        .isNotEmpty()
        .allMatch(b -> b.getBytes(java.nio.charset.StandardCharsets.UTF_8).length <= 2048);
  }

  @FunctionalInterface
  private interface Before {
    void send() throws InterruptedException;
  }

  /** A transport that is stuck until told. */
  private static Transport stuck(CountDownLatch until) {
    return proxied(new MemoryTransport(), until::await);
  }

  private static Transport proxied(MemoryTransport inner, Before before) {
    return (Transport)
        java.lang.reflect.Proxy.newProxyInstance(
            WriteQueueTest.class.getClassLoader(),
            new Class<?>[] {Transport.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("send")) {
                before.send();
              }
              return method.invoke(inner, arguments);
            });
  }

  @Test
  void aFullQueueBlocksThenThrowsAndGoesOnWhenThereIsRoom() throws Exception {
    CountDownLatch stuck = new CountDownLatch(1);
    try (WriteQueue queue =
        WriteQueue.builder()
            .transport(stuck(stuck))
            .name("q")
            .lanes(1)
            .maxPendingBytes(1 << 20)
            .submitTimeout(Duration.ofMillis(50))
            .build()) {
      Write big = Write.update("t", Map.of("id", 1), Map.of("s", "x".repeat(100_000)));
      for (int i = 0; i < 10; i++) {
        queue.submit(big);
      }
      assertThatThrownBy(() -> queue.submit(big))
          .isInstanceOf(WriteQueueException.class)
          .hasMessageContaining("no room")
          .hasMessageNotContaining("xxx");
      stuck.countDown();
      org.awaitility.Awaitility.await().until(() -> queue.pendingBytes() == 0);
      queue.submit(big).accepted().toCompletableFuture().get(5, TimeUnit.SECONDS);
    }
  }

  @Test
  void closeGivesUpAfterItsTimeAndSaysWhatIsNotKnown() throws Exception {
    WriteQueue queue =
        WriteQueue.builder()
            .transport(stuck(new CountDownLatch(1)))
            .name("q")
            .lanes(1)
            .closeTimeout(Duration.ofMillis(50))
            .build();
    WriteTicket sent = queue.submit(write(1));
    org.awaitility.Awaitility.await().until(() -> sent.sequence() == 1);
    WriteTicket waiting = queue.submit(write(2));
    queue.close();
    assertThatThrownBy(() -> sent.accepted().toCompletableFuture().get(5, TimeUnit.SECONDS))
        .isInstanceOf(ExecutionException.class)
        .hasMessageContaining("before it was known");
    assertThatThrownBy(() -> waiting.accepted().toCompletableFuture().get(5, TimeUnit.SECONDS))
        .hasMessageContaining("before this write was sent");
    assertThatThrownBy(() -> queue.submit(write(3))).isInstanceOf(IllegalStateException.class);
    assertThatThrownBy(sent::applied).hasMessageContaining("without a ledger");
  }

  @Test
  void anErrorOfTheTransportDelaysWritesAndLosesNone() throws Exception {
    MemoryTransport inner = new MemoryTransport();
    AtomicInteger errors = new AtomicInteger(2);
    Transport failing =
        proxied(
            inner,
            () -> {
              if (errors.getAndDecrement() > 0) {
                throw new OutOfMemoryError("not really");
              }
            });
    try (WriteQueue queue = WriteQueue.builder().transport(failing).name("q").lanes(1).build()) {
      WriteTicket first = queue.submit(write(1));
      WriteTicket second = queue.submit(write(2));
      first.accepted().toCompletableFuture().get(10, TimeUnit.SECONDS);
      second.accepted().toCompletableFuture().get(10, TimeUnit.SECONDS);
      assertThat(queue.sendFailures()).isEqualTo(2);
    }
    assertThat(PackCodec.decode(inner.bodies().get(0)).id().sequence()).isEqualTo(1);
  }

  @Test
  void closeFailsWhatATransportThatHeedsNoInterruptHolds() throws Exception {
    CountDownLatch until = new CountDownLatch(1);
    WriteQueue queue =
        WriteQueue.builder()
            .transport(proxied(new MemoryTransport(), () -> awaitUninterruptibly(until)))
            .name("q")
            .lanes(1)
            .closeTimeout(Duration.ofMillis(50))
            .build();
    WriteTicket sent = queue.submit(write(1));
    org.awaitility.Awaitility.await().until(() -> sent.sequence() == 1);
    WriteTicket waiting = queue.submit(write(2));
    queue.close();
    assertThat(sent.accepted().toCompletableFuture()).failsWithin(Duration.ofSeconds(5));
    assertThat(waiting.accepted().toCompletableFuture()).failsWithin(Duration.ofSeconds(5));
    assertThat(queue.pendingBytes()).isZero();
    until.countDown();
  }

  private static void awaitUninterruptibly(CountDownLatch until) {
    boolean done = false;
    while (!done) {
      try {
        done = until.await(10, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        // as some do
        Thread.interrupted();
      }
    }
  }

  @Test
  void submitAllQueuesAllOrNone() throws Exception {
    MemoryTransport transport = new MemoryTransport();
    CountDownLatch stuck = new CountDownLatch(1);
    Write big = Write.update("t", Map.of("id", 1), Map.of("s", "x".repeat(200_000)));
    Write tooBig = Write.update("t", Map.of("id", 1), Map.of("s", "x".repeat(300_000)));
    WriteQueue queue =
        WriteQueue.builder()
            .transport(proxied(transport, () -> awaitUninterruptibly(stuck)))
            .name("q")
            .lanes(1)
            .maxPendingBytes(1 << 20)
            .submitTimeout(Duration.ofMillis(20))
            .build();
    assertThatThrownBy(() -> queue.submitAll(List.of(write(1), tooBig)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("does not fit a pack");
    assertThatThrownBy(() -> queue.submitAll(List.of(write(1), big, big, big, big, big, big)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("maxPendingBytes");
    assertThat(queue.pendingBytes()).isZero();
    List<WriteTicket> tickets = queue.submitAll(List.of(big, big, big));
    long pending = queue.pendingBytes();
    assertThatThrownBy(() -> queue.submitAll(List.of(write(1), big, big, big)))
        .isInstanceOf(WriteQueueException.class)
        .hasMessageContaining("no room");
    assertThat(queue.pendingBytes()).isEqualTo(pending);
    stuck.countDown();
    queue.close();
    for (WriteTicket ticket : tickets) {
      ticket.accepted().toCompletableFuture().get(5, TimeUnit.SECONDS);
    }
    assertThatThrownBy(() -> queue.submitAll(List.of(write(1))))
        .isInstanceOf(IllegalStateException.class);
    List<Write> sent = new ArrayList<>();
    for (String body : transport.bodies()) {
      sent.addAll(PackCodec.decode(body).writes());
    }
    assertThat(sent).hasSize(3);
  }

  @Test
  void wrongOptionsAreRefusedByName() {
    WriteQueue.Builder good = WriteQueue.builder().transport(new MemoryTransport()).name("q");
    assertThatThrownBy(() -> WriteQueue.builder().name("q").build())
        .hasMessageStartingWith("transport:");
    assertThatThrownBy(
            () -> WriteQueue.builder().transport(new MemoryTransport()).name("a b").build())
        .hasMessageStartingWith("name:");
    assertThatThrownBy(() -> good.lanes(17).build()).hasMessageStartingWith("lanes:");
    assertThatThrownBy(() -> good.lanes(4).maxPackBytes(1 << 20).build())
        .hasMessageStartingWith("maxPackBytes:");
    assertThatThrownBy(() -> good.maxPackBytes(0).maxPackWrites(0).build())
        .hasMessageStartingWith("maxPackWrites:");
    assertThatThrownBy(
            () -> WriteApplier.builder().transport(new MemoryTransport()).name("q").build())
        .hasMessageStartingWith("dataSource:");
    assertThatThrownBy(() -> Write.update("t; DROP", Map.of("id", 1), Map.of("a", 1)))
        .hasMessageStartingWith("table:");
    assertThatThrownBy(() -> Write.update("t", Map.of("id", 1), Map.of("a", new Object())))
        .hasMessageStartingWith("value:");
    assertThatThrownBy(() -> Write.add("t", Map.of("id", 1), Map.of("a", 1.5)))
        .hasMessageStartingWith("amounts:");
  }

  @Test
  void theQueueDoesNotDependOnItsTransportsClientNorOnSiblings() {
    var classes =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.sluice");
    ArchRuleDefinition.noClasses()
        .that()
        .resideInAPackage("dev.sluice.queue")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "software.amazon..", "dev.sluice.queue.sqs", "dev.sluice.jdbc..", "dev.sluice.cache..")
        .check(classes);
    ArchRuleDefinition.noClasses()
        .should()
        .callMethod(Thread.class, "sleep", long.class)
        .check(classes);
  }
}
