package dev.sluice.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.causality.CausalMemory;
import dev.sluice.causality.CausalScope;
import dev.sluice.causality.CausalSource;
import dev.sluice.causality.CommitListener;
import dev.sluice.causality.Position;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Explores every interleaving of a small world around {@link Watermarks} and {@link CausalMemory},
 * the classes themselves: a primary, two replicas, writes of ours and of a stranger, a sampler, one
 * caller with two threads. Each mutant is the protocol with one rule broken, and must be caught.
 */
class WatermarkModelTest {
  private static final int WRITES = 1;
  private static final int SAMPLES = 2;
  private static final int READS = 3;
  private static final List<String> TABLES = List.of("t");

  enum Mutant {
    /** The epoch of a write is taken before the primary has acknowledged it. */
    EPOCH_BEFORE_ACKNOWLEDGEMENT,
    /** A sample gets its number when its answer is there. */
    SAMPLE_NUMBERED_AFTER_ITS_QUERY,
    /** The position of a replica on another timeline is taken at face value. */
    POSITION_OF_ANOTHER_TIMELINE,
    /** What a node has shown is not remembered. */
    READING_FORGOTTEN,
    /** A read that came from any node makes that node the preferred one. */
    LAST_NODE_ALWAYS_PREFERRED,
    /** What a replica has is read ahead of what is visible there. */
    REPLICA_READ_AHEAD,
    /** The primary's reading leaves out what is visible but not yet counted. */
    PRIMARY_READ_LATE,
    /** A replica that went back is taken for the node it was. */
    WENT_BACK_UNNOTICED
  }

  /** What a server says: so many transactions of a timeline. */
  private record Count(int branch, int count) implements Reading {
    @Override
    public boolean readOnly() {
      return false;
    }

    @Override
    public @Nullable String unfit() {
      return null;
    }

    @Override
    public String timeline() {
      return "b" + branch;
    }

    @Override
    public boolean covers(Reading other) {
      return other instanceof Count c && c.branch == branch && c.count <= count;
    }

    @Override
    public Position upperBound(Reading first) {
      return new Position(timeline(), count);
    }

    @Override
    public @Nullable Position lowerBound(Reading primary) {
      return new Position(timeline(), count);
    }

    @Override
    public boolean provesPast(Position position) {
      return false;
    }
  }

  private enum Kind {
    LOG,
    SHOW,
    ACKNOWLEDGE,
    START_SAMPLE,
    QUERY_PRIMARY,
    FINISH_SAMPLE,
    APPLY,
    READ_POSITION,
    READ_BEGIN,
    READ_END,
    DIVERGE,
    CRASH
  }

  private record Action(Kind kind, int who) {}

  /** The world; built anew for each path, since the classes under test keep their own state. */
  private static final class World implements CausalSource {
    final @Nullable Mutant mutant;
    final Watermarks marks = new Watermarks();
    final Watermarks.Track[] tracks = {marks.track(), marks.track()};
    final CausalMemory memory = memoryOf(this);
    final Object[] nodes = {new Object(), new Object(), new Object()};
    final Object stranger = new Object();
    int logged;
    int shown;
    int acknowledged;
    int samples;
    long sampling;
    boolean open;
    @Nullable Count answer;
    final int[] applied = new int[2];
    final int[] announced = new int[2];
    final int[] branch = new int[2];
    boolean crashed;
    boolean diverged;
    int reads;

    /** For the two threads: node of a read that has begun (2 is the primary), -1 for none. */
    final int[] reading = {-1, -1};

    /** What was handed out for it. */
    final Object[] identity = new Object[2];

    final int[] value = new int[2];
    int floor;
    @Nullable String violation;

    private static CausalMemory memoryOf(CausalSource source) {
      try (CausalScope scope = CausalScope.open()) {
        return scope.memory(source);
      }
    }

    World(@Nullable Mutant mutant) {
      this.mutant = mutant;
    }

    @Override
    public String name() {
      return "model";
    }

    @Override
    public long epoch() {
      return marks.epoch();
    }

    @Override
    public CompletionStage<Position> positionCovering(long epoch) {
      return new CompletableFuture<>();
    }

    @Override
    public void addCommitListener(CommitListener listener) {}

    @Override
    public void removeCommitListener(CommitListener listener) {}

    boolean numberedLate() {
      return mutant == Mutant.SAMPLE_NUMBERED_AFTER_ITS_QUERY;
    }

    List<Action> possible() {
      List<Action> actions = new ArrayList<>();
      // A transaction is logged (replicas may get it), then visible on the primary, then
      // acknowledged.
      if (logged < WRITES) {
        actions.add(new Action(Kind.LOG, 0));
      }
      if (shown < logged) {
        actions.add(new Action(Kind.SHOW, 0));
      }
      if (acknowledged < shown) {
        actions.add(new Action(Kind.ACKNOWLEDGE, 0));
      }
      if (!open && samples < SAMPLES) {
        actions.add(new Action(Kind.START_SAMPLE, 0));
      }
      if (open && answer == null) {
        actions.add(new Action(Kind.QUERY_PRIMARY, 0));
      }
      if (answer != null) {
        actions.add(new Action(Kind.FINISH_SAMPLE, 0));
      }
      for (int r = 0; r < 2; r++) {
        if (applied[r] < logged && branch[r] == 0) {
          actions.add(new Action(Kind.APPLY, r));
        }
        if (announced[r] != applied[r]) {
          actions.add(new Action(Kind.READ_POSITION, r));
        }
      }
      if (!diverged && mutant == Mutant.POSITION_OF_ANOTHER_TIMELINE) {
        actions.add(new Action(Kind.DIVERGE, 1));
      }
      if (!crashed && applied[0] > 0) {
        actions.add(new Action(Kind.CRASH, 0));
      }
      for (int t = 0; t < 2; t++) {
        if (reading[t] >= 0) {
          actions.add(new Action(Kind.READ_END, t));
        } else if (reads < READS) {
          for (int node = 0; node < 3; node++) {
            if (admitted(node)) {
              actions.add(new Action(Kind.READ_BEGIN, 3 * t + node));
            }
          }
        }
      }
      return actions;
    }

    boolean admitted(int node) {
      if (node == 2) {
        return true;
      }
      Progress progress = marks.progress(tracks[node]);
      return memory.admits(nodes[node], TABLES, progress.reachedEpoch(), progress.position());
    }

    void act(Action action) {
      int who = action.who();
      switch (action.kind()) {
        case LOG -> {
          logged++;
        }
        case SHOW -> shown++;
        case ACKNOWLEDGE -> {
          acknowledged++;
          // The mutant took it when the statement was sent, before anything else happened.
          long epoch = mutant == Mutant.EPOCH_BEFORE_ACKNOWLEDGEMENT ? 1 : marks.epoch();
          memory.wrote(TABLES, epoch, null);
          floor = Math.max(floor, acknowledged);
        }
        case START_SAMPLE -> {
          open = true;
          samples++;
          if (!numberedLate()) {
            sampling = marks.start(samples);
          }
        }
        case QUERY_PRIMARY ->
            answer = new Count(0, mutant == Mutant.PRIMARY_READ_LATE ? shown : logged);
        case FINISH_SAMPLE -> {
          if (numberedLate()) {
            sampling = marks.start(samples);
          }
          marks.finish(sampling, answer);
          answer = null;
          open = false;
        }
        case APPLY -> applied[who]++;
        case READ_POSITION -> readPosition(who, false);
        case DIVERGE -> {
          diverged = true;
          branch[1] = 1;
          applied[1] = 0;
          announced[1] = -1;
        }
        case CRASH -> {
          // It comes back with less; whoever watches it learns of it before others read there.
          crashed = true;
          applied[0]--;
          readPosition(0, mutant != Mutant.WENT_BACK_UNNOTICED);
        }
        case READ_BEGIN -> begin(who / 3, who % 3);
        case READ_END -> end(who);
      }
    }

    private void readPosition(int replica, boolean restarted) {
      announced[replica] = applied[replica];
      int said =
          mutant == Mutant.REPLICA_READ_AHEAD
              ? Math.min(logged, applied[replica] + 1)
              : applied[replica];
      Count reading =
          branch[replica] == 0
              ? new Count(0, said)
              : mutant == Mutant.POSITION_OF_ANOTHER_TIMELINE
                  ? new Count(0, logged)
                  : new Count(1, said);
      if (marks.reached(tracks[replica], reading, restarted).wentBack()
          && mutant != Mutant.WENT_BACK_UNNOTICED) {
        nodes[replica] = new Object();
      }
    }

    private void begin(int thread, int node) {
      reads++;
      reading[thread] = node;
      identity[thread] = nodes[node];
      value[thread] = node == 2 ? shown : branch[node] == 0 ? applied[node] : 0;
      // A read that is served is answered from what the node has at this moment. The primary's own
      // window between log and visibility is its database's, see the guarantees.
      if (node != 2 && value[thread] < floor) {
        violation = "thread " + thread + " gets " + value[thread] + " after " + floor;
      }
    }

    private void end(int thread) {
      int node = reading[thread];
      reading[thread] = -1;
      floor = Math.max(floor, value[thread]);
      value[thread] = 0;
      if (mutant == Mutant.READING_FORGOTTEN) {
        return;
      }
      long reached =
          node == 2
              ? Long.MAX_VALUE
              : identity[thread] == nodes[node] ? marks.progress(tracks[node]).reachedEpoch() : 0;
      long evidence = mutant == Mutant.LAST_NODE_ALWAYS_PREFERRED ? Long.MAX_VALUE : reached;
      memory.saw(identity[thread], marks.epoch(), evidence);
    }

    String key() {
      StringBuilder key = new StringBuilder(80);
      key.append(logged).append(shown).append(acknowledged).append('.');
      key.append('.').append(samples).append(open).append(answer).append(sampling);
      for (int r = 0; r < 2; r++) {
        key.append('|').append(applied[r]).append(',').append(announced[r]).append(branch[r]);
        key.append(marks.progress(tracks[r]).reachedEpoch()).append(reading[r]).append(value[r]);
        key.append(reading[r] >= 0 && identity[r] == nodes[reading[r]]);
      }
      Watermarks.Sample newest = marks.newest();
      key.append(newest == null ? "-" : newest.number() + ":" + newest.reading());
      key.append(crashed).append(diverged).append(reads).append(floor);
      // What the memory asks for of its own table, of others, and of whom: all that it knows.
      for (List<String> tables : List.of(TABLES, List.of("u"))) {
        for (Object node : new Object[] {nodes[0], nodes[1], nodes[2], stranger}) {
          int least = 0;
          while (!memory.admits(node, tables, least, null)) {
            least++;
          }
          key.append(',').append(least);
        }
      }
      return key.toString();
    }
  }

  private record Outcome(int states, @Nullable String violation, List<Action> path) {}

  private record Path(@Nullable Path before, @Nullable Action last) {
    List<Action> actions() {
      List<Action> actions = new ArrayList<>();
      for (Path p = this; p != null && p.last != null; p = p.before) {
        actions.add(0, p.last);
      }
      return actions;
    }
  }

  private static Outcome explore(@Nullable Mutant mutant) {
    Set<String> known = new HashSet<>();
    Deque<Path> todo = new ArrayDeque<>();
    todo.add(new Path(null, null));
    while (!todo.isEmpty()) {
      Path path = todo.removeFirst();
      List<Action> actions = path.actions();
      for (Action action : world(mutant, actions).possible()) {
        World next = world(mutant, actions);
        next.act(action);
        Path longer = new Path(path, action);
        if (next.violation != null) {
          return new Outcome(known.size(), next.violation, longer.actions());
        }
        if (known.add(next.key())) {
          todo.add(longer);
        }
      }
    }
    return new Outcome(known.size(), null, List.of());
  }

  private static World world(@Nullable Mutant mutant, List<Action> path) {
    World world = new World(mutant);
    path.forEach(world::act);
    return world;
  }

  @Test
  void noInterleavingShowsACallerLessThanItHasWrittenOrSeen() {
    Outcome outcome = explore(null);
    System.out.println("watermarks: " + outcome.states() + " states explored");
    assertThat(outcome.violation()).as(() -> outcome.path().toString()).isNull();
    assertThat(outcome.states()).isGreaterThan(10_000);
  }

  @ParameterizedTest
  @EnumSource(Mutant.class)
  void everyMutantIsCaught(Mutant mutant) {
    Outcome outcome = explore(mutant);
    assertThat(outcome.violation()).as("%s after %d states", mutant, outcome.states()).isNotNull();
  }

  @Test
  void mutantsAreAllOfThem() {
    assertThat(EnumSet.allOf(Mutant.class)).hasSize(8);
  }
}
