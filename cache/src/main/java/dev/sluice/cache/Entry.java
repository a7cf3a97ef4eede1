package dev.sluice.cache;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The bytes of an entry, as the scripts write them: kind 1, timeline 8, fence 8, floor 8, time 8;
 * then of a value: token 8, generation 8, schema 8, flags 1, the key where flagged, the encoded
 * value; of a table entry: generation 8. Static functions on the bytes: a hit makes no object of
 * them.
 */
final class Entry {
  static final int TIMELINE = 1;
  static final int FENCE = 9;
  static final int FLOOR = 17;
  static final int TIME = 25;

  /** Token of a value or lease; generation of a table entry. */
  static final int MARK = 33;

  static final int GENERATION = 41;
  static final int SCHEMA = 49;
  static final int FLAGS = 57;
  static final int BODY = 58;
  static final long LOST = -1;
  private static final int ABSENT = 1;
  private static final int NAMED = 2;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private Entry() {}

  static long at(byte[] entry, int offset) {
    return (long) LONG.get(entry, offset);
  }

  static byte[] bytes(long value) {
    byte[] bytes = new byte[8];
    LONG.set(bytes, 0, value);
    return bytes;
  }

  static double number(byte[] entry, int offset) {
    return Double.longBitsToDouble(at(entry, offset));
  }

  /** Whether the fence covers all that the entry shows. */
  static boolean complete(byte[] entry) {
    return at(entry, FLOOR) == 0;
  }

  static boolean isValue(byte[] entry) {
    return entry.length >= BODY && entry[0] == 'V';
  }

  /** Whether this is the intent that stands for what a server has forgotten, and maybe more. */
  static boolean isLost(byte[] table) {
    for (int i = MARK; table[0] == 'I' && i + 16 <= table.length; i += 16) {
      if (at(table, i) == LOST) {
        return true;
      }
    }
    return false;
  }

  static boolean isGeneration(byte[] table) {
    return table.length >= GENERATION && table[0] == 'G';
  }

  /** Whether a value counts: the table entry is of the generation under which it was filled. */
  static boolean counts(byte[] value, byte[] table) {
    return isValue(value) && isGeneration(table) && at(value, GENERATION) == at(table, MARK);
  }

  /** Whether the value says that there is none. */
  static boolean absent(byte[] value) {
    return (value[FLAGS] & ABSENT) != 0;
  }

  /** Whether a value is of this key; one that names no key is of the only one with its text. */
  static boolean names(byte[] value, byte[] key) {
    if ((value[FLAGS] & NAMED) == 0) {
      return key.length == 0;
    }
    int end = body(value);
    return end <= value.length && Arrays.equals(value, BODY + 2, end, key, 0, key.length);
  }

  private static int body(byte[] value) {
    if ((value[FLAGS] & NAMED) == 0) {
      return BODY;
    }
    return value.length < BODY + 2
        ? Integer.MAX_VALUE
        : BODY + 2 + (((value[BODY] & 0xff) << 8) | (value[BODY + 1] & 0xff));
  }

  static byte[] payload(byte[] value) {
    return Arrays.copyOfRange(value, body(value), value.length);
  }

  /** What FILL puts behind the generation. */
  static byte[] tail(long schema, byte[] key, byte @org.jspecify.annotations.Nullable [] payload) {
    int name = key.length == 0 ? 0 : 2 + key.length;
    int length = payload == null ? 0 : payload.length;
    byte[] tail = new byte[9 + name + length];
    LONG.set(tail, 0, schema);
    tail[8] = (byte) ((payload == null ? ABSENT : 0) | (name == 0 ? 0 : NAMED));
    if (name > 0) {
      tail[9] = (byte) (key.length >> 8);
      tail[10] = (byte) key.length;
      System.arraycopy(key, 0, tail, 11, key.length);
    }
    if (payload != null) {
      System.arraycopy(payload, 0, tail, 9 + name, length);
    }
    return tail;
  }

  /** A name for a text, never 0; FNV-1a with a final mix. */
  static long hash(String text) {
    long hash = 0xcbf29ce484222325L;
    for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
    }
    hash = (hash ^ hash >>> 32) * 0x9e3779b97f4a7c15L;
    return hash == 0 ? 1 : hash;
  }
}
