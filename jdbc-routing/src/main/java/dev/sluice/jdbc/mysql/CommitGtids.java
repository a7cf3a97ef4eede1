package dev.sluice.jdbc.mysql;

import com.mysql.cj.jdbc.JdbcConnection;
import com.mysql.cj.protocol.ServerSessionStateController;
import com.mysql.cj.protocol.ServerSessionStateController.ServerSessionStateChanges;
import com.mysql.cj.protocol.ServerSessionStateController.SessionStateChange;
import com.mysql.cj.protocol.ServerSessionStateController.SessionStateChangesListener;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The GTID of the last commit of each Connector/J connection, as the server sent it in its OK
 * packet: exact, and without a round trip. Works where the connection was opened with {@code
 * trackSessionState=true} and the server runs with {@code gtid_mode=ON}; elsewhere nothing is
 * known. Tells the server once for each physical connection to send it ({@code
 * session_track_gtids}). Safe for use by several threads; connections are not kept alive.
 */
public final class CommitGtids {
  private final ConcurrentHashMap<Key, Listener> listeners = new ConcurrentHashMap<>();
  private final ReferenceQueue<JdbcConnection> gone = new ReferenceQueue<>();

  /** A pool opens all its connections alike: the first one tells whether any will say anything. */
  private volatile boolean silent;

  /** Knows nothing yet. */
  public CommitGtids() {}

  /**
   * A connection was borrowed: what an earlier borrower left is forgotten, and a new physical
   * connection is listened to.
   *
   * @param physical a connection of any driver or pool
   * @throws SQLException if the server does not take the setting: the connection is of no use
   */
  public void borrowed(Connection physical) throws SQLException {
    if (silent) {
      return;
    }
    JdbcConnection connection = connectorJ(physical);
    if (connection == null || !tracks(connection)) {
      silent = listeners.isEmpty();
      return;
    }
    Listener listener = listener(connection);
    if (listener == null) {
      listener = listen(connection);
    }
    listener.gtid = null;
  }

  @SuppressWarnings("CollectionIncompatibleType") // equal to the key of the same connection
  private @Nullable Listener listener(JdbcConnection connection) {
    return listeners.get(new Sought(connection));
  }

  private Listener listen(JdbcConnection connection) throws SQLException {
    for (Object key = gone.poll(); key != null; key = gone.poll()) {
      listeners.remove(key);
    }
    Listener listener = new Listener();
    connection.getServerSessionStateController().addSessionStateChangesListener(listener);
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET SESSION session_track_gtids = OWN_GTID");
    }
    listeners.put(new Key(connection, gone), listener);
    return listener;
  }

  private static boolean tracks(JdbcConnection connection) {
    return Boolean.TRUE.equals(
        connection.getPropertySet().getBooleanProperty("trackSessionState").getValue());
  }

  /**
   * The GTID of the last commit since the connection was borrowed or this was asked.
   *
   * @param physical a connection of any driver or pool
   * @return as the server prints it; null if not known
   */
  public @Nullable String take(Connection physical) {
    if (silent) {
      return null;
    }
    JdbcConnection connection;
    try {
      connection = connectorJ(physical);
    } catch (SQLException e) {
      // Closed in between: what it said is of no use to anybody.
      return null;
    }
    Listener listener = connection == null ? null : listener(connection);
    if (listener == null) {
      return null;
    }
    String gtid = listener.gtid;
    listener.gtid = null;
    return gtid;
  }

  private static @Nullable JdbcConnection connectorJ(Connection physical) throws SQLException {
    return physical instanceof JdbcConnection known
        ? known
        : physical.isWrapperFor(JdbcConnection.class)
            ? physical.unwrap(JdbcConnection.class)
            : null;
  }

  /** A connection is used by one thread at a time; the field is volatile for the hand-over. */
  private static final class Listener implements SessionStateChangesListener {
    private volatile @Nullable String gtid;

    @Override
    public void handleSessionStateChanges(ServerSessionStateChanges changes) {
      for (SessionStateChange change : changes.getSessionStateChangesList()) {
        List<String> values = change.getValues();
        if (change.getType() == ServerSessionStateController.SESSION_TRACK_GTIDS
            && !values.isEmpty()) {
          gtid = values.get(0);
        }
      }
    }
  }

  /** Finds a {@link Key}. Every statement looks, and a weak reference costs the collector more. */
  private record Sought(JdbcConnection connection) {
    @Override
    public int hashCode() {
      return System.identityHashCode(connection);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Key key
          ? key.get() == connection
          : other instanceof Sought sought && sought.connection == connection;
    }
  }

  /** Identity of a connection, which it does not keep alive. */
  private static final class Key extends WeakReference<JdbcConnection> {
    private final int hash;

    Key(JdbcConnection connection, ReferenceQueue<JdbcConnection> queue) {
      super(connection, queue);
      this.hash = System.identityHashCode(connection);
    }

    @Override
    public int hashCode() {
      return hash;
    }

    @Override
    public boolean equals(Object other) {
      if (this == other) {
        return true;
      }
      JdbcConnection mine = get();
      return mine != null && other instanceof Key key && key.get() == mine;
    }
  }
}
