package dev.sluice.jdbc;

import dev.sluice.causality.Position;
import org.jspecify.annotations.Nullable;

/**
 * What the heartbeat's row shows on a server. See {@link Heartbeat}.
 *
 * @param readOnly whether the server refuses writes
 * @param unfit why the row proves nothing; null if it does
 * @param history name of the unbroken row of beats that this one belongs to
 * @param previous the history before; empty for none
 * @param beat the number of the beat
 */
record HeartbeatReading(
    boolean readOnly, @Nullable String unfit, String history, String previous, long beat)
    implements Reading {

  @Override
  public String timeline() {
    return history;
  }

  @Override
  public boolean covers(Reading other) {
    return other instanceof HeartbeatReading reading
        && history.equals(reading.history)
        && beat >= reading.beat;
  }

  @Override
  public boolean movedSince(Reading before) {
    // Each sample moves it, which says nothing of others' writes.
    return false;
  }

  @Override
  public Position upperBound(Reading first) {
    return new Position(history, beat);
  }

  @Override
  public @Nullable Position lowerBound(Reading primary) {
    return history.equals(primary.timeline()) ? new Position(history, beat) : null;
  }

  @Override
  public boolean provesPast(Position position) {
    return !previous.isEmpty() && position.timeline().equals(previous);
  }
}
