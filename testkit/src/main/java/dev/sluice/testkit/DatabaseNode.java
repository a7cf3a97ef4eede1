package dev.sluice.testkit;

import java.time.Duration;
import javax.sql.DataSource;

/**
 * One server of a {@link ReplicatedDatabase}, primary or replica, with the faults that a test
 * needs.
 *
 * <p>Address and port stay the same over {@link #stop()}, {@link #kill()} and {@link #start()}, and
 * so does the role: a node that comes back replicates again if it did before. Methods block until
 * what they say has happened and throw {@link TestServerException} with the server's last log lines
 * when it does not. What is asked of a replica that is stopped or paused ({@link #delay}, {@link
 * #stopReplication()}, {@link #startReplication()}, a new primary) holds when {@link #start()} or
 * {@link #resume()} returns. Thread-safe. Closed with its database.
 */
public interface DatabaseNode {
  /**
   * The node's name in messages.
   *
   * @return for instance {@code mariadb-replica-1}
   */
  String name();

  /**
   * The host to connect to.
   *
   * @return a name or an address
   */
  String host();

  /**
   * The port to connect to.
   *
   * @return a port on {@link #host()}
   */
  int port();

  /**
   * The URL for the driver that fits the engine (MariaDB client, Connector/J or pgjdbc), without
   * credentials.
   *
   * @return a JDBC URL that names the database
   */
  String jdbcUrl();

  /**
   * The application's account: owner of the database, allowed to see processes and replication
   * state, refused writes on a replica.
   *
   * @return its name
   */
  String user();

  /**
   * The password of {@link #user()}.
   *
   * @return a password
   */
  String password();

  /**
   * The driver's own data source for {@link #user()}: each connection is a new one, nothing pools.
   *
   * @return a data source, to be shared freely
   */
  DataSource dataSource();

  /**
   * Like {@link #dataSource()} for the server's administrator, who may write on a MariaDB replica
   * (and on no other: MySQL is {@code super_read_only}, PostgreSQL in recovery).
   *
   * @return a data source, to be shared freely
   */
  DataSource adminDataSource();

  /**
   * Makes this replica apply each transaction at least so late.
   *
   * <p>MySQL and MariaDB count in whole seconds, so the delay is rounded up to them. The delay is
   * measured from the commit on the primary. A PostgreSQL replica that restarts with a delay can
   * show less than before, until the delay has passed.
   *
   * @param delay zero ends it
   * @throws IllegalStateException on a primary
   */
  void delay(Duration delay);

  /**
   * Stops applying what the primary commits until {@link #startReplication()}; reads go on.
   *
   * <p>PostgreSQL goes on fetching, and a restart of the server applies what it fetched before.
   */
  void stopReplication();

  /** Ends {@link #stopReplication()}. */
  void startReplication();

  /** Freezes the server: connections stay open, nothing answers, connecting hangs. */
  void pause();

  /**
   * Ends {@link #pause()}; on a server that is not paused it does nothing but repeat a step towards
   * its primary that failed.
   */
  void resume();

  /** Ends the server as an operator would; does nothing when it is not running. */
  void stop();

  /**
   * Starts the server again and returns when it answers; on one that is running it does nothing but
   * repeat a step towards its primary that failed.
   *
   * <p>A former primary, or a replica of one, that has transactions which the new primary never saw
   * gets new files and all data of the new primary. On MariaDB and MySQL it then applies the new
   * primary's whole binary log, on PostgreSQL it is a copy of its files.
   */
  void start();

  /** Ends the server with SIGKILL; does nothing when it is not running. */
  void kill();

  /**
   * Whether the server's process is there.
   *
   * @return true also when it is paused
   */
  boolean running();

  /**
   * Reads the server's own counters.
   *
   * @return a reading
   */
  NodeCounters counters();
}
