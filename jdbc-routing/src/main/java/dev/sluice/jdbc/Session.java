package dev.sluice.jdbc;

import dev.sluice.causality.CausalMemory;
import dev.sluice.causality.CausalScope;
import dev.sluice.sql.Route;
import dev.sluice.sql.SqlStatement;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which physical connections a connection has, and why. Confined to one thread.
 *
 * <p>{@code home} is the physical connection that this session has for itself, {@link #hold} says
 * how long: while a transaction is open; until the next statement that does not ask for what the
 * one before left ({@link #LINGER}); until close, because insert ids or sequence values may be
 * asked for ({@link #KEEP}), while reads still go to replicas; until close, and everything runs on
 * it ({@link #PINNED}). Autocommit reads run on bindings of their own, which end when the results
 * are closed.
 */
abstract class Session {
  static final byte NONE = 0;
  static final byte LINGER = 1;
  static final byte KEEP = 2;
  static final byte PINNED = 3;

  private static final VarHandle CLOSED = field("closed", boolean.class);
  private static final VarHandle FIRST = field("firstStatement", Execution.class);

  final Router router;
  volatile boolean closed;

  /** Another thread has cut what was bound: nothing goes back to be used again. */
  volatile boolean aborted;

  boolean autoCommit = true;
  boolean readOnly;
  byte isolation;
  boolean inTransaction;
  byte hold;
  @Nullable Binding home;

  /** Where the last statement ran, if it is still held. */
  @Nullable Binding last;

  /** The last statement was a read whose physical connection has been given back. */
  boolean lastReadGone;

  @Nullable SessionState state;
  @Nullable TransactionLog log;

  /** The memory of the caller that began the open transaction. */
  @Nullable CausalMemory beganIn;

  /** The transaction was begun by a text that says READ ONLY. */
  boolean readOnlyText;

  /** A text has begun the open transaction, and one since then may have ended it. */
  boolean perhapsOver;

  /** A statement of the open transaction has failed, and nothing was rolled back since. */
  boolean statementFailed;

  /** The caller has had the driver's own connection in hand: it may write what is not seen here. */
  boolean unwrapped;

  /** A change of the schema runs, or waits for its commit. */
  private boolean schemaChanging;

  @Nullable Execution firstStatement;

  Session(Router router) {
    this.router = router;
  }

  private static VarHandle field(String name, Class<?> type) {
    try {
      return MethodHandles.lookup().findVarHandle(Session.class, name, type);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /**
   * No fence: other threads only ask, and the locks of the pool, behind which the physical
   * connection becomes somebody else's, come later.
   */
  final void closing() {
    CLOSED.setRelease(this, true);
  }

  final void checkOpen() throws SQLException {
    if (closed) {
      throw new SQLNonTransientConnectionException(
          router.name() + ": the connection is closed", "08003");
    }
  }

  final SqlStatement statement(String sql) throws SQLException {
    return router.statement(sql, state == null ? null : state.mode);
  }

  /** Whether also what only reads must run on the primary, until a setting changes. */
  final boolean staysOnPrimary() {
    return isolation == Connection.TRANSACTION_SERIALIZABLE
        || (state != null && state.staysOnPrimary());
  }

  /** Whether a plain read may go to any node now. */
  final boolean roams() {
    return autoCommit
        && !inTransaction
        && hold != PINNED
        && (state == null || state.nextTransaction == null)
        && !staysOnPrimary();
  }

  /** Refuses what a read-only connection must not do, before any server is asked. */
  final void requireWritable(SqlStatement statement) throws SQLException {
    boolean readOnlyNow = readOnly || (inTransaction && readOnlyText);
    if (readOnlyNow && Traits.certainlyWrites(statement)) {
      throw new SQLException(
          router.name() + ": " + statement.kind() + " on a read-only connection", "25006");
    }
    if (inTransaction && home != null && !home.node.primary()) {
      throw new SQLException(
          router.name()
              + ": not proven to be a read ("
              + statement.rule()
              + "), and this read-only transaction lives on replica "
              + home.node.name(),
          "25006");
    }
  }

  /** The physical connection for a plain autocommit read. */
  final Binding forRead(CausalScope scope, SqlStatement statement, @Nullable Node notThis)
      throws SQLException {
    CausalMemory memory = scope.memory(router.source);
    List<String> tables = memory.isEmpty() ? List.of() : router.cluster.causalTables(statement);
    Node node = router.cluster.forRead(memory, scope.freshness(), tables, notThis);
    Binding own = homeFor(node);
    if (own != null) {
      return own;
    }
    try {
      return acquire(node);
    } catch (SQLException e) {
      if (notThis != null) {
        throw e;
      }
      Node other = router.cluster.forRead(memory, scope.freshness(), tables, node);
      if (sameServer(node, other)) {
        throw e;
      }
      router.repeats(statement, node, e);
      own = homeFor(other);
      return own == null ? acquire(other) : own;
    }
  }

  /** The home if it will do for an autocommit read on a node; else lets go of what lingers. */
  private @Nullable Binding homeFor(Node node) throws SQLException {
    Binding b = home;
    if (b == null) {
      return null;
    }
    if (b.node.primary() && node.primary() && !b.node.retired()) {
      ready(b, false);
      return b;
    }
    if (hold == LINGER) {
      dropHome();
    }
    return null;
  }

  /** The primary has two nodes: one of them stands in for replicas. */
  private static boolean sameServer(Node a, Node b) {
    return a == b || (a.primary() && b.primary());
  }

  /** The physical connection on the primary for an autocommit statement, or the transaction's. */
  final Binding forPrimary() throws SQLException {
    if (!autoCommit && !inTransaction) {
      return startTransaction(false);
    }
    return readyToStart(inTransaction && home != null ? home : homeOnPrimary());
  }

  /** The home where it is on the primary; else a new one, after the one on a replica is let go. */
  final Binding homeOnPrimary() throws SQLException {
    Binding b = home;
    // What is kept on a primary that was replaced is not dropped silently: ready() tells.
    if (b != null && b.node.primary() && (hold > LINGER || !b.node.retired())) {
      return b;
    }
    dropHome();
    Binding open = last;
    if (open != null && !open.released && open.node.primary() && autoCommit && !open.streaming) {
      // A result is open on it: who asks for a second connection while he has one may wait for it
      // as long as all others do the same.
      return adopt(open, LINGER);
    }
    return adopt(acquire(router.cluster.primary()), LINGER);
  }

  /** The physical connection that the statement before ran on. */
  final Binding same(SqlStatement statement) throws SQLException {
    if (!autoCommit && !inTransaction) {
      return startTransaction(home == null || !home.node.primary());
    }
    if (!inTransaction && hold < PINNED && Traits.diagnoses(statement)) {
      if (lastReadGone && router.mysql()) {
        throw new SQLException(
            router.name()
                + ": the diagnostics of an autocommit read are gone with its connection; run both"
                + " in one transaction",
            "0A000");
      }
      if (last != null && !last.released) {
        return last;
      }
    }
    if (home != null) {
      return readyToStart(home);
    }
    return last != null && !last.released ? last : forPrimary();
  }

  /** Wherever the caller is. */
  final Binding here(SqlStatement statement) throws SQLException {
    if (!autoCommit && !inTransaction) {
      return startTransaction(true);
    }
    if (home != null) {
      return readyToStart(home);
    }
    if (last != null && !last.released) {
      return last;
    }
    return readOnly && roams() ? forRead(CausalScope.current(), statement, null) : forPrimary();
  }

  /**
   * Binds the transaction.
   *
   * @param read the first statement is a plain read, so a read-only transaction may live on a
   *     replica
   */
  final Binding startTransaction(boolean read) throws SQLException {
    boolean away = read && readOnly && !staysOnPrimary();
    Binding b = readyToStart(away ? homeForReads() : homeOnPrimary());
    begun();
    return b;
  }

  /** Binds a transaction that a text begins and calls read-only. */
  final Binding forReadOnlyText() throws SQLException {
    return readyToStart(homeForReads());
  }

  /**
   * A home for a read-only transaction. The one that there is must be what would be chosen now: the
   * caller may have written or seen something since. It is let go before another one is borrowed,
   * so that nobody waits at a pool for what he has himself.
   */
  private Binding homeForReads() throws SQLException {
    Binding b = home;
    if (b != null && hold >= KEEP && b.node.primary()) {
      return b;
    }
    CausalScope scope = CausalScope.current();
    CausalMemory memory = scope.memory(router.source);
    Node node = router.cluster.forRead(memory, scope.freshness(), List.of(), null);
    if (b != null && sameServer(b.node, node)) {
      return b;
    }
    dropHome();
    try {
      return adopt(acquire(node), LINGER);
    } catch (SQLException e) {
      Node other = router.cluster.forRead(memory, scope.freshness(), List.of(), node);
      if (sameServer(node, other)) {
        throw e;
      }
      return adopt(acquire(other), LINGER);
    }
  }

  /** Brings a binding up to date for a statement that starts a transaction, if only its own. */
  private Binding readyToStart(Binding b) throws SQLException {
    ready(b, true);
    SessionState known = state;
    if (known != null && known.nextTransaction != null && !inTransaction) {
      try (Statement settings = b.physical.createStatement()) {
        for (String each : known.nextTransaction) {
          settings.execute(each);
        }
      }
      known.nextTransaction = null;
    }
    return b;
  }

  final void begun() {
    forgetLog();
    inTransaction = true;
    perhapsOver = false;
    statementFailed = false;
    beganIn = router.memory();
    if (state != null) {
      state.transactionStarts();
    }
  }

  /** The transaction has ended; its physical connection lingers for the next one. */
  final void ended() {
    inTransaction = false;
    readOnlyText = false;
    forgetLog();
    schemaChanged();
    beganIn = null;
  }

  final void schemaChanging() {
    if (!schemaChanging) {
      schemaChanging = true;
      router.cluster.schemaChanging();
    }
  }

  final void schemaChanged() {
    if (schemaChanging) {
      schemaChanging = false;
      router.cluster.schemaChanged();
    }
  }

  /** What was changed is committed or undone now. */
  final void forgetLog() {
    TransactionLog written = log;
    log = null;
    if (written != null) {
      written.settle();
    }
  }

  /** Makes a binding this session's home in place of the one it has. */
  final Binding adopt(Binding b, byte reason) {
    if (b != home) {
      dropHome();
      home = b;
    }
    boolean kept = state != null && state.kept() && b.node.primary();
    hold = kept ? PINNED : (byte) Math.max(hold, reason);
    return b;
  }

  /** Lets go of the home; it goes back when nothing is open on it any more. */
  final void dropHome() {
    Binding b = home;
    home = null;
    hold = NONE;
    if (b != null && b.users == 0) {
      release(b);
    }
  }

  /**
   * Borrows from a node and brings the session's state over. A primary that cannot be reached has
   * done nothing, so its successor is asked.
   */
  final Binding acquire(Node node) throws SQLException {
    try {
      return borrow(node);
    } catch (SQLException e) {
      Node other = node.primary() && !closed ? router.cluster.successor(node, e) : null;
      if (other == null) {
        throw e;
      }
      return borrow(other);
    }
  }

  private Binding borrow(Node node) throws SQLException {
    Connection physical = node.acquire();
    if (closed) {
      // Aborted while it waited for the pool.
      node.release(physical, false);
      throw new SQLNonTransientConnectionException(
          router.name() + ": the connection is closed", "08003");
    }
    Binding b;
    try {
      b = new Binding(node, physical);
    } catch (SQLException | RuntimeException e) {
      node.release(physical, true);
      throw e;
    }
    ready(b, false);
    return b;
  }

  /**
   * Brings a binding up to date with the session.
   *
   * @param full also isolation and read-only mode, which a plain autocommit read does not need
   */
  final void ready(Binding b, boolean full) throws SQLException {
    if (b.node.retired()) {
      throw gone(b);
    }
    try {
      if (inTransaction) {
        return;
      }
      if (state != null && state.needsReplay(b)) {
        b.autoCommit(true);
        state.replay(b);
      }
      if (full) {
        b.isolation(isolation, router);
        if (b.node.primary()) {
          b.readOnly(readOnly);
        }
      }
      b.autoCommit(autoCommit);
    } catch (SQLException e) {
      b.node.failed(e);
      abandon(b);
      throw e;
    }
  }

  /** The primary that a binding is on was replaced; a transaction stays dead until it is ended. */
  private SQLException gone(Binding b) {
    b.discard = true;
    if (inTransaction && b == home) {
      b.lost = true;
      return Failures.rolledBack(router.name(), null);
    }
    abandon(b);
    return Failures.stateLost(router.name());
  }

  /**
   * What the caller is told of an error. A transaction whose connection was lost before its commit
   * was sent is not committed.
   */
  final SQLException told(Binding b, SQLException e) {
    return inTransaction && !aborted && b == home && !perhapsOver && Failures.connectionLost(e)
        ? Failures.rolledBack(router.name(), e)
        : e;
  }

  /**
   * The primary to run a write of autocommit mode on again, after one refused it because it takes
   * no writes any more and certainly did nothing.
   *
   * @throws SQLException the refusal, if nothing else takes it
   */
  final Binding afterRefusal(Binding b, SQLException refusal) throws SQLException {
    if (b != home || hold > LINGER || !b.node.primary() || !Failures.refusedAsWrite(refusal)) {
      throw refusal;
    }
    Node other = router.cluster.successor(b.node, refusal);
    if (other == null) {
      throw refusal;
    }
    b.discard = true;
    dropHome();
    return forPrimary();
  }

  /** Gives a binding back that failed; what is open on it is closed. */
  final void abandon(Binding b) {
    b.discard = true;
    if (b == home) {
      home = null;
      hold = NONE;
    }
    release(b);
  }

  final void release(Binding b) {
    if (b.released) {
      return;
    }
    b.released = true;
    b.discard |= aborted;
    for (Execution each = firstStatement; each != null; each = each.next) {
      each.detachFrom(b);
    }
    b.node.release(b.borrowed, !b.restore());
    if (last == b) {
      last = null;
      lastReadGone = true;
    }
  }

  final void add(Execution statement) {
    statement.next = firstStatement;
    // For a thread that aborts; no fence, as it sees nothing of what runs later anyhow.
    FIRST.setRelease(this, statement);
  }

  /** For other threads: a statement that was made last, from which the others can be reached. */
  final @Nullable Execution anyStatement() {
    return (Execution) FIRST.getAcquire(this);
  }

  final void remove(Execution statement) {
    Execution after = statement.next;
    if (firstStatement == statement) {
      firstStatement = after;
      return;
    }
    // What is closed is mostly among the last that were made, and the last one comes first here.
    for (Execution each = firstStatement; each != null; each = each.next) {
      if (each.next == statement) {
        each.next = after;
        return;
      }
    }
  }

  /** Where changes of state are recorded; made where there is none. */
  final SessionState knownState() {
    SessionState known = state;
    if (known == null) {
      known = new SessionState();
      state = known;
    }
    return known;
  }

  /** Records a change of state that was made on the home, or will be made where it is needed. */
  final void record(Change change) {
    SessionState known = knownState();
    if (known.full()) {
      known.keep();
    }
    known.add(change);
    Binding b = home;
    if (b != null) {
      b.version(known.version());
      if (known.kept() && b.node.primary()) {
        hold = PINNED;
      }
    }
  }

  final void remember(String nextTransactionSetting) {
    SessionState known = knownState();
    if (known.nextTransaction == null) {
      known.nextTransaction = new ArrayList<>(2);
    }
    known.nextTransaction.add(nextTransactionSetting);
  }

  /** A plain read was answered. */
  final void saw(Binding b, CausalMemory memory) {
    last = b;
    lastReadGone = false;
    shown(b, memory);
  }

  /** A node's answer, or its error, depends on what is on it. */
  final void shown(Binding b, CausalMemory memory) {
    if (b.node.primary()) {
      memory.saw(router.cluster.primary(), router.cluster.epoch(), Long.MAX_VALUE);
    } else {
      memory.saw(b.node, router.cluster.epoch(), b.node.reachedEpoch());
    }
  }

  static boolean isRead(Route route) {
    return route == Route.REPLICA || route == Route.CURRENT || route == Route.SAME;
  }
}
