package dev.sluice.testkit;

import java.time.Duration;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A database server with its role. What it is to be survives its restarts here. */
final class Node implements DatabaseNode {
  private final ServerControl control;
  private final Dialect dialect;
  private final String database;
  private final Monitor monitor;
  private final DataSource application;
  private final DataSource administrator;

  /** How other nodes reach this one. */
  private final Dialect.Upstream address;

  private final Renewal renewal;

  /** The primary to follow; null on the primary itself. */
  private @Nullable Node source;

  /** Whether the server was told to follow that one. */
  private boolean follows;

  /** Whether its files are those of a primary, and whether they are those of a replica. */
  private boolean led;

  private boolean followed;

  /** Whether its files have transactions that the source never saw. */
  private boolean diverged;

  private Faults faults = Faults.NONE;

  /** What the running server was told last; null when that is not known. */
  private @Nullable Faults inForce;

  /** All that this had committed when it became primary. */
  private volatile String beginning = "";

  /** What a test asked of a replica. */
  record Faults(Duration delay, boolean stopped) {
    static final Faults NONE = new Faults(Duration.ZERO, false);
  }

  /**
   * Replaces the files of a stopped server, so that it can follow that primary: by the primary's,
   * or by those of a new server, which then gets all that the primary ever logged.
   */
  interface Renewal {
    void replaceFiles(Dialect.Upstream primary);
  }

  Node(
      ServerControl control,
      Dialect dialect,
      String database,
      Dialect.Upstream address,
      Renewal renewal) {
    this.control = control;
    this.renewal = renewal;
    this.dialect = dialect;
    this.database = database;
    this.address = address;
    String url = dialect.url(control.host(), control.port(), database);
    application = dialect.dataSource(url, Account.APPLICATION.user, Account.APPLICATION.password);
    administrator = dialect.dataSource(url, dialect.administrator(), dialect.administrator());
    monitor =
        new Monitor(
            control.name(),
            dialect.dataSource(
                dialect.bounded(
                    dialect.url(control.host(), control.port(), dialect.systemDatabase())),
                Account.MONITOR.user,
                Account.MONITOR.password));
  }

  @Override
  public String name() {
    return control.name();
  }

  @Override
  public String host() {
    return control.host();
  }

  @Override
  public int port() {
    return control.port();
  }

  @Override
  public String jdbcUrl() {
    return dialect.url(control.host(), control.port(), database);
  }

  @Override
  public String user() {
    return Account.APPLICATION.user;
  }

  @Override
  public String password() {
    return Account.APPLICATION.password;
  }

  @Override
  public DataSource dataSource() {
    return application;
  }

  @Override
  public DataSource adminDataSource() {
    return administrator;
  }

  @Override
  public synchronized void delay(Duration newDelay) {
    requireReplica("be delayed");
    if (newDelay.isNegative()) {
      throw new IllegalArgumentException("delay must not be negative, but is " + newDelay);
    }
    faults(new Faults(newDelay, faults.stopped()));
  }

  @Override
  public synchronized void stopReplication() {
    requireReplica("stop replication");
    faults(new Faults(faults.delay(), true));
  }

  @Override
  public synchronized void startReplication() {
    requireReplica("start replication");
    faults(new Faults(faults.delay(), false));
  }

  synchronized Faults faults() {
    return faults;
  }

  /** Tells the server, at once or else when it answers again. */
  synchronized void faults(Faults asked) {
    faults = asked;
    inForce = null;
    applyRole();
  }

  @Override
  public void pause() {
    control.pause();
  }

  @Override
  public synchronized void resume() {
    control.resume();
    applyRole();
  }

  @Override
  public synchronized void stop() {
    monitor.close();
    control.stop();
  }

  @Override
  public synchronized void kill() {
    control.kill();
    monitor.close();
  }

  @Override
  public synchronized void start() {
    if (!control.running()) {
      inForce = null;
      if (source != null && useless()) {
        renew(source);
      } else {
        control.start();
      }
    }
    applyRole();
  }

  @Override
  public boolean running() {
    return control.running();
  }

  @Override
  public NodeCounters counters() {
    return monitor.ask("read its counters", c -> dialect.counters(c, database));
  }

  Monitor monitor() {
    return monitor;
  }

  Dialect dialect() {
    return dialect;
  }

  ServerControl control() {
    return control;
  }

  synchronized boolean replicating() {
    return source != null && !faults.stopped() && answers();
  }

  /** Whether the server knows its primary; not so after a step towards that failed. */
  synchronized boolean follows() {
    return follows;
  }

  boolean answers() {
    return control.running() && !control.paused();
  }

  String position() {
    return monitor.ask("tell its position", dialect::position);
  }

  /** Makes this a replica of that node, at once or else when it answers again. */
  synchronized void follow(Node newSource) {
    source = newSource;
    follows = false;
    applyRole();
  }

  /** Makes a server that answers what it is to be, as far as it is not yet. */
  private void applyRole() {
    Node primary = source;
    if (primary == null || !answers()) {
      return;
    }
    if (!follows) {
      leaveFor(primary);
    }
    Faults wanted = faults;
    if (!wanted.equals(inForce)) {
      inForce = null;
      monitor.order(
          "replicate as asked",
          connection -> {
            dialect.readOnly(connection, true);
            dialect.stopReplication(connection);
            dialect.delay(connection, wanted.delay());
            if (!wanted.stopped()) {
              dialect.startReplication(connection, primary.address);
            }
          });
      inForce = wanted;
    }
  }

  private void leaveFor(Node primary) {
    inForce = null;
    if ((led || followed) && !useless()) {
      monitor.order(
          "stop writes",
          connection -> {
            dialect.readOnly(connection, true);
            dialect.stopReplication(connection);
          });
      diverged =
          !monitor.ask(
              "compare its position",
              c -> dialect.within(c, dialect.position(c), primary.beginning));
    }
    if (useless()) {
      renew(primary);
    }
    monitor.order(
        "replicate from another primary",
        connection -> {
          dialect.readOnly(connection, true);
          dialect.stopReplication(connection);
          dialect.follow(connection, primary.address, led);
        });
    led = false;
    followed = true;
    follows = true;
  }

  /** Whether the files cannot be used to follow the source. */
  private boolean useless() {
    return diverged || ((led || followed) && !follows && !dialect.changesPrimary());
  }

  private void renew(Node primary) {
    monitor.close();
    control.stop();
    renewal.replaceFiles(primary.address);
    control.start();
    monitor.order("be prepared", dialect::prepare);
    led = false;
    followed = false;
    diverged = false;
  }

  synchronized void lead() {
    follows = false;
    if (source != null) {
      monitor.order("become primary", dialect::promote);
    }
    beginning = position();
    source = null;
    led = true;
    faults = Faults.NONE;
    inForce = null;
  }

  private void requireReplica(String what) {
    if (source == null) {
      throw new IllegalStateException(name() + ": is the primary and cannot " + what);
    }
  }

  void close() {
    monitor.close();
    control.close();
  }
}
