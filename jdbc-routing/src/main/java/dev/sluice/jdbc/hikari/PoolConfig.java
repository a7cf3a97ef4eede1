package dev.sluice.jdbc.hikari;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Describes the pool of one server by its JDBC URL; a {@code RoutingDataSource} makes a HikariCP
 * pool of it, and closes it.
 *
 * <p>What the driver needs is set for the user: time limits, keep-alive, the name of the
 * application, and for Connector/J what makes positions of commits exact. A parameter of the URL
 * always wins, then {@link Builder#driverProperty}. Nothing is set that changes what statements do.
 *
 * <p>Immutable, safe for use by several threads. Neither {@link #toString()} nor an exception shows
 * the URL, the user or the password.
 */
public final class PoolConfig {
  final JdbcUrl url;
  final @Nullable String user;
  final @Nullable Supplier<String> password;
  final int maximumSize;
  final @Nullable Duration connectionTimeout;
  final Duration connectTimeout;
  final Duration socketTimeout;
  final Duration keepaliveTime;
  final Duration maximumLifetime;
  final Duration leakDetection;
  final Map<String, String> driverProperties;

  private PoolConfig(Builder builder, JdbcUrl url) {
    this.url = url;
    this.user = builder.user;
    this.password = builder.password;
    this.maximumSize = builder.maximumSize;
    this.connectionTimeout = builder.connectionTimeout;
    this.connectTimeout = builder.connectTimeout;
    this.socketTimeout = builder.socketTimeout;
    this.keepaliveTime = builder.keepaliveTime;
    this.maximumLifetime = builder.maximumLifetime;
    this.leakDetection = builder.leakDetection;
    this.driverProperties = Map.copyOf(builder.driverProperties);
  }

  /**
   * Starts the description of a pool.
   *
   * @param url of one server: {@code jdbc:mysql://}, {@code jdbc:mariadb://} or {@code
   *     jdbc:postgresql://} with one host. A URL that leads to several servers is refused, since
   *     what is known of one of them would be taken for true of all
   * @return a builder
   */
  public static Builder builder(String url) {
    return new Builder(url);
  }

  @Override
  public String toString() {
    return "pool of up to " + maximumSize + " connections by " + url.scheme();
  }

  /**
   * Options of a pool. All are checked in {@link #build()}. Not safe for use by several threads.
   */
  public static final class Builder {
    private final String url;
    private @Nullable String user;
    private @Nullable Supplier<String> password;
    private int maximumSize = 10;
    private @Nullable Duration connectionTimeout;
    private Duration connectTimeout = Duration.ofSeconds(5);
    private Duration socketTimeout = Duration.ofMinutes(5);
    private Duration keepaliveTime = Duration.ofMinutes(2);
    private Duration maximumLifetime = Duration.ofMinutes(30);
    private Duration leakDetection = Duration.ZERO;
    private final Map<String, String> driverProperties = new TreeMap<>();

    private Builder(String url) {
      this.url = url;
    }

    /**
     * The account. Default: what the URL says, else what the driver takes.
     *
     * @param value its name; not together with a user in the URL
     * @return this
     */
    public Builder user(String value) {
      this.user = value;
      return this;
    }

    /**
     * The password. Default: what the URL says, else none.
     *
     * @param value the password, never printed; needs {@link #user}
     * @return this
     */
    public Builder password(String value) {
      return password(() -> value);
    }

    /**
     * The password where it changes, such as a secret that is rotated or a token of IAM.
     *
     * @param value asked for each new physical connection, on a thread of the pool; needs {@link
     *     #user}
     * @return this
     */
    public Builder password(Supplier<String> value) {
      this.password = value;
      return this;
    }

    /**
     * Connections, all of which stay open. Default 10, for a server with 4 cores: twice the cores,
     * and some that wait for its disk. More make it slower; see docs/operations.md.
     *
     * @param value 1 to 1,000
     * @return this
     */
    public Builder maximumSize(int value) {
      this.maximumSize = value;
      return this;
    }

    /**
     * How long a statement waits for a connection of this pool. Default: 5 s on the primary, 1 s on
     * a replica, since another one can answer.
     *
     * @param value 250 ms to 10 minutes
     * @return this
     */
    public Builder connectionTimeout(Duration value) {
      this.connectionTimeout = value;
      return this;
    }

    /**
     * How long opening a physical connection may take, in the background. Default 5 s.
     *
     * @param value 1 s to 10 minutes, in whole seconds
     * @return this
     */
    public Builder connectTimeout(Duration value) {
      this.connectTimeout = value;
      return this;
    }

    /**
     * How long a statement may wait for bytes of its server; then its connection is cut, and what a
     * write did is unknown (08007). Longer than the longest statement, also of a migration. Default
     * 5 minutes; without it a server that vanished holds its callers until the operating system
     * gives up, usually after 2 hours.
     *
     * @param value 1 s to 1 day in whole seconds; 0 for no limit
     * @return this
     */
    public Builder socketTimeout(Duration value) {
      this.socketTimeout = value;
      return this;
    }

    /**
     * How often an idle connection is tried, so that no firewall or server closes it. Default 2
     * minutes.
     *
     * @param value 30 s to 1 hour, shorter than {@link #maximumLifetime}
     * @return this
     */
    public Builder keepaliveTime(Duration value) {
      this.keepaliveTime = value;
      return this;
    }

    /**
     * When a connection is replaced by a new one. Default 30 minutes.
     *
     * @param value 1 minute to 1 day; less than the limits of whatever is in between
     * @return this
     */
    public Builder maximumLifetime(Duration value) {
      this.maximumLifetime = value;
      return this;
    }

    /**
     * HikariCP warns of a connection that is borrowed for longer. Default 0: never.
     *
     * @param value 0, or 2 s to {@link #maximumLifetime}
     * @return this
     */
    public Builder leakDetection(Duration value) {
      this.leakDetection = value;
      return this;
    }

    /**
     * A property of the driver, in place of the default if there is one.
     *
     * @param name as the driver's documentation has it; not one that the URL says, too
     * @param value its value
     * @return this
     */
    public Builder driverProperty(String name, String value) {
      driverProperties.put(name, value);
      return this;
    }

    /**
     * Describes the pool; opens nothing.
     *
     * @return the description
     * @throws IllegalArgumentException names the option that is wrong
     */
    public PoolConfig build() {
      JdbcUrl parsed = JdbcUrl.parse(url);
      if (user != null && parsed.names("user")) {
        throw new IllegalArgumentException("user: the URL says it, too");
      }
      if (password != null && (user == null || parsed.names("password"))) {
        throw new IllegalArgumentException(
            user == null ? "password: needs user" : "password: the URL says it, too");
      }
      for (String name : driverProperties.keySet()) {
        if (parsed.names(name)) {
          throw new IllegalArgumentException("driverProperty: the URL says " + name + ", too");
        }
        if (name.equalsIgnoreCase("user") || name.equalsIgnoreCase("password")) {
          throw new IllegalArgumentException(
              "driverProperty: " + name + " is an option of its own");
        }
      }
      if (maximumSize < 1 || maximumSize > 1_000) {
        throw new IllegalArgumentException("maximumSize: must be 1 to 1000, got " + maximumSize);
      }
      if (connectionTimeout != null) {
        within("connectionTimeout", connectionTimeout, Duration.ofMillis(250), MINUTES_10);
      }
      within("connectTimeout", connectTimeout, Duration.ofSeconds(1), MINUTES_10);
      wholeSeconds("connectTimeout", connectTimeout);
      if (!socketTimeout.isZero()) {
        within("socketTimeout", socketTimeout, Duration.ofSeconds(1), Duration.ofDays(1));
        wholeSeconds("socketTimeout", socketTimeout);
      }
      within("maximumLifetime", maximumLifetime, Duration.ofMinutes(1), Duration.ofDays(1));
      within("keepaliveTime", keepaliveTime, Duration.ofSeconds(30), Duration.ofHours(1));
      if (keepaliveTime.compareTo(maximumLifetime) >= 0) {
        throw new IllegalArgumentException(
            "keepaliveTime: must be shorter than maximumLifetime, got "
                + keepaliveTime
                + " and "
                + maximumLifetime);
      }
      if (!leakDetection.isZero()) {
        within("leakDetection", leakDetection, Duration.ofSeconds(2), maximumLifetime);
      }
      return new PoolConfig(this, parsed);
    }

    private static final Duration MINUTES_10 = Duration.ofMinutes(10);

    private static void within(String option, Duration value, Duration least, Duration most) {
      if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
        throw new IllegalArgumentException(
            option + ": must be " + least + " to " + most + ", got " + value);
      }
    }

    /** PostgreSQL's driver counts in seconds. */
    private static void wholeSeconds(String option, Duration value) {
      if (!value.equals(Duration.ofSeconds(value.toSeconds()))) {
        throw new IllegalArgumentException(option + ": must be whole seconds, got " + value);
      }
    }
  }
}
