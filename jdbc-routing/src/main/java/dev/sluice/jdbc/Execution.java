package dev.sluice.jdbc;

import dev.sluice.causality.CausalMemory;
import dev.sluice.causality.CausalScope;
import dev.sluice.causality.CommitOutcome;
import dev.sluice.causality.Position;
import dev.sluice.sql.Route;
import dev.sluice.sql.SessionEffect;
import dev.sluice.sql.SqlStatement;
import dev.sluice.sql.StatementKind;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * How one execution of a statement runs: where, what is told before and after, and what happens
 * when it fails. The JDBC methods are in {@link RoutedStatement}.
 */
abstract class Execution extends Attachment {
  private static final String WRITING = "writing; what was written";

  Execution(RoutedConnection session, int shape) {
    super(session, shape);
  }

  /** The values that are bound. */
  abstract TransactionLog.Bindings bindings();

  /** Whether the parameters can be bound a second time. */
  abstract boolean repeatable();

  final long run(Operation operation, SqlStatement statement) throws SQLException {
    checkOpen();
    finishPrevious();
    Route route = Shape.updatable(shape) ? Route.PRIMARY : session.router.route(statement);
    return switch (route) {
      case REPLICA ->
          session.roams() ? roam(operation, statement) : read(operation, statement, route);
      case CURRENT, SAME -> {
        if (Traits.writes(statement, route)) {
          yield write(operation, statement, route);
        }
        TransactionVerb verb = TransactionVerb.of(statement);
        if (verb != TransactionVerb.OTHER) {
          yield control(operation, statement, verb);
        }
        yield implicitCommit(statement, false) == ImplicitCommit.NEVER
            ? read(operation, statement, route)
            : write(operation, statement, route);
      }
      case PRIMARY, PIN -> {
        if (statement.kind() == StatementKind.TRANSACTION) {
          TransactionVerb verb = TransactionVerb.of(statement);
          if (route == Route.PIN) {
            yield xa(operation, statement, verb);
          }
          if (verb != TransactionVerb.OTHER) {
            yield control(operation, statement, verb);
          }
        }
        yield session.router.cluster.mayChangeSchema(statement)
            ? changeSchema(operation, statement, route)
            : write(operation, statement, route);
      }
      case TRACK -> track(operation, statement);
      case TRANSACTION_READ, TRANSACTION_WRITE -> start(operation, statement, route);
    };
  }

  /** An autocommit read: any node, and once more on another one if nothing was delivered. */
  private long roam(Operation operation, SqlStatement statement) throws SQLException {
    CausalScope scope = CausalScope.current();
    CausalMemory memory = scope.memory(session.router.source);
    Binding b = session.forRead(scope, statement, null);
    try {
      return answered(b, memory, perform(b, operation, statement), statement);
    } catch (SQLException e) {
      boolean own = b == session.home;
      boolean replica = !b.node.primary();
      drop(b);
      if (!own && repeatable()) {
        if (replica && Failures.refusedAsWrite(e)) {
          session.router.learn(statement, b.node);
          return write(operation, statement, Route.PRIMARY);
        }
        if (replica && Failures.beyondStandbys(e) && !session.router.mysql()) {
          session.router.repeats(statement, b.node, e);
          return read(operation, statement, Route.PRIMARY);
        }
        if (Failures.worthAnotherNode(e)) {
          session.router.repeats(statement, b.node, e);
          return again(operation, statement, scope, b.node);
        }
      }
      throw e;
    } catch (RuntimeException e) {
      b.discard = true;
      drop(b);
      throw e;
    }
  }

  private long again(Operation operation, SqlStatement statement, CausalScope scope, Node failed)
      throws SQLException {
    Binding b = session.forRead(scope, statement, failed);
    try {
      return answered(
          b, scope.memory(session.router.source), perform(b, operation, statement), statement);
    } catch (SQLException e) {
      drop(b);
      throw e;
    }
  }

  private long answered(Binding b, CausalMemory memory, long result, SqlStatement statement)
      throws SQLException {
    session.saw(b, memory);
    if (b != session.home && statement.countsFoundRows()) {
      session.adopt(b, Session.LINGER);
    }
    settle(b, statement);
    return result;
  }

  private void drop(Binding b) {
    if (b.users > 0) {
      return;
    }
    if (b == session.home) {
      if (b.discard && !session.inTransaction && session.hold < Session.PINNED) {
        session.abandon(b);
      }
    } else {
      session.release(b);
    }
  }

  /** A read inside a transaction, on a pinned connection, or of what the connection holds. */
  private long read(Operation operation, SqlStatement statement, Route route) throws SQLException {
    CausalMemory memory = session.router.memory();
    Binding b =
        switch (route) {
          case SAME -> session.same(statement);
          case CURRENT -> session.here(statement);
          default ->
              session.inTransaction || session.autoCommit
                  ? session.forPrimary()
                  : session.startTransaction(true);
        };
    try {
      long result = perform(b, operation, statement);
      session.saw(b, memory);
      sawTransaction(memory);
      settle(b, statement);
      // A savepoint is back.
      session.statementFailed &= !Traits.undoes(statement);
      return result;
    } catch (SQLException e) {
      drop(b);
      throw session.told(b, e);
    }
  }

  /** A snapshot may be older than the caller's scope, and may show what is not committed. */
  private void sawTransaction(CausalMemory memory) {
    if (session.inTransaction && session.beganIn != memory) {
      memory.sawTransaction();
    }
  }

  private long write(Operation operation, SqlStatement statement, Route route) throws SQLException {
    session.requireWritable(statement);
    boolean begins =
        session.autoCommit && !session.inTransaction && Traits.mayLeaveTransaction(statement);
    if (route == Route.PIN || begins) {
      refuseHiddenAutoCommit(statement);
      // Also when it fails: it may have taken its state before.
      session.pinUntilClose().discard = true;
    }
    if (begins) {
      session.perhapsBegins();
    }
    Binding b = route == Route.SAME ? session.same(statement) : session.forPrimary();
    session.requireWritable(statement);
    boolean writes = writes(statement, route);
    ImplicitCommit commits = implicitCommit(statement, writes);
    Binding ran = b;
    long result;
    if (writes && !session.inTransaction) {
      result = autoCommitWhereItMay(b, operation, statement);
      // It may have run again elsewhere.
      ran = b.released && session.home != null ? session.home : b;
    } else {
      if (writes) {
        session.log(statement, bindings());
      }
      result =
          commits == ImplicitCommit.NEVER
              ? performOrDrop(b, operation, statement)
              : session.committingImplicitly(() -> performOrDrop(b, operation, statement), commits);
    }
    if (route == Route.PIN) {
      followLexer(ran, statement);
    }
    if (gaveRows() || !statement.tablesRead().isEmpty()) {
      session.shown(ran, session.router.memory());
      sawTransaction(session.router.memory());
    }
    wrote(ran, statement);
    return result;
  }

  /** What the catalog says counts for nothing while this runs and until it is committed. */
  private long changeSchema(Operation operation, SqlStatement statement, Route route)
      throws SQLException {
    session.schemaChanging();
    session.router.cluster.schemaChanging(statement);
    try {
      return write(operation, statement, route);
    } finally {
      schemaMayBeChanged();
    }
  }

  private void schemaMayBeChanged() throws SQLException {
    if (!session.inTransaction || session.router.mysql()) {
      session.schemaChanged();
    }
  }

  private void wrote(Binding b, SqlStatement statement) throws SQLException {
    session.last = b;
    session.lastReadGone = false;
    if (session.hold < Session.KEEP && Traits.leavesState(statement, session.router.mysql())) {
      session.hold = Session.KEEP;
    }
    settle(b, statement);
  }

  /** Whether rows may be changed; an updatable result only does so through its own methods. */
  private boolean writes(SqlStatement statement, Route route) {
    return statement.route() != Route.REPLICA
        ? Traits.writes(statement, route)
        : session.router.route(statement) != Route.REPLICA;
  }

  private ImplicitCommit implicitCommit(SqlStatement statement, boolean writes)
      throws SQLException {
    if (!session.inTransaction) {
      return ImplicitCommit.NEVER;
    }
    ImplicitCommit commits =
        session.router.mysql()
            ? ImplicitCommit.of(statement)
            : Traits.mayEndTransaction(statement) ? ImplicitCommit.MAYBE : ImplicitCommit.NEVER;
    return commits == ImplicitCommit.NEVER && writes && session.perhapsOver
        ? ImplicitCommit.MAYBE
        : commits;
  }

  private long performOrDrop(Binding b, Operation operation, SqlStatement statement)
      throws SQLException {
    try {
      return perform(b, operation, statement);
    } catch (SQLException e) {
      drop(b);
      throw session.told(b, e);
    }
  }

  /** A write of autocommit mode, once more on another primary if this one only refuses writes. */
  private long autoCommitWhereItMay(Binding b, Operation operation, SqlStatement statement)
      throws SQLException {
    List<String> tables = session.router.tablesWritten(statement);
    try {
      return autoCommit(b, operation, statement, tables);
    } catch (SQLException e) {
      if (operation.batch() || !repeatable() || !undoneByError(statement, tables)) {
        throw e;
      }
      return autoCommit(session.afterRefusal(b, e), operation, statement, tables);
    }
  }

  private long autoCommit(
      Binding b, Operation operation, SqlStatement statement, List<String> tables)
      throws SQLException {
    Router router = session.router;
    CausalMemory memory = router.memory();
    RoutedCommit pending = null;
    if (!router.listeners.isEmpty()) {
      TransactionLog written = new TransactionLog();
      logTo(written, statement, tables);
      pending = router.begin(written.writes());
    }
    CommitOutcome outcome = CommitOutcome.UNKNOWN;
    Position exact = null;
    long epoch = 0;
    long result;
    try {
      result = perform(b, operation, statement);
      if (b.node.retired()) {
        b.discard = true;
      } else {
        outcome = CommitOutcome.COMMITTED;
        exact = b.node.committed(b.physical);
      }
    } catch (SQLException e) {
      if (Failures.connectionLost(e)) {
        throw Failures.unknownOutcome(router.name(), WRITING, e);
      }
      if (Failures.refused(e)) {
        // A duplicate key, a missing parent: a replica that is behind does not show them.
        session.shown(b, memory);
        if (!operation.batch() && undoneByError(statement, tables)) {
          outcome = CommitOutcome.ROLLED_BACK;
        }
      }
      throw e;
    } finally {
      if (outcome != CommitOutcome.ROLLED_BACK) {
        epoch = session.remember(memory, tables, exact);
      }
      TransactionalSession.end(pending, outcome, epoch, exact);
      if (outcome != CommitOutcome.COMMITTED) {
        drop(b);
      }
    }
    if (outcome != CommitOutcome.COMMITTED) {
      throw Failures.replaced(router.name(), WRITING);
    }
    return result;
  }

  /**
   * Whether an autocommit statement leaves nothing behind when the server answers with an error.
   */
  private boolean undoneByError(SqlStatement statement, List<String> tables) throws SQLException {
    return switch (statement.kind()) {
      case INSERT, UPDATE, DELETE, MERGE ->
          !session.router.mysql()
              || (!statement.callsUnknownFunctions() && session.router.cluster.undoes(tables));
      case SELECT, DDL -> !session.router.mysql();
      default -> false;
    };
  }

  /** What is told to listeners about one execution; a batch of texts has several statements. */
  void logTo(TransactionLog written, SqlStatement statement, List<String> tables) {
    written.add(statement, tables, bindings(), session.router.cluster);
  }

  private long control(Operation operation, SqlStatement statement, TransactionVerb verb)
      throws SQLException {
    if (!session.inTransaction) {
      if (!session.autoCommit && verb != TransactionVerb.PREPARE) {
        return nothing();
      }
      return verb.chains() && session.router.mysql()
          ? chain(operation, statement)
          : read(operation, statement, Route.SAME);
    }
    if (session.transactionLost() && verb == TransactionVerb.ROLLBACK) {
      session.rollbackNow();
      return nothing();
    }
    Binding b = session.same(statement);
    boolean commit = verb == TransactionVerb.COMMIT || verb == TransactionVerb.COMMIT_AND_CHAIN;
    long result;
    if (commit || verb == TransactionVerb.PREPARE) {
      CommitOutcome success = commit ? session.committed() : CommitOutcome.UNKNOWN;
      CommitOutcome refusal = commit ? CommitOutcome.ROLLED_BACK : CommitOutcome.UNKNOWN;
      boolean done = false;
      try {
        result = session.committing(() -> perform(b, operation, statement), success, refusal);
        done = true;
      } catch (SQLException e) {
        session.endedByRefusal(e);
        throw e;
      } finally {
        // A server that refuses has mostly ended the transaction: what follows may commit itself.
        session.perhapsOver |= !done && session.inTransaction && session.autoCommit;
      }
      session.ended();
    } else {
      result = perform(b, operation, statement);
      session.afterRollback();
    }
    if (verb.chains()) {
      session.begun();
    }
    settle(b, statement);
    return result;
  }

  /** MySQL begins a transaction by COMMIT AND CHAIN also where there is none to commit. */
  private long chain(Operation operation, SqlStatement statement) throws SQLException {
    Binding b = session.forPrimary();
    long result = performOrDrop(b, operation, statement);
    session.begun();
    settle(b, statement);
    return result;
  }

  /** A text about a transaction that is coordinated from outside. */
  private long xa(Operation operation, SqlStatement statement, TransactionVerb verb)
      throws SQLException {
    session.pinUntilClose();
    Binding b = session.forPrimary();
    b.discard = true;
    long result;
    if (verb == TransactionVerb.XA_COMMIT) {
      if (session.log == null) {
        session.log = new TransactionLog();
        session.log.addAnything();
      }
      result = commitsInPassing(b, operation, statement);
      session.ended();
    } else {
      result = perform(b, operation, statement);
      if (verb == TransactionVerb.XA_START) {
        session.begun();
      } else if (verb == TransactionVerb.XA_ROLLBACK) {
        session.rollsBack(b);
        session.ended();
      }
    }
    settle(b, statement);
    return result;
  }

  /** A text that starts a transaction, or changes the autocommit mode. */
  private long start(Operation operation, SqlStatement statement, Route route) throws SQLException {
    List<SessionEffect> effects = statement.sessionEffects();
    if (effects.size() == 1 && effects.get(0).kind() == SessionEffect.Kind.AUTOCOMMIT) {
      session.autoCommit(effects.get(0).value().equals("1"));
      return nothing();
    }
    refuseHiddenAutoCommit(statement);
    if (session.inTransaction) {
      Binding b = session.same(statement);
      if (!session.router.mysql()) {
        return read(operation, statement, Route.SAME);
      }
      // MySQL commits what is open.
      long result = commitsInPassing(b, operation, statement);
      session.begun();
      settle(b, statement);
      return result;
    }
    boolean reads = route == Route.TRANSACTION_READ && !session.staysOnPrimary();
    Binding b = reads ? session.forReadOnlyText() : session.forPrimary();
    long result = performOrDrop(b, operation, statement);
    session.begun();
    session.readOnlyText = route == Route.TRANSACTION_READ;
    settle(b, statement);
    return result;
  }

  /** A refusal does not say what was done before it. */
  private long commitsInPassing(Binding b, Operation operation, SqlStatement statement)
      throws SQLException {
    return session.committing(
        () -> perform(b, operation, statement), CommitOutcome.COMMITTED, CommitOutcome.UNKNOWN);
  }

  private long track(Operation operation, SqlStatement statement) throws SQLException {
    List<SessionEffect> effects = statement.sessionEffects();
    if (effects.size() == 1 && effects.get(0).kind() == SessionEffect.Kind.AUTOCOMMIT) {
      return start(operation, statement, Route.TRANSACTION_WRITE);
    }
    if (operation.batch()) {
      throw new SQLFeatureNotSupportedException(
          session.router.name() + ": session settings in a batch", "0A000");
    }
    refuseHiddenAutoCommit(statement);
    boolean next = effects.stream().allMatch(e -> e.kind() == SessionEffect.Kind.NEXT_TRANSACTION);
    boolean mysql = session.router.mysql();
    if (next && !effects.isEmpty() && !session.inTransaction && (mysql || !session.autoCommit)) {
      session.remember(statement.sql());
      return nothing();
    }
    Binding b = session.inTransaction ? session.same(statement) : session.forPrimary();
    if (next) {
      return read(operation, statement, Route.SAME);
    }
    Change change = Tracking.change(statement, mysql);
    SessionState state = session.knownState();
    state.made(change, Tracking.undo(b.physical, statement, mysql), b);
    long result = performOrDrop(b, operation, statement);
    if (Tracking.resetsAll(statement)) {
      state.clear();
    }
    if (change.serializable() != null && session.isolation != 0) {
      // What was said last holds.
      state.isolationReplaced = session.isolation;
      session.isolation = 0;
    }
    session.record(change);
    followLexer(b, statement);
    settle(b, statement);
    return result;
  }

  private void followLexer(Binding b, SqlStatement statement) throws SQLException {
    if (Tracking.changesLexer(statement)) {
      session.knownState().mode = DialectProbe.lexerMode(b.physical, session.router.dialect());
    }
  }

  private void refuseHiddenAutoCommit(SqlStatement statement) throws SQLException {
    if (Traits.hidesAutoCommit(statement) && session.router.mysql()) {
      throw new SQLFeatureNotSupportedException(
          session.router.name()
              + ": the autocommit mode as one of several settings, or by a value that is no literal;"
              + " set it by itself",
          "0A000");
    }
  }

  /** Something done through a result. */
  interface RowWrite {
    void run() throws SQLException;
  }

  /** A row is written through an updatable result: a write of any row of the tables it reads. */
  final void rowWritten(RowWrite write) throws SQLException {
    checkOpen();
    TransactionLog written = session.inTransaction ? session.log : null;
    if (written == null) {
      written = new TransactionLog();
    }
    written.addAnything();
    if (session.inTransaction) {
      session.log = written;
      if (session.beganIn != null) {
        written.writing(session.beganIn, List.of());
      }
      write.run();
      return;
    }
    CausalMemory memory = session.router.memory();
    RoutedCommit pending = session.router.begin(written.writes());
    CommitOutcome outcome = CommitOutcome.UNKNOWN;
    try {
      write.run();
      outcome = CommitOutcome.COMMITTED;
    } catch (SQLException e) {
      Binding b = session.home;
      if (b != null) {
        session.abandonBroken(b);
      }
      if (Failures.connectionLost(e)) {
        throw Failures.unknownOutcome(session.router.name(), WRITING, e);
      }
      throw e;
    } finally {
      long epoch = session.remember(memory, List.of(), null);
      TransactionalSession.end(pending, outcome, epoch, null);
    }
  }

  /** Runs a batch of different texts on the primary. */
  final void runMixed(Operation operation, List<SqlStatement> batch) throws SQLException {
    checkOpen();
    finishPrevious();
    SqlStatement first = batch.get(0);
    boolean pins = false;
    boolean writes = false;
    for (SqlStatement each : batch) {
      Route route = session.router.route(each);
      session.requireWritable(each);
      refuseHiddenAutoCommit(each);
      pins |= route == Route.PIN || route == Route.TRACK;
      writes |= writes(each, route);
    }
    if (pins) {
      session.pinUntilClose();
    }
    Binding b = session.forPrimary();
    b.discard |= pins;
    for (SqlStatement each : batch) {
      if (session.router.cluster.mayChangeSchema(each)) {
        session.schemaChanging();
        session.router.cluster.schemaChanging(each);
      }
    }
    try {
      runMixed(b, operation, batch, writes);
    } finally {
      schemaMayBeChanged();
    }
    wrote(b, first);
  }

  private void runMixed(Binding b, Operation operation, List<SqlStatement> batch, boolean writes)
      throws SQLException {
    SqlStatement first = batch.get(0);
    if (!writes) {
      performOrDrop(b, operation, first);
    } else if (session.inTransaction) {
      for (SqlStatement each : batch) {
        session.log(each, bindings());
      }
      boolean commits = false;
      for (SqlStatement each : batch) {
        commits |= implicitCommit(each, true) != ImplicitCommit.NEVER;
      }
      if (commits) {
        session.committingImplicitly(
            () -> performOrDrop(b, operation, first), ImplicitCommit.MAYBE);
      } else {
        performOrDrop(b, operation, first);
      }
    } else {
      autoCommit(b, operation, first, causalTables(batch));
    }
    for (SqlStatement each : batch) {
      followLexer(b, each);
    }
  }

  /** The tables that a batch changes; empty for any. */
  private List<String> causalTables(List<SqlStatement> batch) {
    Set<String> all = new LinkedHashSet<>();
    for (SqlStatement each : batch) {
      List<String> tables = session.router.tablesWritten(each);
      if (tables.isEmpty()) {
        return List.of();
      }
      all.addAll(tables);
    }
    return List.copyOf(all);
  }

  /** What was asked for needs no server now. */
  private long nothing() {
    answeredWithoutServer();
    return 0;
  }
}
