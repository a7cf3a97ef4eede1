package dev.sluice.cache;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.cache.redis.RedisTransport;
import dev.sluice.causality.Position;
import dev.sluice.testkit.RedisServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The scripts do on a real server what the explored model says, step by step. */
class ScriptsFollowModelIT {
  private static final int SEQUENCES = 150;
  private static final int STEPS = 40;

  /** Nothing expires on its own; what shall expire at once gets no time at all. */
  private static final Duration LONG = Duration.ofHours(1);

  private static final Duration PAST = Duration.ofMillis(-5);
  private static final byte[] KEY = "test:k".getBytes(StandardCharsets.UTF_8);
  private static final byte[] TABLE = "test:t".getBytes(StandardCharsets.UTF_8);
  private static final List<String> TIMELINES = List.of("", "one", "two");

  private final Model model = new Model(Set.of());
  private final List<String> trace = new ArrayList<>();
  private @Nullable ModelEntry key;
  private @Nullable ModelEntry table;
  private long tokens;
  private final List<Long> generations = new ArrayList<>(List.of(0L));

  @ParameterizedTest
  @MethodSource("dev.sluice.cache.ServersForTests#available")
  void scriptsDoWhatTheModelSays(ServersForTests server) {
    try (RedisServer redis = server.start();
        StoreLink link = RedisTransport.to(redis.host(), redis.port()).connect(1000)) {
      for (int sequence = 0; sequence < SEQUENCES; sequence++) {
        redis.flush();
        key = null;
        table = null;
        trace.clear();
        Random random = new Random(sequence);
        for (int step = 0; step < STEPS; step++) {
          step(link, random);
          List<byte @Nullable []> real = link.get(KEY, TABLE);
          assertThat(shown(real.get(0))).as("key after %s", trace).isEqualTo(shown(key));
          assertThat(shown(real.get(1))).as("table after %s", trace).isEqualTo(shown(table));
        }
      }
    }
  }

  private void step(StoreLink link, Random random) {
    int tx = random.nextInt(3);
    boolean ofTable = random.nextInt(4) == 0;
    byte[] name = ofTable ? TABLE : KEY;
    ModelEntry entry = ofTable ? table : key;
    int timeline = 1 + random.nextInt(10) / 9;
    int fence = random.nextInt(4);
    Position position = new Position(TIMELINES.get(timeline), fence);
    Calls calls = new Calls(LONG, LONG, LONG);
    switch (random.nextInt(9)) {
      case 0, 1 -> {
        boolean expired = random.nextInt(4) == 0;
        trace.add("PRE " + tx + ofTable + expired);
        run(link, (expired ? new Calls(LONG, PAST, LONG) : calls).pre(name, tx + 1));
        ModelEntry after = model.pre(entry, tx, 0);
        set(ofTable, expired && after != null ? model.expireIntent(after, tx, 0) : after);
      }
      case 2 -> {
        trace.add("POST " + tx + ofTable + timeline + fence);
        run(link, calls.committed(name, ofTable, tx + 1, position));
        settled(ofTable, model.post(entry, tx, timeline, fence, 0, next(ofTable)), link);
      }
      case 3 -> {
        trace.add("UNKNOWN " + tx + ofTable);
        run(link, calls.committed(name, ofTable, tx + 1, null));
        settled(ofTable, model.postUnknown(entry, tx, 0, next(ofTable)), link);
      }
      case 4 -> {
        trace.add("CONFIRM " + tx + ofTable);
        Object kept = run(link, calls.confirm(name, ofTable, tx + 1));
        ModelEntry after = model.confirm(entry, tx, 0, next(ofTable));
        assertThat(kept).isEqualTo(after == entry ? 1L : 0L);
        settled(ofTable, after, link);
      }
      case 5 -> {
        trace.add("ABORT " + tx + ofTable);
        run(link, calls.aborted(name, ofTable, tx + 1));
        settled(ofTable, model.abort(entry, tx, 0, next(ofTable)), link);
      }
      case 6, 7 -> lease(link, random);
      default -> raise(link, random, timeline, fence, position);
    }
  }

  private void lease(StoreLink link, Random random) {
    boolean expired = random.nextInt(3) == 0;
    Calls calls = new Calls(expired ? PAST : LONG, LONG, LONG);
    long token = ++tokens;
    trace.add("LEASE " + token + expired);
    // Tokens and generations are random numbers there and small ones here.
    Model.Leased leased = model.lease(key, table, (int) (token & 0xffff), next(true), 0);
    Grant grant = Grant.of((List<?>) run(link, calls.lease(KEY, TABLE, token, null)), token);
    assertThat(grant.answer()).as("%s", trace).isEqualTo(leased.answer());
    if (leased.answer() == 'I') {
      set(true, table == null || table.kind() == 'I' ? table : leased.table());
      settled(true, leased.table(), link);
      return;
    }
    settled(true, leased.table(), link);
    if (leased.answer() == 'L' && leased.key() != null) {
      key = expired ? leased.key().expiredLease() : leased.key();
    }
    ModelEntry t = table;
    if (leased.answer() == 'L' && random.nextBoolean() && t != null) {
      boolean right = random.nextInt(4) != 0;
      trace.add("FILL " + right);
      Grant mine = right ? grant : Grant.of(reply(grant), token + 1);
      byte[] tail = Entry.tail(7, new byte[0], new byte[] {(byte) token});
      Object answer = run(link, calls.fill(KEY, TABLE, mine, tail, LONG));
      ModelEntry filled =
          model.fill(key, table, (int) ((right ? token : token + 1) & 0xffff), t.generation(), 1);
      boolean complete = filled != null && !filled.open() && !t.open();
      assertThat(answer).as("%s", trace).isEqualTo(filled == null ? 0L : complete ? 1L : 2L);
      key = filled == null ? key : filled;
    }
  }

  private static List<Object> reply(Grant grant) {
    byte[] entry = new byte[Entry.MARK];
    return List.of(new byte[] {'L'}, entry, grant.table());
  }

  private void raise(StoreLink link, Random random, int timeline, int fence, Position position) {
    ModelEntry k = key;
    ModelEntry t = table;
    if (random.nextBoolean() && k != null) {
      trace.add("RAISE " + k.token());
      run(link, Calls.raise(KEY, 'V', k.token(), position));
      key = Model.raise(k, 'V', k.token(), timeline, fence);
    } else if (t != null) {
      trace.add("RAISE table");
      run(link, Calls.raise(TABLE, 'G', generations.get(t.generation()), position));
      table = Model.raise(t, 'G', t.generation(), timeline, fence);
    }
  }

  private static Object run(StoreLink link, ScriptCall call) {
    return link.run(List.of(call)).get(0);
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
  private void settled(boolean ofTable, @Nullable ModelEntry entry, StoreLink link) {
    set(ofTable, entry);
    if (ofTable && entry != null && entry.generation() == generations.size()) {
      byte[] real = link.get(TABLE).get(0);
      assertThat(real).as("%s", trace).isNotNull();
      long generation = Entry.at(real, Entry.MARK);
      assertThat(generations).as("a fresh generation").doesNotContain(generation);
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
    return e.kind()
        + " timeline "
        + e.timeline()
        + " fence "
        + e.fence()
        + " open "
        + e.open()
        + " "
        + ids
        + (e.kind() == 'L' || e.kind() == 'V' ? " token " + e.token() : "");
  }

  /** As the scripts would read it: expired intents are gone. */
  private static String shown(byte @Nullable [] real) {
    if (real == null) {
      return "absent";
    }
    char kind = (char) real[0];
    boolean open = !Entry.complete(real);
    StringBuilder ids = new StringBuilder("---");
    if (kind == 'I') {
      int live = 0;
      for (int i = Entry.MARK; i < real.length; i += 16) {
        if (Entry.number(real, i + 8) > System.currentTimeMillis() + 60_000.0) {
          ids.setCharAt((int) Entry.at(real, i) - 1, '+');
          live++;
        } else {
          open = true;
        }
      }
      kind = live == 0 ? 'T' : 'I';
    }
    long hash = Entry.at(real, Entry.TIMELINE);
    int timeline = hash == 0 ? 0 : hash == Entry.hash("one") ? 1 : 2;
    return kind
        + " timeline "
        + timeline
        + " fence "
        + Entry.at(real, Entry.FENCE)
        + " open "
        + open
        + " "
        + ids
        + (kind == 'L' || kind == 'V' ? " token " + (Entry.at(real, Entry.MARK) & 0xffff) : "");
  }
}
