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

  private final @Nullable Renewal renewal;
  private Dialect.@Nullable Upstream source;
  private boolean follows;
  private boolean led;
  private boolean demoted;
  private boolean replicationStopped;
  private Duration delay = Duration.ZERO;

  /** Replaces the files of a stopped server that was primary by a copy of its successor's. */
  interface Renewal {
    void copyFrom(Dialect.Upstream primary);
  }

  Node(
      ServerControl control,
      Dialect dialect,
      String database,
      Dialect.Upstream address,
      @Nullable Renewal renewal) {
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
    delay = newDelay;
    if (answers()) {
      monitor.order(
          "change its delay",
          connection -> {
            dialect.stopReplication(connection);
            dialect.delay(connection, newDelay);
            if (!replicationStopped) {
              dialect.startReplication(connection, upstream());
            }
          });
    }
  }

  @Override
  public synchronized void stopReplication() {
    requireReplica("stop replication");
    replicationStopped = true;
    if (answers()) {
      monitor.order("stop replication", dialect::stopReplication);
    }
  }

  @Override
  public synchronized void startReplication() {
    requireReplica("start replication");
    replicationStopped = false;
    if (answers()) {
      monitor.order("start replication", c -> dialect.startReplication(c, upstream()));
    }
  }

  @Override
  public void pause() {
    control.pause();
  }

  @Override
  public synchronized void resume() {
    control.resume();
    if (source != null && !follows && answers()) {
      follow(); // it was replaced meanwhile
    }
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
    if (control.running()) {
      return;
    }
    if (source != null && !follows) {
      if (!(demoted && renewal != null)) {
        control.start();
      }
      follow();
    } else {
      control.start();
      if (source != null && replicationStopped) {
        monitor.order("stop replication", dialect::stopReplication);
      } else if (source != null) {
        monitor.order("replicate", c -> dialect.startReplication(c, upstream()));
      }
    }
  }

  @Override
  public boolean running() {
    return control.running();
  }

  @Override
  public NodeCounters counters() {
    return monitor.ask("read its counters", c -> dialect.counters(c, database));
  }

  Dialect.Upstream address() {
    return address;
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
    return source != null && !replicationStopped && answers();
  }

  boolean answers() {
    return control.running() && !control.paused();
  }

  /** Makes this a replica of that node, at once or else when it is started. */
  synchronized void follow(Dialect.Upstream newSource) {
    // A replica can be ahead of the one that was promoted, so where renewal is there, it too is
    // renewed.
    demoted |= source == null ? led : renewal != null;
    led = false;
    source = newSource;
    follows = false;
    if (answers()) {
      follow();
    }
  }

  private void follow() {
    Dialect.Upstream upstream = upstream();
    if (demoted && renewal != null) {
      monitor.close();
      control.stop();
      renewal.copyFrom(upstream);
      control.start();
    }
    monitor.order(
        "replicate from another primary",
        connection -> {
          dialect.readOnly(connection, true);
          dialect.stopReplication(connection);
          dialect.follow(connection, upstream, demoted);
          dialect.delay(connection, delay);
          if (!replicationStopped) {
            dialect.startReplication(connection, upstream);
          }
        });
    demoted = false;
    follows = true;
  }

  private Dialect.Upstream upstream() {
    if (source == null) {
      throw new IllegalStateException(name() + ": follows no primary");
    }
    return source;
  }

  synchronized void lead() {
    if (source != null) {
      monitor.order("become primary", dialect::promote);
    }
    source = null;
    follows = false;
    led = true;
    delay = Duration.ZERO;
    replicationStopped = false;
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
