package dev.sluice.cache;

import dev.sluice.causality.CausalSource;
import dev.sluice.causality.Position;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The timeline that a source follows, which entries name by its hash only. Thread-safe. A hash that
 * is not that of the timeline last seen is foreign: fences of it cannot be compared.
 */
final class Timelines {
  private final CausalSource source;
  private final AtomicBoolean asking = new AtomicBoolean();
  private volatile Known known = new Known("", 0);

  private record Known(String timeline, long hash) {}

  Timelines(CausalSource source) {
    this.source = source;
  }

  void learn(Position position) {
    if (!known.timeline.equals(position.timeline())) {
      known = new Known(position.timeline(), Entry.hash(position.timeline()));
    }
  }

  /** The position that an entry means; null if its timeline is foreign, or not known yet. */
  @Nullable Position position(long hash, long offset) {
    Known now = known;
    if (now.hash == hash && offset >= 0) {
      return new Position(now.timeline, offset);
    }
    ask();
    return null;
  }

  /** Finds the timeline out, in the background, once at a time. */
  void ask() {
    if (asking.compareAndSet(false, true)) {
      source
          .positionCovering(source.epoch())
          .whenComplete(
              (position, failure) -> {
                if (position != null) {
                  learn(position);
                }
                asking.set(false);
              });
    }
  }
}
