package dev.sluice.queue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides what becomes of received packs, given the ledger as read under the lane lock. Pure.
 *
 * <p>A pack is applied only directly after its predecessor. One that comes before its predecessor
 * in the same receive (after a redrive) waits for it there; if the predecessor is not in the
 * receive, the lane halts at that pack: nothing behind it is applied, and it is not deleted. A pack
 * of a stream that the ledger does not know, other than the first, has an unknown history and is
 * never applied.
 */
final class LaneSequencer {
  private LaneSequencer() {}

  /**
   * What to do.
   *
   * @param apply indexes of the packs to apply, in this order
   * @param duplicates indexes of packs that the ledger contains
   * @param unknown indexes of packs with an unknown history, to be parked
   * @param halted indexes of the packs from a missing predecessor on, to be left alone
   * @param gap the pack whose predecessor is missing; null if none is
   */
  record Decision(
      List<Integer> apply,
      List<Integer> duplicates,
      List<Integer> unknown,
      List<Integer> halted,
      @Nullable PackId gap) {}

  /**
   * Classifies packs.
   *
   * @param last the last applied sequence of each known producer
   * @param packs in the order of their receipt
   */
  static Decision classify(Map<String, Long> last, List<PackId> packs) {
    int end = packs.size();
    while (true) {
      Pass pass = new Pass(last, packs.subList(0, end));
      if (pass.firstGap < 0) {
        List<Integer> halted = new ArrayList<>();
        for (int i = end; i < packs.size(); i++) {
          halted.add(i);
        }
        PackId gap = end < packs.size() ? packs.get(end) : null;
        return new Decision(pass.apply, pass.duplicates, pass.unknown, halted, gap);
      }
      end = pass.firstGap;
    }
  }

  private static final class Pass {
    final List<Integer> apply = new ArrayList<>();
    final List<Integer> duplicates = new ArrayList<>();
    final List<Integer> unknown = new ArrayList<>();
    int firstGap = -1;
    private final Map<String, Long> last;
    private final Map<PackId, Integer> early = new HashMap<>();

    Pass(Map<String, Long> known, List<PackId> packs) {
      last = new HashMap<>(known);
      for (int i = 0; i < packs.size(); i++) {
        take(packs.get(i), i);
      }
      for (Map.Entry<PackId, Integer> waiting : early.entrySet()) {
        if (last.containsKey(waiting.getKey().producer())) {
          firstGap = firstGap < 0 ? waiting.getValue() : Math.min(firstGap, waiting.getValue());
        } else {
          unknown.add(waiting.getValue());
        }
      }
      unknown.sort(null);
    }

    private void take(PackId pack, int index) {
      long done = last.getOrDefault(pack.producer(), 0L);
      if (pack.sequence() <= done) {
        duplicates.add(index);
      } else if (pack.sequence() > done + 1) {
        if (early.putIfAbsent(pack, index) != null) {
          duplicates.add(index);
        }
      } else {
        apply.add(index);
        last.put(pack.producer(), pack.sequence());
        PackId next = new PackId(pack.producer(), pack.sequence() + 1);
        Integer waiting = early.remove(next);
        if (waiting != null) {
          take(next, waiting);
        }
      }
    }
  }
}
