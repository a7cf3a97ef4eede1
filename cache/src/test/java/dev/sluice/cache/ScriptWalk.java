package dev.sluice.cache;

import dev.sluice.cache.redis.RawRedis;
import dev.sluice.causality.Position;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A random walk of the scripts on a real server beside the model. Leases that were granted are
 * filled at any later step, whatever has happened to the entry since; marks that were once there
 * are raised.
 */
final class ScriptWalk {
  private static final int STEPS = 40;

  /** Nothing expires on its own; what shall expire at once gets no time at all. */
  private static final Duration LONG = Duration.ofHours(1);

  private static final Duration PAST = Duration.ofMillis(-5);
  private static final long SLACK = 60_000;
  private static final long DAY30 = Duration.ofDays(30).toMillis();
  private static final byte[] KEY = "test:k".getBytes(StandardCharsets.UTF_8);
  private static final byte[] TABLE = "test:t".getBytes(StandardCharsets.UTF_8);
  private static final List<String> TIMELINES = List.of("", "one", "two");
  private static final Calls CALLS = new Calls(LONG, LONG, LONG);

  private final RawRedis redis;
  private final Function<Script, String> text;
  private final Random random;
  private final Model model = new Model(Set.of());
  private final List<String> trace = new ArrayList<>();
  private final List<Granted> granted = new ArrayList<>();
  private final List<Long> generations = new ArrayList<>(List.of(0L));
  private @Nullable ModelEntry key;
  private @Nullable ModelEntry table;
  private boolean met;
  private int tokens;
  private @Nullable String wrong;

  private record Granted(int token, Grant grant, int generation) {}

  ScriptWalk(RawRedis redis, Function<Script, String> text, int seed) {
    this.redis = redis;
    this.text = text;
    this.random = new Random(seed);
  }

  /** Null when the server did all that the model says, else the way to the first difference. */
  @Nullable String run() {
    redis.delete(KEY, TABLE);
    for (int step = 0; step < STEPS && wrong == null; step++) {
      try {
        step();
      } catch (RuntimeException e) {
        wrong = e.toString();
      }
      met |= table != null;
      compare("key", KEY, key);
      compare("table", TABLE, table);
    }
    return wrong == null ? null : wrong + " after " + trace;
  }

  private void expect(String what, @Nullable Object real, @Nullable Object expected) {
    if (wrong == null && !Objects.equals(real, expected)) {
      wrong = what + " is " + real + " instead of " + expected;
    }
  }

  private void compare(String what, byte[] name, @Nullable ModelEntry entry) {
    expect(what, shown(redis.get(name)), shown(entry));
    if (wrong == null && entry != null) {
      long left = redis.timeToLive(name);
      if (left < leastTime(entry) - SLACK) {
        wrong = what + ": time to live " + left + " of " + shown(entry);
      }
    }
  }

  /** An intent outlives its transaction by a floor, so that what it says is not forgotten. */
  private static long leastTime(ModelEntry entry) {
    long hour = LONG.toMillis();
    return switch (entry.kind()) {
      case 'I' -> 2 * hour;
      case 'G' -> DAY30;
      default -> hour;
    };
  }

  private void step() {
    switch (random.nextInt(16)) {
      case 0, 1 -> pre();
      case 2, 3, 4 -> post();
      case 5, 6, 7 -> lease(random.nextInt(3) == 0);
      case 8, 9, 10 -> fill();
      case 11, 12, 13 -> raise();
      case 14 -> {
        boolean ofTable = random.nextBoolean();
        trace.add("EVICT " + ofTable);
        redis.delete(ofTable ? TABLE : KEY);
        set(ofTable, null);
      }
      default -> {
        if (random.nextInt(3) == 0) {
          trace.add("LOSS");
          redis.delete(KEY, TABLE);
          key = null;
          table = null;
        }
      }
    }
  }

  private Calls.Target target(boolean ofTable) {
    return ofTable ? Calls.Target.table(TABLE, met) : Calls.Target.entry(KEY);
  }

  private @Nullable ModelEntry entry(boolean ofTable) {
    return ofTable ? model.found(table, met, 0, 0) : key;
  }

  private void pre() {
    int tx = random.nextInt(3);
    boolean ofTable = random.nextInt(3) == 0;
    boolean expired = random.nextInt(4) == 0 && !(ofTable && met && table == null);
    trace.add("PRE " + tx + ofTable + expired);
    run((expired ? new Calls(LONG, PAST, LONG) : CALLS).pre(target(ofTable), tx + 1));
    ModelEntry after = Objects.requireNonNull(model.pre(entry(ofTable), tx, 0));
    set(ofTable, expired ? model.expireIntent(after, tx, 0) : after);
  }

  private void post() {
    int tx = random.nextInt(3);
    boolean ofTable = random.nextInt(3) == 0;
    ModelEntry entry = entry(ofTable);
    int timeline = 1 + random.nextInt(10) / 9;
    int fence = random.nextInt(4);
    switch (random.nextInt(4)) {
      case 0 -> {
        trace.add("POST " + tx + ofTable + timeline + fence);
        Position position = new Position(TIMELINES.get(timeline), fence);
        run(CALLS.committed(target(ofTable), tx + 1, position));
        settled(ofTable, model.post(entry, tx, timeline, fence, 0, next(ofTable)));
      }
      case 1 -> {
        trace.add("UNKNOWN " + tx + ofTable);
        run(CALLS.committed(target(ofTable), tx + 1, null));
        settled(ofTable, model.postUnknown(entry, tx, 0, next(ofTable)));
      }
      case 2 -> {
        trace.add("CONFIRM " + tx + ofTable);
        Object kept = run(CALLS.confirm(target(ofTable), tx + 1));
        ModelEntry after = model.confirm(entry, tx, 0, next(ofTable));
        expect("answer of CONFIRM", kept, after == entry ? 1L : 0L);
        settled(ofTable, after);
      }
      default -> {
        trace.add("ABORT " + tx + ofTable);
        run(CALLS.aborted(target(ofTable), tx + 1));
        settled(ofTable, model.abort(entry, tx, 0, next(ofTable)));
      }
    }
  }

  private void lease(boolean expired) {
    int token = ++tokens;
    trace.add("LEASE " + token + expired);
    Model.Leased leased = model.lease(key, entry(true), token, next(true), 0);
    Calls calls = new Calls(expired ? PAST : LONG, LONG, LONG);
    Grant grant = Grant.of((List<?>) run(calls.lease(KEY, TABLE, token, null, met)), token);
    expect("answer of LEASE", grant.answer(), leased.answer());
    if (wrong != null) {
      return;
    }
    settled(true, leased.table());
    if (leased.answer() == 'L' && leased.key() != null && leased.table() != null) {
      key = expired ? leased.key().expiredLease() : leased.key();
      granted.add(new Granted(token, grant, leased.table().generation()));
    }
  }

  private void fill() {
    if (granted.isEmpty()) {
      return;
    }
    int newest = granted.size() - 1;
    Granted one = granted.get(random.nextBoolean() ? newest : random.nextInt(newest + 1));
    trace.add("FILL " + one.token);
    byte[] tail = Entry.tail(7, new byte[0], new byte[] {(byte) one.token});
    Object answer = run(CALLS.fill(KEY, TABLE, one.grant, tail, LONG));
    ModelEntry filled = model.fill(key, table, one.token, one.generation, 1);
    boolean complete = filled != null && table != null && !filled.open() && !table.open();
    expect("answer of FILL", answer, filled == null ? 0L : complete ? 1L : 2L);
    key = filled == null ? key : filled;
  }

  private void raise() {
    int timeline = 1 + random.nextInt(10) / 9;
    int fence = random.nextInt(4);
    Position position = new Position(TIMELINES.get(timeline), fence);
    if (random.nextInt(3) > 0) {
      boolean present = key != null && key.token() != 0 && random.nextBoolean();
      int token = present && key != null ? key.token() : 1 + random.nextInt(tokens + 1);
      trace.add("RAISE " + token);
      run(Calls.raise(KEY, 'V', token, position));
      key = model.raise(key, 'V', token, timeline, fence);
    } else if (generations.size() > 1) {
      int generation = 1 + random.nextInt(generations.size() - 1);
      trace.add("RAISE table " + generation);
      run(Calls.raise(TABLE, 'G', generations.get(generation), position));
      table = model.raise(table, 'G', generation, timeline, fence);
    }
  }

  private Object run(ScriptCall call) {
    return redis.eval(text.apply(call.script()), call.keys(), call.arguments());
  }

  private int next(boolean ofTable) {
    return ofTable ? generations.size() : 0;
  }

  private void set(boolean ofTable, @Nullable ModelEntry entry) {
    if (ofTable) {
      table = entry;
    } else {
      key = entry;
    }
  }

  /** Takes over the model's entry, and learns the number of a new generation from the server. */
  private void settled(boolean ofTable, @Nullable ModelEntry entry) {
    set(ofTable, entry);
    if (ofTable && entry != null && entry.generation() == generations.size()) {
      byte[] real = redis.get(TABLE);
      long generation = real == null || real[0] != 'G' ? 0 : Entry.at(real, Entry.MARK);
      expect("the generation is known", generations.contains(generation), false);
      generations.add(generation);
    }
  }

  private static String shown(@Nullable ModelEntry e) {
    if (e == null) {
      return "absent";
    }
    StringBuilder ids = new StringBuilder();
    for (int tx = 0; tx < 3; tx++) {
      ids.append(e.kind() == 'I' && e.count(tx) > 0 ? "+" : "-");
    }
    ids.append(e.lost() == 0 ? '-' : '+');
    String mark =
        switch (e.kind()) {
          case 'L' -> " token " + e.token();
          case 'V' -> " token " + e.token() + " generation " + e.generation();
          case 'G' -> " generation " + e.generation();
          default -> "";
        };
    return shown(e.kind(), e.timeline(), e.fence(), e.open(), ids + mark);
  }

  private static String shown(char kind, int timeline, long fence, boolean open, String rest) {
    return kind + " timeline " + timeline + " fence " + fence + " open " + open + " " + rest;
  }

  /** As the scripts would read it: expired intents are gone. */
  private String shown(byte @Nullable [] real) {
    if (real == null) {
      return "absent";
    }
    char kind = (char) real[0];
    boolean open = !Entry.complete(real);
    StringBuilder ids = new StringBuilder("----");
    if (kind == 'I') {
      int live = 0;
      for (int i = Entry.MARK; i < real.length; i += 16) {
        if (Entry.number(real, i + 8) > System.currentTimeMillis() + SLACK) {
          long tx = Entry.at(real, i);
          ids.setCharAt(tx == Entry.LOST ? 3 : (int) tx - 1, '+');
          live++;
        } else {
          open = true;
        }
      }
      kind = live == 0 ? 'T' : 'I';
    }
    long hash = Entry.at(real, Entry.TIMELINE);
    int timeline = hash == 0 ? 0 : hash == Entry.hash("one") ? 1 : 2;
    String mark =
        switch (kind) {
          case 'L' -> " token " + Entry.at(real, Entry.MARK);
          case 'V' ->
              " token "
                  + Entry.at(real, Entry.MARK)
                  + " generation "
                  + generations.indexOf(Entry.at(real, Entry.GENERATION));
          case 'G' -> " generation " + generations.indexOf(Entry.at(real, Entry.MARK));
          default -> "";
        };
    return shown(kind, timeline, Entry.at(real, Entry.FENCE), open, ids + mark);
  }
}
