package dev.sluice.jdbc;

import dev.sluice.jdbc.ClusterConfig.Ejection;
import dev.sluice.jdbc.hikari.PoolConfig;
import dev.sluice.sql.Dialect;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Sets the options of a builder from properties. Every name under the prefix must be known; what
 * the values mean is checked by the builders. URLs, accounts and passwords are never printed.
 * Confined to one thread.
 */
final class PropertyReader {
  static final String PREFIX = "sluice.routing.";

  /** Options of the data source that are one value each, by the name of the property. */
  static final Map<String, BiConsumer<RoutingDataSourceBuilder, PropertyValue>> OPTIONS =
      Map.ofEntries(
          option("name", (builder, value) -> builder.name(value.text())),
          option("dialect", (builder, value) -> builder.dialect(value.constant(Dialect.class))),
          option("maximum-lag", (builder, value) -> builder.maximumLag(value.duration())),
          option("sample-interval", (builder, value) -> builder.sampleInterval(value.duration())),
          option("sample-timeout", (builder, value) -> builder.sampleTimeout(value.duration())),
          option(
              "maximum-fallback-reads",
              (builder, value) -> builder.maximumFallbackReads(value.number())),
          option("causal-wait", (builder, value) -> builder.causalWait(value.duration())),
          option("follow-writer", (builder, value) -> builder.followWriter(value.flag())),
          option("failover-timeout", (builder, value) -> builder.failoverTimeout(value.duration())),
          option(
              "discovery-interval",
              (builder, value) -> builder.discoveryInterval(value.duration())),
          option("maximum-replicas", (builder, value) -> builder.maximumReplicas(value.number())),
          option("drain-timeout", (builder, value) -> builder.drainTimeout(value.duration())),
          option("heartbeat", (builder, value) -> builder.heartbeat(value.text())),
          option("shadow", (builder, value) -> builder.shadow(value.flag())),
          option("jmx", (builder, value) -> builder.jmx(value.flag())));

  /** Options of pools, by the name of the property after {@code pool.}. */
  static final Map<String, BiConsumer<PoolConfig.Builder, PropertyValue>> POOL_OPTIONS =
      Map.of(
          "maximum-size", (builder, value) -> builder.maximumSize(value.number()),
          "connection-timeout", (builder, value) -> builder.connectionTimeout(value.duration()),
          "connect-timeout", (builder, value) -> builder.connectTimeout(value.duration()),
          "socket-timeout", (builder, value) -> builder.socketTimeout(value.duration()),
          "keepalive-time", (builder, value) -> builder.keepaliveTime(value.duration()),
          "maximum-lifetime", (builder, value) -> builder.maximumLifetime(value.duration()),
          "leak-detection", (builder, value) -> builder.leakDetection(value.duration()));

  static final List<String> EJECTION =
      List.of("ejection.failures", "ejection.minimum", "ejection.maximum");

  private static final String DRIVER = "pool.driver.";
  private static final Pattern REPLICA = Pattern.compile("replicas\\.([A-Za-z0-9_-]+)\\..+");

  private final Map<String, PropertyValue> values = new TreeMap<>();
  private final Set<String> known = new HashSet<>();
  private final String prefix;
  private final Function<String, @Nullable String> environment;

  private static Map.Entry<String, BiConsumer<RoutingDataSourceBuilder, PropertyValue>> option(
      String name, BiConsumer<RoutingDataSourceBuilder, PropertyValue> setter) {
    return Map.entry(name, setter);
  }

  /**
   * Reads what there is.
   *
   * @param environment the variables of the process
   */
  PropertyReader(Map<?, ?> given, String prefix, Function<String, @Nullable String> environment) {
    this.prefix = prefix;
    this.environment = environment;
    given.forEach(
        (key, value) -> {
          if (key instanceof String name && name.startsWith(prefix) && value != null) {
            values.put(name.substring(prefix.length()), new PropertyValue(name, value.toString()));
          }
        });
  }

  void applyTo(RoutingDataSourceBuilder builder) {
    OPTIONS.forEach(
        (name, option) -> {
          PropertyValue value = take(name);
          if (value != null) {
            option.accept(builder, value);
          }
        });
    ejection(builder);
    if (has("primary.")) {
      builder.primary(pool("primary."));
    }
    for (String replica : replicas()) {
      String node = "replicas." + replica + ".";
      PropertyValue weight = take(node + "weight");
      builder.replica(
          replica, pool(node), weight == null ? ClusterConfig.DEFAULT_WEIGHT : weight.number());
    }
    // Those for all nodes are known also where there is none.
    poolOptions("", null);
    account("");
    for (PropertyValue each : values.values()) {
      if (!known.contains(each.name())) {
        throw unknown(each);
      }
    }
  }

  private void ejection(RoutingDataSourceBuilder builder) {
    PropertyValue failures = take(EJECTION.get(0));
    PropertyValue minimum = take(EJECTION.get(1));
    PropertyValue maximum = take(EJECTION.get(2));
    if (failures != null || minimum != null || maximum != null) {
      builder.ejection(
          failures == null ? Ejection.DEFAULTS.failures() : failures.number(),
          duration(minimum, Ejection.DEFAULTS.minimum()),
          duration(maximum, Ejection.DEFAULTS.maximum()));
    }
  }

  private static Duration duration(@Nullable PropertyValue value, Duration otherwise) {
    return value == null ? otherwise : value.duration();
  }

  private Set<String> replicas() {
    Set<String> names = new TreeSet<>();
    for (String each : values.keySet()) {
      Matcher matcher = REPLICA.matcher(each);
      if (matcher.matches()) {
        names.add(matcher.group(1));
      }
    }
    return names;
  }

  private PoolConfig pool(String node) {
    PropertyValue url = take(node + "url");
    if (url == null) {
      throw new IllegalArgumentException(prefix + node + "url: is required");
    }
    PoolConfig.Builder pool = PoolConfig.builder(url.text());
    poolOptions("", pool);
    poolOptions(node, pool);
    Account all = account("");
    Account own = account(node);
    PropertyValue user = own.user == null ? all.user : own.user;
    Supplier<String> password = own.password == null ? all.password : own.password;
    if (user != null) {
      pool.user(user.text());
    }
    if (password != null) {
      pool.password(password);
    }
    return UrlPools.named(prefix + node.substring(0, node.length() - 1), pool::build);
  }

  private void poolOptions(String node, PoolConfig.@Nullable Builder pool) {
    POOL_OPTIONS.forEach(
        (name, option) -> {
          PropertyValue value = take(node + "pool." + name);
          if (value != null && pool != null) {
            option.accept(pool, value);
          }
        });
    String driver = node + DRIVER;
    for (String each : List.copyOf(values.keySet())) {
      if (each.startsWith(driver) && each.length() > driver.length()) {
        PropertyValue value = take(each);
        if (value != null && pool != null) {
          pool.driverProperty(each.substring(driver.length()), value.text());
        }
      }
    }
  }

  private record Account(@Nullable PropertyValue user, @Nullable Supplier<String> password) {}

  /** The account of a node, or that of all nodes. */
  private Account account(String node) {
    PropertyValue plain = take(node + "password");
    PropertyValue variable = take(node + "password-env");
    PropertyValue file = take(node + "password-file");
    List<Supplier<String>> given = new ArrayList<>();
    if (plain != null) {
      given.add(plain::text);
    }
    if (variable != null) {
      String value = environment.apply(variable.text());
      if (value == null) {
        throw new IllegalArgumentException(
            variable.name() + ": there is no environment variable " + variable.text());
      }
      given.add(() -> value);
    }
    if (file != null) {
      given.add(new PasswordFile(file));
    }
    if (given.size() > 1) {
      throw new IllegalArgumentException(
          prefix + node + "password: is given more than once (password, -env, -file)");
    }
    return new Account(take(node + "user"), given.isEmpty() ? null : given.get(0));
  }

  private boolean has(String start) {
    return values.keySet().stream().anyMatch(each -> each.startsWith(start));
  }

  private @Nullable PropertyValue take(String name) {
    known.add(prefix + name);
    return values.get(name);
  }

  private IllegalArgumentException unknown(PropertyValue value) {
    String nearest = "";
    int least = Integer.MAX_VALUE;
    for (String each : new TreeSet<>(known)) {
      int distance = distance(value.name(), each);
      if (distance < least) {
        least = distance;
        nearest = each;
      }
    }
    return new IllegalArgumentException(
        value.name() + ": there is no such property; the nearest is " + nearest);
  }

  /** How many characters must be put in, taken out or replaced. */
  static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
