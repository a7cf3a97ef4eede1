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

  /**
   * Asks for a lease.
   *
   * @param met whether this process has met the table entry before: it was lost if it is absent
   */
  ScriptCall lease(byte[] key, byte[] table, long token, byte @Nullable [] replaces, boolean met) {
    return new ScriptCall(
        Script.LEASE,
        List.of(key, table),
        List.of(
            Entry.bytes(token),
            millis(lease),
            millis(floor),
            Entry.bytes(random()),
            replaces == null ? NONE : Entry.bytes(Entry.at(replaces, Entry.MARK)),
            millis(KEEP),
            lost(met)));
  }

  /** For that long after a loss, commits may be under way of which the server has forgotten. */
  private byte[] lost(boolean met) {
    return met ? millis(intent) : ascii("0");
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

  ScriptCall pre(Target target, long tx) {
    return new ScriptCall(
        Script.PRE,
        List.of(target.key),
        List.of(Entry.bytes(tx), millis(intent), millis(floor), lost(target.met)));
  }

  /**
   * An entry that is written.
   *
   * @param table whether it is a table entry
   * @param met whether this process has met it before; false where it is not a table entry
   */
  record Target(byte[] key, boolean table, boolean met) {
    static Target entry(byte[] key) {
      return new Target(key, false, false);
    }

    static Target table(byte[] key, boolean met) {
      return new Target(key, true, met);
    }
  }

  /** Committed; not yet known where. */
  ScriptCall confirm(Target target, long tx) {
    return post(target, tx, "C", null);
  }

  ScriptCall committed(Target target, long tx, @Nullable Position position) {
    return post(target, tx, position == null ? "U" : "P", position);
  }

  ScriptCall aborted(Target target, long tx) {
    return post(target, tx, "A", null);
  }

  private ScriptCall post(Target target, long tx, String mode, @Nullable Position position) {
    return new ScriptCall(
        Script.POST,
        List.of(target.key),
        List.of(
            Entry.bytes(tx),
            ascii(mode),
            position == null ? ZERO : Entry.bytes(Entry.hash(position.timeline())),
            position == null ? ZERO : Entry.bytes(position.offset()),
            millis(floor),
            target.table ? Entry.bytes(random()) : NONE,
            millis(KEEP),
            lost(target.met)));
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
