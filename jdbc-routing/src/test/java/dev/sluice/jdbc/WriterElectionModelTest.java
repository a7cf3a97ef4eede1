package dev.sluice.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.jdbc.Standing.Following;
import dev.sluice.jdbc.WriterElection.Claim;
import dev.sluice.jdbc.WriterElection.Kind;
import dev.sluice.jdbc.WriterElection.Outcome;
import dev.sluice.jdbc.WriterElection.Reign;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Explores every order of what may happen to three servers (writes, replication, promotions,
 * demotions, crashes, returns, restarts that forget to be read-only, unreachable nodes) around
 * {@link WriterElection}, the class itself. Each mutant is the protocol with one rule broken, and
 * must be caught.
 */
class WriterElectionModelTest {
  private static final int NODES = 3;
  private static final int WRITES = Boolean.getBoolean("sluice.soak") ? 2 : 1;
  private static final int ROUNDS = Boolean.getBoolean("sluice.soak") ? 4 : 3;

  enum Database {
    /** Histories are told by timelines. */
    TIMELINES,
    /** Histories are told by sets; who follows whom is not told. */
    SETS,
    /** The same, and the third server is made to take writes although nobody promoted it. */
    SETS_CARELESS
  }

  enum Mutant {
    /** E3: a replaced primary is as good as any. */
    DEPOSED_FORGOTTEN,
    /** E2: that a node refused writes counts even after it was restarted. */
    RESTART_UNNOTICED,
    /** E2: a replica that always took writes counts as promoted. */
    BYSTANDERS_FORGOTTEN,
    /** E2, E3: what the writer had is not remembered. */
    KNOWN_FORGOTTEN,
    /** E1: what the writer has written since it was asked counts as written by the replica. */
    WRITES_OF_THE_OTHER_COUNT,
    /** E5: nobody looks at the others while the writer answers. */
    RIVALS_IGNORED,
    /** E1: silence of the writer is taken for its end, whoever else there is. */
    ANY_WRITER_WILL_DO
  }

  private enum Action {
    WRITE,
    REPLICATE,
    PROMOTE,
    FOLLOW,
    KILL,
    START,
    START_FORGETTING,
    LET_WRITE,
    ROUND,
    ROUND_WITHOUT,
    TORN_ROUND
  }

  /** One server; transactions are "node*10+n". */
  private record Server(
      boolean alive, boolean writable, int promoted, int branch, int restarts, List<Integer> log) {
    Server {
      log = List.copyOf(log);
    }

    Server with(boolean isAlive, boolean isWritable) {
      return new Server(isAlive, isWritable, promoted, branch, restarts, log);
    }

    Server log(List<Integer> now, int ofBranch) {
      return new Server(alive, writable, promoted, ofBranch, restarts, now);
    }
  }

  private record World(
      List<Server> servers,
      Reign reign,
      boolean contested,
      int best,
      List<Integer> asked,
      int writes,
      int promotions,
      int kills,
      int rounds,
      int follows,
      Set<Integer> replaced) {}

  @ParameterizedTest
  @EnumSource
  void neverTwoPrimariesAndNeverBackToAnOldOne(Database given) {
    Model model = new Model(given, null);
    int states = model.explore();
    System.out.println(given + ": " + states + " states");
    assertThat(model.violation).isNull();
    assertThat(states).isGreaterThan(10_000);
  }

  @ParameterizedTest
  @EnumSource
  void mutantsAreCaught(Mutant given) {
    boolean caught = false;
    for (Database each : Database.values()) {
      Model model = new Model(each, given);
      model.explore();
      caught |= model.violation != null;
    }
    assertThat(caught).as(given.name()).isTrue();
  }

  /** One world and one process. */
  private static final class Model {
    private final Database database;
    private final @Nullable Mutant mutant;
    private @Nullable String violation;

    Model(Database database, @Nullable Mutant mutant) {
      this.database = database;
      this.mutant = mutant;
    }

    private int explore() {
      List<Server> servers = new ArrayList<>();
      servers.add(new Server(true, true, 1, 1, 0, List.of()));
      servers.add(new Server(true, false, 0, 1, 0, List.of()));
      servers.add(new Server(true, false, 0, 1, 0, List.of()));
      List<Integer> asked = List.of(-1, -1, -1);
      World start =
          new World(servers, Reign.configured("n0"), false, 1, asked, 0, 1, 0, 0, 0, Set.of());
      Set<World> seen = new HashSet<>();
      Deque<World> open = new ArrayDeque<>();
      // The process has seen the servers well once: what starts late is another test.
      World known = round(start, List.of(0, 1, 2), false);
      open.add(known);
      seen.add(known);
      while (!open.isEmpty() && violation == null) {
        World world = open.poll();
        for (Action action : Action.values()) {
          for (int i = 0; i < NODES && violation == null; i++) {
            World next = step(world, action, i);
            if (next != null && seen.add(next)) {
              open.add(next);
            }
          }
        }
      }
      return seen.size();
    }

    private @Nullable World step(World w, Action action, int i) {
      Server s = w.servers.get(i);
      return switch (action) {
        case WRITE ->
            s.alive && s.writable && w.writes < WRITES && s.promoted > 0
                ? changed(w, i, written(w, i), w.writes + 1, w.promotions, w.kills, w.follows)
                : null;
        case REPLICATE -> replicate(w, i);
        case PROMOTE ->
            s.alive && !s.writable && w.promotions < 3
                ? changed(
                    w,
                    i,
                    new Server(true, true, w.promotions + 1, s.branch + 1, s.restarts, s.log),
                    w.writes,
                    w.promotions + 1,
                    w.kills,
                    w.follows)
                : null;
        case FOLLOW -> follow(w, i);
        case KILL ->
            s.alive && w.kills < 1
                ? changed(
                    w, i, s.with(false, s.writable), w.writes, w.promotions, w.kills + 1, w.follows)
                : null;
        case START -> s.alive ? null : restarted(w, i, s.writable);
        case START_FORGETTING ->
            s.alive || s.writable || database == Database.TIMELINES ? null : restarted(w, i, true);
        case LET_WRITE ->
            database == Database.SETS_CARELESS
                    && i == 2
                    && !s.writable
                    && s.promoted == 0
                    && w.rounds < ROUNDS
                    && w.servers.stream().allMatch(Server::alive)
                    && writer(w).writable
                ? round(
                    changed(w, i, s.with(true, true), w.writes, w.promotions, w.kills, w.follows),
                    List.of(0, 1, 2),
                    false)
                : null;
        case ROUND -> i == 0 && w.rounds < ROUNDS ? round(w, List.of(0, 1, 2), false) : null;
        case ROUND_WITHOUT ->
            w.rounds < ROUNDS
                ? round(w, IntStream.range(0, NODES).filter(n -> n != i).boxed().toList(), false)
                : null;
        case TORN_ROUND ->
            w.rounds < ROUNDS && i == 0 && w.writes < WRITES
                ? round(w, List.of(0, 1, 2), true)
                : null;
      };
    }

    private static Server writer(World w) {
      return w.servers.get(Integer.parseInt(w.reign.writer().substring(1)));
    }

    private World restarted(World w, int i, boolean writable) {
      Server s = w.servers.get(i);
      return changed(
          w,
          i,
          new Server(true, writable, s.promoted, s.branch, s.restarts + 1, s.log),
          w.writes,
          w.promotions,
          w.kills,
          w.follows);
    }

    private static Server written(World w, int i) {
      Server s = w.servers.get(i);
      List<Integer> log = new ArrayList<>(s.log);
      int own = (int) log.stream().filter(t -> t / 10 == i).count();
      log.add(i * 10 + own);
      return s.log(log, s.branch);
    }

    /** What was not promoted, writable or not, takes what the newest primary that answers has. */
    private @Nullable World replicate(World w, int i) {
      Server s = w.servers.get(i);
      if (!s.alive || (s.writable && s.promoted > 0)) {
        return null;
      }
      int from = newest(w);
      Server primary = w.servers.get(from);
      boolean prefix =
          primary.log.size() >= s.log.size()
              && primary.log.subList(0, s.log.size()).equals(s.log)
              && primary.branch >= s.branch;
      return from == i
              || !primary.alive
              || !prefix
              || (primary.log.equals(s.log) && primary.branch == s.branch)
          ? null
          : changed(
              w, i, s.log(primary.log, primary.branch), w.writes, w.promotions, w.kills, w.follows);
    }

    private static int newest(World w) {
      int best = 0;
      for (int i = 1; i < NODES; i++) {
        if (w.servers.get(i).promoted > w.servers.get(best).promoted) {
          best = i;
        }
      }
      return best;
    }

    /** An old primary is made a replica of the newest, with new files. */
    private static @Nullable World follow(World w, int i) {
      Server s = w.servers.get(i);
      int from = newest(w);
      Server primary = w.servers.get(from);
      return !s.alive
              || !s.writable
              || s.promoted == 0
              || from == i
              || !primary.alive
              || w.follows > 0
          ? null
          : changed(
              w,
              i,
              new Server(true, false, 0, primary.branch, s.restarts + 1, primary.log),
              w.writes,
              w.promotions,
              w.kills,
              w.follows + 1);
    }

    /** The counts are those of writes, promotions, kills and follows. */
    private static World changed(World w, int i, Server now, int... counts) {
      List<Server> servers = new ArrayList<>(w.servers);
      servers.set(i, now);
      return new World(
          List.copyOf(servers),
          w.reign,
          w.contested,
          w.best,
          w.asked,
          counts[0],
          counts[1],
          counts[2],
          w.rounds,
          counts[3],
          now.promoted == w.servers.get(i).promoted ? w.replaced : without(w.replaced, i));
    }

    private static Set<Integer> without(Set<Integer> all, int i) {
      Set<Integer> rest = new HashSet<>(all);
      rest.remove(i);
      return Set.copyOf(rest);
    }

    private static Set<Integer> with(Set<Integer> all, int i) {
      Set<Integer> more = new HashSet<>(all);
      more.add(i);
      return Set.copyOf(more);
    }

    private Standing standing(World w, int i) {
      Server s = w.servers.get(i);
      if (database == Database.TIMELINES) {
        return new Standing(
            s.writable,
            "p" + i + "." + s.restarts,
            "7",
            s.branch,
            GtidSet.EMPTY,
            Following.UNKNOWN);
      }
      StringBuilder text = new StringBuilder();
      s.log.forEach(
          t -> text.append('n').append(t / 10).append(':').append(t % 10 + 1).append(','));
      boolean hidden = mutant == Mutant.WRITES_OF_THE_OTHER_COUNT;
      return new Standing(
          s.writable,
          hidden ? "other" + i : "n" + i,
          "",
          0,
          GtidSet.parse(text.toString()),
          Following.UNKNOWN);
    }

    private World round(World before, List<Integer> reachable, boolean torn) {
      World w = before;
      int writer = Integer.parseInt(w.reign.writer().substring(1));
      List<Claim> claims = new ArrayList<>();
      List<Integer> asked = new ArrayList<>(w.asked);
      int[] order = {writer, (writer + 1) % NODES, (writer + 2) % NODES};
      for (int i : order) {
        Server s = w.servers.get(i);
        boolean answers = s.alive && reachable.contains(i);
        boolean unbroken = mutant == Mutant.RESTART_UNNOTICED || s.restarts == w.asked.get(i);
        claims.add(new Claim("n" + i, answers ? standing(w, i) : null, answers && unbroken));
        asked.set(i, answers ? s.restarts : w.asked.get(i));
        if (torn && i == writer && s.alive && s.writable) {
          // Between two answers the writer goes on, and the others get it.
          w = changed(w, i, written(w, i), w.writes + 1, w.promotions, w.kills, w.follows);
          for (int j = 0; j < NODES; j++) {
            World moved = replicate(w, j);
            w = moved == null ? w : moved;
          }
        }
      }
      Outcome outcome = WriterElection.decide(forget(w.reign), seen(claims, writer));
      check(before, w, claims, outcome);
      int used = Integer.parseInt(outcome.reign().writer().substring(1));
      return new World(
          w.servers,
          outcome.reign(),
          outcome.kind() == Kind.CONTESTED,
          Math.max(w.best, outcome.kind() == Kind.CHANGED ? w.servers.get(used).promoted : 0),
          List.copyOf(asked),
          w.writes,
          w.promotions,
          w.kills,
          w.rounds + 1,
          w.follows,
          outcome.kind() == Kind.CHANGED
                  && w.servers.get(writer).promoted < w.servers.get(used).promoted
              ? without(with(w.replaced, writer), used)
              : w.replaced);
    }

    private Reign forget(Reign r) {
      if (mutant == null) {
        return r;
      }
      return switch (mutant) {
        case DEPOSED_FORGOTTEN ->
            new Reign(
                r.writer(),
                r.known(),
                r.adopted(),
                Set.of(),
                r.readers(),
                r.broken(),
                r.bystanders());
        case BYSTANDERS_FORGOTTEN ->
            new Reign(
                r.writer(), r.known(), r.adopted(), r.deposed(), r.readers(), r.broken(), Set.of());
        case KNOWN_FORGOTTEN ->
            new Reign(r.writer(), null, null, r.deposed(), r.readers(), r.broken(), r.bystanders());
        case ANY_WRITER_WILL_DO ->
            new Reign(
                r.writer(),
                r.known(),
                r.adopted(),
                Set.of(),
                Set.of("n0", "n1", "n2"),
                Set.of(),
                Set.of());
        default -> r;
      };
    }

    private List<Claim> seen(List<Claim> claims, int writer) {
      if (mutant != Mutant.RIVALS_IGNORED || !claims.get(0).writes()) {
        return claims;
      }
      return claims.stream().filter(c -> c.node().equals("n" + writer)).toList();
    }

    /** What must hold, by what the servers are and not by what they say. */
    private void check(World before, World w, List<Claim> claims, Outcome outcome) {
      int used = Integer.parseInt(outcome.reign().writer().substring(1));
      Server writer = w.servers.get(used);
      switch (outcome.kind()) {
        case CHANGED -> {
          if (writer.promoted <= w.best) {
            fail("back to n" + used, before, claims, outcome);
          }
          if (claims.stream().noneMatch(c -> c.node().equals("n" + used) && c.writes())) {
            fail("to one that takes no writes: n" + used, before, claims, outcome);
          }
        }
        case STAYS -> {
          for (Claim each : claims) {
            int i = Integer.parseInt(each.node().substring(1));
            Server other = w.servers.get(i);
            boolean unknownToWriter =
                database == Database.TIMELINES
                    || other.log.stream().anyMatch(t -> t / 10 == i && !writer.log.contains(t));
            boolean provenOld =
                database != Database.TIMELINES && w.reign.deposed().contains(each.node());
            if (each.writes()
                && other.promoted > writer.promoted
                && unknownToWriter
                && !provenOld) {
              fail("stays although n" + i + " was promoted", before, claims, outcome);
            }
          }
        }
        case CONTESTED -> {
          // Whoever the process has seen replaced must not stop it.
          long others =
              claims.stream()
                  .filter(Claim::writes)
                  .filter(c -> !c.node().equals(w.reign.writer()))
                  .filter(c -> !w.replaced.contains(Integer.parseInt(c.node().substring(1))))
                  .filter(c -> promoted(w, c) > 0 || hasMore(w, c, writer))
                  .count();
          if (others == 0) {
            fail("contested by nobody", before, claims, outcome);
          }
        }
        case VACANT -> mustBeFound(before, w, claims, outcome);
      }
    }

    private static boolean hasMore(World w, Claim c, Server writer) {
      return !writer.log.containsAll(w.servers.get(Integer.parseInt(c.node().substring(1))).log);
    }

    private static int promoted(World w, Claim c) {
      return w.servers.get(Integer.parseInt(c.node().substring(1))).promoted;
    }

    /** A node that was seen to refuse writes and takes them now, alone, is the primary. */
    private void mustBeFound(World before, World w, List<Claim> claims, Outcome outcome) {
      List<Claim> writers = claims.stream().filter(Claim::writes).toList();
      if (mutant != null || writers.size() != 1) {
        return;
      }
      Claim only = writers.get(0);
      Standing known = w.reign.known();
      // One that was promoted while its primary took writes has to write before it counts.
      boolean seenBefore =
          w.reign.readers().contains(only.node())
              && only.unbroken()
              && !w.reign.broken().contains(only.node())
              && !w.reign.bystanders().contains(only.node())
              && !w.reign.deposed().contains(only.node());
      boolean newer =
          database != Database.TIMELINES
              || (known != null && only.known().branch() > known.branch());
      boolean newest =
          claims.stream()
              .noneMatch(c -> c.standing() != null && c.known().to(only.known()) == Lineage.NEWER);
      if (seenBefore && newer && newest && promoted(w, only) > w.best) {
        fail("not found: " + only.node(), before, claims, outcome);
      }
    }

    private void fail(String what, World before, List<Claim> claims, Outcome outcome) {
      violation = what + "\nbefore " + before + "\nclaims " + claims + "\noutcome " + outcome;
    }
  }
}
