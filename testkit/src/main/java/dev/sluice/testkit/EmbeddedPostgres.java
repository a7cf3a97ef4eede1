package dev.sluice.testkit;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * Runs the PostgreSQL server that zonky's artifacts carry.
 *
 * <p>All nodes begin as copies of one data folder that was shut down cleanly; so a replica is a
 * copy, a signal file, and the primary's address, and needs no base backup.
 */
final class EmbeddedPostgres {
  private static final String ROLES =
      """
      CREATE ROLE sluice_monitor LOGIN SUPERUSER PASSWORD 'monitor';
      CREATE ROLE sluice_replication LOGIN REPLICATION PASSWORD 'replication';
      CREATE ROLE sluice LOGIN PASSWORD 'sluice';
      GRANT pg_monitor TO sluice;
      ALTER ROLE postgres PASSWORD 'postgres';
      """;

  private static final String EXTENSION = "CREATE EXTENSION pg_stat_statements;\n";

  private static final String ACCESS =
      """
      host all all 127.0.0.1/32 md5
      host replication sluice_replication 127.0.0.1/32 md5
      """;

  /** What differs between nodes is on their command lines. */
  private static final String OPTIONS =
      """
      listen_addresses = '127.0.0.1'
      unix_socket_directories = ''
      wal_level = logical
      hot_standby = on
      max_wal_senders = 10
      max_replication_slots = 10
      # A replica that was down for long streams on from here.
      wal_keep_size = 512MB
      max_wal_size = 256MB
      wal_retrieve_retry_interval = 200ms
      max_connections = 100
      shared_preload_libraries = 'pg_stat_statements'
      password_encryption = md5
      jit = off
      timezone = 'UTC'
      # Safe against a killed server, which is what tests do; not against a power cut.
      fsync = off
      """;

  private final Path binaries;
  private final Unprivileged user;
  private final Path template;

  private EmbeddedPostgres(Path binaries, Unprivileged user, Path template) {
    this.binaries = binaries;
    this.user = user;
    this.template = template;
  }

  static EmbeddedPostgres prepare() {
    try {
      Path binaries = unpack();
      Unprivileged user = Unprivileged.choose(binaries.resolve("bin/postgres"));
      return new EmbeddedPostgres(binaries, user, template(binaries, user));
    } catch (IOException e) {
      throw new TestServerException("PostgreSQL: cannot unpack the server", e);
    }
  }

  private static Path unpack() throws IOException {
    Platform platform = Platform.current();
    String architecture =
        platform.architecture().equals("arm64")
            ? "arm_64"
            : platform.architecture().replace("amd64", "x86_64");
    String archive = "postgres-" + platform.os() + "-" + architecture + ".txz";
    java.net.URL resource = EmbeddedPostgres.class.getClassLoader().getResource(archive);
    if (resource == null || !platform.supervised()) {
      throw platform.without("PostgreSQL");
    }
    String key = "postgres-" + Integer.toHexString(resource.toString().hashCode());
    if (Files.isDirectory(Folders.cached(key))) {
      return Folders.cached(key);
    }
    Path folder = Folders.unfinished("postgres");
    try (InputStream in = resource.openStream();
        TarArchiveInputStream tar =
            new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(in)))) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        extract(tar, entry, folder);
      }
    }
    return Folders.publish(folder, key);
  }

  private static void extract(TarArchiveInputStream tar, TarArchiveEntry entry, Path folder)
      throws IOException {
    Path file = folder.resolve(entry.getName()).normalize();
    if (!file.startsWith(folder)) {
      throw new IOException("an entry leaves its folder: " + entry.getName());
    }
    if (entry.isDirectory()) {
      Files.createDirectories(file);
      return;
    }
    Files.createDirectories(file.getParent());
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
    } else if (entry.isLink()) {
      Files.createLink(file, folder.resolve(entry.getLinkName()).normalize());
    } else {
      Files.copy(tar, file);
      if (!file.toFile().setExecutable((entry.getMode() & 0100) != 0, false)) {
        throw new IOException("cannot set the mode of " + file);
      }
    }
  }

  private static Path template(Path binaries, Unprivileged user) throws IOException {
    String key =
        "data-"
            + binaries.getFileName()
            + "-"
            + user.name()
            + "-"
            + Integer.toHexString((ROLES + EXTENSION + ACCESS + OPTIONS).hashCode());
    if (Files.isDirectory(Folders.cached(key))) {
      return Folders.cached(key);
    }
    Path folder = Folders.unfinished("data");
    user.own(folder);
    Path data = folder.resolve("data");
    Commands.run(
        "PostgreSQL: initialise a data folder",
        user.command(
            binaries.resolve("bin/initdb").toString(),
            "--pgdata=" + data,
            "--username=postgres",
            "--auth=md5",
            "--pwfile=" + password(),
            "--encoding=UTF8",
            "--locale=C",
            "--wal-segsize=4",
            "--no-sync",
            "--no-instructions",
            "--set=password_encryption=md5"));
    single(binaries, user, data, "template1", EXTENSION);
    single(binaries, user, data, "postgres", EXTENSION + ROLES);
    Files.writeString(data.resolve("pg_hba.conf"), ACCESS);
    Files.writeString(data.resolve("postgresql.conf"), OPTIONS);
    return Folders.publish(folder, key);
  }

  private static Path password() throws IOException {
    Path file = Folders.create("password").resolve("password");
    return Files.writeString(file, "postgres");
  }

  private static void single(
      Path binaries, Unprivileged user, Path data, String database, String sql) throws IOException {
    Path script = Files.createTempFile("sluice-testkit", ".sql");
    try {
      Files.writeString(script, sql);
      Commands.run(
          "PostgreSQL: create roles",
          script,
          user.command(
              binaries.resolve("bin/postgres").toString(),
              "--single",
              "-D",
              data.toString(),
              "-c",
              "fsync=off",
              database));
    } finally {
      Files.deleteIfExists(script);
    }
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
    user.own(folder);
    Path data = folder.resolve("data");
    Commands.run(
        name + ": copy the data folder",
        user.command("cp", "-R", template.resolve("data").toString(), data.toString()));
    if (index > 0) {
      signal(data);
    }
    int port = FreePorts.reserve();
    List<String> command = command(data, port, spec.memoryMegabytes());
    EmbeddedServer server =
        new EmbeddedServer(
            new EmbeddedServer.Spec(
                name,
                port,
                folder,
                user.prefix(),
                () -> command,
                "INT",
                () -> answers(port),
                spec.startTimeout()));
    return new Node(
        server,
        new PostgresDialect(),
        spec.databaseName(),
        new Dialect.Upstream(server.host(), port),
        primary -> copy(primary, data, name));
  }

  private List<String> command(Path data, int port, int memoryMegabytes) {
    return List.of(
        binaries.resolve("bin/postgres").toString(),
        "-D",
        data.toString(),
        "-c",
        "port=" + port,
        "-c",
        "shared_buffers=" + Math.max(16, memoryMegabytes / 4) + "MB");
  }

  private static DataSourceFor monitor(Dialect.Upstream node) {
    PostgresDialect dialect = new PostgresDialect();
    return () ->
        dialect
            .dataSource(
                dialect.bounded(dialect.url(node.host(), node.port(), "postgres")),
                Account.MONITOR.user,
                Account.MONITOR.password)
            .getConnection();
  }

  private interface DataSourceFor {
    Connection connect() throws SQLException;
  }

  private static boolean answers(int port) throws SQLException {
    try (Connection connection = monitor(new Dialect.Upstream("127.0.0.1", port)).connect()) {
      return connection.isValid(2);
    }
  }

  /**
   * A base backup by the low-level interface. A primary that was replaced mostly has log that its
   * successor never saw, and zonky's artifact has no {@code pg_rewind}.
   */
  private void copy(Dialect.Upstream primary, Path data, String name) {
    Folders.delete(data);
    try (Connection connection = monitor(primary).connect()) {
      String source = Sql.text(connection, "SHOW data_directory");
      Sql.run(connection, "SELECT pg_backup_start('sluice', true)");
      Commands.run(
          name + ": copy from the new primary",
          user.command(
              "/bin/sh",
              "-c",
              // Files that vanish meanwhile are none that a backup needs.
              "cp -R \"$1\" \"$2\" 2>/dev/null; cd \"$2\" && rm -rf postmaster.* standby.signal"
                  + " pg_replslot/* pg_wal/0* && test -f PG_VERSION",
              "copy",
              source,
              data.toString()));
      String label = Sql.text(connection, "SELECT labelfile FROM pg_backup_stop(false)");
      Files.writeString(data.resolve("backup_label"), label);
      user.own(data.resolve("backup_label"));
      // Not answering before it has streamed, it could not be told the address later.
      Files.writeString(
          data.resolve("postgresql.auto.conf"),
          "primary_conninfo = '" + PostgresDialect.connection(primary) + "'\n");
      signal(data);
    } catch (SQLException | IOException e) {
      throw new TestServerException(name + ": cannot be copied from the new primary", e);
    }
  }

  private void signal(Path data) {
    try {
      user.own(Files.writeString(data.resolve("standby.signal"), ""));
    } catch (IOException e) {
      throw new TestServerException("cannot make " + data + " a standby", e);
    }
  }
}
