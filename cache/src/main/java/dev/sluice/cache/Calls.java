package dev.sluice.cache;

import dev.sluice.causality.Position;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Makes the calls of the scripts; the times of the protocol. Immutable. */
record Calls(Duration lease, Duration intent, Duration floor) {
  private static final byte[] NONE = new byte[0];
  private static final byte[] ZERO = new byte[8];

  /** A table entry that nobody asks for goes after this time; then all of its cache is a miss. */
  private static final Duration KEEP = Duration.ofDays(30);

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static byte[] millis(Duration time) {
    return ascii(Long.toString(time.toMillis()));
  }

  static long random() {
    long random = ThreadLocalRandom.current().nextLong();
    return random == 0 ? 1 : random;
  }

  ScriptCall lease(byte[] key, byte[] table, long token, byte @Nullable [] replaces) {
    return new ScriptCall(
        Script.LEASE,
        List.of(key, table),
        List.of(
            Entry.bytes(token),
            millis(lease),
            millis(floor),
            Entry.bytes(random()),
            replaces == null ? NONE : Entry.bytes(Entry.at(replaces, Entry.MARK)),
            millis(KEEP)));
  }

  ScriptCall fill(byte[] key, byte[] table, Grant grant, byte[] tail, Duration timeToLive) {
    return new ScriptCall(
        Script.FILL,
        List.of(key, table),
        List.of(
            Entry.bytes(grant.token()),
            Entry.bytes(grant.generation()),
            tail,
            millis(timeToLive),
            millis(floor)));
  }

  ScriptCall pre(byte[] key, long tx) {
    return new ScriptCall(
        Script.PRE, List.of(key), List.of(Entry.bytes(tx), millis(intent), millis(floor)));
  }

  /** Committed; not yet known where. */
  ScriptCall confirm(byte[] key, boolean table, long tx) {
    return post(key, table, tx, "C", null);
  }

  ScriptCall committed(byte[] key, boolean table, long tx, @Nullable Position position) {
    return post(key, table, tx, position == null ? "U" : "P", position);
  }

  ScriptCall aborted(byte[] key, boolean table, long tx) {
    return post(key, table, tx, "A", null);
  }

  private ScriptCall post(
      byte[] key, boolean table, long tx, String mode, @Nullable Position position) {
    return new ScriptCall(
        Script.POST,
        List.of(key),
        List.of(
            Entry.bytes(tx),
            ascii(mode),
            position == null ? ZERO : Entry.bytes(Entry.hash(position.timeline())),
            position == null ? ZERO : Entry.bytes(position.offset()),
            millis(floor),
            table ? Entry.bytes(random()) : NONE,
            millis(KEEP)));
  }

  static ScriptCall raise(byte[] key, char kind, long mark, Position position) {
    return new ScriptCall(
        Script.RAISE,
        List.of(key),
        List.of(
            ascii(String.valueOf(kind)),
            Entry.bytes(mark),
            Entry.bytes(Entry.hash(position.timeline())),
            Entry.bytes(position.offset())));
  }
}
