package dev.sluice.cache;

/**
 * What a lease answered.
 *
 * @param answer V a value, I an intent, B busy, L granted
 * @param value with V the entry
 * @param table the table entry, but with I
 * @param token own token with L
 * @param timeline timeline of the fence, 0 for none
 * @param fence the position that a source must have reached
 * @param complete whether the fence covers all writes: else only the primary will do
 */
record Grant(
    char answer,
    byte[] value,
    byte[] table,
    long token,
    long timeline,
    long fence,
    boolean complete) {
  private static final byte[] NOTHING = new byte[0];

  /** Reads the answer of LEASE. */
  static Grant of(java.util.List<?> reply, long token) {
    char answer = (char) ((byte[]) reply.get(0))[0];
    if (answer == 'I') {
      return new Grant('I', NOTHING, NOTHING, 0, 0, 0, false);
    }
    byte[] entry = (byte[]) reply.get(1);
    byte[] table = (byte[]) reply.get(2);
    long ours = Entry.at(entry, Entry.TIMELINE);
    long theirs = Entry.at(table, Entry.TIMELINE);
    boolean mixed = ours != 0 && theirs != 0 && ours != theirs;
    return new Grant(
        answer,
        answer == 'V' ? entry : NOTHING,
        table,
        token,
        ours == 0 ? theirs : ours,
        Math.max(Entry.at(entry, Entry.FENCE), Entry.at(table, Entry.FENCE)),
        !mixed && Entry.complete(entry) && Entry.complete(table));
  }

  /** What satisfies both. */
  Grant and(Grant other) {
    boolean mixed = timeline != 0 && other.timeline != 0 && timeline != other.timeline;
    return new Grant(
        answer,
        NOTHING,
        NOTHING,
        0,
        timeline == 0 ? other.timeline : timeline,
        Math.max(fence, other.fence),
        complete && other.complete && !mixed);
  }

  long generation() {
    return Entry.at(table, Entry.MARK);
  }
}
