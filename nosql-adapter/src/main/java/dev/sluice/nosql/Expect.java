package dev.sluice.nosql;

/**
 * What a write expects to find. {@link #VERSION} and {@link #ABSENT} are safe against every lost
 * update and every lost answer. {@link #ANY} is for the last writer to win: when the answer of an
 * attempt is lost, the same write may be made a second time, also over a write of somebody else
 * that came in between.
 */
public sealed interface Expect {
  /** Any state. */
  record Any() implements Expect {}

  /** No value: never written, or deleted. */
  record Absent() implements Expect {}

  /**
   * A value with exactly this version.
   *
   * @param version at least 1
   */
  record Version(long version) implements Expect {
    /** Checks the version. */
    public Version {
      if (version < 1) {
        throw new IllegalArgumentException("version: must be at least 1, got " + version);
      }
    }
  }

  /** Any state. */
  Expect ANY = new Any();

  /** No value. */
  Expect ABSENT = new Absent();

  /**
   * A value with exactly this version.
   *
   * @param version the version, as of {@link Versioned#version}
   * @return the expectation
   */
  static Expect VERSION(long version) {
    return new Version(version);
  }
}
