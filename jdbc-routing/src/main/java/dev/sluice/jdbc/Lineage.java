package dev.sluice.jdbc;

/** What the history of one server says about that of another. */
enum Lineage {
  /** Both are one server. */
  SAME,
  /** It has nothing that the other has not got, or has not written itself. */
  WITHIN,
  /** It has all of the other, and transactions that neither the other nor a replica of it has. */
  LATER,
  /** It began after the other, which has perhaps gone on since: what both have is not known. */
  NEWER,
  /** The other one is {@link #LATER} or {@link #NEWER}. */
  EARLIER,
  /** Each has transactions that the other has not. */
  DIVERGED,
  /** They are not one database. */
  UNRELATED
}
