package dev.sluice.jdbc;

/** Why an execution ran where it did. */
public enum RouteReason {
  /** A plain read of autocommit mode, on a replica. */
  REPLICA(true),
  /** In a read-only transaction that lives on a replica. */
  READ_ONLY_TRANSACTION(true),
  /** Writes, or is not proven to be a plain read. */
  WRITE(false),
  /** Looks like a read, but a replica has refused it as a write before. */
  LEARNED_WRITE(false),
  /** Changes no rows, but only the primary can do it: locking reads, sequences, administration. */
  PRIMARY_ONLY(false),
  /** Within a transaction on the primary, or starts or ends one. */
  TRANSACTION(false),
  /**
   * The connection is kept on the primary, by what earlier statements left on it, by a setting or
   * by serializable isolation; or the statement belongs to its session.
   */
  SESSION(false),
  /** The caller asked for the primary, by {@link dev.sluice.causality.Freshness}. */
  ASKED(false),
  /** No usable replica had what the caller has written or seen, or was as fresh as it asked for. */
  NOT_FRESH(false),
  /** No replica was usable: a fallback read, of which {@code maximumFallbackReads} run at once. */
  FALLBACK(false),
  /** There are no replicas. */
  NO_REPLICAS(false),
  /** All runs on the primary, in shadow mode. */
  SHADOW(false);

  private final boolean onReplica;

  RouteReason(boolean onReplica) {
    this.onReplica = onReplica;
  }

  /**
   * Whether it ran on a replica.
   *
   * @return false: on the primary
   */
  public boolean onReplica() {
    return onReplica;
  }
}
