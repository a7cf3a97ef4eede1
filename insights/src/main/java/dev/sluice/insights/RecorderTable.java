package dev.sluice.insights;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Recorders by fingerprint, never removed. A look-up takes no lock and allocates nothing, which a
 * map with boxed keys would. Safe for use by several threads.
 */
final class RecorderTable {
  private final int most;
  private final AtomicReferenceArray<@Nullable StatementRecorder> slots;
  private int size;

  RecorderTable(int most) {
    this.most = most;
    this.slots = new AtomicReferenceArray<>(Integer.highestOneBit(most) * 4);
  }

  /** The recorder, a new one if there is room, else null. */
  @Nullable StatementRecorder get(long fingerprint, Supplier<StatementRecorder> made) {
    StatementRecorder known = find(fingerprint);
    return known != null ? known : add(fingerprint, made);
  }

  @Nullable StatementRecorder find(long fingerprint) {
    for (int slot = slot(fingerprint); ; slot = (slot + 1) & (slots.length() - 1)) {
      StatementRecorder known = slots.get(slot);
      if (known == null || known.fingerprint == fingerprint) {
        return known;
      }
    }
  }

  private synchronized @Nullable StatementRecorder add(
      long fingerprint, Supplier<StatementRecorder> made) {
    StatementRecorder known = find(fingerprint);
    if (known != null || size >= most) {
      return known;
    }
    StatementRecorder added = made.get();
    int slot = slot(fingerprint);
    while (slots.get(slot) != null) {
      slot = (slot + 1) & (slots.length() - 1);
    }
    size++;
    slots.set(slot, added);
    return added;
  }

  private int slot(long fingerprint) {
    return (int) (fingerprint ^ (fingerprint >>> 32)) & (slots.length() - 1);
  }

  List<StatementRecorder> all() {
    List<StatementRecorder> all = new ArrayList<>();
    for (int i = 0; i < slots.length(); i++) {
      StatementRecorder each = slots.get(i);
      if (each != null) {
        all.add(each);
      }
    }
    return all;
  }
}
