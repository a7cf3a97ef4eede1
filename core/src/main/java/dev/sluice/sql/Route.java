package dev.sluice.sql;

/** Where a statement may run, judged by its text alone. */
public enum Route {
  /** A plain read: any node that is fresh enough. */
  REPLICA("R"),
  /** Writes, locks, or is not understood: the primary. */
  PRIMARY("P"),
  /**
   * The primary, and the physical connection holds state from now on that cannot be replayed: keep
   * it until close.
   */
  PIN("PIN"),
  /** Uses state of the physical connection that the previous statement ran on: the same one. */
  SAME("SAME"),
  /**
   * Changes session state that can be replayed: remember it and replay it on every physical
   * connection.
   */
  TRACK("TRACK"),
  /** Starts a read-only transaction, which may live on a replica. */
  TRANSACTION_READ("TXR"),
  /** Starts a transaction that belongs on the primary. */
  TRANSACTION_WRITE("TXW"),
  /** Reports on the node it runs on: wherever the caller is. */
  CURRENT("CUR");

  private final String code;

  Route(String code) {
    this.code = code;
  }

  /**
   * The short code that tools print.
   *
   * @return one of {@code R P PIN SAME TRACK TXR TXW CUR}
   */
  public String code() {
    return code;
  }
}
