package dev.sluice.jdbc;

import dev.sluice.sql.SqlStatement;
import dev.sluice.sql.StatementKind;
import java.util.Locale;

/** What a text about transactions does. */
enum TransactionVerb {
  /** COMMIT, END. */
  COMMIT,
  /** COMMIT AND CHAIN: the next transaction has begun. */
  COMMIT_AND_CHAIN,
  /** ROLLBACK, ABORT. */
  ROLLBACK,
  /** ROLLBACK AND CHAIN. */
  ROLLBACK_AND_CHAIN,
  /** PREPARE TRANSACTION: the transaction leaves the session, its outcome is not known. */
  PREPARE,
  /** XA START: an open transaction whatever the autocommit mode says. */
  XA_START,
  /** XA COMMIT, of this session's transaction or of a prepared one of somebody else. */
  XA_COMMIT,
  /** XA ROLLBACK. */
  XA_ROLLBACK,
  /** Savepoints and all other statements. */
  OTHER;

  /** Whether the next transaction begins at once. */
  boolean chains() {
    return this == COMMIT_AND_CHAIN || this == ROLLBACK_AND_CHAIN;
  }

  static TransactionVerb of(SqlStatement statement) {
    if (statement.kind() != StatementKind.TRANSACTION) {
      return startsWith(statement.normalized(), "prepare transaction") ? PREPARE : OTHER;
    }
    String text = statement.normalized().toLowerCase(Locale.ROOT);
    boolean chain = text.contains(" and chain");
    if (text.startsWith("xa ")) {
      return xa(text);
    }
    if (text.startsWith("commit prepared") || text.startsWith("rollback prepared")) {
      return OTHER;
    }
    if (text.startsWith("commit") || text.startsWith("end")) {
      return chain ? COMMIT_AND_CHAIN : COMMIT;
    }
    if (text.startsWith("abort")
        || (text.startsWith("rollback")
            && !text.matches("rollback\\s+(work\\s+|transaction\\s+)?to\\b.*"))) {
      return chain ? ROLLBACK_AND_CHAIN : ROLLBACK;
    }
    return text.startsWith("prepare transaction") ? PREPARE : OTHER;
  }

  private static TransactionVerb xa(String text) {
    if (text.startsWith("xa start") || text.startsWith("xa begin")) {
      return XA_START;
    }
    if (text.startsWith("xa commit")) {
      return XA_COMMIT;
    }
    return text.startsWith("xa rollback") ? XA_ROLLBACK : OTHER;
  }

  private static boolean startsWith(String text, String prefix) {
    return text.regionMatches(true, 0, prefix, 0, prefix.length());
  }
}
