package dev.sluice.jdbc;

import dev.sluice.core.Ticker;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says in the log, and to the listeners, when a replica begins or ceases to take reads, and when
 * the last one has ceased. Lines are for changes only. Of a replica that changes all the time
 * {@link #MOST_LINES} are written in a window of a minute, then none until the window is over; then
 * what it is by then, and how many changes were left out. The log never ends with something else
 * than what is the case. Safe for use by several threads; not on the path of requests.
 */
final class StateLog {
  static final int MOST_LINES = 10;
  static final long WINDOW_NANOS = 60_000_000_000L;

  /** A replica that has not been usable yet may still be on its way to the first sample. */
  static final long PATIENCE_NANOS = 10_000_000_000L;

  private static final Logger LOG = LoggerFactory.getLogger(StateLog.class);

  private final String name;
  private final Ticker ticker;
  private final @Nullable RoutingEvents events;
  private final int fallbackReads;
  private final Map<String, State> states = new HashMap<>();

  /** Whether any is usable; null before one was. */
  private @Nullable State all;

  StateLog(ClusterConfig config) {
    this.name = config.name();
    this.ticker = config.runtime().ticker();
    this.events = config.runtime().events();
    this.fallbackReads = config.limits().maximumFallbackReads();
  }

  /** What is known, told and written of a replica. */
  private static final class State {
    private final long since;
    private boolean usable;

    /** What the last line said; null if there is none. */
    private @Nullable Boolean written;

    private long windowStart;
    private int lines;
    private int leftOut;

    State(long now) {
      this.since = now;
      this.windowStart = now;
    }

    void becomes(boolean now) {
      usable = now;
      leftOut++;
    }

    /** Whether there is something to write, and room for it. */
    boolean mayWrite(long now) {
      boolean news = written == null ? usable || now - since >= PATIENCE_NANOS : written != usable;
      if (now - windowStart >= WINDOW_NANOS) {
        windowStart = now;
        lines = 0;
      }
      return news && lines < MOST_LINES;
    }

    /** A line is written; says what was not since the one before. */
    String written() {
      int unsaid = leftOut - 1;
      lines++;
      leftOut = 0;
      written = usable;
      return unsaid > 0 ? " (" + unsaid + " changes before it were not logged)" : "";
    }
  }

  /** A replica is so now; also called when nothing has changed. */
  synchronized void replica(String node, boolean usable, String reason) {
    long now = ticker.nanos();
    State state = states.computeIfAbsent(node, key -> new State(now));
    if (state.usable != usable) {
      state.becomes(usable);
      if (events != null) {
        events.usable(node, usable, reason);
      }
    }
    if (state.mayWrite(now)) {
      write(node, state, reason);
    }
    all(now);
  }

  /** A replica is no longer one. */
  synchronized void removed(String node) {
    states.remove(node);
    if (!states.isEmpty()) {
      all(ticker.nanos());
    }
    if (events != null) {
      events.removed(node);
    }
  }

  private void write(String node, State state, String reason) {
    String more = state.written();
    if (state.usable) {
      LOG.info("{}: replica {} takes reads{}", name, node, more);
    } else {
      LOG.warn("{}: replica {} takes no reads: {}{}", name, node, reason, more);
    }
  }

  /** Whether any replica takes reads; of no interest before the first one does. */
  private void all(long now) {
    boolean any = states.values().stream().anyMatch(each -> each.usable);
    State state = all;
    if (state == null) {
      if (!any) {
        return;
      }
      state = new State(now);
      state.usable = true;
      state.written = true;
      all = state;
    }
    if (state.usable != any) {
      state.becomes(any);
    }
    if (state.mayWrite(now)) {
      String more = state.written();
      if (any) {
        LOG.info("{}: replicas take reads again{}", name, more);
      } else {
        LOG.warn(
            "{}: no replica takes reads; the primary takes up to {} at once in their place{}",
            name,
            fallbackReads,
            more);
      }
    }
  }
}
