package dev.sluice.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LinkPoolTest {
  private final ScheduledExecutorService background = Executors.newScheduledThreadPool(1);
  private final AtomicInteger connects = new AtomicInteger();
  private volatile int room = Integer.MAX_VALUE;
  private final CountDownLatch refused = new CountDownLatch(1);

  @AfterEach
  void stop() {
    background.shutdownNow();
  }

  private final class Stub implements StoreTransport {
    @Override
    public StoreLink connect(int millis) {
      if (connects.incrementAndGet() > room) {
        refused.countDown();
        throw new StoreException("no room");
      }
      return new StubLink();
    }

    @Override
    public String address() {
      return "stub";
    }
  }

  private static final class StubLink implements StoreLink {
    @Override
    public String run() {
      return "run";
    }

    @Override
    public void deadline(long nanoTime) {}

    @Override
    public List<byte @Nullable []> get(byte[]... keys) {
      return List.of();
    }

    @Override
    public List<Object> run(List<ScriptCall> calls) {
      return List.of();
    }

    @Override
    public void close() {}
  }

  private LinkPool pool() {
    Duration second = Duration.ofSeconds(1);
    LinkPool pool =
        new LinkPool(
            new Stub(),
            new StoreConfig("sluice", second, second, second, 16, 3, Duration.ofMinutes(1)),
            background);
    pool.start();
    return pool;
  }

  private static long in(long millis) {
    return System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
  }

  @Test
  void linkThatCannotBeMadeLeavesTheOthersInUse() throws Exception {
    room = 1;
    LinkPool pool = pool();
    StoreLink first = pool.borrow(in(20_000));
    CompletableFuture<StoreLink> waiting =
        CompletableFuture.supplyAsync(() -> pool.borrow(in(20_000)));
    assertThat(refused.await(20, TimeUnit.SECONDS)).isTrue();
    pool.giveBack(first);
    assertThat(waiting.get(20, TimeUnit.SECONDS)).isSameAs(first);
    assertThat(pool.available()).isTrue();
    background.submit(() -> {}).get(20, TimeUnit.SECONDS); // the refused connect is over
    int before = connects.get();
    assertThatThrownBy(() -> pool.borrow(in(20))).isInstanceOf(StoreException.class);
    assertThat(connects).as("no more is tried for a while").hasValue(before);
    assertThat(pool.available()).isTrue();
  }

  @Test
  void firstLinkThatCannotBeMadeOpensTheCircuitForAllWhoWait() throws Exception {
    LinkPool pool = pool();
    room = 0;
    pool.giveUp(pool.borrow(in(20_000)));
    List<CompletableFuture<StoreLink>> waiting =
        List.of(
            CompletableFuture.supplyAsync(() -> pool.borrow(in(600_000))),
            CompletableFuture.supplyAsync(() -> pool.borrow(in(600_000))));
    for (CompletableFuture<StoreLink> one : waiting) {
      assertThatThrownBy(() -> one.get(20, TimeUnit.SECONDS))
          .hasCauseInstanceOf(StoreException.class);
    }
    assertThat(pool.available()).isFalse();
  }

  @Test
  void writerClosesTheCircuitWithoutWaitingForTheNextProbe() {
    room = 0;
    LinkPool pool = pool();
    assertThat(pool.available()).isFalse();
    assertThatThrownBy(() -> pool.insist(in(20_000))).isInstanceOf(StoreException.class);
    room = Integer.MAX_VALUE;
    assertThatThrownBy(() -> pool.borrow(in(20_000))).hasMessageContaining("circuit open");
    assertThat(pool.insist(in(20_000))).isNotNull();
    assertThat(pool.available()).isTrue();
  }
}
