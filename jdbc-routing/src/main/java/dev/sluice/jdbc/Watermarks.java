package dev.sluice.jdbc;

import dev.sluice.causality.Position;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/*
 * Sampled watermarks: the protocol, without clock, threads and servers.
 *
 * The primary's position is sampled again and again; samples are numbered. Sample n is numbered before
 * its query is sent. Whoever has been told of a write, or has been shown anything by any node, and then
 * reads epoch() = (number of the last sample started) + 1, gets a number n of a sample whose query
 * is sent later. A primary's reading is an upper bound of what was visible anywhere when the query was
 * sent. So:
 *
 *   I1  What was acknowledged or shown before epoch() returned n is contained in the reading of every
 *       finished sample >= n.
 *   I2  Readings of a primary only grow, within a timeline. A sample that failed has no reading; the
 *       next one contains more.
 *   I3  A replica's reading is a lower bound of what is visible there, and a replica only grows. So a
 *       reading once taken stays true, however old.
 *   I4  reachedEpoch(r) = the highest finished sample of this timeline whose reading is covered by the
 *       last reading of r. By I1 and I3, r shows everything that anybody had been told or shown before
 *       epoch() returned a number <= reachedEpoch(r).
 *   I5  I2 and I3 end when a server goes back (restored, crashed without its last commits, another
 *       server at the address) or the primary's timeline changes. Noticed by a reading that does not
 *       cover the one before, and assumed when the connection that is kept for asking broke: then
 *       nothing that was known of it holds. A replica that may have gone back is another node from
 *       then on, since callers rely on a node that answered before.
 *   I6  Numbers of samples never restart, not even with a timeline: a number remembered by a caller
 *       stays comparable.
 *
 * Lag comes from the same samples: a replica lags since the first sample that it has not reached was
 * started. When the primary does not answer there is no such sample, and a replica that has reached
 * the last one does not count as lagging: it has all that is known to exist.
 */
final class Watermarks {
  /** Of so many different readings of the primary the numbers are known; older ones get sparse. */
  static final int MOST_SAMPLES = 512;

  /**
   * A finished sample; several that found the same are one.
   *
   * @param number of the last one
   * @param startedNanos when the last one was started
   * @param firstNanos when the first one was started
   */
  record Sample(long number, Reading reading, long startedNanos, long firstNanos) {}

  /**
   * What a reading of a replica said.
   *
   * @param wentBack whether it may not be where it was before
   */
  record Update(Progress progress, boolean wentBack) {}

  /** What is kept of one replica. Guarded by the lock of its watermarks. */
  static final class Track {
    private @Nullable Reading reading;
    private Progress progress = Progress.NONE;

    private Track() {}
  }

  private final Object lock = new Object();
  private final List<Sample> samples = new ArrayList<>();
  private final List<Track> tracks = new ArrayList<>();
  private boolean another;
  private volatile long started;
  private long startedNanos;
  private volatile @Nullable Sample newest;
  private volatile @Nullable Reading first;

  /** Begins to follow a replica, of which nothing is known yet. */
  Track track() {
    Track track = new Track();
    synchronized (lock) {
      tracks.add(track);
    }
    return track;
  }

  /** Follows a replica no longer; what is known of it stays true and does not grow any more. */
  void forget(Track track) {
    synchronized (lock) {
      tracks.remove(track);
    }
  }

  /** The number of the first sample whose query is sent after this call. */
  long epoch() {
    return started + 1;
  }

  /** The last finished sample. */
  @Nullable Sample newest() {
    return newest;
  }

  /** A position that includes a sample; null if one number cannot tell. */
  @Nullable Position position(Sample sample) {
    Reading known = first;
    return known == null ? null : sample.reading.upperBound(known);
  }

  /**
   * Numbers a sample. Must be called before its query is sent; the one before must have ended.
   *
   * @return its number
   */
  long start(long nanos) {
    synchronized (lock) {
      startedNanos = nanos;
      long number = started + 1;
      started = number;
      return number;
    }
  }

  /**
   * Another server is the primary: the next sample is the first of another history, whatever it
   * says. What was reached stays true: numbers that are given from now on are higher.
   */
  void newTimeline() {
    synchronized (lock) {
      another = true;
    }
  }

  /**
   * Ends the sample that was started last.
   *
   * @return whether the history that was known does not go on: another timeline, or a primary that
   *     went back
   */
  boolean finish(long number, Reading reading) {
    synchronized (lock) {
      Sample last = newest;
      boolean broken =
          last != null
              && (another
                  || !(last.reading.timeline().equals(reading.timeline())
                      && reading.covers(last.reading)));
      another = false;
      if (broken || last == null) {
        first = reading;
        samples.clear();
        for (Track track : tracks) {
          track.progress = Progress.NONE;
        }
      }
      Sample same = !broken && last != null && last.reading.equals(reading) ? last : null;
      Sample sample =
          new Sample(number, reading, startedNanos, same == null ? startedNanos : same.firstNanos);
      if (same != null) {
        samples.remove(samples.size() - 1);
      }
      samples.add(sample);
      if (samples.size() > MOST_SAMPLES) {
        thin();
      }
      newest = sample;
      for (Track track : tracks) {
        advance(track);
      }
      return broken;
    }
  }

  /**
   * Takes a reading of a replica.
   *
   * @param restarted whether the server may have been restarted since its last reading: what it
   *     showed after that reading may be gone, even if it has what the reading said
   */
  Update reached(Track track, Reading reading, boolean restarted) {
    synchronized (lock) {
      Reading before = track.reading;
      boolean wentBack = restarted || (before != null && !reading.covers(before));
      if (wentBack) {
        track.progress = Progress.NONE;
      }
      track.reading = reading;
      return new Update(advance(track), wentBack);
    }
  }

  /** What is known of a replica now. */
  Progress progress(Track track) {
    synchronized (lock) {
      return track.progress;
    }
  }

  /** The earliest finished sample that is known to contain an epoch; null if none does yet. */
  @Nullable Sample covering(long epoch) {
    synchronized (lock) {
      for (Sample sample : samples) {
        if (sample.number >= epoch) {
          return sample;
        }
      }
      return null;
    }
  }

  private Progress advance(Track track) {
    Reading reading = track.reading;
    Sample last = newest;
    Progress before = track.progress;
    if (reading == null || last == null) {
      return before;
    }
    int next = firstNotCovered(reading);
    Sample reached = next == 0 ? null : samples.get(next - 1);
    long epoch = before.reachedEpoch();
    long nanos = before.reachedNanos();
    if (reached != null && reached.number >= epoch) {
      epoch = reached.number;
      nanos = reached.startedNanos;
    }
    int missing = firstNotDelivered(reading, next);
    boolean behind = missing < samples.size();
    track.progress =
        new Progress(
            epoch,
            reading.lowerBound(last.reading),
            nanos,
            behind,
            behind ? samples.get(missing).firstNanos : 0);
    return track.progress;
  }

  /** Binary search: readings grow. */
  private int firstNotCovered(Reading reading) {
    int low = 0;
    int high = samples.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (reading.covers(samples.get(middle).reading)) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private int firstNotDelivered(Reading reading, int from) {
    int i = from;
    while (i < samples.size() && reading.coversDelivered(samples.get(i).reading)) {
      i++;
    }
    return i;
  }

  /** Forgets every second one of the older half: their numbers are then taken for lower ones. */
  private void thin() {
    List<Sample> kept = new ArrayList<>(samples.size());
    int half = samples.size() / 2;
    for (int i = 0; i < samples.size(); i++) {
      if (i >= half || i % 2 == 0) {
        kept.add(samples.get(i));
      }
    }
    samples.clear();
    samples.addAll(kept);
  }
}
