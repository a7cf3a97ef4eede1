package dev.sluice.causality;

import java.sql.SQLException;

/**
 * Is told what a transaction wrote, before and after its commit. Called on the committing thread,
 * so it must be quick and bounded in time; must be safe for use by several threads. For each
 * commit: {@link #beforeCommit} at most once, then, if all listeners returned, {@link #afterCommit}
 * exactly once. An autocommit statement that writes is a transaction of its own: {@code
 * beforeCommit} comes before its execution.
 */
public interface CommitListener {
  /**
   * A transaction that wrote is about to commit.
   *
   * @param commit what it wrote
   * @throws SQLException refuses the commit: the transaction is rolled back, the listeners already
   *     called are told {@link CommitOutcome#ROLLED_BACK}, and the caller gets this exception
   */
  void beforeCommit(PendingCommit commit) throws SQLException;

  /**
   * The attempt has ended. Must not throw; what it throws is logged and otherwise ignored.
   *
   * @param commit the same object
   * @param outcome how it ended
   */
  void afterCommit(PendingCommit commit, CommitOutcome outcome);
}
