package dev.sluice.jdbc;

import dev.sluice.causality.CausalMemory;
import dev.sluice.causality.CausalScope;
import dev.sluice.causality.Freshness;
import dev.sluice.sql.LexerMode;
import dev.sluice.sql.Route;
import dev.sluice.sql.SessionEffect;
import dev.sluice.sql.SqlStatement;
import dev.sluice.sql.StatementKind;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a routed connection would do with the statements that a connection in shadow mode executes:
 * the rules of {@link Session} without any connection. Confined to one thread.
 */
final class ShadowSession {
  private static final String READ_ONLY = "25006 on a read-only connection";
  private static final String ON_REPLICA =
      "25006 not proven to be a read, in a read-only transaction on a replica";
  private static final String DIAGNOSTICS = "0A000 the diagnostics of an autocommit read are gone";
  private static final String HIDDEN = "0A000 the autocommit mode as one of several settings";

  /** Refused when it is put into a batch. */
  static final String IN_BATCH = "0A000 transaction control or session settings in a batch";

  /** Where a judged statement would have run. */
  record Verdict(RouteReason reason, @Nullable Node node, @Nullable String refusal) {
    static Verdict of(RouteReason reason) {
      return new Verdict(reason, null, null);
    }

    static Verdict refused(String refusal) {
      return new Verdict(RouteReason.WRITE, null, refusal);
    }
  }

  private final Router router;
  private final ShadowMemory shadow;
  private @Nullable LexerMode changedMode;
  private boolean autoCommit = true;
  private boolean readOnly;
  private boolean readOnlyText;
  private boolean serializable;
  private boolean inTransaction;
  private @Nullable Node replica;
  private boolean pinned;
  private boolean lastReadGone;
  private byte hold = Session.NONE;
  private final List<List<String>> written = new ArrayList<>();

  ShadowSession(Router router, ShadowMemory shadow) {
    this.router = router;
    this.shadow = shadow;
  }

  /** Null while it is not known how the server cuts texts. */
  @Nullable SqlStatement statement(String sql) throws SQLException {
    LexerMode mode = changedMode == null ? router.cluster.lexerMode() : changedMode;
    return mode == null ? null : router.statement(sql, mode);
  }

  void autoCommit(boolean wanted) {
    if (wanted && !autoCommit) {
      ended(true);
    }
    autoCommit = wanted;
  }

  void readOnly(boolean wanted) {
    readOnly = wanted;
  }

  void isolation(int level) {
    serializable = level == Connection.TRANSACTION_SERIALIZABLE;
  }

  /** The caller has what the driver's connection made: everything stays there. */
  void pin() {
    pinned |= replica == null;
  }

  void ended(boolean commit) {
    if (commit) {
      written.forEach(this::wrote);
    }
    written.clear();
    inTransaction = false;
    readOnlyText = false;
    replica = null;
  }

  private void wrote(List<String> tables) {
    CausalScope.current().memory(shadow).wrote(tables, router.cluster.epoch(), null);
  }

  /** Before the execution. */
  Verdict judge(SqlStatement statement) throws SQLException {
    if (needsNoServer(statement)) {
      return Verdict.of(RouteReason.SESSION);
    }
    if ((readOnly || readOnlyText) && Traits.certainlyWrites(statement)) {
      return Verdict.refused(READ_ONLY);
    }
    Route route = router.route(statement);
    boolean reads = Session.isRead(route) && !Traits.writes(statement, route);
    if (replica != null && !reads && route != Route.TRACK && !endsTransaction(statement)) {
      return Verdict.refused(ON_REPLICA);
    }
    if (Traits.hidesAutoCommit(statement) && router.mysql()) {
      return Verdict.refused(HIDDEN);
    }
    boolean gone = lastReadGone && autoCommit && !inTransaction && !pinned;
    if (route == Route.SAME && gone && Traits.diagnoses(statement) && router.mysql()) {
      return Verdict.refused(DIAGNOSTICS);
    }
    if (!autoCommit && !inTransaction && statement.kind() != StatementKind.TRANSACTION) {
      begin(reads && readOnly && (route != Route.SAME || hold == Session.NONE));
    }
    return reads ? ofRead(route) : ofOther(statement, route);
  }

  private Verdict ofRead(Route route) {
    if (inTransaction) {
      return ofTransaction();
    }
    if (pinned || serializable || route != Route.REPLICA) {
      return Verdict.of(RouteReason.SESSION);
    }
    return choose();
  }

  private Verdict ofTransaction() {
    return replica == null
        ? Verdict.of(RouteReason.TRANSACTION)
        : new Verdict(RouteReason.READ_ONLY_TRANSACTION, replica, null);
  }

  private Verdict ofOther(SqlStatement statement, Route route) {
    if (route == Route.TRANSACTION_READ || route == Route.TRANSACTION_WRITE) {
      if (inTransaction) {
        return ofTransaction();
      }
      begin(route == Route.TRANSACTION_READ);
      readOnlyText = route == Route.TRANSACTION_READ;
      return ofTransaction();
    }
    if (statement.kind() == StatementKind.TRANSACTION) {
      return ofTransaction();
    }
    if (route == Route.TRACK || route == Route.SAME || route == Route.CURRENT) {
      return inTransaction ? ofTransaction() : Verdict.of(RouteReason.SESSION);
    }
    pinned |= route == Route.PIN;
    return Verdict.of(
        Traits.writes(statement, route) ? RouteReason.WRITE : RouteReason.PRIMARY_ONLY);
  }

  private void begin(boolean reads) {
    if (!inTransaction) {
      inTransaction = true;
      replica = reads && !serializable && !pinned ? choose().node() : null;
    }
  }

  private Verdict choose() {
    CausalScope scope = CausalScope.current();
    Freshness freshness = scope.freshness();
    try {
      Node node = router.cluster.forRead(scope.memory(shadow), freshness, List.of(), null);
      if (!node.primary()) {
        return new Verdict(RouteReason.REPLICA, node, null);
      }
      RouteReason why =
          node.fallback() ? RouteReason.FALLBACK : router.cluster.whyPrimary(freshness);
      // Whoever has no replicas yet wants to know what one would be good for.
      return why == RouteReason.NO_REPLICAS
          ? new Verdict(RouteReason.REPLICA, node, null)
          : Verdict.of(why);
    } catch (SQLException e) {
      return Verdict.of(RouteReason.FALLBACK);
    }
  }

  /** The autocommit mode is remembered; where no transaction is open there is nothing to end. */
  private boolean needsNoServer(SqlStatement statement) {
    List<SessionEffect> effects = statement.sessionEffects();
    if (effects.size() == 1 && effects.get(0).kind() == SessionEffect.Kind.AUTOCOMMIT) {
      return statement.route() != Route.PIN;
    }
    TransactionVerb verb = TransactionVerb.of(statement);
    return !autoCommit
        && !inTransaction
        && verb != TransactionVerb.OTHER
        && verb != TransactionVerb.PREPARE;
  }

  /** After the execution. */
  void executed(SqlStatement statement, Verdict verdict, boolean succeeded) throws SQLException {
    if (needsNoServer(statement)) {
      if (succeeded) {
        follow(statement);
      }
      return;
    }
    CausalScope scope = CausalScope.current();
    long epoch = router.cluster.epoch();
    Node primary = router.cluster.primary();
    // The truth, for tokens: whatever ran has run on the primary.
    scope.memory(router.source).saw(primary, epoch, Long.MAX_VALUE);
    CausalMemory memory = scope.memory(shadow);
    Route route = router.route(statement);
    boolean controls = inTransaction && statement.kind() == StatementKind.TRANSACTION;
    Node node = controls ? primary : verdict.node();
    if (node != null && !node.primary()) {
      memory.saw(node, epoch, node.reachedEpoch());
    } else if (node == null && (Session.isRead(route) || !statement.tablesRead().isEmpty())) {
      memory.saw(primary, epoch, Long.MAX_VALUE);
    }
    if (Traits.writes(statement, route)) {
      List<String> tables = router.tablesWritten(statement);
      if (inTransaction) {
        written.add(tables);
      } else {
        memory.wrote(tables, epoch, null);
      }
    }
    if (verdict.refusal() == null) {
      hold(statement, verdict.reason(), route);
    }
    if (succeeded) {
      follow(statement);
    }
  }

  /** Which connection would be held now, and whether that of the last read would be given back. */
  private void hold(SqlStatement statement, RouteReason reason, Route route) throws SQLException {
    switch (reason) {
      case REPLICA -> {
        hold = hold == Session.LINGER ? Session.NONE : hold;
        lastReadGone = !statement.countsFoundRows();
      }
      case NOT_FRESH, FALLBACK, ASKED -> lastReadGone = hold == Session.NONE;
      case READ_ONLY_TRANSACTION -> {
        hold = Session.NONE;
        lastReadGone &= statement.kind() == StatementKind.TRANSACTION || route == Route.TRACK;
      }
      default -> {
        boolean keeps =
            reason == RouteReason.WRITE && Traits.leavesState(statement, router.mysql());
        hold = (byte) Math.max(hold, keeps ? Session.KEEP : Session.LINGER);
        lastReadGone &=
            route == Route.TRACK
                || (reason == RouteReason.TRANSACTION
                    && statement.kind() == StatementKind.TRANSACTION);
      }
    }
  }

  private void follow(SqlStatement statement) throws SQLException {
    TransactionVerb verb = TransactionVerb.of(statement);
    switch (verb) {
      case COMMIT, COMMIT_AND_CHAIN, PREPARE -> ended(true);
      case ROLLBACK, ROLLBACK_AND_CHAIN -> ended(false);
      default -> {
        if (inTransaction
            && router.mysql()
            && ImplicitCommit.of(statement) == ImplicitCommit.ALWAYS) {
          ended(true);
        }
      }
    }
    if (verb == TransactionVerb.COMMIT_AND_CHAIN || verb == TransactionVerb.ROLLBACK_AND_CHAIN) {
      begin(false);
    }
    for (SessionEffect effect : statement.sessionEffects()) {
      if (effect.kind() == SessionEffect.Kind.AUTOCOMMIT) {
        autoCommit(effect.value().equals("1"));
      } else if (effect.value().toLowerCase(Locale.ROOT).contains("serializable")) {
        serializable = true;
      }
    }
    LexerMode mode = changedMode == null ? router.cluster.lexerMode() : changedMode;
    if (mode != null && Tracking.changesLexer(statement)) {
      changedMode = mode.after(statement);
    }
  }

  private static boolean endsTransaction(SqlStatement statement) {
    return statement.kind() == StatementKind.TRANSACTION;
  }
}
