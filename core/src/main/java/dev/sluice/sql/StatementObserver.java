package dev.sluice.sql;

import org.jspecify.annotations.Nullable;

/**
 * Is told of every statement that a wrapping DataSource executes. Implementations must be safe for
 * use by several threads, must not block and must not throw; they run on the caller's thread,
 * inside its measured time.
 */
public interface StatementObserver {
  /**
   * Called once when a statement is prepared (or first executed), so that what depends on the text
   * is looked up once.
   *
   * @param statement the statement
   * @return the recorder that its executions are reported to
   */
  Recorder prepared(SqlStatement statement);

  /** Takes the executions of one statement. */
  interface Recorder {
    /**
     * Whether the next execution should carry a hash of the bound parameters. Asked before each
     * execution, so that hashing is paid for only when it is wanted.
     *
     * @return whether the next {@link #executed} should carry it
     */
    boolean wantsBindingHash();

    /**
     * One execution has ended.
     *
     * @param elapsedNanos time from the call to its return
     * @param rows rows affected, or -1 for a query or when unknown
     * @param bindingHash hash of the bound parameters, or 0 when it was not asked for
     * @param node what is known about where it ran
     * @param error what it ended with, null for success
     */
    void executed(
        long elapsedNanos, long rows, long bindingHash, Where node, @Nullable Throwable error);
  }

  /** Where and how an execution ran. */
  enum Where {
    /** On the primary, in autocommit mode. */
    PRIMARY,
    /** On the primary, inside a transaction. */
    PRIMARY_IN_TRANSACTION,
    /** On a replica, in autocommit mode. */
    REPLICA,
    /** On a replica, inside a read-only transaction. */
    REPLICA_IN_TRANSACTION
  }
}
