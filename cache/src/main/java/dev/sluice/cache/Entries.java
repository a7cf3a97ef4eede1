package dev.sluice.cache;

import dev.sluice.causality.CausalMemory;
import dev.sluice.causality.Position;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The entries of one cache on the server. */
final class Entries<K, V> {
  private static final Logger log = LoggerFactory.getLogger(Entries.class);
  private static final byte[] UNNAMED = new byte[0];
  private static final Duration USEFUL = Duration.ofSeconds(30);

  private final CacheConfig<K, V> config;
  private final CacheTables tables;
  private final Counters counters;
  private final WriteHook hook;
  final Timelines timelines;

  Entries(CacheConfig<K, V> config, Counters counters, WriteHook hook) {
    this.config = config;
    this.tables = config.tables();
    this.counters = counters;
    this.hook = hook;
    this.timelines = hook.timelines;
  }

  /**
   * What a look at an entry gave.
   *
   * @param found whether it was a hit
   * @param value the value of a hit; null if the database has none
   * @param unreadable an entry that counts but cannot be used and should be replaced
   */
  record Hit<V>(boolean found, @Nullable V value, byte @Nullable [] unreadable) {
    private static final Hit<?> MISS = new Hit<>(false, null, null);

    @SuppressWarnings("unchecked")
    static <V> Hit<V> miss() {
      return (Hit<V>) MISS;
    }
  }

  /** Whether a look at the server can be of use. */
  boolean mayBeRead() {
    return config.store().available() && tables.untold.none();
  }

  byte[] name(K key) {
    return config.keys().ambiguous() ? key.toString().getBytes(StandardCharsets.UTF_8) : UNNAMED;
  }

  /** The entry and the table entry; null if the server did not answer. */
  @Nullable List<byte @Nullable []> find(String text, long deadline) {
    try {
      return config.store().get(deadline, tables, text);
    } catch (StoreException e) {
      log.debug("{}: read failed", tables.name(), e);
      return null;
    }
  }

  Hit<V> hit(byte @Nullable [] entry, byte @Nullable [] table, byte[] name, CausalMemory memory) {
    if (table == null) {
      return Hit.miss();
    }
    tables.meet();
    if (entry == null || !Entry.counts(entry, table)) {
      return Hit.miss();
    }
    if (Entry.at(entry, Entry.SCHEMA) != config.schema()) {
      counters.undecodable.increment();
      return new Hit<>(false, null, entry);
    }
    if (!Entry.names(entry, name)) {
      return Hit.miss();
    }
    V value = null;
    if (!Entry.absent(entry)) {
      try {
        value = config.codec().decode(Entry.payload(entry));
      } catch (RuntimeException e) {
        log.debug("{}: entry cannot be decoded", tables.name(), e);
        counters.undecodable.increment();
        return new Hit<>(false, null, entry);
      }
    }
    saw(entry, table, memory);
    return new Hit<>(true, value, null);
  }

  /** The caller has seen what the entry shows: nothing that it reads next may be older. */
  private void saw(byte[] entry, byte[] table, CausalMemory memory) {
    if (Entry.complete(entry) && Entry.complete(table)) {
      long ours = Entry.at(entry, Entry.TIMELINE);
      long theirs = Entry.at(table, Entry.TIMELINE);
      if (ours == theirs || ours == 0 || theirs == 0) {
        long timeline = ours == 0 ? theirs : ours;
        if (timeline == 0) {
          return; // nothing was written for so long that every replica has it
        }
        Position position =
            timelines.position(
                timeline, Math.max(Entry.at(entry, Entry.FENCE), Entry.at(table, Entry.FENCE)));
        if (position != null) {
          memory.saw(position);
          return;
        }
      }
    }
    memory.saw(this, config.source().epoch());
  }

  void sawNow(CausalMemory memory) {
    memory.saw(this, config.source().epoch());
  }

  ScriptCall lease(String run, String text, long token, byte @Nullable [] replaces) {
    Calls times = config.calls();
    return new Calls(times.lease(), hook.calls().intent(), times.floor())
        .lease(tables.entry(run, text), tables.table(run), token, replaces, tables.met());
  }

  /** The call that fills an entry; null if a value is not cached at all. */
  @Nullable ScriptCall fill(String run, String text, byte[] name, Grant grant, @Nullable V value) {
    Duration timeToLive = value == null ? config.negativeTimeToLive() : config.timeToLive();
    if (timeToLive.isZero()) {
      return null;
    }
    byte[] payload;
    try {
      payload = value == null ? null : config.codec().encode(value);
    } catch (RuntimeException e) {
      log.warn("{}: a value cannot be encoded and is not cached", tables.name(), e);
      return null;
    }
    if (payload != null && payload.length > config.maximumValueBytes()) {
      log.debug("{}: a value of {} bytes is not cached", tables.name(), payload.length);
      return null;
    }
    double part = 1 - config.jitter() * ThreadLocalRandom.current().nextDouble();
    Duration jittered = Duration.ofMillis(Math.max(1, (long) (timeToLive.toMillis() * part)));
    return config
        .calls()
        .fill(
            tables.entry(run, text),
            tables.table(run),
            grant,
            Entry.tail(config.schema(), name, payload),
            jittered);
  }

  /** Counts the answer of FILL, and has the fence completed if it is not. */
  void filled(String text, Grant grant, long answer) {
    if (answer == 0) {
      counters.refused.increment();
      return;
    }
    counters.fills.increment();
    if (answer == 2) {
      config
          .source()
          .positionCovering(config.source().epoch())
          .whenComplete(
              (position, failure) -> {
                if (position != null) {
                  timelines.learn(position);
                  raise(text, grant, position);
                }
              });
    }
  }

  private void raise(String text, Grant grant, Position position) {
    config
        .store()
        .mailbox()
        .post(
            USEFUL,
            run ->
                List.of(
                    Calls.raise(tables.entry(run, text), 'V', grant.token(), position),
                    Calls.raise(tables.table(run), 'G', grant.generation(), position)));
  }

  /** Gives a lease back without a value. */
  void release(String text) {
    config
        .store()
        .mailbox()
        .post(
            USEFUL,
            run ->
                List.of(
                    config
                        .calls()
                        .aborted(Calls.Target.entry(tables.entry(run, text)), Calls.random())));
  }

  void invalidate(Function<String, Calls.Target> target) {
    long tx = Calls.random();
    config
        .store()
        .insist(
            config.store().writeDeadline(),
            link -> link.run(List.of(hook.calls().committed(target.apply(link.run()), tx, null))));
  }

  Explanation explain(@Nullable String text, byte[] name) {
    if (text == null) {
      return Explanation.none("a key whose text is not certain is never cached");
    }
    if (!config.store().available()) {
      return Explanation.none("the server does not answer, the circuit is open");
    }
    if (!tables.untold.none()) {
      return Explanation.none("the server was not told of a commit of this process yet");
    }
    List<byte @Nullable []> found = find(text, System.nanoTime() + config.store().readNanos());
    byte[] entry = found == null ? null : found.get(0);
    byte[] table = found == null ? null : found.get(1);
    if (table != null && Entry.isLost(table)) {
      return Explanation.none("the server lost its memory a moment ago, nothing is filled yet");
    }
    if (found == null || entry == null || entry.length < Entry.MARK) {
      return Explanation.none(found == null ? "the server does not answer" : "there is no entry");
    }
    String verdict = verdict(entry, table, name);
    return new Explanation(
        verdict,
        verdict.equals("a hit"),
        entry.length,
        Entry.at(entry, Entry.FENCE),
        Entry.complete(entry));
  }

  private String verdict(byte[] entry, byte @Nullable [] table, byte[] name) {
    if (table != null && table[0] == 'I') {
      return "a write that may touch any key is under way";
    }
    if (entry[0] != 'V') {
      return switch (entry[0]) {
        case 'I' -> "a write of this key is under way, or its writer died a moment ago";
        case 'L' -> "it is being loaded";
        default -> "it was written and not loaded since";
      };
    }
    if (table == null || !Entry.counts(entry, table)) {
      return "any key may have been written since";
    }
    if (Entry.at(entry, Entry.SCHEMA) != config.schema()) {
      return "it is of another schema";
    }
    return Entry.names(entry, name) ? "a hit" : "it is of another key with the same text";
  }
}
