package dev.sluice.nosql;

import dev.sluice.nosql.RowStore.Outcome.Refused;

/**
 * What a refused attempt means for its request. The point is doubt: when an earlier attempt of the
 * same request got no answer, a refusal may be the effect of that very attempt.
 */
enum Verdict {
  /** An earlier attempt of this request was made: success. */
  MADE,
  /** No attempt was or will be made. */
  CONFLICT,
  /** An earlier attempt may have been made and written over since. */
  UNKNOWN,
  /** No attempt was made, but one that is still under way might be: withdraw the request. */
  WITHDRAW,
  /** The condition had nothing to do with the request's own: try again. */
  REPEAT;

  /**
   * Judges a refused put or delete. Once the version expected is gone, no late attempt of this
   * request can be made any more.
   *
   * @param expect what the request expects
   * @param writer the request
   * @param refused what was there
   * @param doubt whether an earlier attempt got no answer
   */
  static Verdict of(Expect expect, String writer, Refused refused, boolean doubt) {
    if (writer.equals(refused.writer())) {
      return MADE;
    }
    if (!doubt) {
      return CONFLICT;
    }
    if (expect instanceof Expect.Version version) {
      // Versions are taken once. The next one was taken by somebody else: not by us.
      return refused.version() == version.version() + 1 ? CONFLICT : UNKNOWN;
    }
    if (expect instanceof Expect.Absent && refused.version() == 1) {
      // The first version was taken by somebody else, and there will be no second first one.
      return CONFLICT;
    }
    return UNKNOWN;
  }

  /**
   * Judges a refused addition.
   *
   * @param addition the addition
   * @param refused what was there
   * @param doubt whether an earlier attempt got no answer
   */
  static Verdict of(RowWrite.Addition addition, Refused refused, boolean doubt) {
    if (refused.remembered()) {
      return MADE;
    }
    if (refused.withdrawn()) {
      return CONFLICT;
    }
    if (refused.version() == 0 || refused.deleted()) {
      return doubt ? UNKNOWN : CONFLICT;
    }
    boolean outside =
        refused.version() < addition.fromVersion() || refused.version() >= addition.belowVersion();
    if (!doubt) {
      return outside ? REPEAT : CONFLICT;
    }
    // As long as everything since the first version is remembered, it was not made. Within the
    // bounds an attempt that is still under way might be made later; above them none can.
    if (!outside) {
      return WITHDRAW;
    }
    long since = refused.version() - addition.fromVersion();
    return since > 0 && since <= RowBackedStore.REMEMBERED ? REPEAT : UNKNOWN;
  }
}
