package dev.sluice.jdbc;

import dev.sluice.jdbc.ClusterConfig.NodeConfig;
import dev.sluice.jdbc.hikari.HikariPools;
import dev.sluice.jdbc.hikari.PoolConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The nodes of a builder that are given by URL. Not safe for use by several threads. */
final class UrlPools {
  private @Nullable PoolConfig primary;
  private final List<Replica> replicas = new ArrayList<>();

  /**
   * A replica by URL.
   *
   * @param before how many replicas with a DataSource came before it
   */
  private record Replica(int before, String name, PoolConfig config, int weight) {}

  static PoolConfig config(String node, String url, String user, String password) {
    return named(node, () -> PoolConfig.builder(url).user(user).password(password).build());
  }

  /** Says which node an option belongs to. */
  static <T> T named(String node, Supplier<T> made) {
    try {
      return made.get();
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(node + ": " + e.getMessage(), e);
    }
  }

  void primary(PoolConfig config) {
    primary = config;
  }

  void replica(int before, String name, PoolConfig config, int weight) {
    replicas.add(new Replica(before, name, config, weight));
  }

  /**
   * Opens the pools. If one cannot be opened, none stays open.
   *
   * @param name the data source's
   * @param given the primary's pool, if the user has made one
   * @param givenReplicas replicas with pools that the user has made
   */
  OpenPools open(String name, @Nullable DataSource given, List<NodeConfig> givenReplicas) {
    PoolConfig described = primary;
    if (given == null && described == null) {
      throw new IllegalArgumentException("primary: is required");
    }
    if (given != null && described != null) {
      throw new IllegalArgumentException("primary: is given as a pool and as a URL");
    }
    boolean hikari = PooledNode.present("com.zaxxer.hikari.HikariDataSource");
    if (!hikari && (described != null || !replicas.isEmpty())) {
      throw new IllegalArgumentException(
          "primary, replica: pools from URLs need HikariCP on the class path");
    }
    List<AutoCloseable> own = new ArrayList<>();
    boolean done = false;
    try {
      DataSource main =
          described == null ? given : open(own, "primary", name + "-primary", described, false);
      List<NodeConfig> all = new ArrayList<>(givenReplicas);
      int added = 0;
      for (Replica each : replicas) {
        DataSource pool = open(own, each.name, name + "-" + each.name, each.config, true);
        all.add(each.before + added, new NodeConfig(each.name, pool, each.weight));
        added++;
      }
      done = true;
      return new OpenPools(
          new NodeConfig("primary", Objects.requireNonNull(main), ClusterConfig.DEFAULT_WEIGHT),
          all,
          own,
          hikari);
    } finally {
      if (!done) {
        OpenPools.close(own);
      }
    }
  }

  private static DataSource open(
      List<AutoCloseable> own, String node, String pool, PoolConfig config, boolean replica) {
    DataSource opened = named(node, () -> HikariPools.open(config, pool, replica));
    own.add((AutoCloseable) opened);
    return opened;
  }
}
