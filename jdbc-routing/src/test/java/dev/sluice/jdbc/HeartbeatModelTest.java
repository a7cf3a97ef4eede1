package dev.sluice.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Explores every order of writes, beats, replication, crashes that lose commits, and promotions of
 * three servers. A replica whose row covers the primary's must have every write of the primary's.
 * Mutants of the rule must be found out.
 */
class HeartbeatModelTest {
  private static final int DEPTH = 8;

  private enum Mutant {
    SERVER_IGNORED,
    RESTART_IGNORED,
    HISTORY_NAMED_BY_SERVER
  }

  /** A transaction: a write (number) or a beat. */
  private record Transaction(int number, Heartbeat.@Nullable Row row) {}

  /**
   * The world.
   *
   * @param logs of the three servers
   * @param primary which one takes writes
   * @param broken whether the connection to the primary has broken since the last beat
   * @param transactions how many there were
   * @param histories how many names were given
   */
  private record World(
      List<List<Transaction>> logs, int primary, boolean broken, int transactions, int histories) {

    Heartbeat.Row row(int server) {
      Heartbeat.Row row = new Heartbeat.Row(0, "", "", "");
      for (Transaction each : logs.get(server)) {
        row = each.row() == null ? row : each.row();
      }
      return row;
    }

    HeartbeatReading reading(int server) {
      Heartbeat.Row row = row(server);
      return new HeartbeatReading(
          server != primary, null, row.history(), row.previous(), row.beat());
    }

    boolean stale() {
      Heartbeat.Row now = row(primary);
      if (now.beat() == 0) {
        return false;
      }
      // What the last sample promises: all that the primary had when it was taken.
      List<Transaction> log = logs.get(primary);
      int end = 0;
      for (int i = 0; i < log.size(); i++) {
        end = log.get(i).row() == null ? end : i + 1;
      }
      boolean sampled =
          now.server().equals("s" + primary) && !broken; // by this primary, not by one before
      for (int server = 0; sampled && server < 3; server++) {
        if (server != primary
            && reading(server).covers(reading(primary))
            && !logs.get(server).containsAll(log.subList(0, end))) {
          return true;
        }
      }
      return false;
    }

    World with(int server, List<Transaction> log, int newPrimary, boolean nowBroken) {
      List<List<Transaction>> all = new ArrayList<>(logs);
      all.set(server, List.copyOf(log));
      return new World(List.copyOf(all), newPrimary, nowBroken, transactions, histories);
    }

    World append(Transaction transaction, boolean nowBroken, int names) {
      List<Transaction> log = new ArrayList<>(logs.get(primary));
      log.add(transaction);
      World next = with(primary, log, primary, nowBroken);
      return new World(next.logs, primary, nowBroken, transactions + 1, histories + names);
    }
  }

  private static World beat(World world, @Nullable Mutant mutant) {
    String name =
        mutant == Mutant.HISTORY_NAMED_BY_SERVER ? "h-of-s" + world.primary : "h" + world.histories;
    Heartbeat.Row before = world.row(world.primary);
    boolean broken = world.broken && mutant != Mutant.RESTART_IGNORED;
    String writer =
        mutant == Mutant.SERVER_IGNORED && before.beat() > 0
            ? before.server()
            : "s" + world.primary;
    Heartbeat.Row row = before.next(writer, broken, name);
    // Whoever wrote it, it is the present primary's.
    row = new Heartbeat.Row(row.beat(), row.history(), row.previous(), "s" + world.primary);
    return world.append(new Transaction(world.transactions, row), false, 1);
  }

  private static List<World> next(World world, @Nullable Mutant mutant) {
    List<World> all = new ArrayList<>();
    if (world.transactions < 5) {
      all.add(world.append(new Transaction(world.transactions, null), world.broken, 0));
      all.add(beat(world, mutant));
    }
    List<Transaction> log = world.logs.get(world.primary);
    for (int server = 0; server < 3; server++) {
      if (server == world.primary) {
        continue;
      }
      List<Transaction> here = world.logs.get(server);
      if (here.size() < log.size() && here.equals(log.subList(0, here.size()))) {
        all.add(world.with(server, log.subList(0, here.size() + 1), world.primary, world.broken));
      }
      // Whoever asks may have learned of it without a broken connection.
      all.add(world.with(server, here, server, world.broken));
    }
    if (!log.isEmpty()) {
      all.add(world.with(world.primary, log.subList(0, log.size() - 1), world.primary, true));
    }
    return all;
  }

  private static boolean anyStale(@Nullable Mutant mutant, int depth) {
    List<List<Transaction>> empty = Arrays.asList(List.of(), List.of(), List.of());
    World first = new World(List.copyOf(empty), 0, false, 0, 0);
    Set<World> seen = new HashSet<>(Set.of(first));
    Deque<World> layer = new ArrayDeque<>(seen);
    for (int i = 0; i < depth && !layer.isEmpty(); i++) {
      Deque<World> following = new ArrayDeque<>();
      for (World world : layer) {
        for (World each : next(world, mutant)) {
          if (seen.add(each)) {
            if (each.stale()) {
              return true;
            }
            following.add(each);
          }
        }
      }
      layer = following;
    }
    System.out.println("heartbeat: " + seen.size() + " states explored");
    return false;
  }

  @Test
  void aReplicaThatShowsTheBeatHasWhatWasWrittenBefore() {
    assertThat(anyStale(null, DEPTH)).isFalse();
  }

  @ParameterizedTest
  @EnumSource
  void aMutantShowsAReplicaThatLacksSomething(Mutant mutant) {
    assertThat(anyStale(mutant, DEPTH)).isTrue();
  }
}
